/* test_colour_simd128.c - the colour stages' kernels for simd128 against their
 * scalar definition, on random and extreme rows. Runs as a WASI command. */
#include "check.h"
#include "stage/colour_rows.h"

/* The definition under other names, beside the twin that the library holds. */
#define TH_SCALAR
#define th_rows_luma scalar_luma
#define th_rows_chroma scalar_chroma
#define th_rows_chroma_alpha scalar_chroma_alpha
#define th_rows_rgb scalar_rgb
#define th_rows_range scalar_range
#define th_rows_halve scalar_halve
#include "stage/colour_rows.c"
#undef th_rows_luma
#undef th_rows_chroma
#undef th_rows_chroma_alpha
#undef th_rows_rgb
#undef th_rows_range
#undef th_rows_halve

#define PIXELS 300u
#define ROOM (PIXELS * 4 + TH_COLOUR_SLACK_BYTES)

static uint32_t seed = 1;
static uint8_t in[3][ROOM], out[4][ROOM];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void fill(bool extreme) {
    for (uint32_t p = 0; p < 3; p++) {
        for (uint32_t i = 0; i < ROOM; i++) {
            uint32_t r = random_bits();
            in[p][i] = (uint8_t)(extreme ? (r & 1 ? 255 : 0) : r);
        }
    }
}

static void check(uint32_t count, bool limited) {
    scalar_luma(out[0], in[0], count, limited);
    th_rows_luma(out[1], in[0], count, limited);
    CHECK_BYTES(out[1], out[0], count);
    scalar_chroma(out[0], out[2], in[0], in[1], count, limited);
    th_rows_chroma(out[1], out[3], in[0], in[1], count, limited);
    CHECK_BYTES(out[1], out[0], (count + 1) / 2);
    CHECK_BYTES(out[3], out[2], (count + 1) / 2);
    scalar_rgb(out[0], in[0], in[1], in[2], count, limited);
    th_rows_rgb(out[1], in[0], in[1], in[2], count, limited);
    CHECK_BYTES(out[1], out[0], count * 4);
    for (uint32_t chroma = 0; chroma < 2; chroma++) {
        scalar_range(out[0], in[0], count, chroma, limited);
        th_rows_range(out[1], in[0], count, chroma, limited);
        CHECK_BYTES(out[1], out[0], count);
    }
    scalar_halve(out[0], in[0], in[1], count);
    th_rows_halve(out[1], in[0], in[1], count);
    CHECK_BYTES(out[1], out[0], (count + 1) / 2);
}

int main(void) {
    for (uint32_t round = 0; round < 4000; round++) {
        fill(round % 3 == 0);
        check(round < 80 ? round / 2 + 1 : random_bits() % PIXELS + 1, round & 1);
    }
    return check_done();
}
