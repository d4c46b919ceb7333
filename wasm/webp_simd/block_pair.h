/* block_pair.h - VP8's transforms, quantiser and measures on two 4x4 blocks at once, equal
 * in every bit to libwebp's scalar dsp/enc.c.
 *
 * A pair is four vectors of eight 16-bit lanes: vector i holds line i of one block in its
 * low half and line i of the other in its high half. Lines are rows or columns, as each
 * function says. Only shuffles that an engine has one instruction for are used. */
#ifndef TH_WEBP_SIMD_BLOCK_PAIR_H
#define TH_WEBP_SIMD_BLOCK_PAIR_H

#include <stdint.h>
#include <wasm_simd128.h>

#include "src/enc/vp8i_enc.h"

/* The constant pair (a, b) four times, as i32x4.dot_i16x8 wants it. */
#define TH_DOT(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

static inline v128_t th_low8(v128_t a, v128_t b) {
    return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline v128_t th_high8(v128_t a, v128_t b) {
    return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline v128_t th_low16(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline v128_t th_high16(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline v128_t th_low32(v128_t a, v128_t b) {
    return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5);
}

static inline v128_t th_high32(v128_t a, v128_t b) {
    return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
}

static inline v128_t th_low64(v128_t a, v128_t b) {
    return wasm_i64x2_shuffle(a, b, 0, 2);
}

static inline v128_t th_high64(v128_t a, v128_t b) {
    return wasm_i64x2_shuffle(a, b, 1, 3);
}

/* Rows to columns and back, in each block. */
static inline void th_turn(v128_t v[4]) {
    v128_t a01 = th_low16(v[0], v[1]), b01 = th_high16(v[0], v[1]);
    v128_t a23 = th_low16(v[2], v[3]), b23 = th_high16(v[2], v[3]);
    v128_t a_low = th_low32(a01, a23), a_high = th_high32(a01, a23);
    v128_t b_low = th_low32(b01, b23), b_high = th_high32(b01, b23);
    v[0] = th_low64(a_low, b_low);
    v[1] = th_high64(a_low, b_low);
    v[2] = th_low64(a_high, b_high);
    v[3] = th_high64(a_high, b_high);
}

/* Columns as 16 bits out of columns as bytes. */
static inline void th_widen(v128_t columns[4], const v128_t bytes[2]) {
    columns[0] = wasm_u16x8_extend_low_u8x16(bytes[0]);
    columns[1] = wasm_u16x8_extend_high_u8x16(bytes[0]);
    columns[2] = wasm_u16x8_extend_low_u8x16(bytes[1]);
    columns[3] = wasm_u16x8_extend_high_u8x16(bytes[1]);
}

/* The columns of the two blocks side by side at `from`. */
static inline void th_load_columns(v128_t columns[4], const uint8_t *from) {
    v128_t r0 = wasm_v128_load64_zero(from), r1 = wasm_v128_load64_zero(from + BPS);
    v128_t r2 = wasm_v128_load64_zero(from + 2 * BPS), r3 = wasm_v128_load64_zero(from + 3 * BPS);
    v128_t even = th_low8(r0, r2), odd = th_low8(r1, r3);
    v128_t a = th_low8(even, odd), b = th_high8(even, odd);
    v128_t bytes[2] = {th_low32(a, b), th_high32(a, b)};
    th_widen(columns, bytes);
}

/* The rows of the two blocks, a[] in its four 32-bit lanes those of the first, from their
 * columns as bytes. */
static inline void th_rows_of(v128_t *a, v128_t *b, const v128_t bytes[2]) {
    v128_t even = th_low8(bytes[0], bytes[1]), odd = th_high8(bytes[0], bytes[1]);
    *a = th_low8(even, odd);
    *b = th_high8(even, odd);
}

static inline void th_store_rows(uint8_t *to, const v128_t bytes[2]) {
    v128_t a, b;
    th_rows_of(&a, &b, bytes);
    v128_t top = th_low32(a, b), bottom = th_high32(a, b);
    wasm_v128_store64_lane(to, top, 0);
    wasm_v128_store64_lane(to + BPS, top, 1);
    wasm_v128_store64_lane(to + 2 * BPS, bottom, 0);
    wasm_v128_store64_lane(to + 3 * BPS, bottom, 1);
}

/* (a x + b y + rounding) >> shift, with x and y side by side in lo and hi. */
static inline v128_t th_rotate(v128_t lo, v128_t hi, v128_t weights, int rounding, int shift) {
    v128_t round = wasm_i32x4_splat(rounding);
    lo = wasm_i32x4_add(wasm_i32x4_dot_i16x8(lo, weights), round);
    hi = wasm_i32x4_add(wasm_i32x4_dot_i16x8(hi, weights), round);
    return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(lo, (uint32_t)shift),
                                   wasm_i32x4_shr(hi, (uint32_t)shift));
}

/* VP8FTransform: columns of differences into rows of coefficients. */
static inline void th_forward(v128_t v[4]) {
    v128_t a0 = wasm_i16x8_add(v[0], v[3]), a1 = wasm_i16x8_add(v[1], v[2]);
    v128_t a2 = wasm_i16x8_sub(v[1], v[2]), a3 = wasm_i16x8_sub(v[0], v[3]);
    v128_t lo = th_low16(a2, a3), hi = th_high16(a2, a3);
    v[0] = wasm_i16x8_shl(wasm_i16x8_add(a0, a1), 3);
    v[1] = th_rotate(lo, hi, TH_DOT(2217, 5352), 1812, 9);
    v[2] = wasm_i16x8_shl(wasm_i16x8_sub(a0, a1), 3);
    v[3] = th_rotate(lo, hi, TH_DOT(-5352, 2217), 937, 9);
    th_turn(v);
    a0 = wasm_i16x8_add(v[0], v[3]), a1 = wasm_i16x8_add(v[1], v[2]);
    a2 = wasm_i16x8_sub(v[1], v[2]), a3 = wasm_i16x8_sub(v[0], v[3]);
    lo = th_low16(a2, a3), hi = th_high16(a2, a3);
    v128_t seven = wasm_i16x8_const_splat(7);
    v[0] = wasm_i16x8_shr(wasm_i16x8_add(wasm_i16x8_add(a0, a1), seven), 4);
    /* One more, unless a3 is zero: 65536 in the rounding, and -1 where the comparison holds. */
    v[1] = wasm_i16x8_add(th_rotate(lo, hi, TH_DOT(2217, 5352), 12000 + 65536, 16),
                          wasm_i16x8_eq(a3, wasm_i16x8_const_splat(0)));
    v[2] = wasm_i16x8_shr(wasm_i16x8_add(wasm_i16x8_sub(a0, a1), seven), 4);
    v[3] = th_rotate(lo, hi, TH_DOT(-5352, 2217), 51000, 16);
}

/* One dimension of VP8ITransform, across the vectors; `even` stands for v[0]. The scalar
 * factors are 35468 / 65536, here 17734 twice, and 1 + 20091 / 65536. */
static inline void th_inverse_pass(v128_t v[4], v128_t even) {
    v128_t lo1 = th_low16(v[1], v[1]), hi1 = th_high16(v[1], v[1]);
    v128_t lo3 = th_low16(v[3], v[3]), hi3 = th_high16(v[3], v[3]);
    v128_t sine = TH_DOT(17734, 17734), cosine = TH_DOT(20091, 0);
#define PRODUCT(x, w) wasm_i32x4_shr(wasm_i32x4_dot_i16x8(x, w), 16)
    v128_t c = wasm_i16x8_narrow_i32x4(wasm_i32x4_sub(PRODUCT(lo1, sine), PRODUCT(lo3, cosine)),
                                       wasm_i32x4_sub(PRODUCT(hi1, sine), PRODUCT(hi3, cosine)));
    v128_t d = wasm_i16x8_narrow_i32x4(wasm_i32x4_add(PRODUCT(lo1, cosine), PRODUCT(lo3, sine)),
                                       wasm_i32x4_add(PRODUCT(hi1, cosine), PRODUCT(hi3, sine)));
#undef PRODUCT
    c = wasm_i16x8_sub(c, v[3]);
    d = wasm_i16x8_add(d, v[1]);
    v128_t a = wasm_i16x8_add(even, v[2]), b = wasm_i16x8_sub(even, v[2]);
    v[0] = wasm_i16x8_add(a, d);
    v[1] = wasm_i16x8_add(b, c);
    v[2] = wasm_i16x8_sub(b, c);
    v[3] = wasm_i16x8_sub(a, d);
}

/* VP8ITransform: rows of coefficients, added to the columns of a prediction, as bytes. */
static inline void th_inverse(v128_t bytes[2], v128_t v[4], const v128_t prediction[4]) {
    th_inverse_pass(v, v[0]);
    th_turn(v);
    th_inverse_pass(v, wasm_i16x8_add(v[0], wasm_i16x8_const_splat(4)));
    for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_add(wasm_i16x8_shr(v[i], 3), prediction[i]);
    bytes[0] = wasm_u8x16_narrow_i16x8(v[0], v[1]);
    bytes[1] = wasm_u8x16_narrow_i16x8(v[2], v[3]);
}

/* A VP8Matrix as the quantiser wants it. */
struct th_quantizer {
    v128_t pairs[2]; /* (-iq, bias) of the first row and of the others */
    v128_t q[2]; /* likewise, both blocks */
    v128_t sharpen[4]; /* negative */
};

static inline v128_t th_quantizer_pairs(const VP8Matrix *m, int from) {
    /* bias is its byte << 9: shifted on to the upper half. */
    v128_t bias = wasm_i32x4_shl(wasm_v128_load(m->bias + from), 16 - (QFIX - 8));
    v128_t iq = wasm_i16x8_neg(wasm_v128_load64_zero(m->iq + from));
    return wasm_v128_or(bias, wasm_u32x4_extend_low_u16x8(iq));
}

static inline void th_quantizer_of(struct th_quantizer *q, const VP8Matrix *m) {
    for (int i = 0; i < 2; i++) {
        q->pairs[i] = th_quantizer_pairs(m, 4 * i);
        q->q[i] = wasm_v128_load64_splat(m->q + 4 * i);
    }
    for (int i = 0; i < 4; i++) {
        q->sharpen[i] = wasm_i16x8_neg(wasm_v128_load64_splat(m->sharpen + 4 * i));
    }
}

/* VP8EncQuantizeBlock, all in rows: v becomes what the decoder will see. With the magnitude
 * negated, iq = 32768 has a 16-bit form. There is no clipping at MAX_LEVEL: coefficients stay
 * within 2100 and steps are at least 4. */
static inline void th_quantize(v128_t levels[4], v128_t v[4], const struct th_quantizer *q) {
    v128_t bias_unit = wasm_i16x8_const_splat(1 << (QFIX - 8));
    for (int i = 0; i < 4; i++) {
        v128_t pairs = q->pairs[i > 0], sign = wasm_i16x8_shr(v[i], 15);
        v128_t x = wasm_i16x8_sub(q->sharpen[i], wasm_i16x8_abs(v[i]));
        v128_t lo = wasm_i32x4_dot_i16x8(th_low16(x, bias_unit), pairs);
        v128_t hi = wasm_i32x4_dot_i16x8(th_high16(x, bias_unit), pairs);
        v128_t level = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(lo, QFIX), wasm_i32x4_shr(hi, QFIX));
        levels[i] = wasm_i16x8_sub(wasm_v128_xor(level, sign), sign);
        v[i] = wasm_i16x8_mul(levels[i], q->q[i > 0]);
    }
}

/* Bit 16 (i / 2) + 8 (i % 2) + lane is set where the level in row i is not zero: the first
 * block's are TH_FIRST_BLOCK, the second's the same four bits further. */
#define TH_FIRST_BLOCK 0x0f0f0f0fu
#define TH_DC 1u

static inline uint32_t th_nonzero(const v128_t levels[4]) {
    v128_t zero = wasm_i8x16_const_splat(0);
    v128_t top = wasm_i8x16_narrow_i16x8(levels[0], levels[1]);
    v128_t bottom = wasm_i8x16_narrow_i16x8(levels[2], levels[3]);
    return ~(wasm_i8x16_bitmask(wasm_i8x16_eq(top, zero)) |
             wasm_i8x16_bitmask(wasm_i8x16_eq(bottom, zero)) << 16);
}

/* The levels of one block in zigzag order, from its rows two by two. */
static inline void th_zigzag(int16_t out[16], v128_t top, v128_t bottom) {
    v128_t first = wasm_i16x8_shuffle(top, top, 0, 1, 4, 0, 5, 2, 3, 6);
    v128_t last = wasm_i16x8_shuffle(bottom, bottom, 1, 4, 5, 2, 0, 3, 6, 7);
    first = wasm_i16x8_replace_lane(first, 3, wasm_i16x8_extract_lane(bottom, 0));
    last = wasm_i16x8_replace_lane(last, 4, wasm_i16x8_extract_lane(top, 7));
    wasm_v128_store(out, first);
    wasm_v128_store(out + 8, last);
}

/* Sums for each block of the squares of differences: of the first in lanes 0 and 1. */
static inline v128_t th_squares(const v128_t bytes[2], const v128_t source[4]) {
    v128_t columns[4], sum = wasm_i32x4_const_splat(0);
    th_widen(columns, bytes);
    for (int i = 0; i < 4; i++) {
        v128_t difference = wasm_i16x8_sub(columns[i], source[i]);
        sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(difference, difference));
    }
    return sum;
}

