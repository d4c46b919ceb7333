#ifndef TH_WEBP_SIMD_HISTOGRAM_H
#define TH_WEBP_SIMD_HISTOGRAM_H

#include "src/dsp/dsp.h"

/* VP8CollectHistogram; the blocks are whole pairs, as libwebp's always are. */
void th_collect_histogram(const uint8_t *source, const uint8_t *prediction, int start_block,
                          int end_block, VP8Histogram *histogram);

#endif
