/* resample_rows_simd128.c - resample_rows.c for Wasm simd128, equal in every bit.
 *
 * All sums are exact in int32, so their order is free. i32x4.dot_i16x8 multiplies
 * eight pairs and adds neighbours: taps are neighbours in the vertical pass because rows
 * are joined in pairs, in the horizontal one because samples of a plane lie side by side and
 * those of pixels two by two. */
#include "resample_rows.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>
#include <wasm_simd128.h>

/* The weights of taps k and k+1 in every lane pair. */
static inline v128_t weight_pair(const int16_t *weight) {
    return wasm_v128_load32_splat(weight);
}

static inline void store_pair8(uint8_t *pair, v128_t a, v128_t b) {
    wasm_v128_store(
        pair, wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    wasm_v128_store(pair + 16, wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                  29, 14, 30, 15, 31));
}

void th_rows_pair_plane(uint8_t *pair, const uint8_t *upper, const uint8_t *lower,
                        uint32_t samples) {
    uint32_t i = 0;
    for (; i + 16 <= samples; i += 16)
        store_pair8(pair + (uint64_t)i * 2, wasm_v128_load(upper + i), wasm_v128_load(lower + i));
    for (; i < samples; i++) {
        const uint8_t a = upper[i], b = lower[i];
        pair[i * 2] = a;
        pair[i * 2 + 1] = b;
    }
}

/* Four pixels of a row to R0 R1 G0 G1 B0 B1 R2 R3 ... */
static inline v128_t rgb_by_twos(v128_t pixels) {
    return wasm_i8x16_shuffle(pixels, pixels, 0, 4, 1, 5, 2, 6, 8, 12, 9, 13, 10, 14, 0, 0, 0, 0);
}

static void pair_last_rgbx(uint8_t *pair, const uint8_t *upper, const uint8_t *lower,
                           uint32_t pixels) {
    uint8_t last[2][16] = {{0}}, joined[32];
    memcpy(last[0], upper, (size_t)pixels * 4);
    memcpy(last[1], lower, (size_t)pixels * 4);
    store_pair8(joined, rgb_by_twos(wasm_v128_load(last[0])), rgb_by_twos(wasm_v128_load(last[1])));
    memcpy(pair, joined, (size_t)(pixels + 1) / 2 * 12);
}

void th_rows_pair_rgbx(uint8_t *pair, const uint8_t *upper, const uint8_t *lower, uint32_t pixels) {
    uint32_t x = 0;
    for (; x + 4 <= pixels; x += 4, upper += 16, lower += 16, pair += 24) {
        const v128_t a = rgb_by_twos(wasm_v128_load(upper));
        const v128_t b = rgb_by_twos(wasm_v128_load(lower));
        wasm_v128_store(
            pair, wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
        wasm_v128_store64_lane(
            pair + 16,
            wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
            0);
    }
    if (x < pixels) pair_last_rgbx(pair, upper, lower, pixels - x);
}

/* Two pixels to R0 R1 G0 G1 B0 B1 A0 A1. */
static inline v128_t rgba_by_twos(v128_t pixels) {
    return wasm_i16x8_shuffle(pixels, pixels, 0, 4, 1, 5, 2, 6, 3, 7);
}

static inline void store_pair16(int16_t *pair, v128_t a, v128_t b) {
    a = rgba_by_twos(a);
    b = rgba_by_twos(b);
    wasm_v128_store(pair, wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11));
    wasm_v128_store(pair + 8, wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15));
}

void th_rows_pair_rgba_q6(int16_t *pair, const int16_t *upper, const int16_t *lower,
                          uint32_t pixels) {
    uint32_t x = 0;
    for (; x + 2 <= pixels; x += 2, upper += 8, lower += 8, pair += 16)
        store_pair16(pair, wasm_v128_load(upper), wasm_v128_load(lower));
    if (x < pixels) store_pair16(pair, wasm_v128_load64_zero(upper), wasm_v128_load64_zero(lower));
}

/* The vertical pass of sixteen samples; `at` bytes into each pair. */
static inline void vertical16(int16_t *out, const uint8_t *const *pair, size_t at,
                              const int16_t *weight, uint32_t taps) {
    v128_t s0 = wasm_i32x4_const_splat(1 << 7), s1 = s0, s2 = s0, s3 = s0;
    const int16_t *const end = weight + taps;
    do { /* at least once: less to decide */
        const uint8_t *from = *pair++ + at;
        const v128_t w = weight_pair(weight);
        s0 = wasm_i32x4_add(s0, wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(from), w));
        s1 = wasm_i32x4_add(s1, wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(from + 8), w));
        s2 = wasm_i32x4_add(s2, wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(from + 16), w));
        s3 = wasm_i32x4_add(s3, wasm_i32x4_dot_i16x8(wasm_u16x8_load8x8(from + 24), w));
    } while ((weight += 2) < end);
    wasm_v128_store(out, wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s0, 8), wasm_i32x4_shr(s1, 8)));
    wasm_v128_store(out + 8, wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s2, 8), wasm_i32x4_shr(s3, 8)));
}

