/* pad.c - see pad.h. */
#include "pad.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "band.h"

struct plane {
    uint32_t next;    /* row of the canvas */
    uint8_t *blank;   /* one row of colour */
    uint8_t *picture; /* one row, colour left and right of the picture */
};

struct pad {
    struct th_source source;
    struct th_source *up;
    struct th_band held;
    uint32_t planes;
    size_t left_bytes, row_bytes; /* where the picture's row lies in the canvas row */
    uint32_t top, bottom;         /* rows of the canvas that are the picture: top .. bottom - 1 */
    struct plane plane[TH_PLANES_MAX];
};

static bool behind_nobody(const struct pad *s, uint32_t index) {
    for (uint32_t p = 0; p < s->planes; p++) {
        if (s->plane[p].next < s->plane[index].next) return false;
    }
    return true;
}

/* The next row of the plane, if it can be made now. */
static const uint8_t *make_row(struct pad *s, uint32_t index) {
    struct plane *p = &s->plane[index];
    if (p->next >= s->top && p->next < s->bottom) {
        const uint8_t *row = th_band_take(&s->held, index);
        if (!row) return NULL;
        memcpy(p->picture + s->left_bytes, row, s->row_bytes);
        p->next++;
        return p->picture;
    }
    if (p->next == s->source.shape.plane[index].height || !behind_nobody(s, index)) return NULL;
    p->next++;
    return p->blank;
}

static enum th_status pad_next(struct th_source *self, struct th_band *band) {
    struct pad *s = (struct pad *)self;
    for (;;) {
        bool finished = true;
        for (uint32_t p = 0; p < s->planes; p++) {
            const uint8_t *row = make_row(s, p);
            if (row) {
                th_band_give(band, p, row);
                return TH_OK;
            }
            finished = finished && s->plane[p].next == self->shape.plane[p].height;
        }
        if (finished) return TH_DONE;
        TH_TRY(s->up->next(s->up, &s->held));
    }
}

static void pad_free(struct pad *s) {
    for (uint32_t p = 0; p < s->planes; p++) {
        th_free(s->plane[p].blank);
        th_free(s->plane[p].picture);
    }
    th_free(s);
}

static void pad_close(struct th_source *self) {
    struct pad *s = (struct pad *)self;
    s->up->close(s->up);
    pad_free(s);
}

static enum th_status open_plane(struct pad *s, uint32_t index, const uint8_t *colour,
                                 uint32_t pixel_bytes) {
    struct plane *p = &s->plane[index];
    size_t bytes = (size_t)s->source.shape.plane[index].width * pixel_bytes;
    p->blank = th_malloc(bytes);
    p->picture = th_malloc(bytes);
    if (!p->blank || !p->picture) return th_fail_memory();
    for (size_t i = 0; i < bytes; i++) p->blank[i] = colour[index + i % pixel_bytes];
    memcpy(p->picture, p->blank, bytes);
    return TH_OK;
}

enum th_status th_pad_open(struct th_source *up, uint32_t left, uint32_t top, uint32_t width,
                           uint32_t height, const uint8_t colour[4], struct th_source **source) {
    struct th_plane picture = up->shape.plane[0];
    uint32_t pixel_bytes = th_layout_pixel_bytes(up->shape.layout);
    assert(left <= width && picture.width <= width - left);
    assert(top <= height && picture.height <= height - top);
    struct pad *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    s->source = (struct th_source){up->shape, pad_next, pad_close};
    s->up = up;
    s->planes = th_layout_planes(up->shape.layout);
    s->left_bytes = (size_t)left * pixel_bytes;
    s->row_bytes = (size_t)picture.width * pixel_bytes;
    s->top = top;
    s->bottom = top + picture.height;
    for (uint32_t p = 0; p < s->planes; p++) {
        assert(up->shape.plane[p].width == picture.width);
        assert(up->shape.plane[p].height == picture.height);
        s->source.shape.plane[p] = (struct th_plane){width, height};
        enum th_status status = open_plane(s, p, colour, pixel_bytes);
        if (status != TH_OK) {
            pad_free(s);
            return status;
        }
    }
    *source = &s->source;
    return TH_OK;
}
