/* webp_write.c - lossy WebP from planes, by libwebp's encoder.
 *
 * FRAME: libwebp analyses a whole picture before it writes a byte, so the planes
 * are collected at output size, and finish does all the work. The ICC profile goes
 * into a VP8X container of our own making (libwebpmux is not linked): libwebp's
 * first bytes are held back until it is clear what they are.
 *
 * Alpha is packed losslessly (libwebp's ALPH); a picture that turns out opaque
 * gets none. */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "codec.h"
#include "src/webp/encode.h"

/* libwebp's effort, 0..6. docs/decisions/0011-webp.md has the measurements. */
#define ENCODE_METHOD 4
/* Larger pictures are encoded without libwebp's token buffer, which takes up to
 * 30 bytes a pixel and saves a third of the time. */
#define TOKENS_PIXELS_MAX (1u << 20)

#define FIXED_BYTES (192u << 10) /* tables and first buffers, whatever the size */

#define RIFF_HEADER_BYTES 12u
#define CHUNK_HEADER_BYTES 8u
#define VP8X_BYTES 18u /* chunk header and payload */
#define HEAD_BYTES (RIFF_HEADER_BYTES + VP8X_BYTES)
#define FLAG_ALPHA 0x10u
#define FLAG_PROFILE 0x20u

struct webp_writer {
    struct th_sink sink;
    struct th_encode encode;
    struct th_output *out;
    WebPPicture picture;
    uint32_t next[TH_PLANES_MAX]; /* rows that went into the picture */
    /* While libwebp writes: */
    enum th_status status; /* of the first append that failed */
    uint8_t head[HEAD_BYTES];
    size_t head_bytes;
    size_t written_bytes; /* into `out` */
};

/* ---- output ---- */

