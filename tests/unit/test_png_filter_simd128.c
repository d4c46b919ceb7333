/* test_png_filter_simd128.c - undoing row filters by simd128 against the scalar
 * definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "codec/png_filter.h"

/* The definition under other names, beside the twin that the library holds. */
#define TH_SCALAR
#define th_png_unfilter scalar_unfilter
#define th_png_unfilter_rgbx scalar_unfilter_rgbx
#define th_png_unfilter_rgba scalar_unfilter_rgba
#include "codec/png_filter.c"
#undef th_png_unfilter
#undef th_png_unfilter_rgbx
#undef th_png_unfilter_rgba

#define WIDTH_MAX 70u
#define ROW_BYTES (WIDTH_MAX * 4 + TH_PNG_FILTER_SLACK_BYTES)
#define ROUNDS 4000u

static uint32_t seed = 1;
static uint8_t line[ROW_BYTES], above[ROW_BYTES], row[2][ROW_BYTES];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Any bytes, or only the ends of the range, where sums saturate. */
static void fill(uint8_t *bytes, bool extreme) {
    static const uint8_t ends[4] = {0, 1, 254, 255};
    for (size_t i = 0; i < ROW_BYTES; i++)
        bytes[i] = extreme ? ends[random_bits() & 3] : (uint8_t)random_bits();
}

/* Every left, up and corner there is, as the second of two pixels. */
static void test_paeth(void) {
    for (uint32_t left = 0; left < 256; left++)
        for (uint32_t up = 0; up < 256; up++)
            for (uint32_t corner = 0; corner < 256; corner += 3) {
                /* The first pixel is left; the three channels take three corners. */
                for (uint32_t c = 0; c < 3; c++) {
                    const uint8_t top = (uint8_t)(corner + c < 256 ? corner + c : 255);
                    above[c] = top;
                    above[4 + c] = (uint8_t)up;
                    line[c] = (uint8_t)(left - top); /* the first pixel's guess is up */
                    line[3 + c] = 0;
                }
                th_png_unfilter_rgbx(4, row[0], line, above, 2);
                scalar_unfilter_rgbx(4, row[1], line, above, 2);
                CHECK_BYTES(row[0], row[1], 8);
            }
}

int main(void) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t width = 1 + random_bits() % WIDTH_MAX, filter = round % TH_PNG_FILTERS;
        fill(line, round % 3 == 0);
        fill(above, round % 2 == 0);
        th_png_unfilter_rgbx(filter, row[0], line, above, width);
        scalar_unfilter_rgbx(filter, row[1], line, above, width);
        CHECK_BYTES(row[0], row[1], width * 4);
        th_png_unfilter_rgba(filter, row[0], line, above, width);
        scalar_unfilter_rgba(filter, row[1], line, above, width);
        CHECK_BYTES(row[0], row[1], width * 4);
    }
    test_paeth();
    return check_done();
}
