/* resample_weights.c - see resample_weights.h. What is noinline keeps V8 from optimising all of it
 * in the first job (docs/decisions/0035). */
#include "resample_weights.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"

#define LOBES 3.0
#define PI 3.14159265358979323846

static double floor_of(double x) {
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1 : whole;
}

/* sin(pi x): the Taylor series of sin on [-pi/2, pi/2] by Horner's scheme, terms
 * (-1)^k / (2k+1)!; the error is below 1e-12. */
static double sin_pi(double x) {
    double turn = floor_of(x + 0.5);
    double t = PI * (x - turn), t2 = t * t;
    double sum = 1.0 / 355687428096000.0;
    sum = sum * -t2 + 1.0 / 1307674368000.0;
    sum = sum * -t2 + 1.0 / 6227020800.0;
    sum = sum * -t2 + 1.0 / 39916800.0;
    sum = sum * -t2 + 1.0 / 362880.0;
    sum = sum * -t2 + 1.0 / 5040.0;
    sum = sum * -t2 + 1.0 / 120.0;
    sum = sum * -t2 + 1.0 / 6.0;
    sum = sum * -t2 + 1.0;
    return ((int64_t)turn & 1) != 0 ? -t * sum : t * sum;
}

static __attribute__((noinline)) double lanczos3(double x) {
    if (x < 0) x = -x;
    if (x < 1e-9) return 1;
    if (x >= LOBES) return 0;
    double third = sin_pi(x / LOBES), whole = third * (3 - 4 * third * third); /* sin 3a */
    return LOBES * whole * third / (PI * PI * x * x);
}

static double filter_scale(const struct th_axis *axis) {
    return axis->step > 1 ? axis->step : 1;
}

/* Most taps an output sample can have, before alignment. */
static uint32_t taps_max(const struct th_axis *axis) {
    if (th_axis_is_identity(axis)) return 1;
    double width = 2 * LOBES * filter_scale(axis) + 1;
    return width < axis->in_size ? (uint32_t)width : axis->in_size;
}

static uint32_t align_up(uint32_t n, uint32_t align) {
    return (n + align - 1) / align * align;
}

static double centre_of(const struct th_axis *axis, uint32_t j) {
    return axis->start + (j + 0.5) * axis->step;
}

void th_axis_span(const struct th_axis *axis, uint32_t j, uint32_t *lo, uint32_t *hi) {
    if (th_axis_is_identity(axis)) { /* the other weights are 0 */
        *lo = *hi = j;
        return;
    }
    double support = LOBES * filter_scale(axis), centre = centre_of(axis, j);
    double first = floor_of(centre - support + 0.5), last = floor_of(centre + support - 0.5);
    double end = axis->in_size - 1.0;
    if (first < 0) first = 0;
    if (last > end) last = end;
    if (first > end) first = end;
    if (last < first) last = first;
    *lo = (uint32_t)first;
    *hi = (uint32_t)last;
}

/* Rounds `count` weights with sum `sum` to Q14; the heaviest takes the rest. */
static __attribute__((noinline)) void quantise(int16_t *weight, const double *exact, uint32_t count,
                                               double sum) {
    double scale = TH_WEIGHT_ONE / sum;
    int32_t left = TH_WEIGHT_ONE;
    uint32_t heaviest = 0;
    for (uint32_t k = 0; k < count; k++) {
        int32_t w = (int32_t)floor_of(exact[k] * scale + 0.5);
        weight[k] = (int16_t)w;
        left -= w;
        if (exact[k] > exact[heaviest]) heaviest = k;
    }
    weight[heaviest] = (int16_t)(weight[heaviest] + left);
}

/* After so many output samples the same weights come again, *shift source samples on; 0: never. */
static uint32_t period_of(const struct th_axis *axis, uint32_t start_align, uint32_t *shift) {
    for (uint32_t j = 1; j < axis->out_size; j++) {
        double samples = j * axis->step;
        *shift = (uint32_t)samples;
        if (*shift == samples && *shift % start_align == 0) return j;
    }
    return 0;
}

