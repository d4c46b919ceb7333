/* resample_rows.h - the arithmetic of the resampler, one output row at a time.
 *
 * Scalar in resample_rows.c, which defines the results, and simd128 in
 * resample_rows_simd128.c, which must equal it; the build takes one of them.
 *
 * Weights are Q14. Intermediate rows are int16 in Q6 (255 = 16320): room for
 * Lanczos' overshoot of either sign, six bits more than a byte. Sums fit int32:
 * |sample| < 2^15, and the weights' magnitudes add up to less than 2^15.
 *
 * The vertical pass multiplies two rows at a time, the horizontal one two columns. So
 * source rows are joined in pairs, once, when they arrive: sample after sample of an upper row
 * and the one below it side by side. Pixels change their order on the way: two by two
 * their samples lie R0 R1 G0 G1 B0 B1 (A0 A1), the fourth byte of RGBX left out, and they stay
 * so in the intermediate row.
 *
 * Buffers: pairs and intermediate rows may be read, and `out` written, up to
 * TH_ROW_SLACK_SAMPLES samples past their length; the caller leaves room. */
#ifndef TH_RESAMPLE_ROWS_H
#define TH_RESAMPLE_ROWS_H

#include <stdint.h>

#define TH_ROW_SLACK_SAMPLES 16u
#define TH_TAPS_ALIGN_X_PLANE 8u /* taps of a horizontal plane row come in eights */
#define TH_TAPS_ALIGN_X_PIXEL 2u /* of pixels in twos */
#define TH_TAPS_ALIGN_Y 2u
#define TH_START_ALIGN_X_PIXEL 2u /* taps of pixels begin where two of them do */
#define TH_START_ALIGN_Y 2u       /* and those of rows where a pair does */

/* The rows `upper` and `lower` as a pair. Neither is read past its end. `upper` may lie in the
 * pair itself, at its end; `lower` may be `upper`. Of an odd number of pixels the last is
 * joined by a black one. */
void th_rows_pair_plane(uint8_t *pair, const uint8_t *upper, const uint8_t *lower,
                        uint32_t samples);
void th_rows_pair_rgbx(uint8_t *pair, const uint8_t *upper, const uint8_t *lower, uint32_t pixels);
void th_rows_pair_rgba_q6(int16_t *pair, const int16_t *upper, const int16_t *lower,
                          uint32_t pixels);

/* out[i] = saturate16((sum_k weight[2k] * upper[k][i] + weight[2k+1] * lower[k][i] + 2^7) >> 8)
 * over taps / 2 pairs; `taps` is even. */
void th_rows_vertical(int16_t *out, const uint8_t *const *pair, const int16_t *weight,
                      uint32_t taps, uint32_t samples);
/* The same from Q6: saturate16((sum + 2^13) >> 14) */
void th_rows_vertical_q6(int16_t *out, const int16_t *const *pair, const int16_t *weight,
                         uint32_t taps, uint32_t samples);
/* out[j] = saturate8((sum_k weight[j*taps+k] * in[start[j]-origin+k] + 2^19) >> 20) */
void th_rows_horizontal_plane(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                              const uint32_t *start, const int16_t *weight, uint32_t taps);
/* The same for each of three samples, the fourth byte is 255: start[j] - origin is even. */
void th_rows_horizontal_rgbx(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                             const uint32_t *start, const int16_t *weight, uint32_t taps);
/* The same for four samples, staying in Q6: saturate16((sum + 2^13) >> 14) */
void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps);

#endif
