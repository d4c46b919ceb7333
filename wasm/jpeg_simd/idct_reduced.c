/* idct_reduced.c - dequantisation and the inverse DCTs of DCT-scaled decoding
 * (jidctred.c's 4x4 and 2x2, and 1x1), equal in every bit.
 *
 * 4x4, with constants times 2^14 and inputs x0..x7 of which x4 is not used:
 *
 *   e0,e1 = 16384 x0 +- (15137 x2 - 6270 x6)
 *   o0    = 20995 x1 +  7373 x3 -  4926 x5 - 4176 x7
 *   o1    =  8697 x1 - 17799 x3 + 11893 x5 - 1730 x7
 *   outputs e0 + o0, e1 + o1, e1 - o1, e0 - o0
 *
 * 2x2, times 2^15, without x2, x4 and x6:
 *
 *   outputs 32768 x0 +- (29692 x1 - 10426 x3 + 6967 x5 - 5906 x7)
 *
 * Three in four blocks of a photograph have nothing beyond their 4x4 corner of low frequencies:
 * at 4x4 these take a path of their own (2x2 would lose more by the branch than it saves).
 *
 * Exact while idct.h's sums hold: after the first pass at most 20995 / 4096 * 4000 = 20503
 * (2x2: 16000); in the second, all columns together, at most 20995 * 5.13 * 16000 = 1.73e9
 * (2x2: 32768 * 4 * 16000 = 2.10e9, with its rounding just below 2^31). */
#include "idct.h"

static inline v128_t load(const void *from, int row) {
    return wasm_v128_load((const int16_t *)from + row * DCTSIZE);
}

/* The pairs of constants, by the columns or rows they multiply. */
enum { X02_E0, X02_E1, X13_O0, X13_O1, X26_E, X57_O0, X57_O1, X04, X15_O0, X37_O0, X15_O1, X37_O1 };
static const int16_t weights4[] = {
    16384,  15137,  /* X02_E0 */
    16384,  -15137, /* X02_E1 */
    20995,  7373,   /* X13_O0 */
    8697,   -17799, /* X13_O1 */
    15137,  -6270,  /* X26_E */
    -4926,  -4176,  /* X57_O0 */
    11893,  -1730,  /* X57_O1 */
    16384,  0,      /* X04 */
    20995,  -4926,  /* X15_O0 */
    7373,   -4176,  /* X37_O0 */
    8697,   11893,  /* X15_O1 */
    -17799, -1730, /* X37_O1 */
};

/* x0 * 2^(16 - shift) from x0 in the upper half of each lane. */
static inline v128_t upper(v128_t x0, int shift) {
    return wasm_i32x4_shr(x0, (uint32_t)shift);
}

/* One dimension of 4x4, for four columns: p0 has x0 above zeros, pNM x[N] beside x[M]. */
static inline void transform4(v128_t out[4], v128_t p0, v128_t p26, v128_t p13, v128_t p57,
                              int shift) {
    const int16_t *w = th_idct_hidden(weights4);
    v128_t mean = wasm_i32x4_add(upper(p0, 2), wasm_i32x4_splat(1 << (shift - 1)));
    v128_t e = th_idct_dot(p26, w, X26_E);
    v128_t e0 = wasm_i32x4_add(mean, e), e1 = wasm_i32x4_sub(mean, e);
    v128_t o0 = wasm_i32x4_add(th_idct_dot(p13, w, X13_O0), th_idct_dot(p57, w, X57_O0));
    v128_t o1 = wasm_i32x4_add(th_idct_dot(p13, w, X13_O1), th_idct_dot(p57, w, X57_O1));
    out[0] = wasm_i32x4_shr(wasm_i32x4_add(e0, o0), (uint32_t)shift);
    out[1] = wasm_i32x4_shr(wasm_i32x4_add(e1, o1), (uint32_t)shift);
    out[2] = wasm_i32x4_shr(wasm_i32x4_sub(e1, o1), (uint32_t)shift);
    out[3] = wasm_i32x4_shr(wasm_i32x4_sub(e0, o0), (uint32_t)shift);
}

