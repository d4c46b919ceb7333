/* test_webp_block_pair_simd128.c - each step of a trial on its own, wasm/webp_simd's block_pair.h
 * and levels_cost.h against libwebp's plain C. test_webp_simd128.c asks whether the choice made of
 * them is the same, which a sum that is off by one seldom changes. Runs as a WASI command. */
#include "check.h"

#include <stdlib.h>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include "../../wasm/webp_simd/block_pair.h"
#include "../../wasm/webp_simd/levels_cost.h"
#pragma clang diagnostic pop

/* So many that every sum meets the edge of its rounding: one in 65536 does. */
#define ROUNDS 400000u
/* All segments, matrices and costs are drawn again after so many. */
#define ROUNDS_PER_ENCODER 1000u

extern VP8CPUInfo VP8GetCPUInfo;

static uint64_t seed = 1;

static uint32_t random_below(uint32_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static int random_within(int limit) {
    return (int)random_below(2 * (uint32_t)limit + 1) - limit;
}

/* Small ones as often as large ones. */
static int random_limit(int most) {
    int limit = 1 << random_below(13);
    return limit < most ? limit : most;
}

/* ---- what a trial starts from ---- */

/* Two blocks side by side, in rows of BPS. */
static uint8_t source[4 * BPS], prediction[4 * BPS];

static void draw(uint8_t *pair) {
    uint32_t spread = 1u << random_below(9), base = random_below(257 - spread);
    for (size_t i = 0; i < 4 * BPS; i++) pair[i] = (uint8_t)(base + random_below(spread));
}

static void random_coefficients(int16_t blocks[2][16], int most) {
    int limit = random_limit(most);
    uint32_t dense = random_below(17);
    for (size_t i = 0; i < 32; i++) {
        int value = random_within(limit);
        blocks[i / 16][i % 16] = (int16_t)(random_below(16) < dense ? value : 0);
    }
}

/* An encoder as far as its matrices and costs, of a quality from 0 to 100. */
static void set_up(VP8Encoder *encoder, uint32_t quality) {
    static WebPConfig config;
    CHECK(WebPConfigInit(&config));
    memset(encoder, 0, sizeof *encoder);
    encoder->config = &config;
    encoder->method = 4;
    encoder->segment_hdr.num_segments = 1;
    VP8SetSegmentParams(encoder, (float)quality);
    VP8DefaultProbas(encoder);
    uint8_t *p = &encoder->proba.coeffs[0][0][0][0];
    for (size_t i = 0; i < sizeof encoder->proba.coeffs; i++) {
        if (random_below(4) == 0) p[i] = (uint8_t)(1 + random_below(255));
    }
    encoder->proba.dirty = 1;
    VP8CalculateLevelCosts(&encoder->proba);
}

/* ---- rows of two blocks, and libwebp's form: 16 in a row, one block behind the other ---- */

static void rows_out(int16_t blocks[2][16], const v128_t rows[4]) {
    for (int i = 0; i < 4; i++) {
        wasm_v128_store64_lane(blocks[0] + 4 * i, rows[i], 0);
        wasm_v128_store64_lane(blocks[1] + 4 * i, rows[i], 1);
    }
}

static void rows_in(v128_t rows[4], const int16_t blocks[2][16]) {
    for (int i = 0; i < 4; i++) {
        rows[i] = wasm_v128_load64_zero(blocks[0] + 4 * i);
        rows[i] = wasm_v128_load64_lane(blocks[1] + 4 * i, rows[i], 1);
    }
}

/* ---- the steps ---- */

static void check_forward(void) {
    v128_t v[4], from[4];
    int16_t actual[2][16], expected[2][16];
    th_load_columns(v, source);
    th_load_columns(from, prediction);
    for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_sub(v[i], from[i]);
    th_forward(v);
    rows_out(actual, v);
    VP8FTransform(source, prediction, expected[0]);
    VP8FTransform(source + 4, prediction + 4, expected[1]);
    CHECK_BYTES(actual, expected, sizeof expected);
}

static void check_inverse(void) {
    v128_t v[4], columns[4], bytes[2];
    int16_t in[2][16];
    uint8_t actual[4 * BPS] = {0}, expected[4 * BPS] = {0};
    random_coefficients(in, 2300);
    rows_in(v, in);
    th_load_columns(columns, prediction);
    th_inverse(bytes, v, columns);
    th_store_rows(actual, bytes);
    VP8ITransform(prediction, in[0], expected, 0);
    VP8ITransform(prediction + 4, in[1], expected + 4, 0);
    CHECK_BYTES(actual, expected, sizeof expected);
}

/* That the bits of th_nonzero say which of the coefficients are left, of each block. */
static void check_nonzero(uint32_t nonzero, const int16_t coefficients[2][16]) {
    uint32_t expected[2] = {0, 0};
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t block = i / 16, row = i % 16 / 4, lane = 4 * block + i % 4;
        uint32_t bit = 16 * (row / 2) + 8 * (row % 2) + lane;
        if (coefficients[block][i % 16] != 0) expected[block] |= 1u << bit;
    }
    CHECK_EQ(nonzero & TH_FIRST_BLOCK, expected[0]);
    CHECK_EQ(nonzero & ~TH_FIRST_BLOCK, expected[1]);
    CHECK_EQ((nonzero & TH_DC) != 0, coefficients[0][0] != 0);
}

