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
 * (3,7). Between the passes the block is turned and interleaved again in three steps
 * instead of four, see turn().
 *
 * Exact while idct.h's sums hold: a column's magnitudes add up to S <= 4000, so the first
 * pass gives at most 4 * 1.39 S = 22200; all four pairs of columns together weigh at most
 * 16000, so the second pass stays below 11363 * 5.55 * 16000 + rounding = 1.01e9 in 32
 * bits and 3850 after its shift. */
#include "idct.h"

/* Eight 32-bit outputs for each of four columns (or rows). */
struct outputs {
    v128_t at[8];
};

/* Joins the even half e[] and the odd half o[] of a transform. */
static inline void join(struct outputs *out, const v128_t *e, const v128_t *o, int shift) {
    for (int n = 0; n < 4; n++) {
        out->at[n] = wasm_i32x4_shr(wasm_i32x4_add(e[n], o[n]), (uint32_t)shift);
        out->at[7 - n] = wasm_i32x4_shr(wasm_i32x4_sub(e[n], o[n]), (uint32_t)shift);
    }
}

static inline v128_t dot2(v128_t a, v128_t wa, v128_t b, v128_t wb) {
    return wasm_i32x4_add(wasm_i32x4_dot_i16x8(a, wa), wasm_i32x4_dot_i16x8(b, wb));
}

/* One dimension for four columns; pNM holds inputs N and M of each, side by side. */
static inline void transform(struct outputs *out, v128_t p04, v128_t p26, v128_t p15, v128_t p37,
                             int shift) {
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p04, TH_PAIR(8192, 8192)), half);
    v128_t difference = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p04, TH_PAIR(8192, -8192)), half);
    v128_t outer = wasm_i32x4_dot_i16x8(p26, TH_PAIR(10703, 4433));
    v128_t inner = wasm_i32x4_dot_i16x8(p26, TH_PAIR(4433, -10704));
    v128_t e[4] = {wasm_i32x4_add(sum, outer), wasm_i32x4_add(difference, inner),
                   wasm_i32x4_sub(difference, inner), wasm_i32x4_sub(sum, outer)};
    v128_t o[4] = {dot2(p15, TH_PAIR(11363, 6437), p37, TH_PAIR(9633, 2260)),
                   dot2(p15, TH_PAIR(9633, -11362), p37, TH_PAIR(-2259, -6436)),
                   dot2(p15, TH_PAIR(6437, 2261), p37, TH_PAIR(-11362, 9633)),
                   dot2(p15, TH_PAIR(2260, 9633), p37, TH_PAIR(-6436, -11363))};
    join(out, e, o, shift);
}

/* The same when inputs 4 to 7 are zero. */
static inline void transform_low(struct outputs *out, v128_t p02, v128_t p13, int shift) {
    v128_t half = wasm_i32x4_splat(1 << (shift - 1));
    v128_t e[4] = {wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, TH_PAIR(8192, 10703)), half),
                   wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, TH_PAIR(8192, 4433)), half),
                   wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, TH_PAIR(8192, -4433)), half),
                   wasm_i32x4_add(wasm_i32x4_dot_i16x8(p02, TH_PAIR(8192, -10703)), half)};
    v128_t o[4] = {wasm_i32x4_dot_i16x8(p13, TH_PAIR(11363, 9633)),
                   wasm_i32x4_dot_i16x8(p13, TH_PAIR(9633, -2259)),
                   wasm_i32x4_dot_i16x8(p13, TH_PAIR(6437, -11362)),
                   wasm_i32x4_dot_i16x8(p13, TH_PAIR(2260, -6436))};
    join(out, e, o, shift);
}

/* Turns rows w[0..7] into what the second pass eats. Interleaving two registers moves
 * the bit that tells them apart to the bottom of the lane number and the top bit of the
 * lane number to the register's. From register r2 r1 r0, lane c2 c1 c0, interleaving by
 * r2, r1 and then c2 makes lane r2 r1 c2: columns c and c+4 side by side, for rows
 * r0, r0+2, r0+4, r0+6. pair[c][r0] is that vector. */
static inline void turn(v128_t pair[4][2], const v128_t *w) {
    v128_t a[2][4]; /* [c2][r] for rows r and r+4 */
    for (int r = 0; r < 4; r++) {
        a[0][r] = th_low16(w[r], w[r + 4]);
        a[1][r] = th_high16(w[r], w[r + 4]);
    }
    for (int r0 = 0; r0 < 2; r0++) {
        v128_t b00 = th_low16(a[0][r0], a[0][r0 + 2]), b01 = th_high16(a[0][r0], a[0][r0 + 2]);
        v128_t b10 = th_low16(a[1][r0], a[1][r0 + 2]), b11 = th_high16(a[1][r0], a[1][r0 + 2]);
        pair[0][r0] = th_low16(b00, b10);
        pair[1][r0] = th_high16(b00, b10);
        pair[2][r0] = th_low16(b01, b11);
        pair[3][r0] = th_high16(b01, b11);
    }
}

static inline void store_two_rows(JSAMPARRAY out, JDIMENSION column, int low, int high, v128_t v) {
    wasm_v128_store64_lane(out[low] + column, v, 0);
    wasm_v128_store64_lane(out[high] + column, v, 1);
}

/* Turns eight columns of samples back into rows and stores them. even[c] holds rows 0 2 4
 * 6 of column c, odd[c] rows 1 3 5 7. As in turn(), lane numbers: c0 r0 r2 r1 -> r1 c2
 * c1 c0. */
