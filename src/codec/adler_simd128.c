/* adler_simd128.c - adler.c for Wasm simd128, equal in every bit.
 *
 * Adler-32 is two sums modulo 65521: a of the bytes, from 1 on, and b of all values that a takes.
 * Over sixteen bytes a grows by their sum; b by sixteen times the a before and by the bytes
 * times 16, 15 .. 1. */
#include "adler.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <wasm_simd128.h>

#define MODULUS 65521u
/* Bytes between two divisions: no lane comes near 2^32, nor the sums near 2^64. */
#define PIECE_BYTES 4096u

static uint64_t sum_of(v128_t v) {
    v = wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(v), wasm_u64x2_extend_high_u32x4(v));
    return (uint64_t)wasm_i64x2_extract_lane(v, 0) + (uint64_t)wasm_i64x2_extract_lane(v, 1);
}

static v128_t weighted(v128_t bytes) {
    const v128_t low = wasm_i16x8_const(16, 15, 14, 13, 12, 11, 10, 9);
    const v128_t high = wasm_i16x8_const(8, 7, 6, 5, 4, 3, 2, 1);
    return wasm_i32x4_add(wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(bytes), low),
                          wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(bytes), high));
}

/* Adds `bytes`, a multiple of 16 and at most PIECE_BYTES. */
static void add_piece(uint64_t *a, uint64_t *b, const uint8_t *data, size_t bytes) {
    v128_t sum = wasm_i32x4_const_splat(0), before = sum, within = sum;
    for (size_t i = 0; i < bytes; i += 16) {
        const v128_t v = wasm_v128_load(data + i);
        before = wasm_i32x4_add(before, sum);
        within = wasm_i32x4_add(within, weighted(v));
        sum = wasm_i32x4_add(sum,
                             wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(v)));
    }
    *b = (*b + *a * bytes + 16 * sum_of(before) + sum_of(within)) % MODULUS;
    *a = (*a + sum_of(sum)) % MODULUS;
}

uint32_t th_adler(uint32_t adler, const uint8_t *data, size_t bytes) {
    uint64_t a = adler & 0xffff, b = adler >> 16;
    for (size_t part; bytes >= 16; data += part, bytes -= part) {
        part = bytes < PIECE_BYTES ? bytes & ~(size_t)15 : PIECE_BYTES;
        add_piece(&a, &b, data, part);
    }
    for (size_t i = 0; i < bytes; i++) {
        a += data[i];
        b += a;
    }
    return (uint32_t)(b % MODULUS << 16 | a % MODULUS);
}

#endif
