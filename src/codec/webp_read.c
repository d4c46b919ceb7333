/* webp_read.c - WebP into rows: lossy opaque as YCC planes in limited range, lossy
 * with alpha as RGBA, lossless as RGBX or RGBA.
 *
 * The compressed bytes stay in memory until the end (webp_chunks.h says where in
 * them lies what), and decoding starts when all have arrived. Lossy pictures are
 * decoded a row of macroblocks at a time without a frame, but for an alpha plane
 * (webp_vp8.h); lossless ones within a window (webp_vp8l.h). */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "codec.h"
#include "icc.h"
#include "webp_chunks.h"
#include "webp_vp8.h"
#include "webp_vp8l.h"

struct webp_reader {
    struct th_reader reader;
    struct th_webp_info info;
    uint64_t samples; /* work of decoding */
    uint8_t *icc;     /* owned */
    struct th_webp_vp8 *vp8;
    struct th_webp_vp8l *vp8l;
};

/* A profile worth carrying over is copied: the input region may still move. */
static enum th_status copy_profile(struct webp_reader *r) {
    size_t bytes = r->info.profile.bytes;
    const uint8_t *profile = th_input_data(r->reader.in) + r->info.profile.at;
    if (bytes == 0 || bytes > TH_ICC_BYTES_MAX) return TH_OK;
    if (th_icc_classify(profile, bytes) != TH_ICC_RGB) return TH_OK;
    r->icc = th_malloc(bytes);
    if (!r->icc) return th_fail_memory();
    memcpy(r->icc, profile, bytes);
    r->reader.header.icc = r->icc;
    r->reader.header.icc_bytes = bytes;
    return TH_OK;
}

/* Tokens of VP8 outweigh its pixels where there are many: noise at quality 100. */
#define WORK_PER_VP8_BYTE 8u

static uint64_t samples_of(const struct th_webp_info *info, uint64_t image_bytes) {
    uint64_t pixels = (uint64_t)info->width * info->height;
    if (info->lossless) return pixels * 4;
    return pixels * 3 / 2 + (info->has_alpha ? pixels : 0) + image_bytes * WORK_PER_VP8_BYTE;
}

static enum th_status webp_read_header(struct th_reader *self) {
    struct webp_reader *r = (struct webp_reader *)self;
    struct th_webp_info *info = &r->info;
    struct th_header *h = &self->header;
    TH_TRY(th_webp_info_read(info, self->in));
    r->samples = samples_of(info, info->image.bytes);
    *h = (struct th_header){
        .width = info->width,
        .height = info->height,
        .orientation = info->orientation,
        .has_alpha = info->has_alpha,
        .layout = info->has_alpha  ? TH_LAYOUT_RGBA
                  : info->lossless ? TH_LAYOUT_RGBX
                                   : TH_LAYOUT_YCC,
        .scales = TH_SCALES_FULL,
        .whole_input = true,
        .work = r->samples / TH_WORK_UNIT_SAMPLES + 1,
    };
    if (h->layout == TH_LAYOUT_YCC) {
        h->limited_range = true;
        h->chroma_h = h->chroma_v = 2;
    }
    h->memory_bytes = sizeof *r + info->profile.bytes;
    h->memory_bytes += info->lossless ? th_webp_vp8l_memory(info->width, info->height)
                                      : th_webp_vp8_memory(info->width, info->height,
                                                           info->has_alpha, info->alpha_packed);
    return copy_profile(r);
}

static struct th_shape shape_of(const struct th_header *h) {
    struct th_plane full = {h->width, h->height};
    struct th_plane half = {(h->width + 1) / 2, (h->height + 1) / 2};
    if (h->layout != TH_LAYOUT_YCC) return (struct th_shape){h->layout, false, {full}};
    return (struct th_shape){h->layout, true, {full, half, half}};
}

static enum th_status webp_start(struct th_reader *self, uint32_t scale) {
    struct webp_reader *r = (struct webp_reader *)self;
    const struct th_webp_info *info = &r->info;
    assert(scale == TH_SCALE_FULL);
    (void)scale;
    if (!self->in->closed) return TH_MORE_INPUT;
    TH_TRY(th_webp_info_complete(info, self->in));
    const uint8_t *file = th_input_data(self->in);
    const uint8_t *image = file + info->image.at;
    const uint8_t *alpha = info->has_alpha ? file + info->alpha.at : NULL;
    /* To the end of the file: a chunk shorter than its data is nothing to libwebp. */
    const size_t bytes = th_input_ready(self->in) - info->image.at;
    r->samples = samples_of(info, bytes);
    if (info->lossless)
        TH_TRY(th_webp_vp8l_open(&r->vp8l, image, bytes, !info->has_alpha));
    else
        TH_TRY(th_webp_vp8_open(&r->vp8, image, bytes, alpha, info->alpha.bytes));
    self->source.shape = shape_of(&self->header);
    return TH_OK;
}

static enum th_status webp_next(struct th_source *self, struct th_band *band) {
    struct webp_reader *r = (struct webp_reader *)self;
    TH_TRY(r->vp8l ? th_webp_vp8l_next(r->vp8l, band) : th_webp_vp8_next(r->vp8, band));
    return th_work_add(r->samples * band->rows[0] / r->info.height);
}

static void webp_close(struct th_source *self) {
    struct webp_reader *r = (struct webp_reader *)self;
    th_webp_vp8_close(r->vp8);
    th_webp_vp8l_close(r->vp8l);
    th_free(r->icc);
    th_free(r);
}

enum th_status th_webp_open_reader(struct th_input *in, const struct th_limits *limits,
                                   struct th_reader **reader) {
    struct webp_reader *r = th_calloc(1, sizeof *r);
    (void)limits; /* the plan checks the header against them */
    if (!r) return th_fail_memory();
    in->keep = true;
    r->reader = (struct th_reader){.source = {.next = webp_next, .close = webp_close},
                                   .in = in,
                                   .read_header = webp_read_header,
                                   .start = webp_start};
    *reader = &r->reader;
    return TH_OK;
}
