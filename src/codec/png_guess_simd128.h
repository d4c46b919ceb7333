/* png_guess_simd128.h - what PNG's filters Average and Paeth guess a byte to be, of sixteen bytes
 * at once; in Wasm simd128, for the reader and the writer (PNG third edition, 9.2). */
#ifndef TH_PNG_GUESS_SIMD128_H
#define TH_PNG_GUESS_SIMD128_H

#include <wasm_simd128.h>

/* avgr rounds up; the bit in which the two differ says when that was too much. */
static inline v128_t png_average(v128_t left, v128_t up) {
    const v128_t odd = wasm_v128_and(wasm_v128_xor(left, up), wasm_i8x16_splat(1));
    return wasm_i8x16_sub(wasm_u8x16_avgr(left, up), odd);
}

/* The distances of left, up and corner from left + up - corner, in bytes. The third is
 * |(left - corner) + (up - corner)|, whose positive and negative parts are summed apart;
 * where a sum saturates, the true one is larger than both others all the same. */
static inline v128_t png_paeth(v128_t left, v128_t up, v128_t corner) {
    const v128_t up_over = wasm_u8x16_sub_sat(up, corner);
    const v128_t up_under = wasm_u8x16_sub_sat(corner, up);
    const v128_t left_over = wasm_u8x16_sub_sat(left, corner);
    const v128_t left_under = wasm_u8x16_sub_sat(corner, left);
    const v128_t over = wasm_u8x16_add_sat(left_over, up_over);
    const v128_t under = wasm_u8x16_add_sat(left_under, up_under);
    const v128_t a = wasm_v128_or(up_over, up_under);
    const v128_t b = wasm_v128_or(left_over, left_under);
    const v128_t c = wasm_v128_or(wasm_u8x16_sub_sat(over, under), wasm_u8x16_sub_sat(under, over));
    const v128_t b_or_c = wasm_u8x16_min(b, c);
    const v128_t take_up = wasm_i8x16_eq(b_or_c, b);
    const v128_t take_left = wasm_i8x16_eq(wasm_u8x16_min(a, b_or_c), a);
    return wasm_v128_bitselect(left, wasm_v128_bitselect(up, corner, take_up), take_left);
}

#endif
