/* test_png_predict_simd128.c - scoring and applying row filters by simd128 against the
 * scalar definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "codec/png_predict.h"

/* The definition under other names, beside the twin that the library holds. */
#define TH_SCALAR
#define th_png_score_row scalar_score_row
#define th_png_predict_row scalar_predict_row
#define th_png_pack_rgb scalar_pack_rgb
#include "codec/png_predict.c"
#undef th_png_score_row
#undef th_png_predict_row
#undef th_png_pack_rgb

#define BYTES_MAX 300u
#define ROOM (TH_PNG_PIXEL_BYTES_MAX + BYTES_MAX + TH_PNG_PREDICT_SLACK_BYTES)
#define ROUNDS 6000u

static uint32_t seed = 1;
static uint8_t rows[2][ROOM], out[2][ROOM];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void fill(uint8_t *row, size_t bytes, bool extreme) {
    static const uint8_t ends[4] = {0, 127, 128, 255};
    memset(row, 0, ROOM);
    for (size_t i = 0; i < bytes; i++)
        row[TH_PNG_PIXEL_BYTES_MAX + i] = extreme ? ends[random_bits() & 3]
                                                  : (uint8_t)random_bits();
}

int main(void) {
    static const uint32_t pixel_sizes[] = {1, 3, 4};
    const uint8_t *row = rows[0] + TH_PNG_PIXEL_BYTES_MAX;
    const uint8_t *above = rows[1] + TH_PNG_PIXEL_BYTES_MAX;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t pixel_bytes = pixel_sizes[round % 3];
        const uint32_t width = 1 + random_bits() % (BYTES_MAX / 4);
        const size_t bytes = (size_t)width * pixel_bytes;
        struct th_png_score score[2];
        fill(rows[0], bytes, round % 2 == 0);
        fill(rows[1], bytes, round % 5 < 2);
        th_png_score_row(&score[0], row, above, bytes, pixel_bytes);
        scalar_score_row(&score[1], row, above, bytes, pixel_bytes);
        CHECK_BYTES(&score[0], &score[1], sizeof score[0]);
        for (uint32_t filter = 0; filter < TH_PNG_FILTERS; filter++) {
            th_png_predict_row(out[0], filter, row, above, bytes, pixel_bytes);
            scalar_predict_row(out[1], filter, row, above, bytes, pixel_bytes);
            CHECK_BYTES(out[0], out[1], bytes);
        }
        th_png_pack_rgb(out[0], rows[0], width);
        scalar_pack_rgb(out[1], rows[0], width);
        CHECK_BYTES(out[0], out[1], (size_t)width * 3);
    }
    return check_done();
}
