/* test_png_inflate.c - our inflater against zlib: on every kind of block, in spans
 * of any size, and on damaged streams, where both must refuse or both agree. */
#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "codec/inflate.h"
#include "fail.h"
#include "work.h"
#include "zlib.h"

#define DATA_BYTES 90000u
#define STREAM_BYTES (DATA_BYTES * 2)
#define BUFFER_BYTES (TH_INFLATE_WINDOW_BYTES + TH_INFLATE_SLACK_BYTES + 1000u)

static uint8_t data[DATA_BYTES], stream[STREAM_BYTES], ours[DATA_BYTES * 4], theirs[DATA_BYTES * 4];
static uint32_t seed = 1;

static uint32_t random_below(uint32_t n) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

/* Where the input is, and how it is cut: spans of 1 .. span_max bytes. */
struct spans {
    const uint8_t *data;
    size_t bytes;
    uint32_t span_max;
    bool waits; /* now and then there is nothing yet, and what is unused moves */
};

static enum th_status next_span(void *user, const uint8_t **span, size_t *bytes) {
    struct spans *in = user;
    if (in->waits && random_below(3) == 0) return TH_MORE_INPUT;
    const size_t wanted = 1 + random_below(in->span_max);
    *bytes = wanted < in->bytes ? wanted : in->bytes;
    *span = in->data;
    in->data += *bytes;
    in->bytes -= *bytes;
    return TH_OK;
}

/* Inflates through a small sliding buffer; *out_bytes is what came out, `max` at most. */
static enum th_status inflate_ours(const uint8_t *from, size_t bytes, uint32_t span_max,
                                   uint8_t *out, size_t max, size_t *out_bytes) {
    static struct th_inflate z;
    static uint8_t buffer[BUFFER_BYTES];
    struct spans in = {from, bytes, span_max, span_max % 2 == 1};
    size_t at = 0, total = 0;
    enum th_status status = TH_OK;
    th_inflate_init(&z, next_span, &in);
    while ((status == TH_OK || status == TH_MORE_INPUT) && total < max) {
        if (at > TH_INFLATE_WINDOW_BYTES) {
            memmove(buffer, buffer + at - TH_INFLATE_WINDOW_BYTES, TH_INFLATE_WINDOW_BYTES);
            at = TH_INFLATE_WINDOW_BYTES;
        }
        const size_t before = at;
        status = th_inflate_run(&z, buffer, &at, BUFFER_BYTES);
        const size_t made = at - before < max - total ? at - before : max - total;
        memcpy(out + total, buffer + before, made);
        total += made;
        if (in.waits) {
            const size_t unread = th_inflate_forget(&z);
            in.data -= unread;
            in.bytes += unread;
        }
    }
    *out_bytes = total;
    return status;
}

/* Behind the two bytes of zlib's header, so that it does not ask for the Adler-32. */
static int inflate_theirs(const uint8_t *from, size_t bytes, uint8_t *out, size_t max,
                          size_t *out_bytes) {
    z_stream z = {0};
    inflateInit2(&z, -15);
    z.next_in = (Bytef *)(uintptr_t)from + 2;
    z.avail_in = bytes < 2 ? 0 : (uInt)bytes - 2;
    z.next_out = out;
    z.avail_out = (uInt)max;
    const int result = inflate(&z, Z_SYNC_FLUSH);
    *out_bytes = max - z.avail_out;
    inflateEnd(&z);
    return result;
}

enum { NOISE, PIXELS, TEXT, FLAT, PERIODS, KINDS };

static void make_data(uint32_t kind, size_t bytes) {
    uint32_t value = 0, period = 1 + random_below(20);
    for (size_t i = 0; i < bytes; i++) {
        if (kind == PERIODS && random_below(200) == 0) period = 1 + random_below(20);
        if (kind == NOISE) value = random_below(256);
        if (kind == PIXELS) value = value + random_below(9) - 4;
        if (kind == TEXT) value = random_below(4) == 0 ? random_below(60) : value;
        if (kind == PERIODS) value = i < period ? random_below(256) : data[i - period];
        data[i] = (uint8_t)value;
    }
}

static size_t deflate_data(size_t bytes, int level, int strategy) {
    z_stream z = {0};
    deflateInit2(&z, level, Z_DEFLATED, 15, 1 + (int)random_below(9), strategy);
    z.next_in = data;
    z.avail_in = (uInt)bytes;
    z.next_out = stream;
    z.avail_out = STREAM_BYTES;
    deflate(&z, Z_FINISH);
    const size_t made = STREAM_BYTES - z.avail_out;
    deflateEnd(&z);
    return made;
}

static void test_good_streams(void) {
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
    for (uint32_t round = 0; round < 200; round++) {
        const size_t bytes = random_below(round % 4 == 0 ? DATA_BYTES : 300);
        make_data(round % KINDS, bytes);
        const size_t packed = deflate_data(bytes, (int)(round / KINDS % 10),
                                           strategies[random_below(4)]);
        const uint32_t span_max = random_below(3) == 0 ? 3 : random_below(3) == 0 ? 100 : 100000;
        size_t made = 0;
        CHECK_EQ(inflate_ours(stream, packed, span_max, ours, sizeof ours, &made), TH_DONE);
        CHECK_EQ(made, bytes);
        CHECK_BYTES(ours, data, bytes);
    }
}

/* Every shorter stream is truncated, and what came out until then is right. The
 * last four bytes are the Adler-32, which is not read. */