/* Turns four rows of eight into pairs of columns (c, c + 4), one 32-bit lane a row. */
static inline void turn4(v128_t pair[4], const v128_t w[4]) {
    v128_t a0 = th_low16(w[0], w[2]), a1 = th_high16(w[0], w[2]); /* lane c1 c0 r1 */
    v128_t b0 = th_low16(w[1], w[3]), b1 = th_high16(w[1], w[3]);
    v128_t c00 = th_low16(a0, b0), c01 = th_high16(a0, b0); /* lane c0 r1 r0; [c2][c1] */
    v128_t c10 = th_low16(a1, b1), c11 = th_high16(a1, b1);
    pair[0] = th_low16(c00, c10); /* lane r1 r0 c2 */
    pair[1] = th_high16(c00, c10);
    pair[2] = th_low16(c01, c11);
    pair[3] = th_high16(c01, c11);
}

/* Turns four columns of samples back into rows of four bytes and stores them. */
static inline void store4(JSAMPARRAY out, JDIMENSION column, const v128_t s[4]) {
    v128_t n = wasm_v128_xor(th_idct_limit_signed(wasm_i16x8_narrow_i32x4(s[0], s[1]),
                                                  wasm_i16x8_narrow_i32x4(s[2], s[3])),
                             wasm_i8x16_const_splat(-128));
    n = wasm_i8x16_shuffle(n, n, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    wasm_v128_store32_lane(out[0] + column, n, 0);
    wasm_v128_store32_lane(out[1] + column, n, 1);
    wasm_v128_store32_lane(out[2] + column, n, 2);
    wasm_v128_store32_lane(out[3] + column, n, 3);
}

/* Column 4 of the second pass is not used either: its multiplier is zero, which costs
 * nothing, as (0, 4) come as a pair. */
static inline void finish4(JSAMPARRAY out, JDIMENSION column, const v128_t rows[4]) {
    const int16_t *w = th_idct_hidden(weights4);
    v128_t p[4], s[4]; /* p[c]: columns c and c + 4 */
    turn4(p, rows);
    v128_t mean = wasm_i32x4_add(th_idct_dot(p[0], w, X04), wasm_i32x4_const_splat(1 << 18));
    v128_t e = th_idct_dot(p[2], w, X26_E);
    v128_t e0 = wasm_i32x4_add(mean, e), e1 = wasm_i32x4_sub(mean, e);
    v128_t o0 = wasm_i32x4_add(th_idct_dot(p[1], w, X15_O0), th_idct_dot(p[3], w, X37_O0));
    v128_t o1 = wasm_i32x4_add(th_idct_dot(p[1], w, X15_O1), th_idct_dot(p[3], w, X37_O1));
    s[0] = wasm_i32x4_shr(wasm_i32x4_add(e0, o0), 19);
    s[1] = wasm_i32x4_shr(wasm_i32x4_add(e1, o1), 19);
    s[2] = wasm_i32x4_shr(wasm_i32x4_sub(e1, o1), 19);
    s[3] = wasm_i32x4_shr(wasm_i32x4_sub(e0, o0), 19);
    store4(out, column, s);
}

static void flat(const jpeg_component_info *component, const JCOEF *block, JSAMPARRAY out,
                 JDIMENSION column, int size) {
    uint8_t sample = th_idct_mean(component, block);
    for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) out[y][column + (JDIMENSION)x] = sample;
    }
}

/* All but the mean of the first row. */
static inline v128_t without_mean(v128_t row) {
    return wasm_i16x8_replace_lane(row, 0, 0);
}

/* ---- the corner of low frequencies ---- */

/* Rows 0 to 3 of columns 0 to 3, two rows a vector: (0,1) and (2,3). */
struct corner {
    v128_t rows01, rows23;
};

static inline v128_t left_halves(v128_t a, v128_t b) {
    return wasm_i64x2_shuffle(a, b, 0, 2);
}

static inline struct corner corner_of(const v128_t rows[4]) {
    return (struct corner){left_halves(rows[0], rows[1]), left_halves(rows[2], rows[3])};
}

