/* linear.c - see linear.h. */
#include "linear.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "band.h"
#include "linear_rows.h"

/* Counted for each pixel of the source: four samples to light, four resampled twice as wide. */
#define PIXEL_SAMPLES 8u

struct linear {
    struct th_source source;
    struct th_source *up;
    struct th_band held; /* what is left of the upstream's band */
    struct th_linear_tables tables;
    bool flatten;
    int16_t background[4]; /* premultiplied, linear */
    int16_t *pixels;       /* one row; to linear: what is handed out */
    uint8_t *out;          /* one row; from linear */
};

static enum th_status to_linear_next(struct th_source *self, struct th_band *band) {
    struct linear *l = (struct linear *)self;
    const uint32_t width = self->shape.plane[0].width;
    const uint8_t *row;
    TH_TRY(th_band_pull(l->up, &l->held, &row));
    TH_TRY(th_work_add((uint64_t)width * PIXEL_SAMPLES));
    switch (l->up->shape.layout) {
    case TH_LAYOUT_GRAY: th_rows_linear_gray(l->pixels, row, &l->tables, width); break;
    case TH_LAYOUT_RGBX: th_rows_linear_rgbx(l->pixels, row, &l->tables, width); break;
    default: th_rows_linear_rgba(l->pixels, row, &l->tables, width); break;
    }
    th_band_give(band, 0, l->pixels);
    return TH_OK;
}

static enum th_status from_linear_next(struct th_source *self, struct th_band *band) {
    struct linear *l = (struct linear *)self;
    const uint32_t width = self->shape.plane[0].width;
    const uint8_t *row;
    TH_TRY(th_band_pull(l->up, &l->held, &row));
    memcpy(l->pixels, row, (size_t)width * 4 * sizeof *l->pixels);
    if (l->flatten) th_rows_linear_over(l->pixels, l->background, width);
    switch (self->shape.layout) {
    case TH_LAYOUT_GRAY: th_rows_srgb_gray(l->out, l->pixels, &l->tables, width); break;
    case TH_LAYOUT_RGBX: th_rows_srgb_rgbx(l->out, l->pixels, &l->tables, width); break;
    default: th_rows_srgb_rgba(l->out, l->pixels, &l->tables, width); break;
    }
    th_band_give(band, 0, l->out);
    return TH_OK;
}

static void linear_free(struct linear *l) {
    th_free(l->pixels);
    th_free(l->out);
    th_free(l);
}

static void linear_close(struct th_source *self) {
    struct linear *l = (struct linear *)self;
    l->up->close(l->up);
    linear_free(l);
}

static enum th_status linear_open(struct th_source *up, enum th_layout layout,
                                  enum th_status (*next)(struct th_source *, struct th_band *),
                                  struct linear **linear) {
    const uint32_t width = up->shape.plane[0].width;
    struct linear *l = th_calloc(1, sizeof *l);
    if (!l) return th_fail_memory();
    l->source = (struct th_source){up->shape, next, linear_close};
    l->source.shape.layout = layout;
    l->up = up;
    l->pixels = th_calloc(width, 4 * sizeof *l->pixels);
    l->out = layout == TH_LAYOUT_RGBA_PRE ? NULL : th_calloc(width, 4);
    if (!l->pixels || (!l->out && layout != TH_LAYOUT_RGBA_PRE)) {
        linear_free(l);
        return th_fail_memory();
    }
    th_linear_tables_make(&l->tables);
    *linear = l;
    return TH_OK;
}

enum th_status th_to_linear_open(struct th_source *up, struct th_source **source) {
    struct linear *l;
    assert(up->shape.layout == TH_LAYOUT_GRAY || up->shape.layout == TH_LAYOUT_RGBX ||
           up->shape.layout == TH_LAYOUT_RGBA);
    TH_TRY(linear_open(up, TH_LAYOUT_RGBA_PRE, to_linear_next, &l));
    *source = &l->source;
    return TH_OK;
}

enum th_status th_from_linear_open(struct th_source *up, enum th_layout layout,
                                   struct th_source **source) {
    struct linear *l;
    assert(up->shape.layout == TH_LAYOUT_RGBA_PRE);
    TH_TRY(linear_open(up, layout, from_linear_next, &l));
    *source = &l->source;
    return TH_OK;
}

enum th_status th_flatten_linear_open(struct th_source *up, const uint8_t background[4],
                                      struct th_source **source) {
    struct linear *l;
    const bool opaque = background[3] == 255;
    assert(up->shape.layout == TH_LAYOUT_RGBA_PRE);
    TH_TRY(linear_open(up, opaque ? TH_LAYOUT_RGBX : TH_LAYOUT_RGBA, from_linear_next, &l));
    th_rows_linear_rgba(l->background, background, &l->tables, 1);
    l->flatten = true;
    *source = &l->source;
    return TH_OK;
}
