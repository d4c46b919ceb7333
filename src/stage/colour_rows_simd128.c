/* colour_rows_simd128.c - colour_rows.c for Wasm simd128, equal in every bit.
 *
 * Sums of products fit int32, so their order is free: i32x4.dot_i16x8 multiplies
 * eight pairs and adds neighbours. The last few samples of a row are copied to a
 * full block first, so that nothing is read past its end. */
#include "colour_rows.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>

#include <wasm_simd128.h>

/* R G B X weights for two pixels. */
static inline v128_t pixel_weights(const int16_t w[3]) {
    return wasm_i16x8_make(w[0], w[1], w[2], 0, w[0], w[1], w[2], 0);
}

/* Sums of neighbouring lanes: four pixels from two pairs. */
static inline v128_t add_pairs(v128_t a, v128_t b) {
    return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}

static inline v128_t low16(v128_t bytes) {
    return wasm_u16x8_extend_low_u8x16(bytes);
}

static inline v128_t high16(v128_t bytes) {
    return wasm_u16x8_extend_high_u8x16(bytes);
}

/* ---- luma ---- */

static inline v128_t luma_of_four(const uint8_t *rgbx, v128_t weights) {
    v128_t pixels = wasm_v128_load(rgbx);
    v128_t sum = add_pairs(wasm_i32x4_dot_i16x8(low16(pixels), weights),
                           wasm_i32x4_dot_i16x8(high16(pixels), weights));
    return wasm_i32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_const_splat(1 << 14)), 15);
}

static inline void luma_block(uint8_t *out, const uint8_t *rgbx, v128_t weights, v128_t offset) {
    v128_t a = wasm_i16x8_narrow_i32x4(luma_of_four(rgbx, weights),
                                       luma_of_four(rgbx + 16, weights));
    wasm_v128_store64_lane(out, wasm_u8x16_narrow_i16x8(wasm_i16x8_add(a, offset), a), 0);
}

/* Fewer than eight pixels. noinline: a part that is seldom run would be optimised by V8 all the
 * same (docs/decisions/0035). */
static __attribute__((noinline)) void luma_last(uint8_t *out, const uint8_t *rgbx, uint32_t count,
                                                v128_t weights, v128_t offset) {
    uint8_t last[8 * 4] = {0};
    memcpy(last, rgbx, (size_t)count * 4);
    luma_block(out, last, weights, offset);
}

void th_rows_luma(uint8_t *out, const uint8_t *rgbx, uint32_t count, bool limited) {
    const struct th_ycc_weights *w = &th_ycc_weights[limited];
    v128_t weights = pixel_weights(w->y), offset = wasm_i16x8_splat(w->y_offset);
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) luma_block(out + i, rgbx + (uint64_t)i * 4, weights, offset);
    if (i < count) luma_last(out + i, rgbx + (uint64_t)i * 4, count - i, weights, offset);
}

/* ---- chroma ---- */

/* Four pixels of two rows: the sums of the left and of the right 2x2. */
static inline v128_t quad_sums(const uint8_t *row0, const uint8_t *row1) {
    v128_t a = wasm_v128_load(row0), b = wasm_v128_load(row1);
    v128_t left = wasm_i16x8_add(low16(a), low16(b)), right = wasm_i16x8_add(high16(a), high16(b));
    return wasm_i16x8_add(wasm_i64x2_shuffle(left, right, 0, 2),
                          wasm_i64x2_shuffle(left, right, 1, 3));
}

static inline void chroma_store(uint8_t *out, v128_t a, v128_t b, v128_t weights) {
    v128_t sum = add_pairs(wasm_i32x4_dot_i16x8(a, weights), wasm_i32x4_dot_i16x8(b, weights));
    sum = wasm_i32x4_add(sum, wasm_i32x4_const_splat((128 << 17) + (1 << 16)));
    v128_t narrow = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum, 17), sum);
    wasm_v128_store32_lane(out, wasm_u8x16_narrow_i16x8(narrow, narrow), 0);
}

/* Eight pixels of each row to four samples. */
static inline void chroma_block(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                                v128_t cb_weights, v128_t cr_weights) {
    v128_t a = quad_sums(row0, row1), b = quad_sums(row0 + 16, row1 + 16);
    chroma_store(cb, a, b, cb_weights);
    chroma_store(cr, a, b, cr_weights);
}

/* Fewer than eight pixels, the last one repeated. */
static inline void chroma_last(uint8_t out[8 * 4], const uint8_t *row, uint32_t pixels) {
    for (uint32_t i = 0; i < 8; i++) {
        memcpy(out + i * 4, row + (i < pixels ? i : pixels - 1) * 4, 4);
    }
}

void th_rows_chroma(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                    uint32_t width, bool limited) {
    const struct th_ycc_weights *w = &th_ycc_weights[limited];
    v128_t cb_weights = pixel_weights(w->cb), cr_weights = pixel_weights(w->cr);
    uint32_t x = 0;
    for (; x + 8 <= width; x += 8) {
        uint64_t at = (uint64_t)x * 4;
        chroma_block(cb + x / 2, cr + x / 2, row0 + at, row1 + at, cb_weights, cr_weights);
    }
    if (x == width) return;
    uint8_t last0[8 * 4], last1[8 * 4];
    chroma_last(last0, row0 + (uint64_t)x * 4, width - x);
    chroma_last(last1, row1 + (uint64_t)x * 4, width - x);
    chroma_block(cb + x / 2, cr + x / 2, last0, last1, cb_weights, cr_weights);
}

/* ---- RGB ---- */

struct rgb_weights {
    v128_t y_offset;
    v128_t red, green, blue, green_rest; /* pairs */
};

