/* png_filter_simd128.c - png_filter.c's four-byte pixels for Wasm simd128, equal in
 * every pixel. None, Sub and Up take four pixels at a time; Average and Paeth, where
 * each pixel waits for the one before, take one pixel's bytes together. */
#include "png_filter.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <wasm_simd128.h>

/* Four pixels of a line, widened when they are R G B, with their fourth bytes open. */
static inline v128_t load_four(const uint8_t *line, bool rgb) {
    const v128_t bytes = wasm_v128_load(line);
    if (!rgb) return bytes;
    return wasm_i8x16_swizzle(
        bytes, wasm_i8x16_const(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
}

/* Sets the fourth bytes of RGB. */
static inline v128_t close_pixels(v128_t pixels, bool rgb) {
    return rgb ? wasm_v128_or(pixels, wasm_i32x4_splat((int32_t)0xff000000u)) : pixels;
}

static inline void undo_none(uint8_t *row, const uint8_t *line, uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 12 : 16;
    for (uint32_t x = 0; x < width; x += 4, row += 16, line += line_step)
        wasm_v128_store(row, close_pixels(load_four(line, rgb), rgb));
}

static inline void undo_up(uint8_t *row, const uint8_t *line, const uint8_t *above, uint32_t width,
                           bool rgb) {
    const size_t line_step = rgb ? 12 : 16;
    for (uint32_t x = 0; x < width; x += 4, row += 16, above += 16, line += line_step) {
        const v128_t sum = wasm_i8x16_add(load_four(line, rgb), wasm_v128_load(above));
        wasm_v128_store(row, close_pixels(sum, rgb));
    }
}

/* Sums of the pixels up to each: by ones, by twos, and all before. */
static inline void undo_sub(uint8_t *row, const uint8_t *line, uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 12 : 16;
    const v128_t zero = wasm_i32x4_splat(0);
    v128_t left = zero;
    for (uint32_t x = 0; x < width; x += 4, row += 16, line += line_step) {
        v128_t sum = load_four(line, rgb);
        sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 4, 5, 6));
        sum = wasm_i8x16_add(sum, wasm_i32x4_shuffle(zero, sum, 0, 1, 4, 5));
        sum = wasm_i8x16_add(sum, left);
        left = wasm_i32x4_shuffle(sum, sum, 3, 3, 3, 3);
        wasm_v128_store(row, close_pixels(sum, rgb));
    }
}

/* avgr rounds up; the bit in which the two differ says when that was too much. */
static inline v128_t average(v128_t a, v128_t b) {
    const v128_t odd = wasm_v128_and(wasm_v128_xor(a, b), wasm_i8x16_splat(1));
    return wasm_i8x16_sub(wasm_u8x16_avgr(a, b), odd);
}

static inline void undo_average(uint8_t *row, const uint8_t *line, const uint8_t *above,
                                uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 3 : 4;
    v128_t left = wasm_i32x4_splat(0);
    for (uint32_t x = 0; x < width; x++, row += 4, above += 4, line += line_step) {
        const v128_t pixel = wasm_v128_load32_zero(line), up = wasm_v128_load32_zero(above);
        left = close_pixels(wasm_i8x16_add(pixel, average(left, up)), rgb);
        wasm_v128_store32_lane(row, left, 0);
    }
}

/* The distances of left, up and corner from left + up - corner, in bytes. The third is
 * |(left - corner) + (up - corner)|, whose positive and negative parts are summed apart;
 * where a sum saturates, the true one is larger than both others all the same. */
static inline v128_t paeth(v128_t left, v128_t up, v128_t corner) {
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

static inline void undo_paeth(uint8_t *row, const uint8_t *line, const uint8_t *above,
                              uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 3 : 4;
    v128_t left = wasm_i32x4_splat(0), corner = left;
    for (uint32_t x = 0; x < width; x++, row += 4, above += 4, line += line_step) {
        const v128_t pixel = wasm_v128_load32_zero(line), up = wasm_v128_load32_zero(above);
        left = close_pixels(wasm_i8x16_add(pixel, paeth(left, up, corner)), rgb);
        corner = up;
        wasm_v128_store32_lane(row, left, 0);
    }
}

static inline void undo(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                        uint32_t width, bool rgb) {
    switch (filter) {
    case 1: undo_sub(row, line, width, rgb); break;
    case 2: undo_up(row, line, above, width, rgb); break;
    case 3: undo_average(row, line, above, width, rgb); break;
    case 4: undo_paeth(row, line, above, width, rgb); break;
    default: undo_none(row, line, width, rgb); break;
    }
}

void th_png_unfilter_rgbx(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width) {
    undo(filter, row, line, above, width, true);
}

void th_png_unfilter_rgba(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width) {
    undo(filter, row, line, above, width, false);
}

#endif
