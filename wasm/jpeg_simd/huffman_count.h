#ifndef TH_JPEG_SIMD_HUFFMAN_COUNT_H
#define TH_JPEG_SIMD_HUFFMAN_COUNT_H

#include "jinclude.h"
#include "jpeglib.h"

/* FALSE: a coefficient has more than bits_max bits (a difference of means, one more), and the
 * counts are spoilt. */
boolean th_jpeg_count_block(const JCOEF *block, int last_dc_val, int bits_max, long dc_counts[],
                            long ac_counts[]);

#endif
