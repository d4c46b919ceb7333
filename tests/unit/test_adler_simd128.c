/* test_adler_simd128.c - Adler-32 by simd128 against the scalar definition: every length up to
 * some pieces, from any place and from any checksum before. Runs as a WASI command. */
#include "check.h"
#include "codec/adler.h"

/* The definition under another name, beside the twin that the library holds. */
#define TH_SCALAR
#define th_adler scalar_adler
#include "codec/adler.c"
#undef th_adler

#define BYTES_MAX 9000u
#define LONG_BYTES 300000u
#define MODULUS 65521u

static uint32_t seed = 1;
static uint8_t data[LONG_BYTES + 16];

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static uint32_t random_adler(void) {
    return random_bits() % MODULUS << 16 | random_bits() % MODULUS;
}

static void check_all(void) {
    for (size_t bytes = 0; bytes < BYTES_MAX; bytes++) {
        const uint8_t *from = data + bytes % 16;
        const uint32_t before = bytes % 3 == 0 ? 1 : random_adler();
        CHECK_EQ(th_adler(before, from, bytes), scalar_adler(before, from, bytes));
    }
    const uint32_t most = (MODULUS - 1) << 16 | (MODULUS - 1);
    CHECK_EQ(th_adler(most, data + 5, LONG_BYTES), scalar_adler(most, data + 5, LONG_BYTES));
}

int main(void) {
    static const uint8_t wikipedia[9] = {'W', 'i', 'k', 'i', 'p', 'e', 'd', 'i', 'a'};
    CHECK_EQ(th_adler(1, wikipedia, sizeof wikipedia), 0x11e60398u);
    CHECK_EQ(th_adler(0x11e60398u, NULL, 0), 0x11e60398u);
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)random_bits();
    check_all();
    memset(data, 255, sizeof data); /* the largest sums */
    check_all();
    return check_done();
}
