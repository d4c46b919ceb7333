/* idct_islow.c - dequantisation and the accurate 8x8 inverse DCT (jidctint.c's
 * _jpeg_idct_islow), equal in every bit.
 *
 * The scalar code rounds after the first pass (columns) and after the second (rows) and
 * is linear in between, so its rotations may be multiplied out: with the inputs of a
 * column x0..x7 and constants times 2^13,
 *
 *   even  e0,e3 = 8192 (x0 + x4) +- (10703 x2 +  4433 x6)
 *         e1,e2 = 8192 (x0 - x4) +- ( 4433 x2 - 10704 x6)
 *   odd   o0 = 11363 x1 +  9633 x3 +  6437 x5 +  2260 x7
 *         o1 =  9633 x1 -  2259 x3 - 11362 x5 -  6436 x7
 *         o2 =  6437 x1 - 11362 x3 +  2261 x5 +  9633 x7
 *         o3 =  2260 x1 -  6436 x3 +  9633 x5 - 11363 x7
 *   out n = e[n] + o[n], out 7-n = e[n] - o[n]
 *
 * Each product pair is one i32x4.dot_i16x8 on two interleaved rows: (0,4) (2,6) (1,5)
 * (3,7). Four columns fill a vector of 32-bit sums, so each pass runs twice.
 *
 * How the block is turned between the passes. Number the registers by the bits of the
 * row and the lanes by the bits of the column. Interleaving two registers moves the bit
 * that tells them apart to the bottom of the lane number, and the top bit of the lane
 * number becomes the register's. Every shuffle below is such a step, and its comment
 * gives the lane number it makes, top bit first: r2 r1 r0 of the row, c2 c1 c0 of the
 * column.
 *
 * The two halves of a pass are a loop that must not be unrolled, with their data in
 * memory: V8 (11.3 at least) orders what is within a block breadth first and, given both
 * halves at once, would keep twice as many vectors alive as there are registers.
 *
 * Exact while idct.h's sums hold: a column's magnitudes add up to S <= 4000, so the first
 * pass gives at most 4 * 1.39 S = 22200; all four pairs of columns together weigh at most
 * 16000, so the second pass stays below 11363 * 5.55 * 16000 + rounding = 1.01e9 in 32
 * bits and 3850 after its shift. */
#include "idct.h"

#define HALVES _Pragma("clang loop unroll(disable)") for (int half = 0; half < 2; half++)

/* The pairs of constants, in the order of their use. */
static const int16_t weights[] = {
    /* transform: e */
    8192,
    8192,
    8192,
    -8192,
    10703,
    4433,
    4433,
    -10704,
    /* transform: o0 to o3, inputs (1,5) and (3,7) */
    11363,
    6437,
    9633,
    2260,
    9633,
    -11362,
    -2259,
    -6436,
    6437,
    2261,
    -11362,
    9633,
    2260,
    9633,
    -6436,
    -11363,
    /* transform_low: e0 to e3, inputs (0,2) */
    8192,
    10703,
    8192,
    4433,
    8192,
    -4433,
    8192,
    -10703,
    /* transform_low: o0 to o3, inputs (1,3) */
    11363,
    9633,
    9633,
    -2259,
    6437,
    -11362,
    2260,
    -6436,
};

/* Joins the even part e[] and the odd part o[] of a transform. */
static inline void join(v128_t out[8], const v128_t e[4], const v128_t o[4], int shift) {
    for (int n = 0; n < 4; n++) {
        out[n] = wasm_i32x4_shr(wasm_i32x4_add(e[n], o[n]), (uint32_t)shift);
        out[7 - n] = wasm_i32x4_shr(wasm_i32x4_sub(e[n], o[n]), (uint32_t)shift);
    }
}

