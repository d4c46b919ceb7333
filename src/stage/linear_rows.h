/* linear_rows.h - the arithmetic of linear light: sRGB's numbers to amounts of light and
 * back, one row at a time. Table lookups, the same in every build: no twin.
 *
 * Light is an integer of 0..TH_LINEAR_ONE, as large as Q6 alpha, so that the resampler's
 * int16 kernels serve with their room for overshoot. The darkest step of sRGB is 5 of
 * it: a byte comes back as it was, and what the resampler rounds is a fifth of a byte there. */
#ifndef TH_LINEAR_ROWS_H
#define TH_LINEAR_ROWS_H

#include <stdint.h>

#define TH_LINEAR_ONE 16320

struct th_linear_tables {
    int16_t light[256];             /* of each number of sRGB (IEC 61966-2-1), rounded */
    uint8_t srgb[TH_LINEAR_ONE + 1]; /* the number nearest to each amount of light */
};

/* By + - * / alone: the same in every build. */
void th_linear_tables_make(struct th_linear_tables *tables);

/* Premultiplied and linear: colour = round(light * a / 255), alpha = a * 64. */
void th_rows_linear_gray(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count);
void th_rows_linear_rgbx(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count);
void th_rows_linear_rgba(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count);

/* Back, clamped. GRAY takes red. RGBA: alpha = clamp8(round(a / 64)), the light divided by a;
 * the pixel is 0 when alpha is. */
void th_rows_srgb_gray(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count);
void th_rows_srgb_rgbx(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count);
void th_rows_srgb_rgba(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count);

/* In place, over a premultiplied linear colour: s + b * (1 - a), rounded and saturated. */
void th_rows_linear_over(int16_t *pixels, const int16_t background[4], uint32_t count);

#endif
