/* test_resample.c - the weights' promises, and the streaming resampler against a
 * whole-image definition in double precision, bands of every height. */
#include <stdlib.h>

#include "arena.h"
#include "check.h"
#include "stage/resample.h"
#include "stage/resample_rows.h"
#include "stage/resample_weights.h"

#define PI 3.14159265358979323846
#define SIDE_MAX 48u

static uint32_t seed = 7;

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static double kernel(double x) {
    if (x == 0) return 1;
    if (fabs(x) >= 3) return 0;
    return 3 * sin(PI * x) * sin(PI * x / 3) / (PI * PI * x * x);
}

/* ---- weights ---- */

/* A row of weights is the kernel's, normalised and rounded; the heaviest takes what is left. */
static void check_weights(const struct th_axis *axis, const struct th_weights *w, uint32_t j) {
    double exact[2048], sum = 0, most = 0;
    const double scale = axis->step > 1 ? axis->step : 1;
    const int16_t *weight = w->weight + j * w->taps;
    CHECK(w->used[j] <= 2048);
    for (uint32_t k = 0; k < w->used[j]; k++) {
        double centre = axis->start + (j + 0.5) * axis->step;
        exact[k] = kernel((w->start[j] + k + 0.5 - centre) / scale);
        sum += exact[k];
        most = fmax(most, exact[k]);
    }
    if (sum < 1e-6) return; /* beyond the border */
    for (uint32_t k = 0; k < w->used[j]; k++) {
        double off = fabs(weight[k] - exact[k] / sum * TH_WEIGHT_ONE);
        CHECK(off < (exact[k] > most - 1e-9 ? w->used[j] : 0.501));
    }
}

static void check_axis(struct th_axis axis) {
    struct th_weights w;
    CHECK_EQ(th_weights_open(&w, &axis, (struct th_taps_align){8, 1}), TH_OK);
    CHECK_EQ(w.taps % 8, 0);
    for (uint32_t j = 0; j < axis.out_size; j++) {
        int32_t sum = 0, size = 0;
        for (uint32_t k = 0; k < w.taps; k++) {
            int16_t weight = w.weight[j * w.taps + k];
            sum += weight;
            size += abs(weight);
            if (k >= w.used[j]) CHECK_EQ(weight, 0);
        }
        CHECK_EQ(sum, TH_WEIGHT_ONE);
        CHECK(size < 32768);
        CHECK(w.used[j] >= 1 && w.start[j] + w.used[j] <= axis.in_size);
        CHECK(w.start[j] >= w.first && w.start[j] + w.used[j] - 1 <= w.last);
        check_weights(&axis, &w, j);
    }
    th_weights_close(&w);
}

static void test_weights(void) {
    check_axis((struct th_axis){1, 1, 0, 1});
    check_axis((struct th_axis){1, 40, 0, 1.0 / 40});
    check_axis((struct th_axis){1000, 1, 0, 1000.0 / 120});
    check_axis((struct th_axis){2725, 720, 0, 2725.0 / 720});
    check_axis((struct th_axis){1363, 360, -0.5, 2725.0 / 720});
    check_axis((struct th_axis){100, 7, 93.5, 1.5});
    check_axis((struct th_axis){10, 3, 20, 1}); /* a window beyond the border */
    check_axis((struct th_axis){10, 3, -20, 1});
    check_axis((struct th_axis){4000, 300, 0, 9.9});
    /* Weights that come again after 2, 10, 2, 3 and 3 output samples; never. */
    check_axis((struct th_axis){2000, 800, 0, 2.5});
    check_axis((struct th_axis){3456, 1280, 0, 2.7});
    check_axis((struct th_axis){4000, 300, 100.25, 2.5});
    check_axis((struct th_axis){800, 150, 0, 800.0 / 150});
    check_axis((struct th_axis){401, 1203, 0.125, 1.0 / 3});
    check_axis((struct th_axis){1999, 1200, 0, 1999.0 / 1200});
}