/* One dimension, four lanes; pNM holds inputs N and M side by side. */
static inline void transform(v128_t out[8], v128_t p04, v128_t p15, v128_t p26, v128_t p37,
                             int shift) {
    const int16_t *w = th_idct_hidden(weights);
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t sum = wasm_i32x4_add(th_idct_dot(p04, w, 0), half);
    v128_t difference = wasm_i32x4_add(th_idct_dot(p04, w, 1), half);
    v128_t outer = th_idct_dot(p26, w, 2), inner = th_idct_dot(p26, w, 3);
    v128_t e[4] = {wasm_i32x4_add(sum, outer), wasm_i32x4_add(difference, inner),
                   wasm_i32x4_sub(difference, inner), wasm_i32x4_sub(sum, outer)};
    v128_t o[4];
    for (int n = 0; n < 4; n++) {
        o[n] = wasm_i32x4_add(th_idct_dot(p15, w, 4 + 2 * n), th_idct_dot(p37, w, 5 + 2 * n));
    }
    join(out, e, o, shift);
}

/* The same when inputs 4 to 7 are zero. */
static inline void transform_low(v128_t out[8], v128_t p02, v128_t p13, int shift) {
    const int16_t *w = th_idct_hidden(weights);
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t e[4], o[4];
    for (int n = 0; n < 4; n++) {
        e[n] = wasm_i32x4_add(th_idct_dot(p02, w, 12 + n), half);
        o[n] = th_idct_dot(p13, w, 16 + n);
    }
    join(out, e, o, shift);
}

/* Four columns of the first pass, half turned: to[2 r0 + c1] with lanes c0 r2 r1. */
static inline void turn(v128_t to[4], const v128_t rows[8]) {
    v128_t w[4], a[2][2];
    for (int r = 0; r < 4; r++) w[r] = wasm_i16x8_narrow_i32x4(rows[2 * r], rows[2 * r + 1]);
    for (int r1 = 0; r1 < 2; r1++) { /* r0 c1 c0 -> c1 c0 r2 */
        a[r1][0] = th_low16(w[r1], w[r1 + 2]);
        a[r1][1] = th_high16(w[r1], w[r1 + 2]);
    }
    for (int r0 = 0; r0 < 2; r0++) { /* c0 r2 r1 */
        to[2 * r0] = th_low16(a[0][r0], a[1][r0]);
        to[2 * r0 + 1] = th_high16(a[0][r0], a[1][r0]);
    }
}

/* Four rows, r0 and every other one from there, of all columns: as bytes, turned back. */
static inline void store(JSAMPARRAY out, JDIMENSION column, int r0, const v128_t columns[8]) {
    v128_t n[2]; /* c1 c0 r2 r1 */
    for (int c2 = 0; c2 < 2; c2++) {
        const v128_t *s = columns + 4 * c2;
        v128_t limited = th_idct_limit_signed(wasm_i16x8_narrow_i32x4(s[0], s[1]),
                                              wasm_i16x8_narrow_i32x4(s[2], s[3]));
        n[c2] = wasm_v128_xor(limited, wasm_i8x16_const_splat(-128));
    }
    v128_t d0 = th_low8(n[0], n[1]), d1 = th_high8(n[0], n[1]); /* c0 r2 r1 c2 */
    v128_t e0 = th_low8(d0, d1), e1 = th_high8(d0, d1);         /* r2 r1 c2 c1 */
    v128_t f0 = th_low8(e0, e1), f1 = th_high8(e0, e1);         /* r1 c2 c1 c0 */
    wasm_v128_store64_lane(out[r0] + column, f0, 0);
    wasm_v128_store64_lane(out[r0 + 2] + column, f0, 1);
    wasm_v128_store64_lane(out[r0 + 4] + column, f1, 0);
    wasm_v128_store64_lane(out[r0 + 6] + column, f1, 1);
}

/* Rows from both halves of the first pass, turned[4 c2 + ..] as by turn(). */
static inline void second_pass(JSAMPARRAY out, JDIMENSION column, const v128_t *turned) {
    HALVES {
        const v128_t *left = turned + 2 * half, *right = left + 4;
        v128_t s[8];
        transform(s, th_low16(left[0], right[0]), th_high16(left[0], right[0]),
                  th_low16(left[1], right[1]), th_high16(left[1], right[1]), 18); /* r2 r1 c2 */
        store(out, column, half, s);
    }
}

/* Any block; pairs[4 c2 + ..] are (0,4) (1,5) (2,6) (3,7) of four columns. */
static inline void idct_full(const v128_t *pairs, v128_t *turned, JSAMPARRAY out,
                             JDIMENSION column) {
    HALVES {
        const v128_t *p = pairs + 4 * half;
        v128_t w[8];
        transform(w, p[0], p[1], p[2], p[3], 11);
        turn(turned + 4 * half, w);
    }
    second_pass(out, column, turned);
}