/* Dequantises it; false where 16 bits may not do. */
static inline bool multiply_corner(struct corner *x, struct corner c, const void *multipliers) {
    v128_t rows[4];
    for (int i = 0; i < 4; i++) rows[i] = load(multipliers, i);
    struct corner m = corner_of(rows);
    v128_t sum = th_idct_sum(wasm_i32x4_const_splat(0), c.rows01, m.rows01);
    sum = th_idct_sum(sum, c.rows23, m.rows23);
    sum = wasm_i32x4_add(sum, wasm_i64x2_shuffle(sum, sum, 1, 0));
    x->rows01 = wasm_i16x8_mul(c.rows01, m.rows01);
    x->rows23 = wasm_i16x8_mul(c.rows23, m.rows23);
    return th_idct_narrow(sum);
}

/* transform4 without x5, x6 and x7: pNM holds x[N] beside x[M]. */
static inline void transform4_low(v128_t out[4], v128_t p02, v128_t p13, int shift) {
    const int16_t *w = th_idct_hidden(weights4);
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t e0 = wasm_i32x4_add(th_idct_dot(p02, w, X02_E0), half);
    v128_t e1 = wasm_i32x4_add(th_idct_dot(p02, w, X02_E1), half);
    v128_t o0 = th_idct_dot(p13, w, X13_O0), o1 = th_idct_dot(p13, w, X13_O1);
    out[0] = wasm_i32x4_shr(wasm_i32x4_add(e0, o0), (uint32_t)shift);
    out[1] = wasm_i32x4_shr(wasm_i32x4_add(e1, o1), (uint32_t)shift);
    out[2] = wasm_i32x4_shr(wasm_i32x4_sub(e1, o1), (uint32_t)shift);
    out[3] = wasm_i32x4_shr(wasm_i32x4_sub(e0, o0), (uint32_t)shift);
}

static inline void corner4(JSAMPARRAY out, JDIMENSION column, struct corner x) {
    v128_t r[4], s[4];
    transform4_low(r, th_low16(x.rows01, x.rows23), th_high16(x.rows01, x.rows23), 12);
    v128_t w01 = wasm_i16x8_narrow_i32x4(r[0], r[1]), w23 = wasm_i16x8_narrow_i32x4(r[2], r[3]);
    v128_t even = th_low16(w01, w23), odd = th_high16(w01, w23); /* lane c1 c0 r1; [r0] */
    v128_t c01 = th_low16(even, odd), c23 = th_high16(even, odd); /* lane c0 r1 r0 */
    transform4_low(s, th_low16(c01, c23), th_high16(c01, c23), 19);
    store4(out, column, s);
}

/* ---- 4x4 ---- */

int jsimd_can_idct_4x4(void) {
    return 1;
}

/* Any block. */
static void full4(const jpeg_component_info *component, const JCOEF *block, JSAMPARRAY out,
                  JDIMENSION column) {
    static const int used[7] = {0, 1, 2, 3, 5, 6, 7};
    v128_t x[DCTSIZE], sum = wasm_i32x4_const_splat(0), zero = sum;
    for (int i = 0; i < 7; i++) {
        v128_t c = load(block, used[i]), m = load(component->dct_table, used[i]);
        sum = th_idct_sum(sum, c, m);
        x[used[i]] = wasm_i16x8_mul(c, m);
    }
    if (!th_idct_narrow(sum)) {
        th_idct_wide(component, block, out, column, 4);
        return;
    }
    v128_t left[4], right[4], w[4];
    transform4(left, th_low16(zero, x[0]), th_low16(x[2], x[6]), th_low16(x[1], x[3]),
               th_low16(x[5], x[7]), 12);
    transform4(right, th_high16(zero, x[0]), th_high16(x[2], x[6]), th_high16(x[1], x[3]),
               th_high16(x[5], x[7]), 12);
    for (int n = 0; n < 4; n++) w[n] = wasm_i16x8_narrow_i32x4(left[n], right[n]);
    finish4(out, column, w);
}

