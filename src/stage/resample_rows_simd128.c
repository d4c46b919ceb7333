/* resample_rows_simd128.c - resample_rows.c for Wasm simd128, equal in every bit.
 *
 * All sums are exact in int32, so their order is free. i32x4.dot_i16x8 multiplies
 * eight pairs and adds neighbours: the vertical pass interleaves two rows to make
 * neighbours of the taps; the horizontal pass of planes finds them side by side, that
 * of pixels too, because the vertical pass has stored pixels in pairs. */
#include "resample_rows.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <stdbool.h>
#include <wasm_simd128.h>

/* The weights of taps k and k+1 in every lane pair. */
static inline v128_t weight_pair(const int16_t *weight) {
    return wasm_v128_load32_splat(weight);
}

/* Two pixels to R0 R1 G0 G1 B0 B1 A0 A1. */
static inline v128_t pair_pixels(v128_t pixels) {
    const v128_t second = wasm_i64x2_shuffle(pixels, pixels, 1, 1);
    return wasm_i16x8_shuffle(pixels, second, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline void vertical(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                            uint32_t taps, uint32_t samples, bool pixels) {
    for (uint32_t i = 0; i < samples; i += 16) {
        v128_t s0 = wasm_i32x4_const_splat(1 << 7), s1 = s0, s2 = s0, s3 = s0;
        for (uint32_t k = 0; k < taps; k += 2) {
            v128_t a = wasm_v128_load(row[k] + i), b = wasm_v128_load(row[k + 1] + i);
            v128_t w = weight_pair(weight + k);
            v128_t lo = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7,
                                           23);
            v128_t hi = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14,
                                           30, 15, 31);
            s0 = wasm_i32x4_add(s0, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(lo), w));
            s1 = wasm_i32x4_add(s1, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(lo), w));
            s2 = wasm_i32x4_add(s2, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(hi), w));
            s3 = wasm_i32x4_add(s3, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(hi), w));
        }
        v128_t first = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s0, 8), wasm_i32x4_shr(s1, 8));
        v128_t second = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s2, 8), wasm_i32x4_shr(s3, 8));
        wasm_v128_store(out + i, pixels ? pair_pixels(first) : first);
        wasm_v128_store(out + i + 8, pixels ? pair_pixels(second) : second);
    }
}

void th_rows_vertical_plane(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                            uint32_t taps, uint32_t samples) {
    vertical(out, row, weight, taps, samples, false);
}

void th_rows_vertical_rgbx(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                           uint32_t taps, uint32_t samples) {
    vertical(out, row, weight, taps, samples, true);
}

void th_rows_vertical_rgba_q6(int16_t *out, const int16_t *const *row, const int16_t *weight,
                              uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i += 8) {
        v128_t s0 = wasm_i32x4_const_splat(1 << 13), s1 = s0;
        for (uint32_t k = 0; k < taps; k += 2) {
            v128_t a = wasm_v128_load(row[k] + i), b = wasm_v128_load(row[k + 1] + i);
            v128_t w = weight_pair(weight + k);
            v128_t lo = wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
            v128_t hi = wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
            s0 = wasm_i32x4_add(s0, wasm_i32x4_dot_i16x8(lo, w));
            s1 = wasm_i32x4_add(s1, wasm_i32x4_dot_i16x8(hi, w));
        }
        wasm_v128_store(out + i, pair_pixels(wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s0, 14),
                                                                     wasm_i32x4_shr(s1, 14))));
    }
}

/* Four lanes of partial sums for one output sample. */
static inline v128_t plane_sum(const int16_t *from, const int16_t *weight, uint32_t taps) {
    v128_t sum = wasm_i32x4_dot_i16x8(wasm_v128_load(from), wasm_v128_load(weight));
    for (uint32_t k = 8; k < taps; k += 8) {
        v128_t part = wasm_i32x4_dot_i16x8(wasm_v128_load(from + k), wasm_v128_load(weight + k));
        sum = wasm_i32x4_add(sum, part);
    }
    return sum;
}

/* Lane n of the result is the sum of the lanes of the n-th argument. */
static inline v128_t add_across(v128_t a, v128_t b, v128_t c, v128_t d) {
    v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5),
                               wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
    v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(c, d, 0, 4, 1, 5),
                               wasm_i32x4_shuffle(c, d, 2, 6, 3, 7));
    return wasm_i32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5),
                          wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
}

static inline v128_t bytes_of(v128_t sums) {
    v128_t x = wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_const_splat(1 << 19)), 20);
    v128_t narrow = wasm_i16x8_narrow_i32x4(x, x);
    return wasm_u8x16_narrow_i16x8(narrow, narrow);
}

void th_rows_horizontal_plane(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                              const uint32_t *start, const int16_t *weight, uint32_t taps) {
    const int16_t *from = in - origin;
    const int16_t *w = weight;
    uint32_t j = 0;
    for (; j + 4 <= count; j += 4, w += (uint64_t)4 * taps) {
        v128_t a = plane_sum(from + start[j], w, taps);
        v128_t b = plane_sum(from + start[j + 1], w + taps, taps);
        v128_t c = plane_sum(from + start[j + 2], w + 2 * taps, taps);
        v128_t d = plane_sum(from + start[j + 3], w + 3 * taps, taps);
        wasm_v128_store32_lane(out + j, bytes_of(add_across(a, b, c, d)), 0);
    }
    for (; j < count; j++, w += taps) {
        v128_t a = plane_sum(from + start[j], w, taps);
        wasm_v128_store8_lane(out + j, bytes_of(add_across(a, a, a, a)), 0);
    }
}

/* The four sums (R G B A) of one output pixel, from pixels in pairs. */
static inline v128_t pixel_sum(const int16_t *from, const int16_t *weight, uint32_t taps) {
    v128_t sum = wasm_i32x4_const_splat(0);
    for (uint32_t k = 0; k < taps; k += 2) {
        v128_t pair = wasm_v128_load(from + (uint64_t)k * 4);
        sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(pair, weight_pair(weight + k)));
    }
    return sum;
}

void th_rows_horizontal_rgbx(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                             const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (uint64_t)(start[j] - origin) * 4;
        v128_t sum = pixel_sum(from, weight + (uint64_t)j * taps, taps);
        wasm_v128_store32_lane(out + (uint64_t)j * 4, bytes_of(sum), 0);
    }
}

void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (uint64_t)(start[j] - origin) * 4;
        v128_t sum = pixel_sum(from, weight + (uint64_t)j * taps, taps);
        v128_t x = wasm_i32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_const_splat(1 << 13)), 14);
        wasm_v128_store64_lane(out + (uint64_t)j * 4, wasm_i16x8_narrow_i32x4(x, x), 0);
    }
}

#endif