/* Rows 4 to 7 of the block are zero; pairs[4 c2 + ..] are (0,2) (1,3). */
static inline void idct_top(const v128_t *pairs, v128_t *turned, JSAMPARRAY out,
                            JDIMENSION column) {
    HALVES {
        v128_t w[8];
        transform_low(w, pairs[4 * half], pairs[4 * half + 1], 11);
        turn(turned + 4 * half, w);
    }
    second_pass(out, column, turned);
}

/* Only the 4x4 corner of low frequencies is not zero. */
static inline void idct_corner(const v128_t *pairs, v128_t *turned, JSAMPARRAY out,
                               JDIMENSION column) {
    v128_t w[8];
    transform_low(w, pairs[0], pairs[1], 11);
    turn(turned, w);
    HALVES {
        const v128_t *t = turned + 2 * half;
        v128_t s[8];
        transform_low(s, th_low16(t[0], t[1]), th_high16(t[0], t[1]), 18); /* r2 r1 c1 */
        store(out, column, half, s);
    }
}

/* Only the mean: one value for all samples. */
static void idct_flat(const jpeg_component_info *component, const JCOEF *block, JSAMPARRAY out,
                      JDIMENSION column) {
    v128_t sample = wasm_u8x16_splat(th_idct_mean(component, block));
    for (int y = 0; y < DCTSIZE; y++) wasm_v128_store64_lane(out[y] + column, sample, 0);
}

static inline v128_t load(const void *from, int row) {
    return wasm_v128_load((const int16_t *)from + row * DCTSIZE);
}

/* Interleaves two dequantised rows, for the first and the second four columns. */
static inline void pair_up(v128_t *pairs, int at, v128_t a, v128_t b) {
    pairs[at] = th_low16(a, b);
    pairs[at + 4] = th_high16(a, b);
}

int jsimd_can_idct_islow(void) {
    return 1;
}

void jsimd_idct_islow(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                      JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    const void *multipliers = component->dct_table;
    v128_t memory[16], *pairs = memory, *turned = memory + 8;
    __asm__("" : "+r"(pairs), "+r"(turned)::"memory"); /* not in registers: see above */
    v128_t c[DCTSIZE], x[DCTSIZE], sum = wasm_i32x4_const_splat(0);
    for (int row = 0; row < DCTSIZE; row++) c[row] = load(block, row);
    v128_t top = wasm_v128_or(wasm_v128_or(c[1], c[2]), c[3]);
    v128_t bottom = wasm_v128_or(wasm_v128_or(c[4], c[5]), wasm_v128_or(c[6], c[7]));
    if (wasm_v128_any_true(bottom)) {
        for (int row = 0; row < 8; row++) {
            v128_t m = load(multipliers, row);
            sum = th_idct_sum(sum, c[row], m);
            x[row] = wasm_i16x8_mul(c[row], m);
        }
        if (th_idct_narrow(sum)) {
            for (int row = 0; row < 4; row++) pair_up(pairs, row, x[row], x[row + 4]);
            idct_full(pairs, turned, out, column);
            return;
        }
    } else {
        uint64_t right = (uint64_t)wasm_i64x2_extract_lane(wasm_v128_or(top, c[0]), 1);
        uint64_t left = (uint64_t)wasm_i64x2_extract_lane(top, 0);
        uint64_t first = (uint64_t)wasm_i64x2_extract_lane(c[0], 0) >> 16;
        if ((left | right | first) == 0) {
            idct_flat(component, block, out, column);
            return;
        }
        for (int row = 0; row < 4; row++) {
            v128_t m = load(multipliers, row);
            sum = th_idct_sum(sum, c[row], m);
            x[row] = wasm_i16x8_mul(c[row], m);
        }
        if (th_idct_narrow(sum)) {
            for (int row = 0; row < 2; row++) pair_up(pairs, row, x[row], x[row + 2]);
            if (right == 0)
                idct_corner(pairs, turned, out, column);
            else
                idct_top(pairs, turned, out, column);
            return;
        }
    }
    th_idct_wide(component, block, out, column, 8);
}