static inline void store_columns(JSAMPARRAY out, JDIMENSION column, const struct outputs *even,
                                 const struct outputs *odd) {
    v128_t n[4];
    for (int c = 0; c < 4; c++) {
        v128_t left = wasm_i16x8_narrow_i32x4(even->at[2 * c], odd->at[2 * c]);
        v128_t right = wasm_i16x8_narrow_i32x4(even->at[2 * c + 1], odd->at[2 * c + 1]);
        n[c] = wasm_v128_xor(th_idct_limit_signed(left, right), wasm_i8x16_const_splat(-128));
    }
    v128_t d00 = th_low8(n[0], n[2]), d01 = th_high8(n[0], n[2]); /* [c1][c0] */
    v128_t d10 = th_low8(n[1], n[3]), d11 = th_high8(n[1], n[3]);
    v128_t e00 = th_low8(d00, d10), e01 = th_high8(d00, d10); /* [c0][r0] */
    v128_t e10 = th_low8(d01, d11), e11 = th_high8(d01, d11);
    store_two_rows(out, column, 0, 2, th_low8(e00, e10));
    store_two_rows(out, column, 4, 6, th_high8(e00, e10));
    store_two_rows(out, column, 1, 3, th_low8(e01, e11));
    store_two_rows(out, column, 5, 7, th_high8(e01, e11));
}

/* Second pass and output, from rows w[] of the first. */
static inline void finish(JSAMPARRAY out, JDIMENSION column, const v128_t *w) {
    v128_t p[4][2];
    struct outputs even, odd;
    turn(p, w);
    transform(&even, p[0][0], p[2][0], p[1][0], p[3][0], 18);
    transform(&odd, p[0][1], p[2][1], p[1][1], p[3][1], 18);
    store_columns(out, column, &even, &odd);
}

static inline void narrow_rows(v128_t *w, const struct outputs *left, const struct outputs *right) {
    for (int n = 0; n < 8; n++) w[n] = wasm_i16x8_narrow_i32x4(left->at[n], right->at[n]);
}

/* Any block. */
static void idct_full(v128_t *x, JSAMPARRAY out, JDIMENSION column) {
    struct outputs left, right;
    transform(&left, th_low16(x[0], x[4]), th_low16(x[2], x[6]), th_low16(x[1], x[5]),
              th_low16(x[3], x[7]), 11);
    transform(&right, th_high16(x[0], x[4]), th_high16(x[2], x[6]), th_high16(x[1], x[5]),
              th_high16(x[3], x[7]), 11);
    v128_t w[8];
    narrow_rows(w, &left, &right);
    finish(out, column, w);
}

/* Rows 4 to 7 of the block are zero. */
static void idct_top(v128_t *x, JSAMPARRAY out, JDIMENSION column) {
    struct outputs left, right;
    transform_low(&left, th_low16(x[0], x[2]), th_low16(x[1], x[3]), 11);
    transform_low(&right, th_high16(x[0], x[2]), th_high16(x[1], x[3]), 11);
    v128_t w[8];
    narrow_rows(w, &left, &right);
    finish(out, column, w);
}

/* Only the 4x4 corner of low frequencies is not zero: half of the first pass, and its
 * rows, of four columns, come two to a vector. Their even lanes are columns 0 and 2,
 * their odd lanes 1 and 3: already the pairs of transform_low. */
static void idct_corner(v128_t *x, JSAMPARRAY out, JDIMENSION column) {
    struct outputs w, even, odd;
    transform_low(&w, th_low16(x[0], x[2]), th_low16(x[1], x[3]), 11);
    v128_t even_low = wasm_i16x8_narrow_i32x4(w.at[0], w.at[2]);
    v128_t even_high = wasm_i16x8_narrow_i32x4(w.at[4], w.at[6]);
    v128_t odd_low = wasm_i16x8_narrow_i32x4(w.at[1], w.at[3]);
    v128_t odd_high = wasm_i16x8_narrow_i32x4(w.at[5], w.at[7]);
    transform_low(&even, wasm_i16x8_shuffle(even_low, even_high, 0, 2, 4, 6, 8, 10, 12, 14),
                  wasm_i16x8_shuffle(even_low, even_high, 1, 3, 5, 7, 9, 11, 13, 15), 18);
    transform_low(&odd, wasm_i16x8_shuffle(odd_low, odd_high, 0, 2, 4, 6, 8, 10, 12, 14),
                  wasm_i16x8_shuffle(odd_low, odd_high, 1, 3, 5, 7, 9, 11, 13, 15), 18);
    store_columns(out, column, &even, &odd);
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

int jsimd_can_idct_islow(void) {
    return 1;
}

void jsimd_idct_islow(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                      JSAMPARRAY out, JDIMENSION column) {
    (void)cinfo;
    const void *multipliers = component->dct_table;
    v128_t c[DCTSIZE], x[DCTSIZE], sum = wasm_i32x4_const_splat(0);
    for (int row = 0; row < DCTSIZE; row++) c[row] = load(block, row);
    v128_t top = wasm_v128_or(wasm_v128_or(c[1], c[2]), c[3]);
    v128_t bottom = wasm_v128_or(wasm_v128_or(c[4], c[5]), wasm_v128_or(c[6], c[7]));
    int rows = wasm_v128_any_true(bottom) ? 8 : 4;
    if (rows == 4) {
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
            if (right == 0)
                idct_corner(x, out, column);
            else
                idct_top(x, out, column);
            return;
        }
    } else {
        for (int row = 0; row < 8; row++) {
            v128_t m = load(multipliers, row);
            sum = th_idct_sum(sum, c[row], m);
            x[row] = wasm_i16x8_mul(c[row], m);
        }
        if (th_idct_narrow(sum)) {
            idct_full(x, out, column);
            return;
        }
    }
    th_idct_wide(component, block, out, column, 8);
}
