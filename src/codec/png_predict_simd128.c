/* png_predict_simd128.c - png_predict.c for Wasm simd128, equal in every byte.
 * Sixteen bytes at a time; the rest of a row goes through the same code in a copy
 * padded so that the padding adds nothing. */
#include "png_predict.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>
#include <wasm_simd128.h>

#include "png_guess_simd128.h"

struct around {
    v128_t here, left, up, corner;
};

static inline struct around load(const uint8_t *row, const uint8_t *above, ptrdiff_t pixel_bytes,
                                 ptrdiff_t i) {
    return (struct around){wasm_v128_load(row + i), wasm_v128_load(row + i - pixel_bytes),
                           wasm_v128_load(above + i), wasm_v128_load(above + i - pixel_bytes)};
}

static inline v128_t guess(uint32_t filter, struct around p) {
    switch (filter) {
    case 1: return p.left;
    case 2: return p.up;
    case 3: return png_average(p.left, p.up);
    case 4: return png_paeth(p.left, p.up, p.corner);
    default: return wasm_i8x16_splat(0);
    }
}

/* Four sums of four bytes each, added to four sums of 32 bits. */
static inline v128_t add_bytes(v128_t sums, v128_t bytes) {
    const v128_t pairs = wasm_u16x8_extadd_pairwise_u8x16(bytes);
    return wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(pairs));
}

static inline v128_t magnitudes(v128_t bytes) {
    return wasm_i8x16_abs(bytes); /* -128 stays 128 as an unsigned byte */
}

static inline uint32_t total(v128_t sums) {
    return wasm_u32x4_extract_lane(sums, 0) + wasm_u32x4_extract_lane(sums, 1) +
           wasm_u32x4_extract_lane(sums, 2) + wasm_u32x4_extract_lane(sums, 3);
}

struct sums {
    v128_t filter[TH_PNG_FILTERS];
    v128_t repeated;
};

/* Counts the bytes where `mask` is set. */
static inline void add_sixteen(struct sums *sums, struct around p, v128_t mask) {
    const v128_t ones = wasm_v128_and(mask, wasm_i8x16_splat(1));
    for (uint32_t f = 0; f < TH_PNG_FILTERS; f++) {
        const v128_t size = magnitudes(wasm_i8x16_sub(p.here, guess(f, p)));
        sums->filter[f] = add_bytes(sums->filter[f], wasm_v128_and(size, mask));
    }
    const v128_t same = wasm_v128_or(wasm_i8x16_eq(p.here, p.left), wasm_i8x16_eq(p.here, p.up));
    sums->repeated = add_bytes(sums->repeated, wasm_v128_and(same, ones));
}

/* The last bytes of a row with their neighbours, where sixteen can be read. */
struct tail {
    uint8_t row[TH_PNG_PIXEL_BYTES_MAX + 16], above[TH_PNG_PIXEL_BYTES_MAX + 16];
};

static struct around load_tail(const uint8_t *row, const uint8_t *above, ptrdiff_t pixel_bytes,
                               size_t at, size_t bytes) {
    struct tail tail = {{0}, {0}};
    const size_t part = TH_PNG_PIXEL_BYTES_MAX + (bytes - at);
    memcpy(tail.row, row + at - TH_PNG_PIXEL_BYTES_MAX, part);
    memcpy(tail.above, above + at - TH_PNG_PIXEL_BYTES_MAX, part);
    return load(tail.row + TH_PNG_PIXEL_BYTES_MAX, tail.above + TH_PNG_PIXEL_BYTES_MAX, pixel_bytes,
                0);
}

static v128_t first_bytes(size_t count) {
    const v128_t index = wasm_i8x16_const(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return wasm_i8x16_lt(index, wasm_i8x16_splat((int8_t)count));
}

void th_png_score_row(struct th_png_score *score, const uint8_t *row, const uint8_t *above,
                      size_t bytes, uint32_t pixel_bytes) {
    struct sums sums;
    size_t i = 0;
    for (uint32_t f = 0; f < TH_PNG_FILTERS; f++) sums.filter[f] = wasm_i32x4_splat(0);
    sums.repeated = wasm_i32x4_splat(0);
    for (; i + 16 <= bytes; i += 16)
        add_sixteen(&sums, load(row, above, (ptrdiff_t)pixel_bytes, (ptrdiff_t)i),
                    wasm_i8x16_splat(-1));
    add_sixteen(&sums, load_tail(row, above, (ptrdiff_t)pixel_bytes, i, bytes),
                first_bytes(bytes - i));
    for (uint32_t f = 0; f < TH_PNG_FILTERS; f++) score->sum[f] = total(sums.filter[f]);
    score->repeated = total(sums.repeated);
}

static inline void predict(uint8_t *out, uint32_t filter, const uint8_t *row, const uint8_t *above,
                           size_t bytes, uint32_t pixel_bytes) {
    size_t i = 0;
    for (; i + 16 <= bytes; i += 16) {
        const struct around p = load(row, above, (ptrdiff_t)pixel_bytes, (ptrdiff_t)i);
        wasm_v128_store(out + i, wasm_i8x16_sub(p.here, guess(filter, p)));
    }
    const struct around p = load_tail(row, above, (ptrdiff_t)pixel_bytes, i, bytes);
    wasm_v128_store(out + i, wasm_i8x16_sub(p.here, guess(filter, p)));
}

void th_png_predict_row(uint8_t *out, uint32_t filter, const uint8_t *row, const uint8_t *above,
                        size_t bytes, uint32_t pixel_bytes) {
    switch (filter) { /* a loop of its own for each */
    case 1: predict(out, 1, row, above, bytes, pixel_bytes); break;
    case 2: predict(out, 2, row, above, bytes, pixel_bytes); break;
    case 3: predict(out, 3, row, above, bytes, pixel_bytes); break;
    case 4: predict(out, 4, row, above, bytes, pixel_bytes); break;
    default: memcpy(out, row, bytes); break;
    }
}

void th_png_pack_rgb(uint8_t *out, const uint8_t *row, uint32_t width) {
    const v128_t places = wasm_i8x16_const(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    size_t x = 0;
    for (; x + 4 <= width; x += 4)
        wasm_v128_store(out + x * 3, wasm_i8x16_swizzle(wasm_v128_load(row + x * 4), places));
    for (; x < width; x++) memcpy(out + x * 3, row + x * 4, 3);
}

#endif
