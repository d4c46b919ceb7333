/* idct_3x3.c - dequantisation and the inverse DCT of decoding at 3/8 (jidctint.c's 3x3), equal in
 * every bit. Unlike 4x4 and 2x2 it takes nothing but the lowest frequencies, as they are:
 *
 *   outputs 8192 x0 + 5793 x2 +- 10033 x1 and, in the middle, 8192 x0 - 11586 x2
 *
 * Exact while idct.h's sums hold: after the first pass at most 11586 / 2048 * 4000 = 22630, in the
 * second, all columns together, 11586 / 2048 * 8000 * 11586 = 5.3e8. */
#include "idct.h"

enum { X02_OUTER, X02_MIDDLE };
static const int16_t weights3[] = {
    8192, 5793,   /* X02_OUTER */
    8192, -11586, /* X02_MIDDLE */
};
#define ODD wasm_i16x8_const_splat(10033)

/* One dimension, of which the mean and x2 come in pairs and x1 multiplied. */
static inline void transform3(v128_t out[3], v128_t p02, v128_t odd, int shift) {
    const int16_t *w = th_idct_hidden(weights3);
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t outer = wasm_i32x4_add(th_idct_dot(p02, w, X02_OUTER), half);
    v128_t middle = wasm_i32x4_add(th_idct_dot(p02, w, X02_MIDDLE), half);
    out[0] = wasm_i32x4_shr(wasm_i32x4_add(outer, odd), (uint32_t)shift);
    out[1] = wasm_i32x4_shr(middle, (uint32_t)shift);
    out[2] = wasm_i32x4_shr(wasm_i32x4_sub(outer, odd), (uint32_t)shift);
}

/* Two bytes and one: what lies behind them belongs to another block. */
static inline void store_row(JSAMPROW to, uint32_t row) {
    to[0] = (JSAMPLE)row;
    to[1] = (JSAMPLE)(row >> 8);
    to[2] = (JSAMPLE)(row >> 16);
}

/* Columns of samples, a row a lane. */
static inline void store3(JSAMPARRAY out, JDIMENSION column, const v128_t s[3]) {
    v128_t n = wasm_v128_xor(th_idct_limit_signed(wasm_i16x8_narrow_i32x4(s[0], s[1]),
                                                  wasm_i16x8_narrow_i32x4(s[2], s[2])),
                             wasm_i8x16_const_splat(-128));
    n = wasm_i8x16_shuffle(n, n, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    store_row(out[0] + column, (uint32_t)wasm_i32x4_extract_lane(n, 0));
    store_row(out[1] + column, (uint32_t)wasm_i32x4_extract_lane(n, 1));
    store_row(out[2] + column, (uint32_t)wasm_i32x4_extract_lane(n, 2));
}

void th_idct_3x3(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    v128_t x[3], w[3], sum = wasm_i32x4_const_splat(0);
    for (int i = 0; i < 3; i++) {
        v128_t c = wasm_v128_load(block + i * DCTSIZE);
        v128_t m = wasm_v128_load((const int16_t *)component->dct_table + i * DCTSIZE);
        sum = th_idct_sum(sum, c, m);
        x[i] = wasm_i16x8_mul(c, m);
    }
    if (!th_idct_narrow(sum)) {
        th_idct_wide(component, block, out, column, 3);
        return;
    }
    transform3(w, th_low16(x[0], x[2]), wasm_i32x4_extmul_low_i16x8(x[1], ODD), 11);
    v128_t w01 = wasm_i16x8_narrow_i32x4(w[0], w[1]), w22 = wasm_i16x8_narrow_i32x4(w[2], w[2]);
    v128_t even = th_low16(w01, w22), odd = th_high16(w01, w22);
    v128_t c01 = th_low16(even, odd), c23 = th_high16(even, odd); /* lane c0 r2 r2 r1 r0 */
    transform3(w, th_low16(c01, c23), wasm_i32x4_extmul_high_i16x8(c01, ODD), 18);
    store3(out, column, w);
}
