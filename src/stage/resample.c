/* resample.c - see resample.h. Per plane: a ring of source rows in pairs, cut to the
 * columns that are needed, two weight tables, one intermediate row, one output
 * row. A band holds one row of one plane. */
#include "resample.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "band.h"
#include "resample_rows.h"
#include "resample_weights.h"

struct plane {
    struct th_weights x, y;
    bool borrowed_weights;      /* those of the plane before: Cr is Cb's twin */
    uint32_t in_rows, out_rows; /* how many the plane has in all */
    uint32_t in_next, out_next; /* how many went by */
    uint32_t columns;           /* pixels kept of each source row, from x.first */
    uint32_t samples;           /* of such a row once it is joined to a pair */
    size_t pair_bytes, slot_bytes; /* of a pair; the same and its slack */
    uint32_t ring_pairs;
    uint8_t *ring;
    const uint8_t **pairs; /* [y.taps / 2] those under the kernel */
    int16_t *middle;      /* vertical result, Q6 */
    uint8_t *out;
};

struct resampler {
    struct th_source source;
    struct th_source *up;
    uint32_t planes;
    enum th_layout layout;
    struct plane plane[TH_PLANES_MAX];
    struct th_band band; /* what is left of the upstream's band */
};

/* What a pixel is in the ring. */
struct format {
    uint32_t samples;      /* 1, 3 (RGBX without its fourth byte) or 4 */
    uint32_t sample_bytes; /* 1, or 2 in RGBA_PRE */
};

/* RGBA is resampled premultiplied. */
static struct format format_of(enum th_layout layout) {
    if (layout == TH_LAYOUT_RGBX) return (struct format){3, 1};
    if (layout == TH_LAYOUT_RGBA || layout == TH_LAYOUT_RGBA_PRE) return (struct format){4, 2};
    return (struct format){1, 1};
}

static struct th_taps_align align_x(struct format format) {
    if (format.samples > 1)
        return (struct th_taps_align){TH_TAPS_ALIGN_X_PIXEL, TH_START_ALIGN_X_PIXEL};
    return (struct th_taps_align){TH_TAPS_ALIGN_X_PLANE, 1};
}

/* Samples of a row of so many pixels, which lie two by two. */
static size_t row_samples(struct format format, size_t pixels) {
    return format.samples == 1 ? pixels : (pixels + 1) / 2 * 2 * format.samples;
}

static const struct th_taps_align align_y = {TH_TAPS_ALIGN_Y, TH_START_ALIGN_Y};

bool th_axis_is_identity(const struct th_axis *axis) {
    return axis->in_size == axis->out_size && axis->start == 0 && axis->step == 1;
}

/* How many pairs of rows of plane `p` may have to be held: planes give their rows in
 * step, so a row of one waits until the row of another that belongs before it has
 * its source rows; these come in whole bands. */
static uint32_t ring_pairs(const struct th_axis *y, uint32_t planes, uint32_t p) {
    uint32_t pairs = 1, lo, hi, other_lo, other_hi;
    for (uint32_t j = 0; j < y[p].out_size; j++) {
        th_axis_span(&y[p], j, &lo, &hi);
        uint64_t end = hi + 1;
        for (uint32_t m = 0; m < planes; m++) {
            if (m == p) continue;
            uint32_t before = (uint32_t)((uint64_t)j * y[m].out_size / y[p].out_size);
            th_axis_span(&y[m], before, &other_lo, &other_hi);
            /* Its last row may have to wait for the lower one of its pair. */
            uint64_t reached = (uint64_t)(other_hi + 2) * y[p].in_size / y[m].in_size + 1;
            if (reached + TH_BAND_ROWS_MAX > end) end = reached + TH_BAND_ROWS_MAX;
        }
        if (end > y[p].in_size) end = y[p].in_size;
        uint32_t held = (uint32_t)((end + 1) / 2) - lo / 2;
        if (held > pairs) pairs = held;
    }
    return pairs;
}

uint64_t th_resample_memory(const struct th_resample *resample) {
    uint64_t bytes = 4096;
    struct format format = format_of(resample->layout);
    for (uint32_t p = 0; p < th_layout_planes(resample->layout); p++) {
        const struct th_axis *x = &resample->x[p], *y = &resample->y[p];
        uint64_t slot = (row_samples(format, x->in_size) + TH_ROW_SLACK_SAMPLES) * 2 *
                        format.sample_bytes;
        bytes += (uint64_t)ring_pairs(resample->y, th_layout_planes(resample->layout), p) *
                 (slot + 16);
        bytes += ((uint64_t)x->in_size + x->out_size + 4 * TH_ROW_SLACK_SAMPLES) * 2 *
                 (format.samples == 1 ? 1 : 4);
        bytes += th_weights_memory(x, align_x(format));
        bytes += th_weights_memory(y, align_y);
    }
    return bytes;
}

