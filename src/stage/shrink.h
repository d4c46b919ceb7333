/* shrink.h - the box pre-shrink of very large reductions: each output sample is
 * the mean of x by y input samples, of the ones that exist at the right and
 * bottom edge. Rounded to nearest, halves up. The rest of the reduction (4x to
 * 8x) is the resampler's, so the box's droop at the output's Nyquist frequency
 * stays below 0.3 dB. */
#ifndef TH_SHRINK_H
#define TH_SHRINK_H

#include "../rows.h"
#include "resample.h"

enum th_status th_shrink_open(struct th_source *up, struct th_shrink factor,
                              struct th_source **source);

#endif
