/* test_png_filter_simd128.c - undoing row filters by simd128 against the scalar
 * definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "codec/png_filter.h"
#include "memory_end.h"

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
static uint8_t guarded[MARGIN_BYTES + ROW_BYTES + MARGIN_BYTES], expected[ROW_BYTES];
static uint8_t *const row = guarded + MARGIN_BYTES;
static uint8_t held[ROW_BYTES];
static uint8_t *end; /* of memory */

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Any bytes, or only the ends of the range, where sums saturate. */
static void fill(uint8_t *bytes, size_t count, bool extreme) {
    static const uint8_t ends[4] = {0, 1, 254, 255};
    for (size_t i = 0; i < count; i++)
        bytes[i] = extreme ? ends[random_bits() & 3] : (uint8_t)random_bits();
}

typedef void unfilter(uint32_t filter, uint8_t *to, const uint8_t *line, const uint8_t *above,
                      uint32_t width);

/* The line or the row above ends where memory does, but for the slack. */
static void check_row(unfilter *simd, unfilter *scalar, uint32_t pixel_bytes, uint32_t round) {
    const uint32_t width = 1 + random_bits() % WIDTH_MAX, filter = round % TH_PNG_FILTERS;
    const bool line_ends = random_bits() % 2;
    const size_t bytes = (line_ends ? width * pixel_bytes : width * 4) + TH_PNG_FILTER_SLACK_BYTES;
    const uint8_t *line = line_ends ? end - bytes : held;
    const uint8_t *above = line_ends ? held : end - bytes;
    fill(end - bytes, bytes, round % 3 == 0);
    fill(held, sizeof held, round % 2 == 0);
    set_margins(guarded, sizeof guarded);
    simd(filter, row, line, above, width);
    scalar(filter, expected, line, above, width);
    CHECK_BYTES(row, expected, width * 4);
    CHECK(margin_is_whole(guarded));
    CHECK(margin_is_whole(row + width * 4 + TH_PNG_FILTER_SLACK_BYTES));
}

/* Every left, up and corner there is, as the second of two pixels. */
static void test_paeth(void) {
    static uint8_t line[32], above[32];
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
                th_png_unfilter_rgbx(4, row, line, above, 2);
                scalar_unfilter_rgbx(4, expected, line, above, 2);
                CHECK_BYTES(row, expected, 8);
            }
}

int main(void) {
    end = memory_end();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        check_row(th_png_unfilter_rgbx, scalar_unfilter_rgbx, 3, round);
        check_row(th_png_unfilter_rgba, scalar_unfilter_rgba, 4, round);
    }
    test_paeth();
    return check_done();
}