static void put_le(uint8_t *to, uint32_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_le32(const uint8_t *from) {
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

static void append(struct webp_writer *w, const void *data, size_t bytes) {
    if (w->status != TH_OK) return;
    w->status = th_output_put(w->out, data, bytes);
    if (w->status == TH_OK) w->written_bytes += bytes;
}

/* head holds RIFF and either VP8X or the beginning of VP8: writes them with an
 * ICCP chunk, which is the first behind VP8X, and a RIFF size that counts it. */
static void append_head_with_profile(struct webp_writer *w) {
    const uint8_t *rest = w->head + RIFF_HEADER_BYTES;
    bool extended = memcmp(rest, "VP8X", 4) == 0;
    size_t padded = w->encode.icc_bytes + (w->encode.icc_bytes & 1);
    size_t added = CHUNK_HEADER_BYTES + padded + (extended ? 0 : VP8X_BYTES);
    uint8_t vp8x[VP8X_BYTES] = "VP8X", iccp[CHUNK_HEADER_BYTES] = "ICCP";

    put_le(w->head + 4, get_le32(w->head + 4) + (uint32_t)added, 4);
    put_le(vp8x + 4, VP8X_BYTES - CHUNK_HEADER_BYTES, 4);
    vp8x[8] = (uint8_t)(FLAG_PROFILE | (extended ? FLAG_ALPHA : 0));
    put_le(vp8x + 12, (uint32_t)w->picture.width - 1, 3);
    put_le(vp8x + 15, (uint32_t)w->picture.height - 1, 3);
    put_le(iccp + 4, (uint32_t)w->encode.icc_bytes, 4);

    append(w, w->head, RIFF_HEADER_BYTES);
    append(w, vp8x, sizeof vp8x);
    append(w, iccp, sizeof iccp);
    append(w, w->encode.icc, w->encode.icc_bytes);
    append(w, "", padded - w->encode.icc_bytes);
    if (!extended) append(w, rest, VP8X_BYTES);
}

/* WebPPicture.writer: 0 stops the encoder. */
static int write_some(const uint8_t *data, size_t bytes, const WebPPicture *picture) {
    struct webp_writer *w = picture->custom_ptr;
    size_t head = HEAD_BYTES - w->head_bytes;
    if (head > bytes) head = bytes;
    if (w->encode.icc && head > 0) {
        memcpy(w->head + w->head_bytes, data, head);
        w->head_bytes += head;
        if (w->head_bytes == HEAD_BYTES) append_head_with_profile(w);
        data += head;
        bytes -= head;
    }
    if (bytes > 0) append(w, data, bytes);
    return w->status == TH_OK;
}

/* ---- encoding ---- */

static bool uses_tokens(const struct th_encode *encode) {
    const struct th_plane *size = &encode->shape.plane[0];
    return (uint64_t)size->width * size->height <= TOKENS_PIXELS_MAX;
}

static enum th_status configure(const struct webp_writer *w, WebPConfig *config) {
    if (!WebPConfigInit(config)) {
        return th_fail(TH_INTERNAL, "webp: another libwebp than compiled for");
    }
    config->quality = (float)w->encode.quality;
    config->method = ENCODE_METHOD;
    config->low_memory = !uses_tokens(&w->encode);
    return TH_OK;
}

static enum th_status encode_failed(const struct webp_writer *w) {
    switch (w->picture.error_code) {
    case VP8_ENC_ERROR_BAD_WRITE: return w->status;
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY: return th_fail_memory();
    default: return th_fail(TH_INTERNAL, "webp: libwebp refuses to encode");
    }
}

/* Takes back what a failed attempt wrote: nobody has pulled it yet. */
static void rewind_output(struct webp_writer *w) {
    w->out->end -= w->written_bytes;
    w->out->total -= w->written_bytes;
    w->written_bytes = w->head_bytes = 0;
    w->picture.error_code = VP8_ENC_OK;
}

static enum th_status webp_finish(struct th_sink *self) {
    struct webp_writer *w = (struct webp_writer *)self;
    WebPConfig config;
    TH_TRY(configure(w, &config));
    w->picture.writer = write_some;
    w->picture.custom_ptr = w;
    if (WebPEncode(&config, &w->picture)) return TH_DONE;
    if (w->picture.error_code == VP8_ENC_ERROR_PARTITION0_OVERFLOW) {
        /* Prediction modes must fit 512 KiB, which very large pictures can miss:
         * again, with none but the short codes. */
        rewind_output(w);
        config.partition_limit = 100;
        if (WebPEncode(&config, &w->picture)) return TH_DONE;
    }
    return encode_failed(w);
}

/* ---- rows ---- */

struct target {
    uint8_t *plane;
    size_t stride;
};

static struct target target_of(const WebPPicture *picture, uint32_t plane) {
    switch (plane) {
    case 0: return (struct target){picture->y, (size_t)picture->y_stride};
    case 1: return (struct target){picture->u, (size_t)picture->uv_stride};
    case 2: return (struct target){picture->v, (size_t)picture->uv_stride};
    default: return (struct target){picture->a, (size_t)picture->a_stride};
    }
}

static enum th_status webp_put(struct th_sink *self, const struct th_band *band) {
    struct webp_writer *w = (struct webp_writer *)self;
    const struct th_shape *shape = &w->encode.shape;
    for (uint32_t p = 0; p < th_layout_planes(shape->layout); p++) {
        struct target to = target_of(&w->picture, p);
        assert(band->rows[p] <= shape->plane[p].height - w->next[p]);
        for (uint32_t i = 0; i < band->rows[p]; i++) {
            memcpy(to.plane + w->next[p]++ * to.stride, band->data[p] + i * band->stride[p],
                   shape->plane[p].width);
        }
    }
    return TH_OK;
}

/* ---- life ---- */

static void webp_close(struct th_sink *self) {
    struct webp_writer *w = (struct webp_writer *)self;
    WebPPictureFree(&w->picture);
    th_free(w);
}

static void fill_grey(WebPPicture *picture) {
    size_t rows = ((size_t)picture->height + 1) / 2;
    memset(picture->u, 128, rows * (size_t)picture->uv_stride);
    memset(picture->v, 128, rows * (size_t)picture->uv_stride);
}

static enum th_status open_picture(struct webp_writer *w) {
    WebPPicture *picture = &w->picture;
    enum th_layout layout = w->encode.shape.layout;
    if (!WebPPictureInit(picture)) {
        return th_fail(TH_INTERNAL, "webp: another libwebp than compiled for");
    }
    picture->use_argb = 0;
    picture->colorspace = layout == TH_LAYOUT_YCCA ? WEBP_YUV420A : WEBP_YUV420;
    picture->width = (int)w->encode.shape.plane[0].width;
    picture->height = (int)w->encode.shape.plane[0].height;
    if (!WebPPictureAlloc(picture)) return th_fail_memory();
    if (layout == TH_LAYOUT_GRAY) fill_grey(picture);
    return TH_OK;
}

enum th_status th_webp_open_writer(const struct th_encode *encode, struct th_output *out,
                                   struct th_sink **sink) {
    enum th_layout layout = encode->shape.layout;
    assert(layout == TH_LAYOUT_GRAY || layout == TH_LAYOUT_YCC || layout == TH_LAYOUT_YCCA);
    assert(layout == TH_LAYOUT_GRAY || encode->shape.limited_range);
    (void)layout;
    struct webp_writer *w = th_calloc(1, sizeof *w);
    if (!w) return th_fail_memory();
    w->sink = (struct th_sink){webp_put, webp_finish, webp_close};
    w->encode = *encode;
    w->out = out;
    enum th_status status = open_picture(w);
    if (status != TH_OK) {
        webp_close(&w->sink);
        return status;
    }
    *sink = &w->sink;
    return TH_OK;
}

/* Measured with random planes, the worst there is, and rounded up: bytes a pixel of
 * planes, macroblocks, tokens (more at high quality), output; alpha's own encoder. */
uint64_t th_webp_writer_memory(const struct th_encode *encode) {
    uint64_t pixels = (uint64_t)encode->shape.plane[0].width * encode->shape.plane[0].height;
    uint64_t rate = 10, above_80 = encode->quality > 80 ? encode->quality - 80 : 0;
    if (uses_tokens(encode)) rate = 24 + above_80 * 12 / 20;
    if (encode->shape.layout == TH_LAYOUT_YCCA || encode->shape.layout == TH_LAYOUT_RGBA) rate = 56;
    return pixels * rate + FIXED_BYTES + encode->icc_bytes;
}
