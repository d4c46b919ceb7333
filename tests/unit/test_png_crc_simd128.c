/* test_png_crc_simd128.c - the CRC of chunks by simd128 against the scalar definition: every
 * length up to a few pieces, from any place and from any CRC before. Runs as a WASI command. */
#include "check.h"
#include "codec/png_crc.h"

/* The definition under another name, beside the twin that the library holds. */
#define TH_SCALAR
#define th_png_crc scalar_crc
#include "codec/png_crc.c"
#undef th_png_crc

#define BYTES_MAX 7000u
#define LONG_BYTES 300000u

static uint32_t seed = 1;
static uint8_t data[LONG_BYTES + 16];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

int main(void) {
    static const uint8_t check[9] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    CHECK_EQ(th_png_crc(0, check, sizeof check), 0xcbf43926u); /* of CRC-32, by common consent */
    CHECK_EQ(th_png_crc(0xcbf43926u, NULL, 0), 0xcbf43926u);
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)random_bits();
    for (size_t bytes = 0; bytes < BYTES_MAX; bytes++) {
        const uint8_t *from = data + bytes % 16;
        const uint32_t before = bytes % 3 == 0 ? 0 : random_bits() * 257u;
        CHECK_EQ(th_png_crc(before, from, bytes), scalar_crc(before, from, bytes));
    }
    CHECK_EQ(th_png_crc(0, data + 5, LONG_BYTES), scalar_crc(0, data + 5, LONG_BYTES));
    /* A single bit anywhere is seen, and the same bytes in two parts make the same CRC. */
    for (size_t bit = 0; bit < 5000 * 8; bit += 7) {
        const uint32_t whole = th_png_crc(0, data, 5000);
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(th_png_crc(0, data, 5000) != whole);
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const size_t part = bit / 8;
        CHECK_EQ(th_png_crc(th_png_crc(0, data, part), data + part, 5000 - part), whole);
    }
    return check_done();
}
