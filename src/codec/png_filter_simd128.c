/* png_filter_simd128.c - png_filter.c's four-byte pixels for Wasm simd128, equal in
 * every pixel. None, Sub and Up take four pixels at a time; Average and Paeth, where
 * each pixel waits for the one before, take one pixel's bytes together. */
#include "png_filter.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <wasm_simd128.h>

#include "png_guess_simd128.h"

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

static inline void undo_average(uint8_t *row, const uint8_t *line, const uint8_t *above,
                                uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 3 : 4;
    v128_t left = wasm_i32x4_splat(0);
    for (uint32_t x = 0; x < width; x++, row += 4, above += 4, line += line_step) {
        const v128_t pixel = wasm_v128_load32_zero(line), up = wasm_v128_load32_zero(above);
        left = close_pixels(wasm_i8x16_add(pixel, png_average(left, up)), rgb);
        wasm_v128_store32_lane(row, left, 0);
    }
}

static inline void undo_paeth(uint8_t *row, const uint8_t *line, const uint8_t *above,
                              uint32_t width, bool rgb) {
    const size_t line_step = rgb ? 3 : 4;
    v128_t left = wasm_i32x4_splat(0), corner = left;
    for (uint32_t x = 0; x < width; x++, row += 4, above += 4, line += line_step) {
        const v128_t pixel = wasm_v128_load32_zero(line), up = wasm_v128_load32_zero(above);
        left = close_pixels(wasm_i8x16_add(pixel, png_paeth(left, up, corner)), rgb);
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
