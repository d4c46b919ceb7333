/* jpeg_idct.h - dequantised, transformed samples of blocks, by libjpeg-turbo's IDCTs.
 *
 * An adapter: it sets up as much of a libjpeg decompressor as its IDCT controller
 * looks at, which then chooses the same functions (our Wasm kernels included) and
 * multiplier tables as in a whole decode. So samples are those libjpeg gives.
 * Blocks without AC coefficients that matter are filled with their one value here. */
#ifndef TH_JPEG_IDCT_H
#define TH_JPEG_IDCT_H

#include "jpeg_entropy.h"
#include "jpeg_scans.h"

struct th_idct; /* opaque */

/* `size`: samples per block side, 1, 2, 3, 4 or 8. */
enum th_status th_idct_open(struct th_idct **idct, const struct th_jpeg_frame *frame,
                            uint32_t size);

/* Turns the first width_blocks blocks of line `y` of `blocks` (component `index`) into
 * `size` rows at `out`, `stride` bytes apart, width_blocks * size samples each; then
 * clears the blocks. */
void th_idct_line(struct th_idct *idct, uint32_t index, const struct th_jpeg_blocks *blocks,
                  uint32_t y, uint8_t *out, size_t stride);

void th_idct_close(struct th_idct *idct); /* accepts NULL */

#endif
