/* png_spng.c - see png_spng.h. */
#include "png_spng.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "spng.h"

#define SPANS_MAX 6u
/* libspng's context and stream buffer, zlib's state and its 32 KiB window: measured 60 KiB. */
#define FIXED_BYTES (96u << 10)

#define WINDOW_BYTES (32u << 10) /* zlib asks for it at the first byte */

/* Whether the file has one or not, libspng wants to see the end. */
static const uint8_t iend[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};

struct span {
    const uint8_t *data;
    size_t bytes;
};

struct th_png_spng {
    spng_ctx *ctx;
    struct span spans[SPANS_MAX]; /* the file libspng sees */
    uint32_t span_count;
    uint32_t span_at;
    bool cut; /* th_png_idat_extent's */
};

bool th_png_spng_narrow(const struct th_png_info *info) {
    return info->colour == TH_PNG_GRAY && !info->has_trns && info->depth <= 8;
}

uint64_t th_png_spng_memory(const struct th_png_info *info) {
    const uint64_t line_bytes = th_png_line_bytes(info, info->width);
    return FIXED_BYTES + 2 * line_bytes + (info->interlaced ? (uint64_t)info->width * 4 : 0);
}

static void add_span(struct th_png_spng *spng, const uint8_t *data, size_t bytes) {
    if (bytes == 0) return;
    assert(spng->span_count < SPANS_MAX);
    spng->spans[spng->span_count++] = (struct span){data, bytes};
}

static int read_spans(spng_ctx *ctx, void *user, void *dst_void, size_t bytes) {
    struct th_png_spng *spng = user;
    uint8_t *dst = dst_void;
    (void)ctx;
    if (th_work_add((uint64_t)bytes * TH_PNG_SPNG_WORK_PER_BYTE) != TH_OK) return SPNG_IO_ERROR;
    while (bytes > 0) {
        if (spng->span_at == spng->span_count) return SPNG_IO_EOF;
        struct span *span = &spng->spans[spng->span_at];
        const size_t part = bytes < span->bytes ? bytes : span->bytes;
        memcpy(dst, span->data, part);
        dst += part;
        bytes -= part;
        span->data += part;
        span->bytes -= part;
        if (span->bytes == 0) spng->span_at++;
    }
    return 0;
}

/* libspng calls it bad data when zlib gets no memory for its window: so as much is asked for
 * once more. */
static enum th_status failed_inflate(void) {
    void *room = th_malloc(WINDOW_BYTES);
    if (room == NULL) return th_fail_memory();
    th_free(room);
    return th_fail(TH_CORRUPT, "png: image data does not inflate");
}

static enum th_status failed(const struct th_png_spng *spng, int error) {
    switch (error) {
    case SPNG_EMEM:
    case SPNG_EZLIB_INIT: return th_fail_memory();
    case SPNG_IO_ERROR: return TH_TOO_LARGE; /* read_spans has said why */
    case SPNG_EIDAT_TOO_SHORT:
        if (spng->cut) return th_fail(TH_TRUNCATED, "png: the file ends inside its image data");
        return th_fail(TH_CORRUPT, "png: not enough image data");
    case SPNG_EIDAT_STREAM: return failed_inflate();
    case SPNG_EFILTER: return th_fail(TH_CORRUPT, "png: unknown row filter");
    default: return th_fail(TH_CORRUPT, "png: malformed");
    }
}

static enum th_status begin(struct th_png_spng *spng, const struct th_png_info *info,
                            const struct th_input *in) {
    struct th_png_idat_extent extent;
    TH_TRY(th_png_idat_check(in, &extent));
    add_span(spng, th_png_signature, TH_PNG_SIGNATURE_BYTES);
    add_span(spng, info->ihdr.data, info->ihdr.bytes);
    add_span(spng, info->plte.data, info->plte.bytes);
    add_span(spng, info->trns.data, info->trns.bytes);
    add_span(spng, th_input_data(in), extent.bytes);
    add_span(spng, iend, sizeof iend);
    spng->cut = extent.cut;
    /* As inflate.h: the chunks' CRCs are enough. */
    spng->ctx = spng_ctx_new(SPNG_CTX_IGNORE_ADLER32);
    if (spng->ctx == NULL) return th_fail_memory();
    int error = spng_set_png_stream(spng->ctx, read_spans, spng);
    const int fmt = th_png_spng_narrow(info) ? SPNG_FMT_G8 : SPNG_FMT_RGBA8;
    if (error == 0)
        error = spng_decode_image(spng->ctx, NULL, 0, fmt,
                                  SPNG_DECODE_PROGRESSIVE | SPNG_DECODE_TRNS);
    return error == 0 ? TH_OK : failed(spng, error);
}

enum th_status th_png_spng_open(const struct th_png_info *info, const struct th_input *in,
                                struct th_png_spng **spng) {
    struct th_png_spng *made = th_calloc(1, sizeof *made);
    if (made == NULL) return th_fail_memory();
    const enum th_status status = begin(made, info, in);
    if (status != TH_OK) {
        th_png_spng_close(made);
        return status;
    }
    *spng = made;
    return TH_OK;
}

enum th_status th_png_spng_frame(struct th_png_spng *spng, uint8_t *frame, size_t stride) {
    for (;;) { /* libspng ends with the last row of the last pass */
        struct spng_row_info info;
        int error = spng_get_row_info(spng->ctx, &info);
        if (error == 0) error = spng_decode_row(spng->ctx, frame + info.row_num * stride, stride);
        if (error == SPNG_EOI) return TH_OK;
        if (error != 0) return failed(spng, error);
    }
}

void th_png_spng_close(struct th_png_spng *spng) {
    if (spng == NULL) return;
    spng_ctx_free(spng->ctx);
    th_free(spng);
}
