/* png_predict.c - see png_predict.h. */
#include "png_predict.h"

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

#include <string.h>

static uint32_t magnitude(int32_t x) {
    return (uint32_t)(x < 0 ? -x : x);
}

/* PNG specification, 9.4. */
static uint8_t paeth(uint8_t left, uint8_t up, uint8_t corner) {
    const uint32_t a = magnitude(up - corner), b = magnitude(left - corner);
    const uint32_t c = magnitude(left + up - 2 * corner);
    if (a <= b && a <= c) return left;
    return b <= c ? up : corner;
}

/* The byte at `i` filtered; its neighbours may be the zeros before the rows. */
static uint8_t filtered(uint32_t filter, const uint8_t *row, const uint8_t *above,
                        ptrdiff_t pixel_bytes, ptrdiff_t i) {
    const uint8_t left = row[i - pixel_bytes], up = above[i], corner = above[i - pixel_bytes];
    switch (filter) {
    case 1: return (uint8_t)(row[i] - left);
    case 2: return (uint8_t)(row[i] - up);
    case 3: return (uint8_t)(row[i] - (left + up) / 2);
    case 4: return (uint8_t)(row[i] - paeth(left, up, corner));
    default: return row[i];
    }
}

void th_png_score_row(struct th_png_score *score, const uint8_t *row, const uint8_t *above,
                      size_t bytes, uint32_t pixel_bytes) {
    *score = (struct th_png_score){0};
    for (ptrdiff_t i = 0; i < (ptrdiff_t)bytes; i++) {
        for (uint32_t f = 0; f < TH_PNG_FILTERS; f++) {
            const uint32_t byte = filtered(f, row, above, (ptrdiff_t)pixel_bytes, i);
            score->sum[f] += byte < 128 ? byte : 256 - byte;
        }
        score->repeated += row[i] == row[i - (ptrdiff_t)pixel_bytes] || row[i] == above[i];
    }
}

void th_png_predict_row(uint8_t *out, uint32_t filter, const uint8_t *row, const uint8_t *above,
                        size_t bytes, uint32_t pixel_bytes) {
    for (ptrdiff_t i = 0; i < (ptrdiff_t)bytes; i++)
        out[i] = filtered(filter, row, above, (ptrdiff_t)pixel_bytes, i);
}

void th_png_pack_rgb(uint8_t *out, const uint8_t *row, uint32_t width) {
    for (size_t x = 0; x < width; x++) memcpy(out + x * 3, row + x * 4, 3);
}

#endif
