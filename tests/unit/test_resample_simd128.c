/* test_resample_simd128.c - the resampler's kernels for simd128 against their
 * scalar definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "stage/resample_rows.h"

/* The definition under other names, beside the twin that the library holds. */
#define TH_SCALAR
#define th_rows_pair_plane scalar_pair_plane
#define th_rows_pair_rgbx scalar_pair_rgbx
#define th_rows_pair_rgba_q6 scalar_pair_rgba_q6
#define th_rows_vertical scalar_vertical
#define th_rows_vertical_q6 scalar_vertical_q6
#define th_rows_horizontal_plane scalar_horizontal_plane
#define th_rows_horizontal_rgbx scalar_horizontal_rgbx
#define th_rows_horizontal_rgba_q6 scalar_horizontal_rgba_q6
#include "stage/resample_rows.c"
#undef th_rows_pair_plane
#undef th_rows_pair_rgbx
#undef th_rows_pair_rgba_q6
#undef th_rows_vertical
#undef th_rows_vertical_q6
#undef th_rows_horizontal_plane
#undef th_rows_horizontal_rgbx
#undef th_rows_horizontal_rgba_q6

#define SAMPLES 256u
#define TAPS 64u
#define ROOM (SAMPLES * 4 + TAPS * 4 + TH_ROW_SLACK_SAMPLES)
#define ROUNDS 400

static uint32_t seed = 1;

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static uint8_t bytes[TAPS][ROOM];
static int16_t words[TAPS][ROOM];
static int16_t weights[SAMPLES * TAPS];
static uint32_t start[SAMPLES];
static int16_t out16[2][ROOM];
static uint8_t out8[2][ROOM];

/* Weights whose magnitudes add up to at most 2^15 - 1, as rows.h promises. */
static void random_weights(int16_t *w, uint32_t taps) {
    int32_t left = 32767;
    for (uint32_t k = 0; k < taps; k++) {
        int32_t most = left / 2 + 1, size = (int32_t)(random_bits() % (uint32_t)most);
        w[k] = (int16_t)(random_bits() & 1 ? -size : size);
        left -= size;
    }
}

static void fill(bool extreme) {
    for (uint32_t k = 0; k < TAPS; k++) {
        for (uint32_t i = 0; i < ROOM; i++) {
            uint32_t r = random_bits();
            bytes[k][i] = (uint8_t)(extreme ? (r & 1 ? 255 : 0) : r);
            words[k][i] = (int16_t)(extreme ? (r & 1 ? INT16_MAX : INT16_MIN)
                                            : (int32_t)(r & 0xffff));
        }
    }
}

/* Rows as a pair, the upper one in its own buffer and where the pair will be. Behind the pair
 * nothing is written. */
static void check_pairs(uint32_t pixels) {
    static uint8_t pair8[2][ROOM * 2];
    static int16_t pair16[2][ROOM * 2];
    const uint32_t twos = (pixels + 1) / 2;
    memset(pair8, 77, sizeof pair8);
    memset(pair16, 77, sizeof pair16);
    scalar_pair_plane(pair8[0], bytes[0], bytes[1], pixels);
    th_rows_pair_plane(pair8[1], bytes[0], bytes[1], pixels);
    CHECK_BYTES(pair8[1], pair8[0], sizeof pair8[0]);
    memcpy(pair8[1] + pixels, bytes[0], pixels);
    th_rows_pair_plane(pair8[1], pair8[1] + pixels, bytes[1], pixels);
    CHECK_BYTES(pair8[1], pair8[0], sizeof pair8[0]);
    scalar_pair_rgbx(pair8[0], bytes[0], bytes[1], pixels);
    uint8_t *upper8 = pair8[1] + twos * 12 - pixels * 4;
    memcpy(upper8, bytes[0], pixels * 4);
    th_rows_pair_rgbx(pair8[1], upper8, bytes[1], pixels);
    CHECK_BYTES(pair8[1], pair8[0], sizeof pair8[0]);
    scalar_pair_rgbx(pair8[0], bytes[0], bytes[0], pixels);
    memcpy(upper8, bytes[0], pixels * 4);
    th_rows_pair_rgbx(pair8[1], upper8, upper8, pixels);
    CHECK_BYTES(pair8[1], pair8[0], sizeof pair8[0]);
    scalar_pair_rgba_q6(pair16[0], words[0], words[1], pixels);
    int16_t *upper16 = pair16[1] + twos * 16 - pixels * 4;
    memcpy(upper16, words[0], pixels * 8);
    th_rows_pair_rgba_q6(pair16[1], upper16, words[1], pixels);
    CHECK_BYTES(pair16[1], pair16[0], sizeof pair16[0]);
}

static void check_vertical(uint32_t taps, uint32_t samples) {
    const uint8_t *pairs8[TAPS / 2];
    const int16_t *pairs16[TAPS / 2];
    for (uint32_t k = 0; k < taps / 2; k++) {
        pairs8[k] = bytes[k];
        pairs16[k] = words[k];
    }
    random_weights(weights, taps);
    scalar_vertical(out16[0], pairs8, weights, taps, samples);
    th_rows_vertical(out16[1], pairs8, weights, taps, samples);
    CHECK_BYTES(out16[1], out16[0], samples * 2);
    scalar_vertical_q6(out16[0], pairs16, weights, taps, samples);
    th_rows_vertical_q6(out16[1], pairs16, weights, taps, samples);
    CHECK_BYTES(out16[1], out16[0], samples * 2);
}

static void check_horizontal(uint32_t taps, uint32_t count) {
    const uint32_t origin = 5;
    uint32_t eights = (taps + 7) & ~7u;
    for (uint32_t j = 0; j < count; j++) {
        start[j] = origin + random_bits() % (SAMPLES - TAPS);
        random_weights(weights + j * eights, eights);
    }
    scalar_horizontal_plane(out8[0], count, words[0], origin, start, weights, eights);
    th_rows_horizontal_plane(out8[1], count, words[0], origin, start, weights, eights);
    CHECK_BYTES(out8[1], out8[0], count);
    for (uint32_t j = 0; j < count; j++) start[j] = origin + ((start[j] - origin) & ~1u);
    scalar_horizontal_rgbx(out8[0], count, words[0], origin, start, weights, taps);
    th_rows_horizontal_rgbx(out8[1], count, words[0], origin, start, weights, taps);
    CHECK_BYTES(out8[1], out8[0], count * 4);
    scalar_horizontal_rgba_q6(out16[0], count, words[0], origin, start, weights, taps);
    th_rows_horizontal_rgba_q6(out16[1], count, words[0], origin, start, weights, taps);
    CHECK_BYTES(out16[1], out16[0], count * 8);
}

int main(void) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (round % 10 == 0) fill(round % 20 == 0);
        uint32_t taps = 2 + random_bits() % (TAPS / 2 - 1) * 2;
        check_pairs(1 + random_bits() % SAMPLES);
        check_vertical(taps, 1 + random_bits() % SAMPLES);
        check_horizontal(taps, 1 + random_bits() % (SAMPLES - 1));
    }
    return check_done();
}