static void check_quantize(const VP8Matrix *matrix) {
    v128_t v[4], levels[4];
    int16_t in[2][16], actual[2][16], expected[2][16];
    struct th_quantizer quantizer;
    random_coefficients(in, 2100);
    rows_in(v, in);
    th_quantizer_of(&quantizer, matrix);
    th_quantize(levels, v, &quantizer);
    th_zigzag(actual[0], th_low64(levels[0], levels[1]), th_low64(levels[2], levels[3]));
    th_zigzag(actual[1], th_high64(levels[0], levels[1]), th_high64(levels[2], levels[3]));
    for (int i = 0; i < 2; i++) VP8EncQuantizeBlock(in[i], expected[i], matrix);
    CHECK_BYTES(actual, expected, sizeof expected);
    check_nonzero(th_nonzero(levels), in);
    rows_out(actual, v);
    CHECK_BYTES(actual, in, sizeof in);
}

static void check_squares(const v128_t a[4], const v128_t b[4]) {
    int32_t sums[4];
    v128_t bytes[2] = {wasm_u8x16_narrow_i16x8(a[0], a[1]), wasm_u8x16_narrow_i16x8(a[2], a[3])};
    wasm_v128_store(sums, th_squares(bytes, b));
    CHECK_EQ(sums[0] + sums[1], VP8SSE4x4(source, prediction));
    CHECK_EQ(sums[2] + sums[3], VP8SSE4x4(source + 4, prediction + 4));
}

static void check_texture(v128_t a[4], v128_t b[4]) {
    int32_t sums[4];
    uint16_t weights[16]; /* symmetric, as libwebp's are */
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column <= row; column++) {
            uint16_t weight = (uint16_t)random_below(64);
            weights[4 * row + column] = weights[4 * column + row] = weight;
        }
    }
    wasm_v128_store(sums, th_join(th_texture(a, weights), th_texture(b, weights)));
    CHECK_EQ(abs(sums[0] - sums[2]) >> 5, VP8TDisto4x4(source, prediction, weights));
    CHECK_EQ(abs(sums[1] - sums[3]) >> 5, VP8TDisto4x4(source + 4, prediction + 4, weights));
}

static void check_measures(void) {
    v128_t a[4], b[4];
    th_load_columns(a, source);
    th_load_columns(b, prediction);
    check_squares(a, b);
    check_texture(a, b);
}

static void check_levels_cost(VP8Encoder *encoder) {
    int16_t levels[16] = {0};
    VP8Residual residual;
    int type = (int)random_below(4), first = (int)random_below(2), context = (int)random_below(3);
    int end = first + (int)random_below(17 - (uint32_t)first), limit = random_limit(MAX_LEVEL);
    for (int i = first; i < end; i++) levels[i] = (int16_t)random_within(limit);
    VP8InitResidual(first, type, encoder, &residual);
    VP8SetResidualCoeffs(levels, &residual);
    int expected = VP8GetResidualCost(context, &residual);
    CHECK_EQ(th_levels_cost(&encoder->proba, type, first, context, levels), expected);
    if (residual.last < 0)
        CHECK_EQ(th_no_levels_cost(&encoder->proba, type, first, context), expected);
}

int main(void) {
    static VP8Encoder encoder;
    VP8GetCPUInfo = NULL; /* libwebp's plain C */
    VP8EncDspInit();
    VP8EncDspCostInit();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (round % ROUNDS_PER_ENCODER == 0) set_up(&encoder, round / ROUNDS_PER_ENCODER % 101);
        draw(source);
        draw(prediction);
        check_forward();
        check_inverse();
        check_measures();
        check_quantize(round % 2 ? &encoder.dqm[0].y1 : &encoder.dqm[0].uv);
        check_levels_cost(&encoder);
    }
    return check_done();
}
