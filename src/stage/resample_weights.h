/* resample_weights.h - the taps of one axis.
 *
 * For output sample j with centre c = start + (j + 1/2) * step and filter scale
 * s = max(1, step), source sample i weighs L((i + 1/2 - c) / s), where L is the
 * Lanczos kernel with three lobes, L(x) = sinc(x) sinc(x/3) for |x| < 3 (Duchon
 * 1979). Weights outside the source are dropped, the rest normalised, rounded to
 * Q14 and the rounding error given to the heaviest tap, so that they add up to
 * exactly 16384: flat areas stay exactly flat.
 *
 * Everything is computed with + - * / and a polynomial for the sine, no libm, so
 * the tables are the same in every build. */
#ifndef TH_RESAMPLE_WEIGHTS_H
#define TH_RESAMPLE_WEIGHTS_H

#include "resample.h"

#define TH_WEIGHT_ONE 16384

/* What the kernels ask for. Both are met with taps that weigh 0. */
struct th_taps_align {
    uint32_t taps;  /* their number is a multiple of it */
    uint32_t start; /* the first source sample is; a power of 2 */
};

struct th_weights {
    uint32_t taps;    /* per output sample, aligned */
    uint32_t first;   /* lowest source sample any output needs */
    uint32_t last;    /* highest */
    uint32_t *start;  /* [out_size] first source sample of each output sample */
    uint32_t *used;   /* [out_size] taps without the padding behind them, at least 1 */
    int16_t *weight;  /* [out_size * taps] */
};

/* First and last source sample under the kernel of output sample j, clipped to
 * the source; always at least one sample. */
void th_axis_span(const struct th_axis *axis, uint32_t j, uint32_t *lo, uint32_t *hi);
uint64_t th_weights_memory(const struct th_axis *axis, struct th_taps_align align);
enum th_status th_weights_open(struct th_weights *weights, const struct th_axis *axis,
                               struct th_taps_align align);
void th_weights_close(struct th_weights *weights);

#endif
