/* webp_vp8.c - see webp_vp8.h.
 *
 * The in-loop filter runs up to 8 luma rows behind, so a row of macroblocks gives
 * 8 to 24 finished rows. They are copied out of the decoder's cache, which it
 * rotates before it returns. */
#include "webp_vp8.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "webp_vp8l.h"
#include "src/dec/vp8i_dec.h"
#include "src/dsp/dsp.h"
#include "src/webp/decode.h"

#define PUT_ROWS_MAX 24u /* rows one put() may bring: 16 and the filter's 8 */

struct th_webp_vp8 {
    VP8Decoder *decoder;
    VP8Io io;
    uint32_t width, height;
    /* What put() brought, from luma row `first`. In front of it lie one luma row
     * and one chroma row of the put before, which interpolation needs. */
    uint8_t *y, *u, *v;
    size_t y_stride, uv_stride;
    uint32_t first, rows;
    bool put_done;
    uint8_t *rgba; /* with alpha: PUT_ROWS_MAX + 1 rows */
};

/* ---- failures ---- */

/* libwebp says "out of memory" also when its alpha decoder dislikes the data. So the
 * job's limit is asked, and malloc for what the decoder takes without its tables. */
static enum th_status failed_memory(const VP8Decoder *decoder) {
    if (th_arena_limit_hit()) return th_fail_memory();
    uint32_t width = decoder->pic_hdr.width, height = decoder->pic_hdr.height;
    uint64_t bytes = (uint64_t)width * height + th_webp_vp8l_window(width, height);
    void *room = decoder->alpha_data ? th_malloc((size_t)bytes) : NULL;
    if (!room) return th_fail_memory();
    th_free(room);
    return th_fail(TH_CORRUPT, "webp: the alpha data is damaged");
}

static enum th_status failed(const VP8Decoder *decoder) {
    if (th_work_refused()) return TH_TOO_LARGE; /* th_webp_count_symbols has said why */
    switch (decoder->status) {
    case VP8_STATUS_OUT_OF_MEMORY: return failed_memory(decoder);
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return th_fail(TH_TRUNCATED, "webp: the image data ends early");
    default: return th_fail(TH_CORRUPT, "webp: the image data is damaged");
    }
}

/* ---- rows out of libwebp ---- */

static void copy_rows(uint8_t *to, size_t to_stride, const uint8_t *from, size_t from_stride,
                      uint32_t rows, size_t bytes) {
    for (uint32_t i = 0; i < rows; i++) memcpy(to + i * to_stride, from + i * from_stride, bytes);
}

/* The last rows of the put before stay, in front of the new ones. */
static void keep_last_rows(struct th_webp_vp8 *s) {
    uint32_t chroma_rows = (s->rows + 1) / 2;
    if (s->rows == 0) return;
    memcpy(s->y, s->y + s->rows * s->y_stride, s->y_stride);
    memcpy(s->u, s->u + chroma_rows * s->uv_stride, s->uv_stride);
    memcpy(s->v, s->v + chroma_rows * s->uv_stride, s->uv_stride);
}

/* VP8Io.put: rows io->mb_y .. + mb_h are final. 1 means go on. */
static int put(const VP8Io *io) {
    struct th_webp_vp8 *s = io->opaque;
    uint32_t rows = (uint32_t)io->mb_h, chroma_rows = (rows + 1) / 2;
    size_t chroma_width = (s->width + 1) / 2;
    if (rows > PUT_ROWS_MAX) return 0;
    if (s->rgba) keep_last_rows(s);
    s->first = (uint32_t)io->mb_y;
    s->rows = rows;
    s->put_done = true;
    copy_rows(s->y + s->y_stride, s->y_stride, io->y, (size_t)io->y_stride, rows, s->width);
    copy_rows(s->u + s->uv_stride, s->uv_stride, io->u, (size_t)io->uv_stride, chroma_rows,
              chroma_width);
    copy_rows(s->v + s->uv_stride, s->uv_stride, io->v, (size_t)io->uv_stride, chroma_rows,
              chroma_width);
    return 1;
}

/* One turn of libwebp's ParseFrame: reads, reconstructs, filters and puts a row of
 * macroblocks. */