/* False at the borders, and where rounding cuts the spans differently. */
static __attribute__((noinline)) bool has_span_of(const struct th_axis *axis, uint32_t j,
                                                  uint32_t other, uint32_t shift) {
    uint32_t lo, hi, other_lo, other_hi;
    th_axis_span(axis, j, &lo, &hi);
    th_axis_span(axis, other, &other_lo, &other_hi);
    return lo == other_lo + shift && hi == other_hi + shift;
}

static __attribute__((noinline)) void repeat_row(struct th_weights *w, uint32_t j, uint32_t other,
                                                 uint32_t shift) {
    const size_t bytes = w->taps * sizeof *w->weight;
    memcpy(w->weight + (size_t)j * w->taps, w->weight + (size_t)other * w->taps, bytes);
    w->start[j] = w->start[other] + shift;
    w->used[j] = w->used[other];
    if (w->start[j] + w->used[j] - 1 > w->last) w->last = w->start[j] + w->used[j] - 1;
}

static __attribute__((noinline)) void make_row(struct th_weights *w, const struct th_axis *axis,
                                               uint32_t j, uint32_t start_align, double *exact) {
    double centre = centre_of(axis, j), sum = 0, scale = filter_scale(axis);
    uint32_t lo, hi;
    th_axis_span(axis, j, &lo, &hi);
    uint32_t lead = lo & (start_align - 1), count = hi - lo + 1;
    if (count > w->taps - lead) count = w->taps - lead;
    for (uint32_t k = 0; k < count; k++) {
        exact[k] = lanczos3((lo + k + 0.5 - centre) / scale);
        sum += exact[k];
    }
    if (sum < 1e-6) { /* the window lies beyond the border: the border sample stands for it */
        exact[0] = sum = 1;
        count = 1;
    }
    quantise(w->weight + (size_t)j * w->taps + lead, exact, count, sum);
    w->start[j] = lo - lead;
    w->used[j] = lead + count;
    if (j == 0 || w->start[j] < w->first) w->first = w->start[j];
    if (j == 0 || lo + count - 1 > w->last) w->last = lo + count - 1;
}

static uint32_t taps_of(const struct th_axis *axis, struct th_taps_align align) {
    return align_up(taps_max(axis) + align.start - 1, align.taps);
}

uint64_t th_weights_memory(const struct th_axis *axis, struct th_taps_align align) {
    uint64_t row = 2 * sizeof(uint32_t) + taps_of(axis, align) * sizeof(int16_t);
    return axis->out_size * row + taps_max(axis) * sizeof(double) + 256;
}

enum th_status th_weights_open(struct th_weights *weights, const struct th_axis *axis,
                               struct th_taps_align align) {
    *weights = (struct th_weights){.taps = taps_of(axis, align)};
    weights->start = th_calloc(axis->out_size, sizeof(uint32_t));
    weights->used = th_calloc(axis->out_size, sizeof(uint32_t));
    weights->weight = th_calloc((size_t)axis->out_size * weights->taps, sizeof(int16_t));
    double *exact = th_calloc(weights->taps, sizeof(double));
    if (!weights->start || !weights->used || !weights->weight || !exact) {
        th_free(exact);
        th_weights_close(weights);
        return th_fail_memory();
    }
    uint32_t shift, period = period_of(axis, align.start, &shift);
    for (uint32_t j = 0; j < axis->out_size; j++) {
        if (period > 0 && j >= period && has_span_of(axis, j, j - period, shift))
            repeat_row(weights, j, j - period, shift);
        else
            make_row(weights, axis, j, align.start, exact);
    }
    th_free(exact);
    return TH_OK;
}

void th_weights_close(struct th_weights *weights) {
    th_free(weights->start);
    th_free(weights->used);
    th_free(weights->weight);
    memset(weights, 0, sizeof *weights);
}
