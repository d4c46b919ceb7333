/* colour_rows.h - the arithmetic of the colour stages, one row at a time.
 *
 * Scalar in colour_rows.c, which defines the results, and simd128 in
 * colour_rows_simd128.c, which must equal it; the build takes one of them.
 *
 * Every conversion is an affine map in fixed point, rounded to nearest, halves
 * up, then clamped to a byte. Constants are round(2^bits * x), one of each row
 * moved by one unit where that makes grey come out grey exactly.
 *
 * Buffers: reads stay inside; `out` may be written up to TH_COLOUR_SLACK_BYTES
 * past its length; the caller leaves room. */
#ifndef TH_COLOUR_ROWS_H
#define TH_COLOUR_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#define TH_COLOUR_SLACK_BYTES 32u

/* Luma of `count` pixels of four bytes. */
void th_rows_luma(uint8_t *out, const uint8_t *rgbx, uint32_t count, bool limited);

/* Chroma of two pixel rows (the same one twice at an odd bottom) of `width`
 * pixels: ceil(width/2) samples each. */
void th_rows_chroma(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                    uint32_t width, bool limited);

/* The same for RGBA, weighted by alpha: the mean colour is
 * round(4 * sum(c * a) / sum(a)) / 4, or the plain mean when all are transparent. */
void th_rows_chroma_alpha(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                          uint32_t width, bool limited);

/* `count` pixels of four bytes (the fourth 255) from three rows. */
void th_rows_rgb(uint8_t *rgbx, const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
                 uint32_t count, bool limited);

/* Luma (chroma) samples from full to limited range, or back. */
void th_rows_range(uint8_t *out, const uint8_t *in, uint32_t count, bool chroma, bool limited);

/* Means of 2x2 samples, halves up: ceil(width/2) of them. */
void th_rows_halve(uint8_t *out, const uint8_t *row0, const uint8_t *row1, uint32_t width);

/* ---- what both twins share ---- */

/* RGB to YCbCr, Q15. JFIF: Y = 0.299 R + 0.587 G + 0.114 B,
 * Cb = (B - Y) / 1.772, Cr = (R - Y) / 1.402. Limited range: Y by 219/255, C by 224/255. */
struct th_ycc_weights {
    int16_t y[3], cb[3], cr[3];
    int16_t y_offset;
};
extern const struct th_ycc_weights th_ycc_weights[2]; /* [limited] */

/* YCbCr to RGB, Q13: R = y Y + cr_r Cr, G = y Y - cb_g Cb - cr_g Cr, B = y Y + cb_b Cb,
 * Y less y_offset, C less 128. */
struct th_rgb_weights {
    int16_t y, cr_r, cb_g, cr_g, cb_b;
    int16_t y_offset;
};
extern const struct th_rgb_weights th_rgb_weights[2]; /* [limited] */

/* out = ((in - from) * scale + 2^13 >> 14) + to */
struct th_range_map {
    int16_t from, to;
    int16_t scale; /* Q14 */
};
extern const struct th_range_map th_range_maps[2][2]; /* [limited][chroma] */

#endif
