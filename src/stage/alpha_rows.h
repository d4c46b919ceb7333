/* alpha_rows.h - the arithmetic of the alpha stages, one row at a time.
 *
 * Scalar in alpha_rows.c, which defines the results, and simd128 in
 * alpha_rows_simd128.c, which must equal it; the build takes one of them.
 * Q6: 255 = 16320. "round" is to nearest; halves cannot occur or go up.
 *
 * Buffers are `count` pixels long; reads stay inside, `out` may be written up to
 * TH_ALPHA_SLACK_PIXELS further. */
#ifndef TH_ALPHA_ROWS_H
#define TH_ALPHA_ROWS_H

#include <stdint.h>

#define TH_ALPHA_SLACK_PIXELS 4u

/* colour = round(c * a * 64 / 255), alpha = a * 64 */
void th_rows_premultiply(int16_t *out, const uint8_t *in, uint32_t count);

/* alpha = clamp8(round(a / 64)); colour = clamp8(round(255 * c / a)); the pixel
 * is 0 when alpha is. Overshoot beyond opaque divides as it is: where colour and
 * alpha overshoot together, the colour is right. */
void th_rows_unpremultiply(uint8_t *out, const int16_t *in, uint32_t count);

/* colour = clamp8(round((c + b * (1 - a)) / 64)), fourth byte 255, for an opaque
 * background b. The overshoot in c and a is left in on purpose: the expression is
 * linear, so the result is what resampling the flattened picture would have given. */
void th_rows_flatten(uint8_t *out, const int16_t *in, const uint8_t background[4], uint32_t count);

/* The same over a translucent background: each sample becomes s + b * (1 - a), b
 * premultiplied, all in Q6, rounded and saturated to int16; then unpremultiplied. */
void th_rows_flatten_rgba(uint8_t *out, const int16_t *in, const uint8_t background[4],
                          uint32_t count);

#endif
