/* test_exif.c - orientation out of good EXIF, 1 out of bad, and never a read past
 * the end: every block is parsed from a buffer of exactly its length. */
#include <stdlib.h>

#include "check.h"
#include "codec/exif.h"

static uint32_t orientation_of(const uint8_t *data, size_t bytes) {
    uint8_t *exact = malloc(bytes ? bytes : 1);
    if (bytes > 0) memcpy(exact, data, bytes);
    uint32_t orientation = th_exif_orientation(exact, bytes);
    free(exact);
    return orientation;
}

/* A TIFF block being written, in either byte order. */
struct block {
    uint8_t data[4096];
    size_t bytes;
    bool big_endian;
};

static void put(struct block *b, uint32_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t shift = 8 * (b->big_endian ? bytes - 1 - i : i);
        b->data[b->bytes++] = (uint8_t)(value >> shift);
    }
}

/* Header and the start of an IFD with so many entries at offset `at`. */
static struct block begin(bool big_endian, uint32_t at, uint32_t entries) {
    struct block b = {.big_endian = big_endian, .bytes = 2};
    memcpy(b.data, big_endian ? "MM" : "II", 2);
    put(&b, 42, 2);
    put(&b, at, 4);
    b.bytes = at;
    put(&b, entries, 2);
    return b;
}

static void put_entry(struct block *b, uint32_t tag, uint32_t type, uint32_t count,
                      uint32_t value) {
    put(b, tag, 2);
    put(b, type, 2);
    put(b, count, 4);
    put(b, value, 2);
    put(b, 0, 2);
}

static struct block with_orientation(bool big_endian, uint32_t value) {
    struct block b = begin(big_endian, 8, 3);
    put_entry(&b, 0x010f, 2, 8, 50);
    put_entry(&b, 0x0112, 3, 1, value);
    put_entry(&b, 0x0128, 3, 1, 2);
    put(&b, 0, 4);
    return b;
}

static void test_good(void) {
    for (uint32_t order = 0; order < 2; order++) {
        for (uint32_t value = 1; value <= 8; value++) {
            struct block b = with_orientation(order == 1, value);
            CHECK_EQ(orientation_of(b.data, b.bytes), value);
            uint8_t framed[64] = "Exif\0";
            memcpy(framed + 6, b.data, b.bytes);
            CHECK_EQ(orientation_of(framed, 6 + b.bytes), value);
        }
    }
    struct block far = begin(true, 1000, 1);
    put_entry(&far, 0x0112, 3, 1, 6);
    CHECK_EQ(orientation_of(far.data, far.bytes), 6); /* the next IFD's offset may be missing */
}

static void test_bad_values(void) {
    static const uint32_t bad[] = {0, 9, 255, 256, 0x0600, 65535};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct block b = with_orientation(i % 2, bad[i]);
        CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    }
    struct block b = begin(false, 8, 1);
    put_entry(&b, 0x0112, 4, 1, 6); /* LONG */
    CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    b = begin(false, 8, 1);
    put_entry(&b, 0x0112, 3, 2, 6); /* two of them */
    CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    b = begin(false, 8, 1);
    put_entry(&b, 0x0112, 3, 0xffffffff, 6);
    CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    b = begin(false, 8, 2);
    put_entry(&b, 0x0112, 3, 1, 9); /* a bad one, then a good one */
    put_entry(&b, 0x0112, 3, 1, 3);
    CHECK_EQ(orientation_of(b.data, b.bytes), 3);
}

static void test_truncated(void) {
    for (uint32_t order = 0; order < 2; order++) {
        struct block b = with_orientation(order == 1, 6);
        size_t value_ends = 8 + 2 + 12 + 12;
        for (size_t bytes = 0; bytes <= b.bytes; bytes++) {
            CHECK_EQ(orientation_of(b.data, bytes), bytes >= value_ends ? 6 : 1);
        }
    }
    CHECK_EQ(th_exif_orientation(NULL, 0), 1);
    CHECK_EQ(orientation_of((const uint8_t *)"Exif\0\0", 6), 1);
    CHECK_EQ(orientation_of((const uint8_t *)"Exif\0\0Exif\0\0II*\0", 16), 1);
}

/* hosts.md, section 7: loops, huge counts, offsets out of this world. */
static void test_bombs(void) {
    struct block b = begin(false, 8, 65535);
    while (b.bytes + 12 <= sizeof b.data) put_entry(&b, 0x8769, 4, 1, 8); /* an IFD in itself */
    CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    b = begin(false, 8, 1);
    put_entry(&b, 0x8769, 4, 1, 8);
    put(&b, 8, 4); /* the next IFD is this one */
    CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    static const uint32_t offsets[] = {0, 1, 7, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        b = with_orientation(true, 6);
        b.bytes = 4;
        put(&b, offsets[i], 4);
        b.bytes = 50;
        CHECK_EQ(orientation_of(b.data, b.bytes), 1);
    }
    CHECK_EQ(orientation_of((const uint8_t *)"IM*\0\0\0\0\x08", 8), 1);
    CHECK_EQ(orientation_of((const uint8_t *)"II\0*\x08\0\0\0", 8), 1);
}

static void test_noise(void) {
    uint32_t random = 7;
    for (uint32_t i = 0; i < 100000; i++) {
        struct block b = with_orientation(i % 2, 6);
        for (uint32_t k = 0; k < 3; k++) {
            random = random * 1664525 + 1013904223;
            b.data[(random >> 8) % b.bytes] = (uint8_t)(random >> 24);
        }
        uint32_t orientation = orientation_of(b.data, (random >> 4) % (b.bytes + 1));
        CHECK(orientation >= 1 && orientation <= 8);
    }
}

int main(void) {
    test_good();
    test_bad_values();
    test_truncated();
    test_bombs();
    test_noise();
    return check_done();
}