static enum th_status decode_row(struct th_webp_vp8 *s) {
    VP8Decoder *decoder = s->decoder;
    uint32_t partition = (uint32_t)decoder->mb_y & decoder->num_parts_minus_one;
    VP8BitReader *tokens = &decoder->parts[partition];
    if (!VP8ParseIntraModeRow(&decoder->br, decoder)) {
        return th_fail(TH_TRUNCATED, "webp: the image data ends early");
    }
    for (; decoder->mb_x < decoder->mb_w; decoder->mb_x++) {
        if (!VP8DecodeMB(decoder, tokens)) {
            return th_fail(TH_TRUNCATED, "webp: the image data ends early");
        }
    }
    VP8InitScanline(decoder);
    if (!VP8ProcessRow(decoder, &s->io)) return failed(decoder);
    decoder->mb_y++;
    return TH_OK;
}

/* ---- rows out of us ---- */

static void band_of_planes(const struct th_webp_vp8 *s, struct th_band *band) {
    *band = (struct th_band){
        .data = {s->y + s->y_stride, s->u + s->uv_stride, s->v + s->uv_stride},
        .stride = {s->y_stride, s->uv_stride, s->uv_stride},
        .rows = {s->rows, (s->rows + 1) / 2, (s->rows + 1) / 2},
    };
}

static void interpolate(const struct th_webp_vp8 *s, const uint8_t *top, const uint8_t *bottom,
                        uint32_t above, uint32_t below, uint8_t *top_out, uint8_t *bottom_out) {
    WebPUpsamplers[MODE_RGBA](top, bottom, s->u + above * s->uv_stride, s->v + above * s->uv_stride,
                              s->u + below * s->uv_stride, s->v + below * s->uv_stride, top_out,
                              bottom_out, (int)s->width);
}

static void copy_alpha(uint8_t *rgba, const uint8_t *alpha, size_t count) {
    for (size_t i = 0; i < count; i++) rgba[i * 4 + 3] = alpha[i];
}

/* Luma rows 2k and 2k + 1 of the strip lie on both sides of the middle between its
 * chroma rows k and k + 1. Row 0 is the kept one, so that the picture's first row
 * (strip row 1) has no partner, nor has its last when the height is even; other
 * last rows wait for the next put. */
static void band_of_pixels(struct th_webp_vp8 *s, struct th_band *band) {
    size_t stride = (size_t)s->width * 4;
    uint32_t out_first = s->first == 0 ? 0 : s->first - 1, out_rows = 0, k = 0;
    if (s->first == 0) {
        interpolate(s, s->y + s->y_stride, NULL, 1, 1, s->rgba, NULL);
        out_rows = 1;
        k = 1;
    }
    for (; 2 * k + 1 <= s->rows; k++, out_rows += 2) {
        const uint8_t *top = s->y + 2 * k * s->y_stride;
        uint8_t *out = s->rgba + out_rows * stride;
        interpolate(s, top, top + s->y_stride, k, k + 1, out, out + stride);
    }
    if (s->first + s->rows == s->height && s->rows % 2 == 0) {
        const uint8_t *top = s->y + s->rows * s->y_stride;
        interpolate(s, top, NULL, k, k, s->rgba + out_rows * stride, NULL);
        out_rows++;
    }
    copy_alpha(s->rgba, s->decoder->alpha_plane + (size_t)out_first * s->width,
               (size_t)out_rows * s->width);
    *band = (struct th_band){.data = {s->rgba}, .stride = {stride}, .rows = {out_rows}};
}

enum th_status th_webp_vp8_next(struct th_webp_vp8 *s, struct th_band *band) {
    if (s->first + s->rows == s->height) return TH_DONE;
    s->put_done = false;
    while (!s->put_done) {
        if (s->decoder->mb_y == s->decoder->mb_h) {
            return th_fail(TH_INTERNAL, "webp: libwebp kept rows to itself");
        }
        TH_TRY(decode_row(s));
    }
    if (s->rgba)
        band_of_pixels(s, band);
    else
        band_of_planes(s, band);
    return TH_OK;
}

/* ---- life ---- */

