/* resample_rows.h - the arithmetic of the resampler, one output row at a time.
 *
 * Scalar in resample_rows.c, which defines the results, and simd128 in
 * resample_rows_simd128.c, which must equal it; the build takes one of them.
 *
 * Weights are Q14. Intermediate rows are int16 in Q6 (255 = 16320): room for
 * Lanczos' overshoot of either sign, six bits more than a byte. Sums fit int32:
 * |sample| < 2^15, and the weights' magnitudes add up to less than 2^15.
 *
 * Buffers: rows and `out` may be read or written up to TH_ROW_SLACK_SAMPLES
 * samples past their length; the caller leaves room. */
#ifndef TH_RESAMPLE_ROWS_H
#define TH_RESAMPLE_ROWS_H

#include <stdint.h>

#define TH_ROW_SLACK_SAMPLES 16u
#define TH_TAPS_ALIGN_X_PLANE 8u /* taps of a horizontal plane row come in eights */
#define TH_TAPS_ALIGN_X_PIXEL 2u /* of interleaved pixels in twos */
#define TH_TAPS_ALIGN_Y 2u
#define TH_START_ALIGN_X_PIXEL 2u /* taps of pixels begin where a pair does */

/* out[i] = saturate16((sum_k weight[k] * row[k][i] + 2^7) >> 8); `taps` is even. */
void th_rows_vertical_plane(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                            uint32_t taps, uint32_t samples);
/* The same for pixels, whose intermediate row is stored in pairs: R0 R1 G0 G1 B0 B1 A0 A1,
 * R2 R3 ... `samples` is a multiple of 4. */
void th_rows_vertical_rgbx(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                           uint32_t taps, uint32_t samples);
/* The same from Q6: saturate16((sum + 2^13) >> 14) */
void th_rows_vertical_rgba_q6(int16_t *out, const int16_t *const *row, const int16_t *weight,
                              uint32_t taps, uint32_t samples);
/* out[j] = saturate8((sum_k weight[j*taps+k] * in[start[j]-origin+k] + 2^19) >> 20) */
void th_rows_horizontal_plane(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                              const uint32_t *start, const int16_t *weight, uint32_t taps);
/* The same for each of four samples, from pixels in pairs: start[j] - origin is even. */
void th_rows_horizontal_rgbx(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                             const uint32_t *start, const int16_t *weight, uint32_t taps);
/* The same, staying in Q6: saturate16((sum + 2^13) >> 14) */
void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps);

#endif
