/* test_png_deflate.c - our deflater: zlib must inflate what it makes, whatever the data
 * and the pieces it comes in, and its codes must be complete. */
#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "codec/deflate.h"
#include "codec/deflate_inner.h"
#include "zlib.h"

#define DATA_BYTES (5u * TH_DEFLATE_BLOCK_BYTES)

static uint8_t data[DATA_BYTES], packed[2][DATA_BYTES + 4096], back[DATA_BYTES + 1];
static size_t packed_bytes;
static struct th_deflate z;
static uint32_t seed = 1, period;

static uint32_t random_below(uint32_t n) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

static enum th_status append(void *user, const uint8_t *from, size_t bytes) {
    memcpy((uint8_t *)user + packed_bytes, from, bytes);
    packed_bytes += bytes;
    return TH_OK;
}

static void pack(uint8_t *out, size_t bytes, uint32_t piece_max, bool repeats) {
    packed_bytes = 0;
    th_deflate_init(&z, period, append, out);
    for (size_t at = 0; at < bytes;) {
        size_t piece = 1 + random_below(piece_max);
        if (piece > bytes - at) piece = bytes - at;
        CHECK_EQ(th_deflate_put(&z, data + at, piece, repeats), TH_OK);
        at += piece;
    }
    CHECK_EQ(th_deflate_finish(&z), TH_OK);
}

enum { NOISE, FEW, STEPS, FLAT, PERIODS, BLOCKS, SKEWED, KINDS };

/* Noise, few values, steps, one value, periods, copies from far back, one rare value. */
static void make_data(uint32_t kind, size_t bytes) {
    uint32_t value = 0, lap = 1 + random_below(600);
    size_t from = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (random_below(700) == 0) lap = 1 + random_below(600);
        if (random_below(90) == 0) from = random_below((uint32_t)i + 1);
        if (kind == NOISE) value = random_below(256);
        if (kind == FEW) value = random_below(3) * 77;
        if (kind == STEPS) value = value + random_below(7) - 3;
        if (kind == PERIODS) value = i < lap ? random_below(256) : data[i - lap];
        if (kind == BLOCKS) value = i < 5000 ? random_below(256) : data[from++];
        if (kind == SKEWED) value = random_below(1u << random_below(17)) >> 8;
        data[i] = (uint8_t)value;
    }
}

static bool comes_back(const uint8_t *from, size_t bytes) {
    z_stream s = {0};
    inflateInit(&s);
    s.next_in = (Bytef *)(uintptr_t)from;
    s.avail_in = (uInt)packed_bytes;
    s.next_out = back;
    s.avail_out = (uInt)bytes + 1;
    const int result = inflate(&s, Z_FINISH);
    const bool same = result == Z_STREAM_END && s.avail_in == 0 && s.total_out == bytes &&
                      memcmp(back, data, bytes) == 0;
    inflateEnd(&s);
    return same;
}

static void test_round_trips(void) {
    for (uint32_t round = 0; round < 300; round++) {
        const uint32_t bytes_max = round < 100 ? 40 : round < 250 ? 3000 : DATA_BYTES;
        const size_t bytes = round < KINDS ? 0 : random_below(bytes_max + 1);
        make_data(round % KINDS, bytes);
        period = random_below(3) == 0 ? random_below(40000) : 0;
        const bool repeats = random_below(3) > 0;
        pack(packed[0], bytes, round % 5 == 0 ? 10 : 20000, repeats);
        CHECK(comes_back(packed[0], bytes));
        CHECK(packed_bytes <= bytes + bytes / 1024 + 64); /* as png_icc.c expects */
        const size_t first_bytes = packed_bytes;
        pack(packed[1], bytes, 100000, repeats); /* other pieces, same stream */
        CHECK_EQ(packed_bytes, first_bytes);
        CHECK_BYTES(packed[1], packed[0], first_bytes);
    }
}

/* All lengths and distances there are: a marked string copied over ever longer gaps. */
static void test_matches(void) {
    for (uint32_t length = 4; length <= 300; length += length < 40 ? 1 : 37)
        for (uint32_t gap = 1; gap <= 33500; gap += gap < 40 ? 1 : gap / 3) {
            const size_t bytes = length * 2 + gap;
            make_data(NOISE, bytes);
            memcpy(data + length + gap, data, length);
            pack(packed[0], bytes, 100000, true);
            CHECK(comes_back(packed[0], bytes));
        }
}

