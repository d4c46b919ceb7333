/* alpha.c - see alpha.h. */
#include "alpha.h"

#include <assert.h>

#include "../arena.h"
#include "../fail.h"
#include "alpha_rows.h"
#include "band.h"

struct alpha {
    struct th_source source;
    struct th_source *up;
    struct th_band held; /* what is left of the upstream's band */
    uint8_t background[4];
    void *out; /* one row */
};

static enum th_status premultiply_next(struct th_source *self, struct th_band *band) {
    struct alpha *a = (struct alpha *)self;
    const uint8_t *row;
    TH_TRY(th_band_pull(a->up, &a->held, &row));
    th_rows_premultiply(a->out, row, self->shape.plane[0].width);
    th_band_give(band, 0, a->out);
    return TH_OK;
}

static enum th_status unpremultiply_next(struct th_source *self, struct th_band *band) {
    struct alpha *a = (struct alpha *)self;
    const uint8_t *row;
    TH_TRY(th_band_pull(a->up, &a->held, &row));
    th_rows_unpremultiply(a->out, (const int16_t *)(const void *)row, self->shape.plane[0].width);
    th_band_give(band, 0, a->out);
    return TH_OK;
}

static enum th_status flatten_next(struct th_source *self, struct th_band *band) {
    struct alpha *a = (struct alpha *)self;
    const uint8_t *row;
    uint32_t width = self->shape.plane[0].width;
    TH_TRY(th_band_pull(a->up, &a->held, &row));
    if (self->shape.layout == TH_LAYOUT_RGBX) {
        th_rows_flatten(a->out, (const int16_t *)(const void *)row, a->background, width);
    } else {
        th_rows_flatten_rgba(a->out, (const int16_t *)(const void *)row, a->background, width);
    }
    th_band_give(band, 0, a->out);
    return TH_OK;
}

static void alpha_close(struct th_source *self) {
    struct alpha *a = (struct alpha *)self;
    a->up->close(a->up);
    th_free(a->out);
    th_free(a);
}

static enum th_status alpha_open(struct th_source *up, enum th_layout layout,
                                 enum th_status (*next)(struct th_source *, struct th_band *),
                                 struct alpha **alpha) {
    struct alpha *a = th_calloc(1, sizeof *a);
    if (!a) return th_fail_memory();
    a->source = (struct th_source){up->shape, next, alpha_close};
    a->source.shape.layout = layout;
    a->up = up;
    a->out = th_calloc(up->shape.plane[0].width + TH_ALPHA_SLACK_PIXELS,
                       layout == TH_LAYOUT_RGBA_PRE ? 8 : 4);
    if (!a->out) {
        th_free(a);
        return th_fail_memory();
    }
    *alpha = a;
    return TH_OK;
}

enum th_status th_premultiply_open(struct th_source *up, struct th_source **source) {
    struct alpha *a;
    assert(up->shape.layout == TH_LAYOUT_RGBA);
    TH_TRY(alpha_open(up, TH_LAYOUT_RGBA_PRE, premultiply_next, &a));
    *source = &a->source;
    return TH_OK;
}

enum th_status th_unpremultiply_open(struct th_source *up, struct th_source **source) {
    struct alpha *a;
    assert(up->shape.layout == TH_LAYOUT_RGBA_PRE);
    TH_TRY(alpha_open(up, TH_LAYOUT_RGBA, unpremultiply_next, &a));
    *source = &a->source;
    return TH_OK;
}

enum th_status th_flatten_open(struct th_source *up, const uint8_t background[4],
                               struct th_source **source) {
    struct alpha *a;
    assert(up->shape.layout == TH_LAYOUT_RGBA_PRE);
    TH_TRY(
        alpha_open(up, background[3] == 255 ? TH_LAYOUT_RGBX : TH_LAYOUT_RGBA, flatten_next, &a));
    for (uint32_t i = 0; i < 4; i++) a->background[i] = background[i];
    *source = &a->source;
    return TH_OK;
}
