/* test_inflate_copy_simd128.c - copies of matches for simd128 against their scalar definition:
 * every length, near distances and far. Runs as a WASI command. */
#include "check.h"
#include "codec/inflate_copy_simd128.h"

/* The definition under another name, beside the twin. */
#define TH_SCALAR
#define copy_match scalar_copy_match
#include "codec/inflate_copy.h"
#undef copy_match

#define BEFORE 400u
#define ROOM (BEFORE + 258u + 16u)

static void check_match(uint32_t distance, uint32_t length) {
    uint8_t a[ROOM], b[ROOM];
    for (uint32_t i = 0; i < ROOM; i++) a[i] = b[i] = (uint8_t)(i * i * 31 + i * 7 + distance);
    CHECK(copy_match(a + BEFORE, distance, length) == a + BEFORE + length);
    CHECK(scalar_copy_match(b + BEFORE, distance, length) == b + BEFORE + length);
    CHECK_BYTES(a, b, BEFORE + length);
    for (uint32_t i = 0; i < length; i++) CHECK_EQ(a[BEFORE + i], a[BEFORE + i - distance]);
}

int main(void) {
    for (uint32_t distance = 1; distance <= BEFORE; distance += distance < 40 ? 1 : 45)
        for (uint32_t length = 3; length <= 258; length++) check_match(distance, length);
    return check_done();
}
