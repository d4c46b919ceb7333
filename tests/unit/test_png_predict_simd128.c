/* test_png_predict_simd128.c - scoring and applying row filters by simd128 against the
 * scalar definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "codec/png_predict.h"
#include "memory_end.h"

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
#define OUT_BYTES (MARGIN_BYTES + BYTES_MAX + TH_PNG_PREDICT_SLACK_BYTES + MARGIN_BYTES)
#define ROUNDS 6000u

static uint32_t seed = 1;
/* Each row there is ends where memory does; the other is here. */
static uint8_t held[TH_PNG_PIXEL_BYTES_MAX + BYTES_MAX], guarded[OUT_BYTES], expected[BYTES_MAX];
static uint8_t *const out = guarded + MARGIN_BYTES;

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void fill(uint8_t *row, size_t bytes, bool extreme) {
    static const uint8_t ends[4] = {0, 127, 128, 255};
    memset(row - TH_PNG_PIXEL_BYTES_MAX, 0, TH_PNG_PIXEL_BYTES_MAX);
    for (size_t i = 0; i < bytes; i++)
        row[i] = extreme ? ends[random_bits() & 3] : (uint8_t)random_bits();
}

/* `bytes` were written to `out` as expected, a little behind them, and nothing else. */
static void check_out(size_t bytes) {
    CHECK_BYTES(out, expected, bytes);
    CHECK(margin_is_whole(guarded));
    CHECK(margin_is_whole(out + bytes + TH_PNG_PREDICT_SLACK_BYTES));
    set_margins(guarded, sizeof guarded);
}

static void check_row(const uint8_t *row, const uint8_t *above, size_t bytes,
                      uint32_t pixel_bytes) {
    struct th_png_score score[2];
    th_png_score_row(&score[0], row, above, bytes, pixel_bytes);
    scalar_score_row(&score[1], row, above, bytes, pixel_bytes);
    CHECK_BYTES(&score[0], &score[1], sizeof score[0]);
    for (uint32_t filter = 0; filter < TH_PNG_FILTERS; filter++) {
        th_png_predict_row(out, filter, row, above, bytes, pixel_bytes);
        scalar_predict_row(expected, filter, row, above, bytes, pixel_bytes);
        check_out(bytes);
    }
}

int main(void) {
    static const uint32_t pixel_sizes[] = {1, 3, 4};
    uint8_t *const end = memory_end(), *const inside = held + TH_PNG_PIXEL_BYTES_MAX;
    set_margins(guarded, sizeof guarded);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t pixel_bytes = pixel_sizes[round % 3];
        const uint32_t width = 1 + random_bits() % (BYTES_MAX / 4);
        const size_t bytes = (size_t)width * pixel_bytes;
        fill(end - bytes, bytes, round % 2 == 0);
        fill(inside, bytes, round % 5 < 2);
        check_row(end - bytes, inside, bytes, pixel_bytes);
        check_row(inside, end - bytes, bytes, pixel_bytes);
        fill(end - width * 4, width * 4, false);
        th_png_pack_rgb(out, end - width * 4, width);
        scalar_pack_rgb(expected, end - width * 4, width);
        check_out((size_t)width * 3);
    }
    return check_done();
}
