/* orient.c - see orient.h.
 *
 * Where a stored pixel goes is affine: place = start + x * step_x + y * step_y,
 * in pixels of the turned plane. So every orientation is one loop, and each row
 * is put in its final place as it arrives. */
#include "orient.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "band.h"

#define ROWS_AT_ONCE 16u /* luma rows a band carries, at most TH_BAND_ROWS_MAX */

struct plane {
    uint32_t in_width, in_next;    /* of the upstream; rows seen */
    uint32_t out_next, out_rows;   /* rows handed out; rows a band carries */
    int64_t start, step_x, step_y; /* pixels */
    uint8_t *pixels;               /* the turned plane; of a mirror, one row */
};

struct orient {
    struct th_source source;
    struct th_source *up;
    struct th_band held;
    uint32_t planes, pixel_bytes;
    bool filled; /* the upstream is done */
    struct plane plane[TH_PLANES_MAX];
};

static void place_row(const struct orient *s, const struct plane *p, int64_t at,
                      const uint8_t *row) {
    if (s->pixel_bytes == 1) {
        for (uint32_t x = 0; x < p->in_width; x++, at += p->step_x) p->pixels[at] = row[x];
        return;
    }
    for (uint32_t x = 0; x < p->in_width; x++, at += p->step_x) {
        memcpy(p->pixels + at * 4, row + (size_t)x * 4, 4);
    }
}

static enum th_status mirror_next(struct th_source *self, struct th_band *band) {
    struct orient *s = (struct orient *)self;
    for (;;) {
        for (uint32_t i = 0; i < s->planes; i++) {
            const uint8_t *row = th_band_take(&s->held, i);
            if (!row) continue;
            place_row(s, &s->plane[i], s->plane[i].start, row);
            th_band_give(band, i, s->plane[i].pixels);
            return TH_OK;
        }
        TH_TRY(s->up->next(s->up, &s->held));
    }
}

static enum th_status fill(struct orient *s) {
    enum th_status status;
    while ((status = s->up->next(s->up, &s->held)) == TH_OK) {
        for (uint32_t i = 0; i < s->planes; i++) {
            struct plane *p = &s->plane[i];
            const uint8_t *row;
            while ((row = th_band_take(&s->held, i)) != NULL) {
                place_row(s, p, p->start + p->in_next++ * p->step_y, row);
            }
        }
    }
    s->filled = status == TH_DONE;
    return s->filled ? TH_OK : status;
}

static enum th_status turn_next(struct th_source *self, struct th_band *band) {
    struct orient *s = (struct orient *)self;
    if (!s->filled) TH_TRY(fill(s));
    bool finished = true;
    *band = (struct th_band){0};
    for (uint32_t i = 0; i < s->planes; i++) {
        struct plane *p = &s->plane[i];
        uint32_t left = self->shape.plane[i].height - p->out_next;
        if (left == 0) continue;
        finished = false;
        band->rows[i] = left < p->out_rows ? left : p->out_rows;
        band->stride[i] = (size_t)self->shape.plane[i].width * s->pixel_bytes;
        band->data[i] = p->pixels + p->out_next * band->stride[i];
        p->out_next += band->rows[i];
    }
    return finished ? TH_DONE : TH_OK;
}

static void orient_free(struct orient *s) {
    for (uint32_t i = 0; i < s->planes; i++) th_free(s->plane[i].pixels);
    th_free(s);
}

static void orient_close(struct th_source *self) {
    struct orient *s = (struct orient *)self;
    s->up->close(s->up);
    orient_free(s);
}

/* TIFF 6.0: row 0 and column 0 of the stored picture are displayed at
 *   1 top left   2 top right   3 bottom right   4 bottom left     (row: a horizontal edge)
 *   5 left top   6 right top   7 right bottom   8 left bottom     (row: a vertical edge) */
static void set_steps(struct plane *p, struct th_plane out, uint32_t orientation) {
    bool swapped = orientation >= 5;
    bool from_right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    bool from_bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    int64_t across = from_right ? -1 : 1;
    int64_t down = from_bottom ? -(int64_t)out.width : (int64_t)out.width;
    p->start = (from_right ? (int64_t)out.width - 1 : 0) +
               (from_bottom ? (int64_t)out.width * ((int64_t)out.height - 1) : 0);
    p->step_x = swapped ? down : across;
    p->step_y = swapped ? across : down;
}

static enum th_status open_plane(struct orient *s, uint32_t index, uint32_t orientation) {
    struct plane *p = &s->plane[index];
    struct th_plane in = s->up->shape.plane[index], out = in;
    uint32_t luma_rows = orientation >= 5 ? s->up->shape.plane[0].width
                                          : s->up->shape.plane[0].height;
    if (orientation >= 5) out = (struct th_plane){in.height, in.width};
    s->source.shape.plane[index] = out;
    p->in_width = in.width;
    /* Chroma in proportion, so that a writer need not queue luma. */
    p->out_rows = (ROWS_AT_ONCE * out.height + luma_rows / 2) / luma_rows;
    if (p->out_rows == 0) p->out_rows = 1;
    if (p->out_rows > TH_BAND_ROWS_MAX) p->out_rows = TH_BAND_ROWS_MAX;
    if (orientation == 2) out.height = 1;
    set_steps(p, out, orientation);
    p->pixels = th_calloc((size_t)out.width * out.height, s->pixel_bytes);
    return p->pixels ? TH_OK : th_fail_memory();
}

enum th_status th_orient_open(struct th_source *up, uint32_t orientation,
                              struct th_source **source) {
    assert(orientation >= 1 && orientation <= 8);
    assert(up->shape.layout != TH_LAYOUT_RGBA_PRE);
    if (orientation == 1) {
        *source = up;
        return TH_OK;
    }
    struct orient *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    s->source = (struct th_source){up->shape, orientation == 2 ? mirror_next : turn_next,
                                   orient_close};
    s->up = up;
    s->planes = th_layout_planes(up->shape.layout);
    s->pixel_bytes = th_layout_pixel_bytes(up->shape.layout);
    for (uint32_t i = 0; i < s->planes; i++) {
        enum th_status status = open_plane(s, i, orientation);
        if (status != TH_OK) {
            orient_free(s);
            return status;
        }
    }
    *source = &s->source;
    return TH_OK;
}
