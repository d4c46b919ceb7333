/* test_alpha_simd128.c - the alpha stages' kernels for simd128 against their scalar
 * definition: every pair of colour and alpha, and random rows. A WASI command. */
#include "check.h"
#include "stage/alpha_rows.h"

/* The definition under other names, beside the twin that the library holds. */
#define TH_SCALAR
#define th_rows_premultiply scalar_premultiply
#define th_rows_unpremultiply scalar_unpremultiply
#define th_rows_flatten scalar_flatten
#define th_rows_flatten_rgba scalar_flatten_rgba
#include "stage/alpha_rows.c"
#undef th_rows_premultiply
#undef th_rows_unpremultiply
#undef th_rows_flatten
#undef th_rows_flatten_rgba

#define PIXELS 300u
#define ROOM ((PIXELS + TH_ALPHA_SLACK_PIXELS) * 4)

static uint32_t seed = 1;
static uint8_t in8[ROOM], out8[2][ROOM];
static int16_t in16[ROOM], out16[2][ROOM];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void check_premultiply(uint32_t count) {
    scalar_premultiply(out16[0], in8, count);
    th_rows_premultiply(out16[1], in8, count);
    CHECK_BYTES(out16[1], out16[0], count * 8);
}

static void check_others(uint32_t count) {
    uint8_t background[4] = {(uint8_t)random_bits(), (uint8_t)random_bits(), (uint8_t)random_bits(),
                             255};
    scalar_unpremultiply(out8[0], in16, count);
    th_rows_unpremultiply(out8[1], in16, count);
    CHECK_BYTES(out8[1], out8[0], count * 4);
    scalar_flatten(out8[0], in16, background, count);
    th_rows_flatten(out8[1], in16, background, count);
    CHECK_BYTES(out8[1], out8[0], count * 4);
}

static void test_every_pair(void) {
    for (uint32_t alpha = 0; alpha < 256; alpha++) {
        for (uint32_t i = 0; i < 256 * 4; i++) in8[i] = (uint8_t)(i % 4 == 3 ? alpha : i / 4);
        check_premultiply(256);
    }
}

/* Every alpha with colours around each place where the quotient turns over. */
static void test_every_alpha(void) {
    for (int32_t alpha = 1; alpha <= INT16_MAX; alpha += 1 + alpha / 400) {
        for (int32_t i = 0; i < 256; i++) {
            int32_t edge = (int32_t)(((2 * i + 1) * (int64_t)alpha) / 510);
            for (int32_t c = 0; c < 3; c++) in16[i * 4 + c] = (int16_t)(edge + c - 1);
            in16[i * 4 + 3] = (int16_t)alpha;
        }
        check_others(256);
    }
}

static void test_random(void) {
    for (uint32_t round = 0; round < 2000; round++) {
        bool extreme = round % 4 == 0;
        for (uint32_t i = 0; i < ROOM; i++) {
            uint32_t r = random_bits();
            in8[i] = (uint8_t)(extreme ? (r & 1 ? 255 : 0) : r);
            in16[i] = (int16_t)(extreme    ? (r & 1 ? INT16_MAX : INT16_MIN)
                                : r & 0x80 ? (int32_t)(r & 0xffff)
                                           : (int32_t)(r >> 8) % 20000 - 1800);
        }
        check_premultiply(random_bits() % PIXELS);
        check_others(random_bits() % PIXELS);
    }
}

int main(void) {
    test_every_pair();
    test_every_alpha();
    test_random();
    return check_done();
}