/* The pairs under the next output row's kernel are complete: the last row that is kept needs
 * none below it. */
static bool plane_ready(const struct plane *p) {
    if (p->out_next == p->out_rows) return false;
    uint32_t end = p->y.start[p->out_next] + p->y.used[p->out_next];
    return p->in_next >= end + (end & 1) || p->in_next > p->y.last;
}

static void join(const struct resampler *r, uint8_t *pair, const uint8_t *upper,
                 const uint8_t *lower, uint32_t columns) {
    switch (r->layout) {
    case TH_LAYOUT_RGBX: th_rows_pair_rgbx(pair, upper, lower, columns); break;
    case TH_LAYOUT_RGBA_PRE:
        th_rows_pair_rgba_q6((int16_t *)(void *)pair, (const int16_t *)(const void *)upper,
                             (const int16_t *)(const void *)lower, columns);
        break;
    default: th_rows_pair_plane(pair, upper, lower, columns); break;
    }
}

/* Rows above the first kernel and below the last one are not kept. An upper row waits
 * at the end of its pair's place for the lower one. noinline here and below: V8 would optimise all
 * that takes rows in the first job (docs/decisions/0035). */
static __attribute__((noinline)) void take_row(const struct resampler *r, struct plane *p,
                                               const uint8_t *row) {
    uint32_t index = p->in_next++;
    if (index < p->y.first || index > p->y.last) return;
    size_t pixel_bytes = th_layout_pixel_bytes(r->layout), bytes = p->columns * pixel_bytes;
    uint8_t *pair = p->ring + index / 2 % p->ring_pairs * p->slot_bytes;
    uint8_t *upper = pair + p->pair_bytes - bytes;
    row += p->x.first * pixel_bytes;
    if (index % 2 == 0)
        memcpy(upper, row, bytes);
    else
        join(r, pair, upper, row, p->columns);
    if (index % 2 == 0 && index == p->y.last) join(r, pair, upper, upper, p->columns);
}

/* Collects the pairs of output row j and returns the number of taps. */
static uint32_t collect_pairs(struct plane *p, uint32_t j) {
    uint32_t first = p->y.start[j] / 2, count = (p->y.used[j] + 1) / 2;
    for (uint32_t k = 0; k < count; k++)
        p->pairs[k] = p->ring + (first + k) % p->ring_pairs * p->slot_bytes;
    return count * 2;
}

static void make_row(struct resampler *r, struct plane *p) {
    uint32_t j = p->out_next++;
    uint32_t taps = collect_pairs(p, j);
    const int16_t *weight = p->y.weight + (size_t)j * p->y.taps;
    const struct th_weights *x = &p->x;
    uint32_t width = r->source.shape.plane[p - r->plane].width;
    if (r->layout == TH_LAYOUT_RGBA_PRE) {
        th_rows_vertical_q6(p->middle, (const int16_t *const *)(const void *)p->pairs, weight, taps,
                            p->samples);
        th_rows_horizontal_rgba_q6((int16_t *)(void *)p->out, width, p->middle, x->first, x->start,
                                   x->weight, x->taps);
        return;
    }
    th_rows_vertical(p->middle, p->pairs, weight, taps, p->samples);
    if (r->layout == TH_LAYOUT_RGBX)
        th_rows_horizontal_rgbx(p->out, width, p->middle, x->first, x->start, x->weight, x->taps);
    else
        th_rows_horizontal_plane(p->out, width, p->middle, x->first, x->start, x->weight, x->taps);
}

/* Takes rows of plane `index` off the held band: until it can make a row, or all. */
static __attribute__((noinline)) void feed(struct resampler *r, uint32_t index, bool all) {
    struct plane *p = &r->plane[index];
    const uint8_t *row;
    while ((all || !plane_ready(p)) && (row = th_band_take(&r->band, index)) != NULL) {
        if (p->in_next < p->in_rows) take_row(r, p, row);
    }
}

/* The plane that has given the smallest part of its rows; r->planes when all are done. */
static uint32_t plane_behind(const struct resampler *r) {
    uint32_t behind = r->planes;
    for (uint32_t i = 0; i < r->planes; i++) {
        const struct plane *p = &r->plane[i];
        if (p->out_next == p->out_rows) continue;
        if (behind == r->planes) {
            behind = i;
            continue;
        }
        const struct plane *b = &r->plane[behind];
        if ((uint64_t)p->out_next * b->out_rows < (uint64_t)b->out_next * p->out_rows) behind = i;
    }
    return behind;
}

