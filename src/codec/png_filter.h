/* png_filter.h - undoes PNG's row filters (None, Sub, Up, Average, Paeth).
 *
 * Scalar in png_filter.c, which defines the results, and simd128 in
 * png_filter_simd128.c, which must equal it in every pixel; the build takes one of
 * them for the rows of four-byte pixels. Opaque RGB is widened on the way, because
 * three-byte pixels are slow for everybody after it.
 *
 * `line` is what was inflated, behind its filter byte; `above` the unfiltered row
 * before (zeros for the first). No two of them overlap. Up to
 * TH_PNG_FILTER_SLACK_BYTES may be read behind each and written behind `row`. */
#ifndef TH_PNG_FILTER_H
#define TH_PNG_FILTER_H

#include "../thimble.h"

#define TH_PNG_FILTER_SLACK_BYTES 16u
#define TH_PNG_FILTERS 5u

/* filter < TH_PNG_FILTERS in all of these. Pixels of any size, no widening. */
void th_png_unfilter(uint32_t filter, uint32_t pixel_bytes, uint8_t *row, const uint8_t *line,
                     const uint8_t *above, size_t bytes);
/* R G B lines to R G B 255 rows; the fourth byte of `above` may be anything. */
void th_png_unfilter_rgbx(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width);
void th_png_unfilter_rgba(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width);

#endif