static inline v128_t pair(int32_t a, int32_t b) {
    return wasm_i32x4_splat((int32_t)((uint32_t)(a & 0xffff) | (uint32_t)b << 16));
}

/* Eight sums of a[i] * w0 + b[i] * w1, plus `more`, shifted, as int16. */
static inline v128_t mix(v128_t a, v128_t b, v128_t weights, v128_t more_low, v128_t more_high) {
    v128_t low = wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    v128_t high = wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
    low = wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, weights), more_low);
    high = wasm_i32x4_add(wasm_i32x4_dot_i16x8(high, weights), more_high);
    return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 13), wasm_i32x4_shr(high, 13));
}

static inline v128_t load8(const uint8_t *from, v128_t offset) {
    return wasm_i16x8_sub(low16(wasm_v128_load64_zero(from)), offset);
}

static inline void rgb_block(uint8_t *rgbx, const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
                             const struct rgb_weights *w) {
    const v128_t half = wasm_i32x4_const_splat(1 << 12), middle = wasm_i16x8_const_splat(128);
    v128_t luma = load8(y, w->y_offset), b = load8(cb, middle), r = load8(cr, middle);
    v128_t minus_low = wasm_i32x4_add(half, wasm_i32x4_extmul_low_i16x8(r, w->green_rest));
    v128_t minus_high = wasm_i32x4_add(half, wasm_i32x4_extmul_high_i16x8(r, w->green_rest));
    v128_t red = mix(luma, r, w->red, half, half);
    v128_t green = mix(luma, b, w->green, minus_low, minus_high);
    v128_t blue = mix(luma, b, w->blue, half, half);
    v128_t rg = wasm_u8x16_narrow_i16x8(red, green);
    v128_t bx = wasm_u8x16_narrow_i16x8(blue, wasm_i16x8_const_splat(255));
    v128_t rgrg = wasm_i8x16_shuffle(rg, rg, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    v128_t bxbx = wasm_i8x16_shuffle(bx, bx, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    wasm_v128_store(rgbx, wasm_i16x8_shuffle(rgrg, bxbx, 0, 8, 1, 9, 2, 10, 3, 11));
    wasm_v128_store(rgbx + 16, wasm_i16x8_shuffle(rgrg, bxbx, 4, 12, 5, 13, 6, 14, 7, 15));
}

void th_rows_rgb(uint8_t *rgbx, const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
                 uint32_t count, bool limited) {
    const struct th_rgb_weights *s = &th_rgb_weights[limited];
    const struct rgb_weights w = {wasm_i16x8_splat(s->y_offset), pair(s->y, s->cr_r),
                                  pair(s->y, -s->cb_g), pair(s->y, s->cb_b),
                                  wasm_i16x8_splat((int16_t)-s->cr_g)};
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) rgb_block(rgbx + (uint64_t)i * 4, y + i, cb + i, cr + i, &w);
    if (i == count) return;
    uint8_t last[3][8] = {{0}};
    memcpy(last[0], y + i, count - i);
    memcpy(last[1], cb + i, count - i);
    memcpy(last[2], cr + i, count - i);
    rgb_block(rgbx + (uint64_t)i * 4, last[0], last[1], last[2], &w);
}

/* ---- range ---- */

static inline v128_t map_eight(v128_t x, const struct th_range_map *map) {
    const v128_t half = wasm_i32x4_const_splat(1 << 13);
    v128_t scale = wasm_i16x8_splat(map->scale);
    x = wasm_i16x8_sub(x, wasm_i16x8_splat(map->from));
    v128_t low = wasm_i32x4_add(wasm_i32x4_extmul_low_i16x8(x, scale), half);
    v128_t high = wasm_i32x4_add(wasm_i32x4_extmul_high_i16x8(x, scale), half);
    x = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 14), wasm_i32x4_shr(high, 14));
    return wasm_i16x8_add(x, wasm_i16x8_splat(map->to));
}

static inline void range_block(uint8_t *out, const uint8_t *in, const struct th_range_map *map) {
    v128_t x = wasm_v128_load(in);
    wasm_v128_store(out,
                    wasm_u8x16_narrow_i16x8(map_eight(low16(x), map), map_eight(high16(x), map)));
}

void th_rows_range(uint8_t *out, const uint8_t *in, uint32_t count, bool chroma, bool limited) {
    const struct th_range_map *map = &th_range_maps[limited][chroma];
    uint32_t i = 0;
    for (; i + 16 <= count; i += 16) range_block(out + i, in + i, map);
    if (i == count) return;
    uint8_t last[16] = {0};
    memcpy(last, in + i, count - i);
    range_block(out + i, last, map);
}

/* ---- halving ---- */

static inline void halve_block(uint8_t *out, const uint8_t *row0, const uint8_t *row1) {
    v128_t sum = wasm_i16x8_add(wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(row0)),
                                wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(row1)));
    v128_t mean = wasm_u16x8_shr(wasm_i16x8_add(sum, wasm_i16x8_const_splat(2)), 2);
    wasm_v128_store64_lane(out, wasm_u8x16_narrow_i16x8(mean, mean), 0);
}

void th_rows_halve(uint8_t *out, const uint8_t *row0, const uint8_t *row1, uint32_t width) {
    uint32_t x = 0;
    for (; x + 16 <= width; x += 16) halve_block(out + x / 2, row0 + x, row1 + x);
    if (x == width) return;
    uint8_t last0[16], last1[16];
    memset(last0, row0[width - 1], sizeof last0);
    memset(last1, row1[width - 1], sizeof last1);
    memcpy(last0, row0 + x, width - x);
    memcpy(last1, row1 + x, width - x);
    halve_block(out + x / 2, last0, last1);
}

#endif