static enum th_status open_decoder(struct th_webp_vp8 *s, const uint8_t *data, size_t bytes) {
    VP8Decoder *decoder = s->decoder = VP8New();
    if (!decoder) return th_fail_memory();
    if (!VP8InitIo(&s->io)) return th_fail(TH_INTERNAL, "webp: another libwebp than compiled for");
    s->io.data = data;
    s->io.data_size = bytes;
    s->io.opaque = s;
    s->io.put = put;
    if (!VP8GetHeaders(decoder, &s->io)) return failed(decoder);
    if (VP8EnterCritical(decoder, &s->io) != VP8_STATUS_OK) return failed(decoder);
    if (!VP8InitFrame(decoder, &s->io)) return failed(decoder);
    s->width = (uint32_t)s->io.width;
    s->height = (uint32_t)s->io.height;
    return TH_OK;
}

static enum th_status open_strip(struct th_webp_vp8 *s, bool alpha) {
    s->y_stride = s->width;
    s->uv_stride = (s->width + 1) / 2;
    s->y = th_malloc((PUT_ROWS_MAX + 1) * s->y_stride);
    s->u = th_malloc((PUT_ROWS_MAX / 2 + 1) * s->uv_stride);
    s->v = th_malloc((PUT_ROWS_MAX / 2 + 1) * s->uv_stride);
    if (!s->y || !s->u || !s->v) return th_fail_memory();
    if (!alpha) return TH_OK;
    s->rgba = th_malloc((PUT_ROWS_MAX + 1) * (size_t)s->width * 4);
    return s->rgba ? TH_OK : th_fail_memory();
}

enum th_status th_webp_vp8_open(struct th_webp_vp8 **vp8, const uint8_t *data, size_t bytes,
                                const uint8_t *alpha, size_t alpha_bytes) {
    struct th_webp_vp8 *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    enum th_status status = open_decoder(s, data, bytes);
    if (status == TH_OK) status = open_strip(s, alpha != NULL);
    if (status != TH_OK) {
        th_webp_vp8_close(s);
        return status;
    }
    WebPInitUpsamplers();
    /* Only now: with alpha data VP8InitFrame would reserve a plane that nobody uses. */
    s->decoder->alpha_data = alpha;
    s->decoder->alpha_data_size = alpha_bytes;
    *vp8 = s;
    return TH_OK;
}

void th_webp_vp8_close(struct th_webp_vp8 *s) {
    if (!s) return;
    VP8Delete(s->decoder);
    th_free(s->y);
    th_free(s->u);
    th_free(s->v);
    th_free(s->rgba);
    th_free(s);
}

/* Block headers and what rounding up costs. */
#define SLACK_BYTES 4096u
/* Huffman tables and transforms of a VP8L-packed plane: measured below 200 KiB. */
#define PACKED_BYTES (256u << 10)

uint64_t th_webp_vp8_memory(uint32_t width, uint32_t height, bool alpha, bool alpha_packed) {
    uint64_t mb_w = (width + 15) / 16, pixels = (uint64_t)width * height;
    /* frame_dec.c, AllocateMemory: per macroblock intra modes, top samples, context,
     * filter info, coefficients, and the cache of 16 + 8 rows of 1.5 bytes. */
    uint64_t bytes = sizeof(VP8Decoder) + YUV_SIZE + SLACK_BYTES;
    bytes += mb_w * (4 + sizeof(VP8TopSamples) + sizeof(VP8MB) + sizeof(VP8FInfo) +
                     sizeof(VP8MBData) + 24 * sizeof(VP8TopSamples) * 3 / 2);
    bytes += (uint64_t)(PUT_ROWS_MAX + 2) * (width + 1) * 2;
    if (!alpha) return bytes;
    bytes += (PUT_ROWS_MAX + 1) * (uint64_t)width * 4 + pixels;
    if (!alpha_packed) return bytes;
    /* Palettes take a byte a pixel of all of it, the rest a window. */
    uint64_t window = th_webp_vp8l_window(width, height);
    bytes += (window > pixels ? window : pixels) + (uint64_t)width * 17 * 4 + PACKED_BYTES;
    return bytes;
}