static void test_identity(void) {
    struct th_axis axis = {17, 17, 0, 1};
    struct th_weights w;
    CHECK(th_axis_is_identity(&axis));
    CHECK_EQ(th_weights_open(&w, &axis, (struct th_taps_align){8, 1}), TH_OK);
    for (uint32_t j = 0; j < 17; j++) {
        for (uint32_t k = 0; k < w.used[j]; k++) {
            CHECK_EQ(w.weight[j * w.taps + k], w.start[j] + k == j ? TH_WEIGHT_ONE : 0);
        }
    }
    th_weights_close(&w);
}

/* ---- streaming against whole ---- */

/* A picture in memory, handed out in bands of random height. */
struct picture {
    struct th_source source;
    uint32_t at[3]; /* rows given */
    double given;   /* fraction of the height */
    uint8_t sample[3][SIDE_MAX * SIDE_MAX * 8];
};

static enum th_status picture_next(struct th_source *self, struct th_band *band) {
    struct picture *p = (struct picture *)self;
    const struct th_shape *shape = &self->shape;
    *band = (struct th_band){0};
    if (p->given >= 1) return TH_DONE;
    p->given += (1 + random_bits() % 8) / (double)shape->plane[0].height;
    for (uint32_t i = 0; i < th_layout_planes(shape->layout); i++) {
        size_t stride = shape->plane[i].width * th_layout_pixel_bytes(shape->layout);
        uint32_t to = (uint32_t)(p->given * shape->plane[i].height);
        if (p->given >= 1 || to > shape->plane[i].height) to = shape->plane[i].height;
        band->data[i] = p->sample[i] + p->at[i] * stride;
        band->stride[i] = stride;
        band->rows[i] = to - p->at[i];
        p->at[i] = to;
    }
    return TH_OK;
}

static void picture_close(struct th_source *self) {
    (void)self;
}

/* Weight of source sample i for output sample j, not normalised. */
static double weight_of(const struct th_axis *a, uint32_t i, uint32_t j) {
    double scale = a->step > 1 ? a->step : 1;
    return kernel((i + 0.5 - a->start - (j + 0.5) * a->step) / scale);
}

static double reference(const struct picture *p, uint32_t plane, const struct th_axis *x,
                        const struct th_axis *y, uint32_t jx, uint32_t jy, uint32_t c,
                        uint32_t channels) {
    double sum = 0, norm = 0;
    for (uint32_t iy = 0; iy < y->in_size; iy++) {
        for (uint32_t ix = 0; ix < x->in_size; ix++) {
            double w = weight_of(x, ix, jx) * weight_of(y, iy, jy);
            size_t at = ((size_t)iy * x->in_size + ix) * channels + c;
            int16_t wide;
            memcpy(&wide, p->sample[plane] + at * 2 % sizeof p->sample[plane], sizeof wide);
            sum += w * (p->source.shape.layout == TH_LAYOUT_RGBA_PRE ? wide : p->sample[plane][at]);
            norm += w;
        }
    }
    return sum / norm;
}

static void check_row(const struct picture *p, const struct th_resample *r, uint32_t plane,
                      uint32_t jy, const uint8_t *row) {
    bool wide = r->layout == TH_LAYOUT_RGBA_PRE;
    uint32_t channels = th_layout_pixel_bytes(r->layout) / (wide ? 2 : 1);
    for (uint32_t jx = 0; jx < r->x[plane].out_size; jx++) {
        for (uint32_t c = 0; c < channels; c++) {
            double want = reference(p, plane, &r->x[plane], &r->y[plane], jx, jy, c, channels);
            int16_t q6;
            memcpy(&q6, row + (jx * channels + c) * 2 * (wide ? 1 : 0), sizeof q6);
            if (!wide) want = want < 0 ? 0 : want > 255 ? 255 : want;
            CHECK_NEAR(wide ? q6 : row[jx * channels + c], want, wide ? 8 : 0.6);
        }
    }
}

static struct th_axis random_axis(uint32_t in_size, uint32_t out_size) {
    double window = in_size * (0.5 + random_bits() % 50 / 100.0);
    while (window / out_size > 9) window /= 2;
    double start = (in_size - window) * (random_bits() % 100 / 100.0);
    return (struct th_axis){in_size, out_size, start, window / out_size};
}

