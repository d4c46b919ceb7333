/* huffman_bitmap.h - where a block's coefficients are that are not zero: what counting and
 * writing its Huffman codes go by. */
#ifndef TH_JPEG_SIMD_HUFFMAN_BITMAP_H
#define TH_JPEG_SIMD_HUFFMAN_BITMAP_H

#include "kernel.h"

/* The inverse of jpeg_natural_order: place in the zigzag of each coefficient. */
static const uint8_t zigzag[DCTSIZE2] = {
    0,  1,  5,  6,  14, 15, 27, 28, 2,  4,  7,  13, 16, 26, 29, 42, 3,  8,  12, 17, 25, 30,
    41, 43, 9,  11, 18, 24, 31, 40, 44, 53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38,
    46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61, 35, 36, 48, 49, 57, 58, 62, 63,
};

/* One bit for each coefficient that is not zero, in natural order. */
static inline uint64_t nonzero(const JCOEF *block) {
    uint64_t zero = 0;
    for (int i = 0; i < 4; i++) {
        v128_t pair = wasm_i8x16_narrow_i16x8(wasm_v128_load(block + 16 * i),
                                              wasm_v128_load(block + 16 * i + 8));
        v128_t equal = wasm_i8x16_eq(pair, wasm_i8x16_const_splat(0));
        zero |= (uint64_t)wasm_i8x16_bitmask(equal) << (16 * i);
    }
    return ~zero;
}

static inline uint64_t in_zigzag_order(uint64_t natural) {
    uint64_t order = 0;
    for (; natural; natural &= natural - 1) {
        order |= (uint64_t)1 << zigzag[__builtin_ctzll(natural)];
    }
    return order;
}

/* One bit for each coefficient but the first that is not zero, in zigzag order. */
static inline uint64_t th_ac_bitmap(const JCOEF *block) {
    return in_zigzag_order(nonzero(block) & ~(uint64_t)1);
}

#endif
