/* colour.c - see colour.h. */
#include "colour.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "band.h"
#include "colour_rows.h"
#include "row_queue.h"

static uint32_t half(uint32_t size) {
    return (size + 1) / 2;
}

/* ---- to YCC ---- */

struct to_ycc {
    struct th_source source;
    struct th_source *up;
    struct th_band held;
    uint32_t width, rows_left; /* of the upstream */
    uint8_t *first;            /* the pair's first row of pixels */
    bool first_held;
    uint8_t *out[4];           /* luma 2 rows, chroma 1 row each, alpha 2 rows */
};

static void copy_alpha(uint8_t *out, const uint8_t *rgba, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) out[i] = rgba[(size_t)i * 4 + 3];
}

/* The luma (and alpha) of the pair's row `index`. */
static void convert_row(struct to_ycc *t, const uint8_t *row, uint32_t index) {
    th_rows_luma(t->out[0] + (size_t)index * t->width, row, t->width,
                 t->source.shape.limited_range);
    if (t->out[3]) copy_alpha(t->out[3] + (size_t)index * t->width, row, t->width);
}

static void convert_pair(struct to_ycc *t, const uint8_t *second, uint32_t rows) {
    bool limited = t->source.shape.limited_range;
    convert_row(t, t->first, 0);
    if (rows == 2) convert_row(t, second, 1);
    if (t->out[3])
        th_rows_chroma_alpha(t->out[1], t->out[2], t->first, second, t->width, limited);
    else
        th_rows_chroma(t->out[1], t->out[2], t->first, second, t->width, limited);
}

static enum th_status to_ycc_next(struct th_source *self, struct th_band *band) {
    struct to_ycc *t = (struct to_ycc *)self;
    const uint8_t *row;
    if (t->rows_left == 0) return TH_DONE;
    uint32_t rows = t->rows_left > 1 ? 2 : 1;
    if (!t->first_held) {
        TH_TRY(th_band_pull(t->up, &t->held, &row));
        memcpy(t->first, row, (size_t)t->width * 4);
        t->first_held = true;
    }
    row = t->first;
    if (rows == 2) TH_TRY(th_band_pull(t->up, &t->held, &row));
    convert_pair(t, row, rows);
    t->first_held = false;
    t->rows_left -= rows;
    *band = (struct th_band){0};
    for (uint32_t p = 0; p < 4; p++) {
        if (!t->out[p]) continue;
        band->data[p] = t->out[p];
        band->stride[p] = t->width;
        band->rows[p] = p == 0 || p == 3 ? rows : 1;
    }
    return TH_OK;
}

static void to_ycc_free(struct to_ycc *t) {
    for (uint32_t p = 0; p < 4; p++) th_free(t->out[p]);
    th_free(t->first);
    th_free(t);
}

static void to_ycc_close(struct th_source *self) {
    struct to_ycc *t = (struct to_ycc *)self;
    t->up->close(t->up);
    to_ycc_free(t);
}

enum th_status th_to_ycc_open(struct th_source *up, bool limited_range, struct th_source **source) {
    struct th_plane full = up->shape.plane[0], small = {half(full.width), half(full.height)};
    bool alpha = up->shape.layout == TH_LAYOUT_RGBA;
    assert(alpha || up->shape.layout == TH_LAYOUT_RGBX);
    struct to_ycc *t = th_calloc(1, sizeof *t);
    if (!t) return th_fail_memory();
    struct th_shape shape = {alpha ? TH_LAYOUT_YCCA : TH_LAYOUT_YCC,
                             limited_range,
                             {full, small, small, alpha ? full : (struct th_plane){0, 0}}};
    t->source = (struct th_source){shape, to_ycc_next, to_ycc_close};
    t->up = up;
    t->width = full.width;
    t->rows_left = full.height;
    bool ok = (t->first = th_calloc(full.width, 4)) != NULL;
    for (uint32_t p = 0; p < th_layout_planes(shape.layout); p++) {
        size_t bytes = (size_t)shape.plane[p].width * 2 + TH_COLOUR_SLACK_BYTES;
        ok = (t->out[p] = th_calloc(1, bytes)) != NULL && ok;
    }
    if (!ok) {
        to_ycc_free(t);
        return th_fail_memory();
    }
    *source = &t->source;
    return TH_OK;
}