static void check_layout(enum th_layout layout) {
    static struct picture p;
    struct th_resample r = {.layout = layout};
    struct th_source *source;
    struct th_band band;
    uint32_t rows[3] = {0}, out_w = 1 + random_bits() % 20, out_h = 1 + random_bits() % 20;
    uint32_t in_w = 1 + random_bits() % SIDE_MAX, in_h = 1 + random_bits() % SIDE_MAX;
    memset(&p, 0, sizeof p);
    p.source = (struct th_source){{.layout = layout}, picture_next, picture_close};
    for (uint32_t i = 0; i < th_layout_planes(layout); i++) {
        uint32_t half = i > 0;
        p.source.shape.plane[i] = (struct th_plane){(in_w + half) >> half, (in_h + half) >> half};
        r.x[i] = random_axis(p.source.shape.plane[i].width, (out_w + half) >> half);
        r.y[i] = random_axis(p.source.shape.plane[i].height, (out_h + half) >> half);
        for (size_t k = 0; k < sizeof p.sample[i]; k++) {
            /* Q6 rows hold 0..16320: keep the high byte small. */
            bool high = layout == TH_LAYOUT_RGBA_PRE && k % 2 == 1;
            p.sample[i][k] = (uint8_t)(random_bits() & (high ? 0x3f : 0xff));
            if (layout == TH_LAYOUT_RGBX && k % 4 == 3) p.sample[i][k] = 255;
        }
    }
    CHECK_EQ(th_resample_open(&p.source, &r, &source), TH_OK);
    enum th_status status;
    while ((status = source->next(source, &band)) == TH_OK) {
        for (uint32_t i = 0; i < th_layout_planes(layout); i++) {
            for (uint32_t k = 0; k < band.rows[i]; k++) {
                check_row(&p, &r, i, rows[i]++, band.data[i] + k * band.stride[i]);
            }
        }
        if (layout == TH_LAYOUT_YCC) {
            double luma = rows[0] / (double)r.y[0].out_size, cb = rows[1] / (double)r.y[1].out_size;
            CHECK(fabs(luma - cb) * r.y[0].out_size <= 2.01); /* planes go in step */
        }
    }
    CHECK_EQ(status, TH_DONE);
    for (uint32_t i = 0; i < th_layout_planes(layout); i++) CHECK_EQ(rows[i], r.y[i].out_size);
    source->close(source);
}

/* The bound the plan relies on holds what is really allocated. */
static void test_memory_bound(void) {
    for (uint32_t round = 0; round < 40; round++) {
        struct th_resample r = {.layout = TH_LAYOUT_GRAY};
        struct picture p = {.source = {{.layout = TH_LAYOUT_GRAY}, picture_next, picture_close}};
        struct th_source *source;
        struct th_arena arena;
        r.x[0] = random_axis(100 + random_bits() % 5000, 50 + random_bits() % 900);
        r.y[0] = random_axis(100 + random_bits() % 5000, 50 + random_bits() % 900);
        if (r.x[0].step > TH_RESAMPLE_STEP_MAX || r.y[0].step > TH_RESAMPLE_STEP_MAX) continue;
        p.source.shape.plane[0] = (struct th_plane){r.x[0].in_size, r.y[0].in_size};
        th_arena_init(&arena, UINT64_MAX);
        struct th_arena *outer = th_arena_enter(&arena);
        CHECK_EQ(th_resample_open(&p.source, &r, &source), TH_OK);
        CHECK(arena.peak_bytes <= th_resample_memory(&r));
        source->close(source);
        CHECK_EQ(arena.used_bytes, 0);
        th_arena_enter(outer);
    }
}

int main(void) {
    test_weights();
    test_identity();
    for (uint32_t round = 0; round < 60; round++) {
        check_layout(TH_LAYOUT_GRAY);
        check_layout(TH_LAYOUT_YCC);
        check_layout(TH_LAYOUT_RGBX);
        check_layout(TH_LAYOUT_RGBA_PRE);
    }
    test_memory_bound();
    return check_done();
}
