/* test_jpeg_huffman.c - the bit reader and the Huffman tables of the lockstep JPEG reader,
 * against definitions that read one bit at a time. */
#include "check.h"
#include "codec/jpeg_bits.h"
#include "codec/jpeg_huffman.h"
#include "fail.h"

static uint32_t state = 1;

static uint32_t random_below(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* ---- bits ---- */

#define DATA_BYTES 3000u

/* `plain` bytes, many of them FF, and the same stuffed. */
static uint8_t plain[DATA_BYTES], stuffed[2 * DATA_BYTES + 8];

static size_t make_data(size_t bytes) {
    size_t count = 0;
    uint32_t often = 2 + random_below(200);
    for (size_t i = 0; i < bytes; i++) {
        plain[i] = random_below(often) == 0 ? 0xFF : (uint8_t)random_below(256);
        stuffed[count++] = plain[i];
        if (plain[i] == 0xFF) stuffed[count++] = 0;
    }
    return count;
}

static uint32_t plain_bits(size_t at, uint32_t count, size_t bytes) {
    uint32_t value = 0;
    for (size_t i = at; i < at + count; i++) {
        uint32_t byte = i / 8 < bytes ? plain[i / 8] : 0;
        value = value << 1 | (byte >> (7 - i % 8) & 1);
    }
    return value;
}

static void test_bits(void) {
    for (uint32_t round = 0; round < 500; round++) {
        size_t bytes = random_below(DATA_BYTES), at = 0;
        size_t count = make_data(bytes);
        memcpy(stuffed + count, "\xFF\xD9", 2);
        /* To the end of the scan, or to a marker in front of it. */
        struct th_bits b = {.at = stuffed, .end = stuffed + count + (round % 2 ? 0 : 2)};
        while (at < bytes * 8) {
            uint32_t take = random_below(17);
            th_bits_fill(&b);
            CHECK(b.count >= 32);
            CHECK_EQ(th_bits_take(&b, take), plain_bits(at, take, bytes));
            at += take;
            CHECK_EQ(th_bits_overrun(&b), at > bytes * 8);
        }
        th_bits_fill(&b);
        th_bits_take(&b, 1 + random_below(16));
        CHECK(th_bits_overrun(&b));
    }
}

/* Of the bytes FF in front of a marker all but the last are looked at once, not for every bit
 * that is asked for behind the end: there may be megabytes of them. */
static void test_fill_bytes(void) {
    for (uint32_t marker = 0; marker < 2; marker++) {
        uint8_t data[] = {7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xD3, 9};
        const uint8_t *fill_end = data + 6;
        struct th_bits b = {.at = data, .end = marker ? data + sizeof data : fill_end};
        th_bits_fill(&b);
        CHECK_EQ(th_bits_take(&b, 8), 7);
        CHECK_EQ(fill_end - b.at, 1);
        th_bits_take(&b, 16);
        th_bits_fill(&b);
        CHECK_EQ(fill_end - b.at, 1);
        CHECK(th_bits_overrun(&b));
        CHECK_EQ(th_bits_restart(&b, 3), marker == 1);
    }
}

static void test_restart(void) {
    static const uint8_t data[] = {1, 2, 0xFF, 0, 3, 0xFF, 0xFF, 0xD3, 7, 0xFF, 0xD4, 9};
    struct th_bits b = {.at = data, .end = data + sizeof data};
    CHECK(th_bits_restart(&b, 3));
    th_bits_fill(&b);
    CHECK_EQ(th_bits_take(&b, 8), 7);
    CHECK(!th_bits_overrun(&b));
    CHECK(!th_bits_restart(&b, 5)); /* 4 comes first */
    CHECK(!th_bits_restart(&b, 5)); /* none comes */
}

/* ---- Huffman ---- */

/* A random complete-but-one code of up to 256 symbols. */
struct code {
    uint8_t counts[16];
    uint8_t symbols[256];
    uint32_t count;
};

static void make_code(struct code *c, bool dc) {
    uint32_t room = 1; /* codes of this length not used yet */
    memset(c, 0, sizeof *c);
    for (uint32_t length = 1; length <= 16; length++) {
        room *= 2;
        uint32_t most = room - 1 < 255 ? room - 1 : 255; /* one is kept: not all ones */
        if (most > 256 - c->count) most = 256 - c->count;
        uint32_t count = random_below(most + 1) >> random_below(4);
        c->counts[length - 1] = (uint8_t)count;
        c->count += count;
        room -= count;
        if (room > 1000) room = 1000;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        c->symbols[i] = (uint8_t)(dc ? random_below(16) : random_below(256));
    }
}

/* F.2.2.3, a bit at a time: the symbol at the top of `buffer`, or -1. */
static int32_t slow_symbol(const struct code *c, uint64_t buffer, uint32_t *length) {
    uint32_t code = 0, first = 0, index = 0;
    for (uint32_t n = 1; n <= 16; n++) {
        code = code << 1 | (uint32_t)(buffer >> (64 - n) & 1);
        uint32_t count = c->counts[n - 1];
        if (code >= first && code - first < count) {
            *length = n;
            return c->symbols[index + code - first];
        }
        first = (first + count) << 1;
        index += count;
    }
    return -1;
}

/* Is the coefficient `symbol` stands for, whose code has `length` bits, an entry's value? */
static bool is_whole(const struct th_huffman *h, int32_t symbol, uint32_t length, uint64_t buffer) {
    uint32_t size = (uint32_t)symbol & 15;
    if (symbol < 0 || size == 0 || length + size > TH_HUFFMAN_BITS) return false;
    if (h->kind == TH_HUFFMAN_REFINE && size != 1) return false;
    uint32_t extra = (uint32_t)(buffer << length >> (64 - size));
    int32_t value = th_huffman_extend(extra, size) * (1 << h->shift);
    return value == (int16_t)value;
}

static void check_code(const struct th_huffman *h, const struct code *c, uint64_t buffer) {
    uint32_t entry = h->entry[buffer >> (64 - TH_HUFFMAN_BITS)];
    int32_t value = (int32_t)entry >> 16;
    uint32_t run = entry >> 8 & 255, length = entry & 255, want_length = 0;
    int32_t symbol = slow_symbol(c, buffer, &want_length);
    CHECK_EQ(value != 0, is_whole(h, symbol, want_length, buffer));
    if (value != 0) {
        uint32_t size = (uint32_t)symbol & 15;
        uint32_t extra = (uint32_t)(buffer << want_length >> (64 - size));
        CHECK_EQ(run, (uint32_t)symbol >> 4);
        CHECK_EQ(length, want_length + size);
        CHECK_EQ(value, th_huffman_extend(extra, size) * (1 << h->shift));
        return;
    }
    int32_t got = (int32_t)run;
    if (length == 0) got = th_huffman_long_code(h, buffer, &length);
    CHECK_EQ(got, symbol);
    if (symbol >= 0) CHECK_EQ(length, want_length);
}

/* A pair is what one gets by looking up twice, and once more for the end of block. */
static void check_pair(const struct th_huffman *h, uint32_t index) {
    const uint32_t bits = TH_HUFFMAN_BITS, mask = (1u << TH_HUFFMAN_BITS) - 1;
    uint64_t pair = h->pair[index];
    uint32_t first = h->entry[index];
    CHECK_EQ(pair != 0, first >> 16 != 0);
    if (!pair) return;
    uint32_t one = pair & 31, two = pair >> 5 & 31, all = pair >> 10 & 31;
    uint32_t advance = pair >> 20 & 31;
    CHECK_EQ(one, first & 255);
    CHECK_EQ(pair >> 16 & 15, first >> 8 & 255);
    CHECK_EQ(pair >> 32 & 0xFFFF, first >> 16);
    CHECK(one <= two && two <= all && all <= bits);
    uint32_t second = h->entry[index << one & mask];
    CHECK_EQ(advance != 0, second >> 16 != 0 && one + (second & 255) <= bits);
    if (advance) {
        CHECK_EQ(two - one, second & 255);
        CHECK_EQ(advance, (second >> 8 & 255) + 1);
        CHECK_EQ(pair >> 48, second >> 16);
    } else {
        CHECK_EQ(two, one);
        CHECK_EQ(pair >> 48, first >> 16);
    }
    uint32_t length = 0;
    bool end = pair >> 31 & 1;
    uint32_t third = h->entry[index << two & mask];
    CHECK_EQ(end, third != 0 && third >> 8 == 0 && two + third <= bits);
    if (end) length = h->entry[index << two & mask]; /* symbol 0, value 0: only a length */
    CHECK_EQ(all - two, length);
    CHECK(!end || (length >= 1 && length <= bits));
}

static void test_codes(void) {
    static struct th_huffman h;
    for (uint32_t round = 0; round < 300; round++) {
        enum th_huffman_kind kind = (enum th_huffman_kind)(round % 3);
        struct code c;
        make_code(&c, kind == TH_HUFFMAN_DC);
        struct th_jpeg_table table = {c.counts, c.symbols, c.count};
        uint32_t shift = kind == TH_HUFFMAN_DC ? 0 : random_below(14);
        CHECK_EQ(th_huffman_make(&h, &table, kind, shift), TH_OK);
        for (uint32_t i = 0; i < 2000; i++) {
            uint64_t buffer = (uint64_t)random_below(UINT32_MAX) << 32 | random_below(UINT32_MAX);
            check_code(&h, &c, buffer);
        }
        for (uint32_t i = 0; kind != TH_HUFFMAN_DC && i < 1u << TH_HUFFMAN_BITS; i++) {
            check_pair(&h, i);
        }
        check_code(&h, &c, UINT64_MAX);
        check_code(&h, &c, 0);
    }
}

static void test_bad_tables(void) {
    static struct th_huffman h;
    struct code c = {.counts = {2}, .count = 2};
    struct th_jpeg_table table = {c.counts, c.symbols, 2};
    CHECK_EQ(th_huffman_make(&h, &table, TH_HUFFMAN_AC, 0), TH_CORRUPT); /* all ones */
    c.counts[0] = 1;
    c.counts[1] = 1;
    CHECK_EQ(th_huffman_make(&h, &table, TH_HUFFMAN_AC, 0), TH_OK);
    c.counts[1] = 255;
    table.symbol_count = 256;
    CHECK_EQ(th_huffman_make(&h, &table, TH_HUFFMAN_AC, 0), TH_CORRUPT); /* too many */
    c.counts[1] = 0;
    table.symbol_count = 1;
    c.symbols[0] = 16;
    CHECK_EQ(th_huffman_make(&h, &table, TH_HUFFMAN_DC, 0), TH_CORRUPT);
    CHECK_STR(th_fail_message(), "jpeg: bad Huffman table");
}

/* Table F.1: size 1 is -1, 1; size 2 is -3, -2, 2, 3; ... */
static void test_extend(void) {
    for (uint32_t size = 1; size <= 16; size++) {
        int32_t half = 1 << (size - 1);
        for (int32_t bits = 0; bits < 2 * half; bits++) {
            int32_t want = bits < half ? bits - 2 * half + 1 : bits;
            CHECK_EQ(th_huffman_extend((uint32_t)bits, size), want);
        }
    }
}

int main(void) {
    test_bits();
    test_fill_bytes();
    test_restart();
    test_codes();
    test_bad_tables();
    test_extend();
    return check_done();
}