/* ---- to RGB ---- */

struct to_rgb {
    struct th_source source;
    struct th_source *up;
    struct th_row_queue rows;
    uint8_t *grey; /* GRAY only: a chroma row of 128 */
    uint8_t *out;  /* one row */
};

static enum th_status to_rgb_next(struct th_source *self, struct th_band *band) {
    struct to_rgb *t = (struct to_rgb *)self;
    const uint8_t *row[TH_PLANES_MAX] = {NULL, t->grey, t->grey};
    while (!th_row_queue_take(&t->rows, row)) {
        struct th_band held;
        TH_TRY(t->up->next(t->up, &held));
        TH_TRY(th_row_queue_put(&t->rows, &held));
    }
    th_rows_rgb(t->out, row[0], row[1], row[2], self->shape.plane[0].width,
                t->up->shape.limited_range);
    th_band_give(band, 0, t->out);
    return TH_OK;
}

static void to_rgb_free(struct to_rgb *t) {
    th_row_queue_close(&t->rows);
    th_free(t->grey);
    th_free(t->out);
    th_free(t);
}

static void to_rgb_close(struct th_source *self) {
    struct to_rgb *t = (struct to_rgb *)self;
    t->up->close(t->up);
    to_rgb_free(t);
}

static enum th_status to_rgb_buffers(struct to_rgb *t) {
    uint32_t width = t->up->shape.plane[0].width;
    TH_TRY(th_row_queue_open(&t->rows, &t->up->shape));
    t->out = th_calloc(1, (size_t)width * 4 + TH_COLOUR_SLACK_BYTES);
    if (!t->out) return th_fail_memory();
    if (t->up->shape.layout != TH_LAYOUT_GRAY) return TH_OK;
    t->grey = th_malloc(width);
    if (!t->grey) return th_fail_memory();
    memset(t->grey, 128, width);
    return TH_OK;
}

static bool one_size(const struct th_shape *shape) {
    for (uint32_t p = 1; p < th_layout_planes(shape->layout); p++) {
        if (shape->plane[p].width != shape->plane[0].width) return false;
        if (shape->plane[p].height != shape->plane[0].height) return false;
    }
    return true;
}

enum th_status th_to_rgb_open(struct th_source *up, struct th_source **source) {
    assert(up->shape.layout == TH_LAYOUT_YCC || up->shape.layout == TH_LAYOUT_GRAY);
    assert(one_size(&up->shape));
    struct to_rgb *t = th_calloc(1, sizeof *t);
    if (!t) return th_fail_memory();
    struct th_shape shape = {TH_LAYOUT_RGBX, false, {up->shape.plane[0]}};
    t->source = (struct th_source){shape, to_rgb_next, to_rgb_close};
    t->up = up;
    enum th_status status = to_rgb_buffers(t);
    if (status != TH_OK) {
        to_rgb_free(t);
        return status;
    }
    *source = &t->source;
    return TH_OK;
}

/* ---- range ---- */

struct range {
    struct th_source source;
    struct th_source *up;
    struct th_band held;
    uint8_t *out; /* one row of the widest plane */
};

static enum th_status range_next(struct th_source *self, struct th_band *band) {
    struct range *r = (struct range *)self;
    for (;;) {
        for (uint32_t p = 0; p < th_layout_planes(self->shape.layout); p++) {
            const uint8_t *row = th_band_take(&r->held, p);
            if (!row) continue;
            if (p < 3) {
                th_rows_range(r->out, row, self->shape.plane[p].width, p > 0,
                              self->shape.limited_range);
                row = r->out;
            }
            th_band_give(band, p, row);
            return TH_OK;
        }
        TH_TRY(r->up->next(r->up, &r->held));
    }
}

