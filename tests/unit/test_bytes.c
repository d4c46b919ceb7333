/* test_bytes.c - the cursor fails closed; input and output lose and invent nothing. */
#include "arena.h"
#include "bytes.h"
#include "check.h"
#include "fail.h"

static struct th_arena arena;

static void test_cursor_reads(void) {
    static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct th_cursor c = th_cursor_make(data, sizeof data);
    CHECK_EQ(th_cursor_u8(&c), 0x01);
    CHECK_EQ(th_cursor_u16be(&c), 0x0203);
    CHECK_EQ(th_cursor_u16le(&c), 0x0504);
    CHECK_EQ(th_cursor_u24le(&c), 0x080706);
    CHECK_EQ(th_cursor_u32be(&c), 0x090a0b0c);
    CHECK_EQ(th_cursor_u32le(&c), 0x100f0e0d);
    CHECK_EQ(th_cursor_left(&c), 0);
    CHECK(!c.failed);
    th_cursor_seek(&c, 14);
    th_cursor_skip(&c, 1);
    CHECK(th_cursor_take(&c, 1) == data + 15);
    CHECK(!c.failed);
    static const uint8_t high[] = {0xff, 0xfe, 0xfd, 0xfc};
    c = th_cursor_make(high, sizeof high);
    CHECK_EQ(th_cursor_u32be(&c), 0xfffefdfcu);
    th_cursor_seek(&c, 0);
    CHECK_EQ(th_cursor_u32le(&c), 0xfcfdfeffu);
}

static void test_cursor_fails_closed(void) {
    static const uint8_t data[] = {1, 2, 3};
    struct th_cursor c = th_cursor_make(data, sizeof data);
    CHECK_EQ(th_cursor_u32be(&c), 0);
    CHECK(c.failed);
    CHECK_EQ(th_cursor_left(&c), 0);
    th_cursor_seek(&c, 0); /* does not heal */
    CHECK_EQ(th_cursor_u8(&c), 0);
    CHECK(th_cursor_take(&c, 0) == NULL);
    c = th_cursor_make(data, sizeof data);
    th_cursor_seek(&c, 3);
    CHECK(!c.failed);
    CHECK(th_cursor_take(&c, 0) != NULL);
    th_cursor_seek(&c, 4);
    CHECK(c.failed);
    c = th_cursor_make(data, sizeof data);
    th_cursor_u8(&c);
    th_cursor_skip(&c, SIZE_MAX); /* would wrap */
    CHECK(c.failed);
    c = th_cursor_make(NULL, 5);
    CHECK_EQ(th_cursor_left(&c), 0);
    CHECK_EQ(th_cursor_u8(&c), 0);
}

/* The test's input: byte i of the file. */
static uint8_t byte_at(uint64_t i) {
    return (uint8_t)(i * 7 + i / 251);
}

static bool push(struct th_input *in, size_t bytes) {
    uint8_t *room = th_input_reserve(in, bytes);
    if (!room) return false;
    for (size_t i = 0; i < bytes; i++) room[i] = byte_at(in->total + i);
    th_input_push(in, bytes);
    return true;
}

/* Everything unconsumed is what was pushed, from file position `from` on. */
static bool holds(const struct th_input *in, uint64_t from) {
    const uint8_t *data = th_input_data(in);
    size_t ready = th_input_ready(in);
    if (from + ready != in->total) return false;
    for (size_t i = 0; i < ready; i++) {
        if (data[i] != byte_at(from + i)) return false;
    }
    return true;
}

static void test_input_consumed(void) {
    struct th_input in = {.limit = UINT64_MAX};
    CHECK_EQ(th_input_ready(&in), 0);
    CHECK(th_input_data(&in) != NULL);
    uint64_t consumed = 0;
    uint32_t random = 1;
    for (uint32_t i = 0; i < 3000; i++) {
        random = random * 1664525 + 1013904223;
        CHECK(push(&in, random >> 20 & 1023));
        CHECK(holds(&in, consumed));
        size_t ready = th_input_ready(&in), take = ready > 700 ? ready - (random & 511) : 0;
        th_input_consume(&in, take);
        consumed += take;
    }
    CHECK(holds(&in, consumed));
    CHECK(in.capacity <= 32768); /* it stayed small while 1.5 MB went through */
    th_input_free(&in);
    th_input_free(&in);
    CHECK_EQ(th_input_ready(&in), 0);
}

