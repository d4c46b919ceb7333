/* alpha_rows_simd128.c - alpha_rows.c for Wasm simd128, equal in every bit.
 *
 * Four pixels at a time; the last few are copied to a full block first. Divisions
 * are done in float: numerator and denominator are integers below 2^24, so both
 * are exact, and a quotient that is not a whole number k stays at least 1/32767
 * below it, while floats below 256 are 2^-16 apart: truncation is that of integers. */
#include "alpha_rows.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>

#include <wasm_simd128.h>

#define BLOCK 4u

static inline v128_t premultiplied(v128_t product) {
    v128_t scaled = wasm_i32x4_mul(product, wasm_u32x4_const_splat(65793));
    return wasm_u32x4_shr(wasm_i32x4_add(scaled, wasm_u32x4_const_splat(1u << 17)), 18);
}

static inline void premultiply_block(int16_t *out, const uint8_t *in) {
    v128_t pixels = wasm_v128_load(in);
    v128_t alpha = wasm_i8x16_shuffle(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15,
                                      15, 15, 15);
    /* Alpha itself is a colour of 255. */
    v128_t colour = wasm_v128_or(pixels, wasm_u32x4_const_splat(0xff000000u));
    v128_t low = wasm_u16x8_extmul_low_u8x16(colour, alpha);
    v128_t high = wasm_u16x8_extmul_high_u8x16(colour, alpha);
    v128_t a = premultiplied(wasm_u32x4_extend_low_u16x8(low));
    v128_t b = premultiplied(wasm_u32x4_extend_high_u16x8(low));
    v128_t c = premultiplied(wasm_u32x4_extend_low_u16x8(high));
    v128_t d = premultiplied(wasm_u32x4_extend_high_u16x8(high));
    wasm_v128_store(out, wasm_i16x8_narrow_i32x4(a, b));
    wasm_v128_store(out + 8, wasm_i16x8_narrow_i32x4(c, d));
}

void th_rows_premultiply(int16_t *out, const uint8_t *in, uint32_t count) {
    uint32_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK) {
        premultiply_block(out + (uint64_t)i * 4, in + (uint64_t)i * 4);
    }
    if (i == count) return;
    uint8_t last[BLOCK * 4] = {0};
    memcpy(last, in + (uint64_t)i * 4, (count - i) * 4);
    premultiply_block(out + (uint64_t)i * 4, last);
}

/* One pixel in four int32. */
static inline v128_t unpremultiplied(v128_t pixel) {
    const v128_t zero = wasm_i32x4_const_splat(0);
    v128_t alpha = wasm_i32x4_shuffle(pixel, pixel, 3, 3, 3, 3);
    v128_t alpha8 = wasm_i32x4_shr(wasm_i32x4_add(alpha, wasm_i32x4_const_splat(32)), 6);
    v128_t colour = wasm_i32x4_min(wasm_i32x4_max(pixel, zero), alpha);
    v128_t top = wasm_i32x4_add(wasm_i32x4_mul(colour, wasm_i32x4_const_splat(255)),
                                wasm_i32x4_shr(alpha, 1));
    v128_t quotient = wasm_i32x4_trunc_sat_f32x4(
        wasm_f32x4_div(wasm_f32x4_convert_i32x4(top), wasm_f32x4_convert_i32x4(alpha)));
    v128_t result = wasm_i32x4_shuffle(quotient, alpha8, 0, 1, 2, 7);
    return wasm_v128_and(result, wasm_i32x4_gt(alpha8, zero));
}

static inline void unpremultiply_block(uint8_t *out, const int16_t *in) {
    v128_t low = wasm_v128_load(in), high = wasm_v128_load(in + 8);
    v128_t a = unpremultiplied(wasm_i32x4_extend_low_i16x8(low));
    v128_t b = unpremultiplied(wasm_i32x4_extend_high_i16x8(low));
    v128_t c = unpremultiplied(wasm_i32x4_extend_low_i16x8(high));
    v128_t d = unpremultiplied(wasm_i32x4_extend_high_i16x8(high));
    wasm_v128_store(
        out, wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d)));
}

void th_rows_unpremultiply(uint8_t *out, const int16_t *in, uint32_t count) {
    uint32_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK) {
        unpremultiply_block(out + (uint64_t)i * 4, in + (uint64_t)i * 4);
    }
    if (i == count) return;
    int16_t last[BLOCK * 4] = {0};
    memcpy(last, in + (uint64_t)i * 4, (count - i) * 8);
    unpremultiply_block(out + (uint64_t)i * 4, last);
}

/* Two pixels of which `twice` holds each colour beside its alpha. */
static inline v128_t flattened(v128_t twice, v128_t weights, v128_t rest) {
    v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(twice, weights), rest);
    sum = wasm_i32x4_max(sum, wasm_i32x4_const_splat(0));
    sum = wasm_i32x4_min(sum, wasm_i32x4_const_splat(255 * 16320));
    return wasm_i32x4_trunc_sat_f32x4(
        wasm_f32x4_div(wasm_f32x4_convert_i32x4(sum), wasm_f32x4_const_splat(16320)));
}

/* c * 255 - a * b + (b * 16320 + 8160) */
static inline void flatten_block(uint8_t *out, const int16_t *in, v128_t weights, v128_t rest) {
    v128_t result[4];
    for (uint32_t i = 0; i < 2; i++) {
        v128_t two = wasm_v128_load(in + 8 * i);
        v128_t first = wasm_i16x8_shuffle(two, two, 0, 3, 1, 3, 2, 3, 3, 3);
        v128_t second = wasm_i16x8_shuffle(two, two, 4, 7, 5, 7, 6, 7, 7, 7);
        result[2 * i] = flattened(first, weights, rest);
        result[2 * i + 1] = flattened(second, weights, rest);
    }
    v128_t bytes = wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(result[0], result[1]),
                                           wasm_i16x8_narrow_i32x4(result[2], result[3]));
    wasm_v128_store(out, wasm_v128_or(bytes, wasm_u32x4_const_splat(0xff000000u)));
}

void th_rows_flatten(uint8_t *out, const int16_t *in, const uint8_t background[4], uint32_t count) {
    int16_t r = background[0], g = background[1], b = background[2];
    v128_t weights = wasm_i16x8_make(255, (int16_t)-r, 255, (int16_t)-g, 255, (int16_t)-b, 0, 0);
    v128_t rest = wasm_i32x4_make(r * 16320 + 8160, g * 16320 + 8160, b * 16320 + 8160, 0);
    uint32_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK) {
        flatten_block(out + (uint64_t)i * 4, in + (uint64_t)i * 4, weights, rest);
    }
    if (i == count) return;
    int16_t last[BLOCK * 4] = {0};
    memcpy(last, in + (uint64_t)i * 4, (count - i) * 8);
    flatten_block(out + (uint64_t)i * 4, last, weights, rest);
}

#endif
