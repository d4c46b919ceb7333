/* resample.h - the resampler: Lanczos3, antialiased, one plane at a time.
 *
 * Weights are int16 in Q14 and add up to exactly 16384. The vertical pass comes
 * first, from a ring of source rows to one row of int16 in Q6 (no rounding to
 * bytes in between), then the horizontal pass. Each plane has its own axes, so
 * chroma is never blown up to luma's size and mirrored odd sizes keep the right
 * half sample. See resample_weights.h for the mathematics and resample_rows.h
 * for the arithmetic, which is the same in every build. */
#ifndef TH_RESAMPLE_H
#define TH_RESAMPLE_H

#include "../rows.h"

/* One axis of one plane. Source sample i covers [i, i+1); output sample j
 * covers [start + j*step, start + (j+1)*step). Taps outside [0, in_size) are
 * left out and the rest renormalised. */
struct th_axis {
    uint32_t in_size;  /* samples the source plane has */
    uint32_t out_size; /* samples to make */
    double start;      /* may be negative or fractional */
    double step;       /* > 0; below 1 enlarges */
};

struct th_resample {
    enum th_layout layout; /* of source and result, except that RGBA_PRE stays RGBA_PRE */
    struct th_axis x[TH_PLANES_MAX];
    struct th_axis y[TH_PLANES_MAX];
};

/* The largest step th_resample_open accepts: more is pre-shrunk (shrink.h), so
 * that the ring stays small and Q14 weights keep their precision. */
#define TH_RESAMPLE_STEP_MAX 10.0

bool th_axis_is_identity(const struct th_axis *axis);
/* Upper bound of what the stage allocates, bytes. */
uint64_t th_resample_memory(const struct th_resample *resample);
enum th_status th_resample_open(struct th_source *up, const struct th_resample *resample,
                                struct th_source **source);

/* A box pre-shrink: every output sample is the exact mean of x by y input
 * samples (fewer at the right and bottom edge). 1 by 1 means none. */
struct th_shrink {
    uint32_t x, y;
};

#endif
