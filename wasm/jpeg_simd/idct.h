/* idct.h - shared by the inverse DCT kernels: when 16-bit arithmetic is exact, and what
 * happens when it is not.
 *
 * The kernels multiply 16-bit numbers. A dequantised coefficient, and each sum after the
 * first pass, fits 16 bits in every image an encoder makes, but not in every file. So a
 * kernel first adds up |coefficient| * multiplier, for every two neighbouring columns:
 * while no sum is above TH_IDCT_SUM_MAX, nothing can overflow (each kernel says why);
 * otherwise the block goes to th_idct_wide, which computes in 64 bits what the library's
 * scalar code computes where `long` has 64 bits. */
#ifndef TH_JPEG_SIMD_IDCT_H
#define TH_JPEG_SIMD_IDCT_H

#include "kernel.h"

/* Largest sum of magnitudes in two columns for which the kernels are exact. Real blocks
 * stay below 2500: see th_idct_sum. */
#define TH_IDCT_SUM_MAX 4000

/* Multipliers in dct_table are clamped to this (a patch to jddctmgr.c): one above
 * TH_IDCT_SUM_MAX and small enough that 64 products of 16 bits add up in 32. */
#define TH_IDCT_MULTIPLIER_MAX 4095

/* Pairs of constants are read from memory, by a pointer that hides what it points to: V8 makes
 * a constant vector anew each time, by three instructions. */
static inline const int16_t *th_idct_hidden(const int16_t *weights) {
    __asm__("" : "+r"(weights));
    return weights;
}

/* Eight products with the pair of constants number i, neighbours added. */
static inline v128_t th_idct_dot(v128_t pairs, const int16_t *weights, int i) {
    return wasm_i32x4_dot_i16x8(pairs, wasm_v128_load32_splat(weights + 2 * i));
}

/* Adds |coefficient| * multiplier of one row to the sums of its four column pairs. */
static inline v128_t th_idct_sum(v128_t sum, v128_t coefficient, v128_t multiplier) {
    v128_t negated = wasm_i16x8_sub_sat(wasm_i16x8_const_splat(0), coefficient);
    v128_t magnitude = wasm_i16x8_max(coefficient, negated);
    return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(magnitude, multiplier));
}

static inline bool th_idct_narrow(v128_t sum) {
    return !wasm_v128_any_true(wasm_i32x4_gt(sum, wasm_i32x4_const_splat(TH_IDCT_SUM_MAX)));
}

/* What IDCT_range_limit's table does: the low ten bits as a signed number, plus 128,
 * clamped to a byte. */
static inline uint8_t th_idct_limit(int32_t value) {
    int32_t sample = (int32_t)((uint32_t)value << 22) >> 22;
    sample += 128;
    return (uint8_t)(sample < 0 ? 0 : sample > 255 ? 255 : sample);
}

/* The sample of a block that has nothing but a mean. (A component whose quantisation
 * table has not arrived has zeros for multipliers and is grey.) */
static inline uint8_t th_idct_mean(const jpeg_component_info *component, const JCOEF *block) {
    int32_t multiplier = ((const int16_t *)component->dct_table)[0];
    if (multiplier == TH_IDCT_MULTIPLIER_MAX) multiplier = component->quant_table->quantval[0];
    return th_idct_limit((int32_t)(((int64_t)block[0] * multiplier + 4) >> 3));
}

/* th_idct_limit for eight 16-bit values each, but as signed bytes: 128 is still to be added,
 * which flips the top bit. */
static inline v128_t th_idct_limit_signed(v128_t a, v128_t b) {
    a = wasm_i16x8_shr(wasm_i16x8_shl(a, 6), 6);
    b = wasm_i16x8_shr(wasm_i16x8_shl(b, 6), 6);
    return wasm_i8x16_narrow_i16x8(a, b);
}

/* The exact answer for any block at 8x8, 4x4, 3x3 or 2x2 samples; slow. */
void th_idct_wide(const jpeg_component_info *component, const JCOEF *block, JSAMPARRAY out,
                  JDIMENSION column, int size);

/* _jpeg_idct_3x3. */
void th_idct_3x3(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column);

/* _jpeg_idct_1x1 with the true multiplier. */
void th_idct_1x1(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column);

#endif