static enum th_status resampler_next(struct th_source *self, struct th_band *band) {
    struct resampler *r = (struct resampler *)self;
    uint32_t behind = plane_behind(r);
    if (behind == r->planes) return TH_DONE;
    for (;;) {
        feed(r, behind, false);
        if (plane_ready(&r->plane[behind])) {
            make_row(r, &r->plane[behind]);
            th_band_give(band, behind, r->plane[behind].out);
            return TH_OK;
        }
        for (uint32_t i = 0; i < r->planes; i++) feed(r, i, true);
        enum th_status status = r->up->next(r->up, &r->band);
        if (status == TH_DONE) return th_fail(TH_INTERNAL, "resample: the source ended early");
        if (status != TH_OK) return status;
    }
}

static void resampler_free(struct resampler *r) {
    for (uint32_t i = 0; i < r->planes; i++) {
        struct plane *p = &r->plane[i];
        if (!p->borrowed_weights) {
            th_weights_close(&p->x);
            th_weights_close(&p->y);
        }
        th_free(p->ring);
        th_free(p->pairs);
        th_free(p->middle);
        th_free(p->out);
    }
    th_free(r);
}

static void resampler_close(struct th_source *self) {
    struct resampler *r = (struct resampler *)self;
    r->up->close(r->up);
    resampler_free(r);
}

static bool same_axis(const struct th_axis *a, const struct th_axis *b) {
    return a->in_size == b->in_size && a->out_size == b->out_size && a->start == b->start &&
           a->step == b->step;
}

static enum th_status open_weights(struct plane *p, uint32_t index, struct format format,
                                   const struct th_resample *resample) {
    const struct th_axis *x = &resample->x[index], *y = &resample->y[index];
    if (index > 0 && same_axis(x, x - 1) && same_axis(y, y - 1)) {
        p->x = p[-1].x;
        p->y = p[-1].y;
        p->borrowed_weights = true;
        return TH_OK;
    }
    TH_TRY(th_weights_open(&p->x, x, align_x(format)));
    return th_weights_open(&p->y, y, align_y);
}

static enum th_status open_plane(struct resampler *r, uint32_t index,
                                 const struct th_resample *resample) {
    struct plane *p = &r->plane[index];
    const struct th_axis *x = &resample->x[index], *y = &resample->y[index];
    p->in_rows = y->in_size;
    p->out_rows = y->out_size;
    struct format format = format_of(r->layout);
    TH_TRY(open_weights(p, index, format, resample));
    p->columns = p->x.last - p->x.first + 1;
    p->samples = (uint32_t)row_samples(format, p->columns);
    p->pair_bytes = (size_t)p->samples * 2 * format.sample_bytes;
    p->slot_bytes = p->pair_bytes + (size_t)TH_ROW_SLACK_SAMPLES * 2 * format.sample_bytes;
    size_t middle = p->samples + (p->x.taps + TH_ROW_SLACK_SAMPLES) * (size_t)format.samples;
    size_t out = ((size_t)x->out_size + TH_ROW_SLACK_SAMPLES) * th_layout_pixel_bytes(r->layout);
    p->ring = th_calloc(p->ring_pairs, p->slot_bytes);
    p->pairs = th_calloc(p->y.taps / TH_TAPS_ALIGN_Y, sizeof *p->pairs);
    p->middle = th_calloc(middle, sizeof *p->middle);
    p->out = th_calloc(1, out);
    return p->ring && p->pairs && p->middle && p->out ? TH_OK : th_fail_memory();
}

enum th_status th_resample_open(struct th_source *up, const struct th_resample *resample,
                                struct th_source **source) {
    struct resampler *r = th_calloc(1, sizeof *r);
    if (!r) return th_fail_memory();
    r->source = (struct th_source){up->shape, resampler_next, resampler_close};
    r->up = up;
    r->planes = th_layout_planes(up->shape.layout);
    r->layout = up->shape.layout;
    assert(r->layout != TH_LAYOUT_RGBA);
    for (uint32_t i = 0; i < r->planes; i++) {
        const struct th_axis *x = &resample->x[i], *y = &resample->y[i];
        assert(x->in_size == up->shape.plane[i].width && y->in_size == up->shape.plane[i].height);
        assert(x->step <= TH_RESAMPLE_STEP_MAX && y->step <= TH_RESAMPLE_STEP_MAX);
        r->source.shape.plane[i] = (struct th_plane){x->out_size, y->out_size};
        r->plane[i].ring_pairs = ring_pairs(resample->y, r->planes, i);
        enum th_status status = open_plane(r, i, resample);
        if (status == TH_OK) continue;
        r->planes = i + 1; /* what was opened so far, this one included, is what close frees */
        resampler_free(r);
        return status;
    }
    *source = &r->source;
    return TH_OK;
}