void th_rows_vertical(int16_t *out, const uint8_t *const *pair, const int16_t *weight,
                      uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i += 16)
        vertical16(out + i, pair, (size_t)i * 2, weight, taps);
}

void th_rows_vertical_q6(int16_t *out, const int16_t *const *pair, const int16_t *weight,
                         uint32_t taps, uint32_t samples) {
    const int16_t *const end = weight + taps;
    for (uint32_t i = 0; i < samples; i += 8) {
        v128_t s0 = wasm_i32x4_const_splat(1 << 13), s1 = s0;
        const int16_t *const *p = pair;
        const int16_t *w = weight;
        do {
            const int16_t *from = *p++ + (size_t)i * 2;
            s0 = wasm_i32x4_add(s0, wasm_i32x4_dot_i16x8(wasm_v128_load(from), weight_pair(w)));
            s1 = wasm_i32x4_add(s1, wasm_i32x4_dot_i16x8(wasm_v128_load(from + 8), weight_pair(w)));
        } while ((w += 2) < end);
        wasm_v128_store(out + i,
                        wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(s0, 14), wasm_i32x4_shr(s1, 14)));
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

static inline v128_t rounded(v128_t sums) {
    return wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_const_splat(1 << 19)), 20);
}

static inline v128_t two_bytes_of(v128_t a, v128_t b) {
    v128_t narrow = wasm_i16x8_narrow_i32x4(rounded(a), rounded(b));
    return wasm_u8x16_narrow_i16x8(narrow, narrow);
}

static inline v128_t bytes_of(v128_t sums) {
    return two_bytes_of(sums, sums);
}

static inline void horizontal_plane(uint8_t *out, uint32_t count, const int16_t *from,
                                    const uint32_t *start, const int16_t *weight, uint32_t taps) {
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

/* Sixteen taps are what a JPEG needs that is halved or less after DCT scaling: code of its own
 * without a loop through them. */
void th_rows_horizontal_plane(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                              const uint32_t *start, const int16_t *weight, uint32_t taps) {
    if (taps == 16)
        horizontal_plane(out, count, in - origin, start, weight, 16);
    else
        horizontal_plane(out, count, in - origin, start, weight, taps);
}

/* The sums (R G B and a fourth) of one output pixel, from pixels of `samples` samples. */
static inline v128_t pixel_sum(const int16_t *from, const int16_t *weight, uint32_t taps,
                               uint32_t samples) {
    v128_t sum = wasm_i32x4_const_splat(0);
    const int16_t *const end = weight + taps;
    do {
        sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_v128_load(from), weight_pair(weight)));
        from += (size_t)samples * 2;
    } while ((weight += 2) < end);
    return sum;
}

/* Two pixels at once: they share the loop. */
static inline void two_rgbx(uint8_t *out, const int16_t *a, const int16_t *b, const int16_t *weight,
                            uint32_t taps) {
    v128_t sum_a = wasm_i32x4_const_splat(0), sum_b = sum_a;
    const int16_t *const end = weight + taps;
    do {
        const v128_t wa = weight_pair(weight), wb = weight_pair(weight + taps);
        sum_a = wasm_i32x4_add(sum_a, wasm_i32x4_dot_i16x8(wasm_v128_load(a), wa));
        sum_b = wasm_i32x4_add(sum_b, wasm_i32x4_dot_i16x8(wasm_v128_load(b), wb));
        a += 6;
        b += 6;
    } while ((weight += 2) < end);
    const v128_t opaque = wasm_i32x4_const_splat((int32_t)0xff000000u);
    wasm_v128_store64_lane(out, wasm_v128_or(two_bytes_of(sum_a, sum_b), opaque), 0);
}

void th_rows_horizontal_rgbx(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                             const uint32_t *start, const int16_t *weight, uint32_t taps) {
    const int16_t *from = in - (uint64_t)origin * 3;
    uint32_t j = 0;
    for (; j + 2 <= count; j += 2)
        two_rgbx(out + (uint64_t)j * 4, from + (uint64_t)start[j] * 3,
                 from + (uint64_t)start[j + 1] * 3, weight + (uint64_t)j * taps, taps);
    if (j == count) return;
    const v128_t opaque = wasm_i32x4_const_splat((int32_t)0xff000000u);
    v128_t sum = pixel_sum(from + (uint64_t)start[j] * 3, weight + (uint64_t)j * taps, taps, 3);
    wasm_v128_store32_lane(out + (uint64_t)j * 4, wasm_v128_or(bytes_of(sum), opaque), 0);
}

void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (uint64_t)(start[j] - origin) * 4;
        v128_t sum = pixel_sum(from, weight + (uint64_t)j * taps, taps, 4);
        v128_t x = wasm_i32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_const_splat(1 << 13)), 14);
        wasm_v128_store64_lane(out + (uint64_t)j * 4, wasm_i16x8_narrow_i32x4(x, x), 0);
    }
}

#endif