static void test_input_kept(void) {
    struct th_input in = {.keep = true, .limit = UINT64_MAX};
    for (uint32_t i = 0; i < 100; i++) CHECK(push(&in, 10007));
    CHECK(holds(&in, 0));
    CHECK_EQ(in.total, 1000700);
    CHECK(in.capacity <= in.total + in.total / 8 + 16384);
    th_input_consume(&in, 1000);
    CHECK(push(&in, 10007));
    CHECK_EQ(in.start, 1000); /* nothing moves within the region */
    CHECK(holds(&in, 1000));
    th_input_free(&in);
}

static void test_input_expected(void) {
    struct th_input in = {.keep = true, .limit = UINT64_MAX, .expected = 500000};
    CHECK(push(&in, 1));
    const uint8_t *base = in.base;
    while (in.total < 500000) CHECK(push(&in, 10007));
    CHECK(in.base == base); /* room for all of it, and for a last reserve, from the start */
    CHECK(holds(&in, 0));
    CHECK(push(&in, 200000)); /* the length was a lie */
    CHECK(holds(&in, 0));
    th_input_free(&in);
    /* A lie that passes the memory limit costs nothing. */
    in = (struct th_input){.keep = true, .limit = UINT64_MAX, .expected = UINT64_MAX - 5};
    CHECK(push(&in, 1000));
    th_input_free(&in);
    in.expected = 8u << 20;
    CHECK(push(&in, 1000));
    CHECK(holds(&in, in.total - 1000));
    th_input_free(&in);
}

static void test_input_no_memory(void) {
    struct th_input in = {.keep = true, .limit = UINT64_MAX};
    CHECK(push(&in, 1000));
    CHECK(th_input_reserve(&in, 8u << 20) == NULL);
    CHECK(th_input_reserve(&in, SIZE_MAX) == NULL);
    CHECK(holds(&in, 0));
    CHECK(push(&in, 1000)); /* goes on as if nothing had been asked */
    CHECK(holds(&in, 0));
    /* Near the limit the eighth more is not insisted on. */
    while (push(&in, 4096)) continue;
    CHECK(in.total > arena.limit_bytes - 65536);
    CHECK(holds(&in, 0));
    th_input_free(&in);
}

static void test_output(void) {
    struct th_output out = {.limit = UINT64_MAX};
    const uint8_t *data;
    uint64_t taken = 0, put = 0;
    CHECK_EQ(th_output_take(&out, &data), 0);
    CHECK(data != NULL);
    CHECK_EQ(th_output_put(&out, NULL, 0), TH_OK);
    for (uint32_t i = 0; i < 2000; i++) {
        uint8_t piece[300];
        size_t bytes = i % sizeof piece;
        for (size_t k = 0; k < bytes; k++) piece[k] = byte_at(put + k);
        CHECK_EQ(th_output_put(&out, piece, bytes), TH_OK);
        put += bytes;
        if (i % 97 != 0) continue;
        size_t ready = th_output_ready(&out), got = th_output_take(&out, &data);
        CHECK_EQ(got, ready);
        bool same = true;
        for (size_t k = 0; k < got; k++) same = same && data[k] == byte_at(taken + k);
        CHECK(same);
        taken += got;
        CHECK_EQ(th_output_ready(&out), 0);
    }
    CHECK_EQ(out.total, put);
    th_output_free(&out);
    th_output_free(&out);
}

static void test_output_reserve(void) {
    struct th_output out = {.limit = 100};
    uint8_t *room = th_output_reserve(&out, 100);
    CHECK(room != NULL);
    memcpy(room, "abc", 3);
    th_output_commit(&out, 3); /* less than reserved */
    CHECK(th_output_reserve(&out, 98) == NULL);
    th_fail_clear();
    uint8_t many[98] = {0};
    CHECK_EQ(th_output_put(&out, many, sizeof many), TH_TOO_LARGE);
    CHECK_EQ(th_output_put(&out, many, 97), TH_OK);
    const uint8_t *data;
    CHECK_EQ(th_output_take(&out, &data), 100);
    CHECK_BYTES(data, "abc", 3);
    CHECK_EQ(th_output_put(&out, many, 1), TH_TOO_LARGE);
    out.limit = UINT64_MAX;
    CHECK(th_output_reserve(&out, SIZE_MAX) == NULL);
    CHECK(th_output_reserve(&out, 8u << 20) == NULL);
    CHECK_EQ(th_output_put(&out, many, 1), TH_OK);
    th_output_free(&out);
    th_fail_clear();
}

int main(void) {
    th_arena_init(&arena, 4u << 20);
    th_arena_enter(&arena);
    test_cursor_reads();
    test_cursor_fails_closed();
    test_input_consumed();
    test_input_kept();
    test_input_expected();
    test_input_no_memory();
    test_output();
    test_output_reserve();
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_enter(NULL);
    return check_done();
}