void jsimd_idct_4x4(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                    JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    v128_t rows[4];
    for (int i = 0; i < 4; i++) rows[i] = load(block, i);
    v128_t below = wasm_v128_or(load(block, 5), wasm_v128_or(load(block, 6), load(block, 7)));
    v128_t any = wasm_v128_or(rows[1], wasm_v128_or(rows[2], rows[3]));
    v128_t all = wasm_v128_or(any, rows[0]);
    /* Column 4 is not used, nor is row 4. */
    uint64_t beyond = (uint64_t)wasm_i64x2_extract_lane(all, 1) >> 16;
    struct corner x;
    if (beyond != 0 || wasm_v128_any_true(below)) {
        full4(component, block, out, column);
    } else if (!wasm_v128_any_true(wasm_v128_or(any, without_mean(rows[0])))) {
        flat(component, block, out, column, 4);
    } else if (multiply_corner(&x, corner_of(rows), component->dct_table)) {
        corner4(out, column, x);
    } else {
        th_idct_wide(component, block, out, column, 4);
    }
}

/* ---- 2x2 ---- */

int jsimd_can_idct_2x2(void) {
    return 1;
}

/* First pass of 2x2, for four columns: adds the odd inputs to the mean and subtracts
 * them from it. */
static inline void transform2(v128_t out[2], v128_t p0, v128_t p13, v128_t p57) {
    v128_t mean = wasm_i32x4_add(upper(p0, 1), wasm_i32x4_const_splat(1 << 12));
    v128_t odd = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p13, TH_PAIR(29692, -10426)),
                                wasm_i32x4_dot_i16x8(p57, TH_PAIR(6967, -5906)));
    out[0] = wasm_i32x4_shr(wasm_i32x4_add(mean, odd), 13);
    out[1] = wasm_i32x4_shr(wasm_i32x4_sub(mean, odd), 13);
}

/* Second pass for one row: the sum over its columns, in one lane. */
static inline void finish2(JSAMPROW out, v128_t w) {
    v128_t odd = wasm_i32x4_dot_i16x8(w, wasm_i16x8_const(0, 29692, 0, -10426, 0, 6967, 0, -5906));
    odd = wasm_i32x4_add(odd, wasm_i64x2_shuffle(odd, odd, 1, 0));
    int32_t o = wasm_i32x4_extract_lane(odd, 0) + wasm_i32x4_extract_lane(odd, 1);
    int32_t mean = wasm_i16x8_extract_lane(w, 0) * 32768 + (1 << 19);
    out[0] = th_idct_limit((mean + o) >> 20);
    out[1] = th_idct_limit((mean - o) >> 20);
}

void jsimd_idct_2x2(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                    JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    static const int rows[5] = {0, 1, 3, 5, 7};
    const void *multipliers = component->dct_table;
    v128_t x[DCTSIZE], sum = wasm_i32x4_const_splat(0), zero = sum, rest = sum;
    for (int i = 0; i < 5; i++) {
        v128_t c = load(block, rows[i]), m = load(multipliers, rows[i]);
        rest = wasm_v128_or(rest, i == 0 ? without_mean(c) : c);
        sum = th_idct_sum(sum, c, m);
        x[rows[i]] = wasm_i16x8_mul(c, m);
    }
    if (!wasm_v128_any_true(rest)) {
        flat(component, block, out, column, 2);
    } else if (th_idct_narrow(sum)) {
        v128_t left[2], right[2];
        transform2(left, th_low16(zero, x[0]), th_low16(x[1], x[3]), th_low16(x[5], x[7]));
        transform2(right, th_high16(zero, x[0]), th_high16(x[1], x[3]), th_high16(x[5], x[7]));
        finish2(out[0] + column, wasm_i16x8_narrow_i32x4(left[0], right[0]));
        finish2(out[1] + column, wasm_i16x8_narrow_i32x4(left[1], right[1]));
    } else {
        th_idct_wide(component, block, out, column, 2);
    }
}

void th_idct_1x1(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    out[0][column] = th_idct_mean(component, block);
}