static void range_close(struct th_source *self) {
    struct range *r = (struct range *)self;
    r->up->close(r->up);
    th_free(r->out);
    th_free(r);
}

enum th_status th_range_open(struct th_source *up, bool limited_range, struct th_source **source) {
    enum th_layout layout = up->shape.layout;
    assert(layout == TH_LAYOUT_GRAY || layout == TH_LAYOUT_YCC || layout == TH_LAYOUT_YCCA);
    if (up->shape.limited_range == limited_range) {
        *source = up;
        return TH_OK;
    }
    struct range *r = th_calloc(1, sizeof *r);
    if (!r) return th_fail_memory();
    r->source = (struct th_source){up->shape, range_next, range_close};
    r->source.shape.limited_range = limited_range;
    r->up = up;
    uint32_t width = 0;
    for (uint32_t p = 0; p < th_layout_planes(layout); p++) {
        if (up->shape.plane[p].width > width) width = up->shape.plane[p].width;
    }
    r->out = th_malloc((size_t)width + TH_COLOUR_SLACK_BYTES);
    if (!r->out) {
        th_free(r);
        return th_fail_memory();
    }
    *source = &r->source;
    return TH_OK;
}

/* ---- subsample ---- */

struct subsample {
    struct th_source source;
    struct th_source *up;
    struct th_band held;
    uint32_t rows_left[TH_PLANES_MAX]; /* of the upstream */
    uint8_t *first[TH_PLANES_MAX];     /* chroma: the pair's first row */
    bool first_held[TH_PLANES_MAX];
    uint8_t *out; /* one chroma row */
};

/* Takes a chroma row; true when it completes one of the output. */
static bool take_chroma(struct subsample *s, uint32_t p, const uint8_t *row) {
    uint32_t width = s->up->shape.plane[p].width;
    s->rows_left[p]--;
    if (!s->first_held[p] && s->rows_left[p] > 0) {
        memcpy(s->first[p], row, width);
        s->first_held[p] = true;
        return false;
    }
    th_rows_halve(s->out, s->first_held[p] ? s->first[p] : row, row, width);
    s->first_held[p] = false;
    return true;
}

static enum th_status subsample_next(struct th_source *self, struct th_band *band) {
    struct subsample *s = (struct subsample *)self;
    for (;;) {
        for (uint32_t p = 0; p < 3; p++) {
            const uint8_t *row = th_band_take(&s->held, p);
            if (!row) continue;
            if (p > 0 && !take_chroma(s, p, row)) {
                p--; /* the same plane again */
                continue;
            }
            th_band_give(band, p, p > 0 ? s->out : row);
            return TH_OK;
        }
        TH_TRY(s->up->next(s->up, &s->held));
    }
}

static void subsample_free(struct subsample *s) {
    th_free(s->first[1]);
    th_free(s->first[2]);
    th_free(s->out);
    th_free(s);
}

static void subsample_close(struct th_source *self) {
    struct subsample *s = (struct subsample *)self;
    s->up->close(s->up);
    subsample_free(s);
}

enum th_status th_subsample_open(struct th_source *up, struct th_source **source) {
    assert(up->shape.layout == TH_LAYOUT_YCC && one_size(&up->shape));
    struct subsample *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    s->source = (struct th_source){up->shape, subsample_next, subsample_close};
    s->up = up;
    struct th_plane full = up->shape.plane[0];
    for (uint32_t p = 1; p < 3; p++) {
        s->source.shape.plane[p] = (struct th_plane){half(full.width), half(full.height)};
        s->rows_left[p] = full.height;
        s->first[p] = th_malloc(full.width);
    }
    s->out = th_malloc((size_t)half(full.width) + TH_COLOUR_SLACK_BYTES);
    if (!s->first[1] || !s->first[2] || !s->out) {
        subsample_free(s);
        return th_fail_memory();
    }
    *source = &s->source;
    return TH_OK;
}
