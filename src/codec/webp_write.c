/* webp_write.c - lossy WebP from planes, by libwebp's encoder.
 *
 * FRAME: libwebp analyses a whole picture before it writes a byte, so the planes
 * are collected at output size, and finish does all the work. Alpha is packed
 * losslessly by ourselves (webp_alpha.h); a plane that turns out opaque is
 * dropped. Alpha and the ICC profile go into a VP8X container of our own making:
 * libwebp's RIFF header is held back and written anew. */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "codec.h"
#include "webp_alpha.h"
#include "src/webp/encode.h"

/* libwebp's effort, 0..6. docs/decisions/0011-webp.md has the measurements. */
#define ENCODE_METHOD 4
/* libwebp's token buffer takes up to 30 bytes a pixel and saves nearly half of the
 * time. Pictures that may need more than this are encoded without it: over two
 * megapixels at quality 80. */
#define TOKENS_BYTES_MAX (50u << 20)
#define RATE_WITHOUT_TOKENS 10u /* bytes a pixel, see th_webp_writer_memory */
#define FIXED_BYTES (192u << 10) /* tables and first buffers, whatever the size */

#define RIFF_HEADER_BYTES 12u
#define CHUNK_HEADER_BYTES 8u
#define VP8X_BYTES 10u
#define FLAG_ALPHA 0x10u
#define FLAG_PROFILE 0x20u

struct webp_writer {
    struct th_sink sink;
    struct th_encode encode;
    struct th_output *out;
    WebPPicture picture;
    uint32_t next[TH_PLANES_MAX]; /* rows that went into the picture */
    struct th_output alpha;       /* where the payload of ALPH is made */
    const uint8_t *alpha_data;
    size_t alpha_bytes; /* 0: opaque */
    /* While libwebp writes: */
    enum th_status status; /* of the first append that failed */
    uint8_t riff[RIFF_HEADER_BYTES];
    size_t riff_bytes;
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

static size_t chunk_bytes(size_t payload) {
    return payload == 0 ? 0 : CHUNK_HEADER_BYTES + payload + (payload & 1);
}

static void append_chunk(struct webp_writer *w, const char name[4], const void *payload,
                         size_t bytes) {
    uint8_t head[CHUNK_HEADER_BYTES];
    if (bytes == 0) return;
    memcpy(head, name, 4);
    put_le(head + 4, (uint32_t)bytes, 4);
    append(w, head, sizeof head);
    append(w, payload, bytes);
    append(w, "", bytes & 1);
}

/* libwebp is about to write RIFF and VP8: in front of VP8 go VP8X, ICCP and ALPH,
 * in this order, and the RIFF size counts them. */
static void append_extended_head(struct webp_writer *w) {
    size_t added = chunk_bytes(VP8X_BYTES) + chunk_bytes(w->encode.icc_bytes) +
                   chunk_bytes(w->alpha_bytes);
    uint8_t vp8x[VP8X_BYTES] = {0};
    put_le(w->riff + 4, get_le32(w->riff + 4) + (uint32_t)added, 4);
    vp8x[0] = (uint8_t)((w->encode.icc_bytes ? FLAG_PROFILE : 0) |
                        (w->alpha_bytes ? FLAG_ALPHA : 0));
    put_le(vp8x + 4, (uint32_t)w->picture.width - 1, 3);
    put_le(vp8x + 7, (uint32_t)w->picture.height - 1, 3);
    append(w, w->riff, sizeof w->riff);
    append_chunk(w, "VP8X", vp8x, sizeof vp8x);
    append_chunk(w, "ICCP", w->encode.icc, w->encode.icc_bytes);
    append_chunk(w, "ALPH", w->alpha_data, w->alpha_bytes);
}

/* WebPPicture.writer: 0 stops the encoder. */
static int write_some(const uint8_t *data, size_t bytes, const WebPPicture *picture) {
    struct webp_writer *w = picture->custom_ptr;
    bool extended = w->encode.icc_bytes > 0 || w->alpha_bytes > 0;
    size_t part = extended ? RIFF_HEADER_BYTES - w->riff_bytes : 0;
    if (part > bytes) part = bytes;
    if (part > 0) {
        memcpy(w->riff + w->riff_bytes, data, part);
        w->riff_bytes += part;
        if (w->riff_bytes == RIFF_HEADER_BYTES) append_extended_head(w);
    }
    append(w, data + part, bytes - part);
    return w->status == TH_OK;
}

/* ---- encoding ---- */

static uint64_t pixels_of(const struct th_encode *encode) {
    return (uint64_t)encode->shape.plane[0].width * encode->shape.plane[0].height;
}

/* Measured with random planes, the worst there is, and rounded up: bytes a pixel of
 * planes, macroblocks, tokens and output. */
static uint64_t rate_with_tokens(const struct th_encode *encode) {
    uint64_t above_80 = encode->quality > 80 ? encode->quality - 80 : 0;
    return 24 + above_80 * 12 / 20;
}

static bool uses_tokens(const struct th_encode *encode) {
    return pixels_of(encode) * rate_with_tokens(encode) <= TOKENS_BYTES_MAX;
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
    w->written_bytes = w->riff_bytes = 0;
    w->picture.error_code = VP8_ENC_OK;
}

static bool is_opaque(const WebPPicture *picture) {
    uint8_t all = 255;
    for (int y = 0; y < picture->height; y++) {
        const uint8_t *row = picture->a + (size_t)y * (size_t)picture->a_stride;
        for (int x = 0; x < picture->width; x++) all &= row[x];
    }
    return all == 255;
}

/* Packs the alpha plane and hides it from libwebp, which then sees an opaque
 * picture, its invisible pixels made cheap. */
static enum th_status pack_alpha(struct webp_writer *w) {
    WebPPicture *picture = &w->picture;
    w->alpha.limit = UINT64_MAX;
    if (picture->a && !is_opaque(picture)) {
        TH_TRY(th_webp_alpha_pack(picture->a, (size_t)picture->a_stride, (uint32_t)picture->width,
                                  (uint32_t)picture->height, &w->alpha));
        w->alpha_bytes = th_output_take(&w->alpha, &w->alpha_data);
        WebPCleanupTransparentArea(picture);
    }
    picture->a = NULL; /* part of a larger block, which WebPPictureFree frees */
    picture->colorspace = WEBP_YUV420;
    return TH_OK;
}

static enum th_status webp_finish(struct th_sink *self) {
    struct webp_writer *w = (struct webp_writer *)self;
    WebPConfig config;
    TH_TRY(configure(w, &config));
    TH_TRY(pack_alpha(w));
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
    th_output_free(&w->alpha);
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

uint64_t th_webp_writer_memory(const struct th_encode *encode) {
    struct th_plane size = encode->shape.plane[0];
    enum th_layout layout = encode->shape.layout;
    uint64_t rate = uses_tokens(encode) ? rate_with_tokens(encode) : RATE_WITHOUT_TOKENS;
    uint64_t bytes = pixels_of(encode) * rate + FIXED_BYTES + encode->icc_bytes;
    if (layout != TH_LAYOUT_YCCA && layout != TH_LAYOUT_RGBA) return bytes;
    return bytes + th_webp_alpha_memory(size.width, size.height);
}