static void test_cut_streams(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        make_data(kind, 700);
        const size_t packed = deflate_data(700, kind == NOISE ? 0 : 6, Z_DEFAULT_STRATEGY);
        for (size_t cut = 0; cut + 4 < packed; cut++) {
            size_t made = 0, made_by_zlib = 0;
            CHECK_EQ(inflate_ours(stream, cut, 50, ours, sizeof ours, &made), TH_TRUNCATED);
            inflate_theirs(stream, cut, theirs, sizeof theirs, &made_by_zlib);
            CHECK_EQ(made, made_by_zlib);
            CHECK_BYTES(ours, data, made);
        }
    }
}

static void compare(size_t packed, uint32_t span_max) {
    size_t made = 0, made_by_zlib = 0;
    const enum th_status status = inflate_ours(stream, packed, span_max, ours, sizeof ours, &made);
    const int result = inflate_theirs(stream, packed, theirs, sizeof theirs, &made_by_zlib);
    const bool good = result == Z_STREAM_END;
    if (made_by_zlib == sizeof theirs) return; /* longer than the room for it */
    CHECK_EQ(status == TH_DONE, good);
    if (good) CHECK_EQ(made, made_by_zlib);
    CHECK_BYTES(ours, theirs, made < made_by_zlib ? made : made_by_zlib);
}

static void test_damaged_streams(void) {
    for (uint32_t round = 0; round < 20000; round++) {
        const size_t bytes = random_below(400);
        make_data(round % KINDS, bytes);
        const size_t packed = deflate_data(bytes, (int)random_below(10),
                                           random_below(4) == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY);
        const uint32_t hits = 1 + random_below(3);
        /* Most damage where the code lengths are. */
        const uint32_t reach = random_below(2) == 0 && packed > 80
                                   ? 80
                                   : (uint32_t)packed - 4; /* not the Adler-32 */
        for (uint32_t i = 0; i < hits; i++)
            stream[2 + random_below(reach - 2)] ^= (uint8_t)(1u << random_below(8));
        compare(packed, random_below(2) == 0 ? 7 : 100000);
    }
}

static void test_headers(void) {
    for (uint32_t head = 0; head < 0x10000; head++) {
        uint8_t empty[] = {(uint8_t)(head >> 8), (uint8_t)head, 3, 0, 0, 0, 0, 1};
        uint8_t out[1];
        size_t made = 0;
        z_stream z = {.next_in = empty, .avail_in = 8, .next_out = out, .avail_out = 1};
        inflateInit(&z);
        const bool good = inflate(&z, Z_FINISH) == Z_STREAM_END;
        inflateEnd(&z);
        CHECK_EQ(inflate_ours(empty, sizeof empty, 9, out, sizeof out, &made) == TH_DONE, good);
    }
}

static void test_random_streams(void) {
    for (uint32_t round = 0; round < 20000; round++) {
        const uint32_t bytes = 12 + random_below(300);
        for (uint32_t i = 0; i < bytes; i++) stream[i] = (uint8_t)random_below(256);
        stream[0] = 0x78;
        stream[1] = 0x01;
        /* A dynamic block with likely counts: random headers seldom get further. */
        if (round % 2 == 0) stream[2] = (uint8_t)(random_below(8) << 5 | 5);
        compare(bytes, 100000);
    }
}

/* data in blocks of `piece` bytes each. */
static size_t deflate_pieces(uint32_t piece, int strategy) {
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 15, 9, strategy);
    z.next_out = stream;
    z.avail_out = STREAM_BYTES;
    for (z.next_in = data; z.next_in < data + DATA_BYTES;) {
        z.avail_in = piece;
        deflate(&z, Z_BLOCK);
    }
    deflate(&z, Z_FINISH);
    const size_t made = STREAM_BYTES - z.avail_out;
    deflateEnd(&z);
    return made;
}

/* A block's codes are work, whatever the block holds: 300 dynamic ones; the fixed codes once. */
static void test_work(void) {
    size_t made = 0;
    make_data(TEXT, DATA_BYTES);
    size_t packed = deflate_pieces(300, Z_FIXED);
    th_work_begin(1);
    CHECK_EQ(inflate_ours(stream, packed, 1000, ours, sizeof ours, &made), TH_DONE);
    CHECK_EQ(th_work_units(), 1);
    packed = deflate_pieces(300, Z_HUFFMAN_ONLY);
    th_work_begin(UINT64_MAX);
    CHECK_EQ(inflate_ours(stream, packed, 1000, ours, sizeof ours, &made), TH_DONE);
    const uint64_t units = th_work_units();
    CHECK(units > 300 * 768 / TH_WORK_UNIT_SAMPLES && units < 300 * 2048 / TH_WORK_UNIT_SAMPLES);
    th_work_begin(units - 1);
    CHECK_EQ(inflate_ours(stream, packed, 1000, ours, sizeof ours, &made), TH_TOO_LARGE);
    CHECK(made > DATA_BYTES / 2 && made < DATA_BYTES);
    th_fail_clear();
}

int main(void) {
    struct th_arena arena; /* zlib's memory; ours needs none */
    th_arena_init(&arena, UINT64_MAX);
    th_arena_enter(&arena);
    test_good_streams();
    test_cut_streams();
    test_damaged_streams();
    test_headers();
    test_random_streams();
    test_work();
    th_arena_clear(&arena);
    return check_done();
}
