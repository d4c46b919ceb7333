/* fdct_islow.c - samples to signed numbers, and the accurate 8x8 forward DCT
 * (jfdctint.c's _jpeg_fdct_islow), equal in every bit for 8-bit samples.
 *
 * The scalar code does rows first (rounding to 2 fraction bits) and then columns. Here a
 * pass works on eight columns at once, so the block is turned before each. With
 * s_i = x_i + x_(7-i), d_i = x_i - x_(7-i) and constants times 2^13:
 *
 *   y0,y4 = (s0 + s3) +- (s1 + s2)                exact, only scaled
 *   y2    = 10703 (s0 - s3) +  4433 (s1 - s2)
 *   y6    =  4433 (s0 - s3) - 10704 (s1 - s2)
 *   y1    = 11363 d0 +  9633 d1 +  6437 d2 +  2260 d3
 *   y3    =  9633 d0 -  2259 d1 - 11362 d2 -  6436 d3
 *   y5    =  6437 d0 - 11362 d1 +  2261 d2 +  9633 d3
 *   y7    =  2260 d0 -  6436 d1 +  9633 d2 - 11363 d3
 *
 * All sums fit: 8 * 128 * 4 = 2^12 after the first pass, 2^15 inside the second. */
#include "kernel.h"

int jsimd_can_convsamp(void) {
    return 1;
}

void jsimd_convsamp(JSAMPARRAY samples, JDIMENSION column, DCTELEM *workspace) {
    for (int y = 0; y < DCTSIZE; y++) {
        v128_t row = wasm_u16x8_load8x8(samples[y] + column);
        wasm_v128_store(workspace + y * DCTSIZE,
                        wasm_i16x8_sub(row, wasm_i16x8_const_splat(CENTERJSAMPLE)));
    }
}

/* Eight rows to eight columns. */
static inline void turn(v128_t x[8]) {
    v128_t a[8], b[8];
    for (int i = 0; i < 4; i++) {
        a[2 * i] = th_low16(x[i], x[i + 4]);
        a[2 * i + 1] = th_high16(x[i], x[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        b[2 * i] = th_low16(a[i], a[i + 4]);
        b[2 * i + 1] = th_high16(a[i], a[i + 4]);
    }
    for (int i = 0; i < 4; i++) {
        x[2 * i] = th_low16(b[i], b[i + 4]);
        x[2 * i + 1] = th_high16(b[i], b[i + 4]);
    }
}

/* The rounded weighted sum of one pair (a, b) of inputs, for eight columns. */
static inline v128_t rotate(v128_t low, v128_t high, v128_t weights, int shift) {
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t l = wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, weights), half);
    v128_t h = wasm_i32x4_add(wasm_i32x4_dot_i16x8(high, weights), half);
    return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(l, (uint32_t)shift),
                                   wasm_i32x4_shr(h, (uint32_t)shift));
}

/* The same for two pairs. */
static inline v128_t rotate2(const v128_t p[4], v128_t weights01, v128_t weights23, int shift) {
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t l = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p[0], weights01),
                              wasm_i32x4_dot_i16x8(p[2], weights23));
    v128_t h = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p[1], weights01),
                              wasm_i32x4_dot_i16x8(p[3], weights23));
    return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(l, half), (uint32_t)shift),
                                   wasm_i32x4_shr(wasm_i32x4_add(h, half), (uint32_t)shift));
}

/* Everything but y0 and y4, which are left unscaled. */
static inline void transform(v128_t x[8], int shift) {
    v128_t s[4], d[4];
    for (int i = 0; i < 4; i++) {
        s[i] = wasm_i16x8_add(x[i], x[7 - i]);
        d[i] = wasm_i16x8_sub(x[i], x[7 - i]);
    }
    v128_t outer = wasm_i16x8_add(s[0], s[3]), inner = wasm_i16x8_add(s[1], s[2]);
    x[0] = wasm_i16x8_add(outer, inner);
    x[4] = wasm_i16x8_sub(outer, inner);
    outer = wasm_i16x8_sub(s[0], s[3]);
    inner = wasm_i16x8_sub(s[1], s[2]);
    v128_t low = th_low16(outer, inner), high = th_high16(outer, inner);
    x[2] = rotate(low, high, TH_PAIR(10703, 4433), shift);
    x[6] = rotate(low, high, TH_PAIR(4433, -10704), shift);
    v128_t p[4] = {th_low16(d[0], d[1]), th_high16(d[0], d[1]), th_low16(d[2], d[3]),
                   th_high16(d[2], d[3])};
    x[1] = rotate2(p, TH_PAIR(11363, 9633), TH_PAIR(6437, 2260), shift);
    x[3] = rotate2(p, TH_PAIR(9633, -2259), TH_PAIR(-11362, -6436), shift);
    x[5] = rotate2(p, TH_PAIR(6437, -11362), TH_PAIR(2261, 9633), shift);
    x[7] = rotate2(p, TH_PAIR(2260, -6436), TH_PAIR(9633, -11363), shift);
}

int jsimd_can_fdct_islow(void) {
    return 1;
}

void jsimd_fdct_islow(DCTELEM *data) {
    v128_t x[8];
    for (int i = 0; i < 8; i++) x[i] = wasm_v128_load(data + 8 * i);
    turn(x);
    transform(x, 11);
    x[0] = wasm_i16x8_shl(x[0], 2);
    x[4] = wasm_i16x8_shl(x[4], 2);
    turn(x);
    transform(x, 15);
    v128_t half = wasm_i16x8_const_splat(2);
    x[0] = wasm_i16x8_shr(wasm_i16x8_add(x[0], half), 2);
    x[4] = wasm_i16x8_shr(wasm_i16x8_add(x[4], half), 2);
    for (int i = 0; i < 8; i++) wasm_v128_store(data + 8 * i, x[i]);
}
