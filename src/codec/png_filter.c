/* png_filter.c - see png_filter.h. */
#include "png_filter.h"

#include <string.h>

/* PNG specification, 9.4: the neighbour nearest to left + up - corner. */
static uint8_t paeth(uint8_t left, uint8_t up, uint8_t corner) {
    const int32_t from_left = up - corner, from_up = left - corner;
    const int32_t a = from_left < 0 ? -from_left : from_left;
    const int32_t b = from_up < 0 ? -from_up : from_up;
    const int32_t sum = from_left + from_up;
    const int32_t c = sum < 0 ? -sum : sum;
    if (a <= b && a <= c) return left;
    return b <= c ? up : corner;
}

/* What the filter foretells for a byte. */
static uint8_t predict(uint32_t filter, uint8_t left, uint8_t up, uint8_t corner) {
    switch (filter) {
    case 1: return left;
    case 2: return up;
    case 3: return (uint8_t)((left + up) / 2);
    case 4: return paeth(left, up, corner);
    default: return 0;
    }
}

void th_png_unfilter(uint32_t filter, uint32_t pixel_bytes, uint8_t *row, const uint8_t *line,
                     const uint8_t *above, size_t bytes) {
    if (filter == 0) {
        memcpy(row, line, bytes);
        return;
    }
    if (filter == 2) {
        for (size_t i = 0; i < bytes; i++) row[i] = (uint8_t)(line[i] + above[i]);
        return;
    }
    const size_t first = bytes < pixel_bytes ? bytes : pixel_bytes;
    for (size_t i = 0; i < first; i++)
        row[i] = (uint8_t)(line[i] + predict(filter, 0, above[i], 0));
    for (size_t i = first; i < bytes; i++) {
        const size_t left = i - pixel_bytes;
        row[i] = (uint8_t)(line[i] + predict(filter, row[left], above[i], above[left]));
    }
}

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

void th_png_unfilter_rgbx(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width) {
    for (size_t x = 0; x < width; x++) {
        for (size_t c = 0; c < 3; c++) {
            const size_t i = x * 4 + c;
            const uint8_t left = x > 0 ? row[i - 4] : 0, corner = x > 0 ? above[i - 4] : 0;
            row[i] = (uint8_t)(line[x * 3 + c] + predict(filter, left, above[i], corner));
        }
        row[x * 4 + 3] = 255;
    }
}

void th_png_unfilter_rgba(uint32_t filter, uint8_t *row, const uint8_t *line, const uint8_t *above,
                          uint32_t width) {
    th_png_unfilter(filter, 4, row, line, above, (size_t)width * 4);
}

#endif