/* Searched or not, block by block: what one leaves behind must not mislead the other. */
static void test_mixed_blocks(void) {
    for (uint32_t round = 0; round < 40; round++) {
        make_data(round % KINDS, DATA_BYTES);
        packed_bytes = 0;
        th_deflate_init(&z, 3000, append, packed[0]);
        for (size_t at = 0; at < DATA_BYTES; at += TH_DEFLATE_BLOCK_BYTES / 2)
            CHECK_EQ(
                th_deflate_put(&z, data + at, TH_DEFLATE_BLOCK_BYTES / 2, random_below(2) == 0),
                TH_OK);
        CHECK_EQ(th_deflate_finish(&z), TH_OK);
        CHECK(comes_back(packed[0], DATA_BYTES));
    }
}

/* So many bytes from `at` equal the one before them; 0 when too few for a match. */
static size_t run_at(size_t at) {
    size_t length = 0;
    while (at > 0 && at + length < z.end && z.buffer[at + length] == z.buffer[at - 1]) length++;
    if (length > TH_DEFLATE_MATCH_MAX) return TH_DEFLATE_MATCH_MAX;
    return length < TH_DEFLATE_MATCH_MIN ? 0 : length;
}

/* Every run that a search byte by byte finds, and no other. */
static void test_runs(void) {
    for (uint32_t round = 0; round < 400; round++) {
        const size_t bytes = random_below(round < 200 ? 40 : 3000), history = random_below(3);
        make_data(round % 2 == 0 ? FEW : SKEWED, history + bytes);
        th_deflate_init(&z, 0, append, packed[0]);
        memcpy(z.buffer, data, history + bytes);
        z.block_at = history;
        z.end = history + bytes;
        th_deflate_find_runs(&z);
        size_t index = 0, literals = 0;
        for (size_t at = history; at < z.end;) {
            const size_t length = run_at(at);
            at += length > 0 ? length : 1;
            literals += length == 0;
            if (length == 0) continue;
            CHECK_EQ(z.sequence[index].literals, literals);
            CHECK_EQ(z.sequence[index].length, length);
            CHECK_EQ(z.sequence[index].distance, 1);
            index++;
            literals = 0;
        }
        CHECK_EQ(z.sequence[index].literals, literals);
        CHECK_EQ(z.sequence[index].length, 0);
        CHECK_EQ(z.sequences, index + 1);
    }
}

/* Lengths fit, the code is complete, and rarer symbols never get shorter codes. */
static void test_lengths(void) {
    for (uint32_t round = 0; round < 3000; round++) {
        uint32_t counts[286] = {0}, previous = 1, next = 1;
        uint8_t lengths[286];
        const uint32_t symbols = 2 + random_below(285), bits_max = symbols <= 19 ? 7 : 14;
        for (uint32_t i = 0; i < symbols; i++) {
            if (round % 4 == 0 && i < 22) { /* Fibonacci: the deepest tree there is */
                counts[i] = previous;
                next += previous;
                previous = next - previous;
            } else {
                counts[i] = random_below(round % 4 == 1 ? 4 : 1u << random_below(8));
            }
        }
        th_deflate_lengths(lengths, counts, symbols, bits_max);
        uint32_t used = 0;
        for (uint32_t i = 0; i < symbols; i++) {
            CHECK(lengths[i] <= bits_max && (lengths[i] > 0 || counts[i] == 0));
            used += lengths[i] > 0 ? 1u << (bits_max - lengths[i]) : 0;
            for (uint32_t k = 0; k < symbols; k++)
                CHECK(counts[i] <= counts[k] || lengths[i] <= lengths[k] || lengths[k] == 0);
        }
        CHECK_EQ(used, 1u << bits_max);
    }
}

int main(void) {
    struct th_arena arena; /* zlib's memory; ours needs none */
    th_arena_init(&arena, UINT64_MAX);
    th_arena_enter(&arena);
    test_round_trips();
    test_matches();
    test_mixed_blocks();
    test_runs();
    test_lengths();
    th_arena_clear(&arena);
    return check_done();
}