static inline void th_hadamard(v128_t v[4]) {
    v128_t a0 = wasm_i16x8_add(v[0], v[2]), a1 = wasm_i16x8_add(v[1], v[3]);
    v128_t a2 = wasm_i16x8_sub(v[1], v[3]), a3 = wasm_i16x8_sub(v[0], v[2]);
    v[0] = wasm_i16x8_add(a0, a1);
    v[1] = wasm_i16x8_add(a3, a2);
    v[2] = wasm_i16x8_sub(a3, a2);
    v[3] = wasm_i16x8_sub(a0, a1);
}

/* Each block's weighted sum of Hadamard coefficients (TTransform), of the first in lanes 0
 * and 1. The weights are symmetric: it does not matter whether v holds rows or columns. */
static inline v128_t th_texture(v128_t v[4], const uint16_t weights[16]) {
    th_hadamard(v);
    th_turn(v);
    th_hadamard(v);
    v128_t sum = wasm_i32x4_const_splat(0);
    for (int i = 0; i < 4; i++) {
        sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_i16x8_abs(v[i]),
                                                       wasm_v128_load64_splat(weights + 4 * i)));
    }
    return sum;
}

/* The sums of two pairs, whose halves are spread over two lanes each: one a lane. */
static inline v128_t th_join(v128_t first, v128_t second) {
    return wasm_i32x4_add(wasm_i32x4_shuffle(first, second, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(first, second, 1, 3, 5, 7));
}

#endif
