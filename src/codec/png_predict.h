/* png_predict.h - applies PNG's row filters, and finds out which one suits a row.
 *
 * Scalar in png_predict.c, which defines the results, and simd128 in
 * png_predict_simd128.c, which must equal it; the build takes one of them.
 *
 * Rows are packed samples. The TH_PNG_PIXEL_BYTES_MAX bytes before `row` and `above`
 * must be zeros that can be read: the pixel left of the first. */
#ifndef TH_PNG_PREDICT_H
#define TH_PNG_PREDICT_H

#include "../thimble.h"
#include "png_filter.h"

#define TH_PNG_PIXEL_BYTES_MAX 4u
#define TH_PNG_PREDICT_SLACK_BYTES 16u /* may be written behind `out` */

struct th_png_score {
    uint32_t sum[TH_PNG_FILTERS]; /* of the filtered bytes' magnitudes, as signed bytes */
    uint32_t repeated;            /* bytes equal to the one left of or above them */
};

void th_png_score_row(struct th_png_score *score, const uint8_t *row, const uint8_t *above,
                      size_t bytes, uint32_t pixel_bytes);
/* Filtered bytes to `out`, without the filter byte. */
void th_png_predict_row(uint8_t *out, uint32_t filter, const uint8_t *row, const uint8_t *above,
                        size_t bytes, uint32_t pixel_bytes);
/* R G B x to R G B. */
void th_png_pack_rgb(uint8_t *out, const uint8_t *row, uint32_t width);

#endif
