/* webp_vp8l.c - see webp_vp8l.h. */
#include "webp_vp8l.h"

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "src/dec/vp8li_dec.h"
#include "src/dec/webpi_dec.h"
#include "src/webp/decode.h"

#define ROWS_AT_ONCE 16 /* libwebp's NUM_ARGB_CACHE_ROWS: it can emit no more */

struct th_webp_vp8l {
    VP8LDecoder *decoder;
    VP8Io io;
    WebPDecParams params;
    WebPDecBuffer buffer; /* describes `rgba` to libwebp */
    WebPDecoderOptions options;
    int width, height, next;
    bool opaque;
    uint8_t *rgba; /* ROWS_AT_ONCE rows */
};

/* libwebp calls it a bitstream error when it gets no memory for Huffman tables, of
 * which a file may ask for any number: so the job's limit is asked, and malloc. */
static enum th_status failed(const VP8LDecoder *decoder) {
    if (th_work_refused()) return TH_TOO_LARGE; /* th_webp_count_symbols has said why */
    void *room = th_malloc(1);
    bool refused = !room || th_arena_limit_hit();
    th_free(room);
    if (refused || decoder->status == VP8_STATUS_OUT_OF_MEMORY) return th_fail_memory();
    if (decoder->br.eos) return th_fail(TH_TRUNCATED, "webp: the image data ends early");
    return th_fail(TH_CORRUPT, "webp: the image data is damaged");
}

/* libwebp hands out the alpha it finds, also where the header says that there is none. */
static void make_opaque(uint8_t *rgba, size_t pixels) {
    for (size_t i = 0; i < pixels; i++) rgba[4 * i + 3] = 255;
}

/* VP8LDecodeImage decodes from where it stopped up to row io.crop_bottom and puts
 * rows from last_out_row on into the buffer. The first call sets the crop window
 * from the options, so these say the same. */
enum th_status th_webp_vp8l_next(struct th_webp_vp8l *s, struct th_band *band) {
    if (s->next == s->height) return TH_DONE;
    int rows = s->height - s->next < ROWS_AT_ONCE ? s->height - s->next : ROWS_AT_ONCE;
    s->io.crop_bottom = s->next + rows;
    s->options.crop_height = s->next + rows;
    s->decoder->last_out_row = 0;
    if (!VP8LDecodeImage(s->decoder)) return failed(s->decoder);
    if (s->opaque) make_opaque(s->rgba, (size_t)s->width * (size_t)rows);
    s->next += rows;
    *band = (struct th_band){
        .data = {s->rgba}, .stride = {(size_t)s->width * 4}, .rows = {(uint32_t)rows}};
    return TH_OK;
}

static void describe_buffer(struct th_webp_vp8l *s) {
    s->buffer.colorspace = MODE_RGBA;
    s->buffer.width = s->width;
    s->buffer.height = s->height;
    s->buffer.is_external_memory = 1;
    s->buffer.u.RGBA.rgba = s->rgba;
    s->buffer.u.RGBA.stride = s->width * 4;
    s->buffer.u.RGBA.size = (size_t)s->width * ROWS_AT_ONCE * 4;
    s->options.use_cropping = 1;
    s->options.crop_width = s->width;
    s->params.output = &s->buffer;
    s->params.options = &s->options;
    s->io.opaque = &s->params;
}

static enum th_status open_decoder(struct th_webp_vp8l *s, const uint8_t *data, size_t bytes) {
    s->decoder = VP8LNew();
    if (!s->decoder) return th_fail_memory();
    if (!VP8InitIo(&s->io)) return th_fail(TH_INTERNAL, "webp: another libwebp than compiled for");
    s->io.data = data;
    s->io.data_size = bytes;
    if (!VP8LDecodeHeader(s->decoder, &s->io)) return failed(s->decoder);
    s->width = s->io.width;
    s->height = s->io.height;
    s->rgba = th_malloc((size_t)s->width * ROWS_AT_ONCE * 4);
    if (!s->rgba) return th_fail_memory();
    describe_buffer(s);
    return TH_OK;
}

enum th_status th_webp_vp8l_open(struct th_webp_vp8l **vp8l, const uint8_t *data, size_t bytes,
                                 bool opaque) {
    struct th_webp_vp8l *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    s->opaque = opaque;
    enum th_status status = open_decoder(s, data, bytes);
    if (status != TH_OK) {
        th_webp_vp8l_close(s);
        return status;
    }
    *vp8l = s;
    return TH_OK;
}

void th_webp_vp8l_close(struct th_webp_vp8l *s) {
    if (!s) return;
    VP8LDelete(s->decoder);
    th_free(s->rgba);
    th_free(s);
}

/* A code length is read, sorted and put into a table: up to 10 ns. */
#define WORK_PER_SYMBOL 2u

int th_webp_count_symbols(int symbols) {
    return th_work_add((uint64_t)symbols * WORK_PER_SYMBOL) == TH_OK;
}

/* Huffman tables, as photographs have them. */
#define TABLES_BYTES (2u << 20)
/* patches/libwebp/0009: one and a half times the farthest reference, the rows of a step
 * and the longest run. */
#define WINDOW_PIXELS ((3u << 19) + 4096u)

uint64_t th_webp_vp8l_window(uint32_t width, uint32_t height) {
    uint64_t pixels = (uint64_t)width * height, window = WINDOW_PIXELS + (uint64_t)width * 17;
    return 4 * (pixels < window ? pixels : window);
}

uint64_t th_webp_vp8l_memory(uint32_t width, uint32_t height) {
    uint64_t pixels = (uint64_t)width * height;
    /* The window; predictor, colour and entropy images, one entry of four bytes for
     * 4 x 4 pixels at worst; the decoder's 17 rows and our 16. */
    return th_webp_vp8l_window(width, height) + 3 * (pixels / 4 + width) +
           (uint64_t)width * 4 * 33 + TABLES_BYTES;
}
