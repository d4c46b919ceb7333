/* test_inflate_litlen_simd128.c - look-ups in the copied table against their definition, and two
 * inflaters in turns, which share the copy. Runs as a WASI command. */
#include "check.h"
#include "codec/deflate.h"
#include "codec/inflate_litlen_simd128.h"

/* The definition under other names, beside the twin. */
#define TH_SCALAR
#define litlen_changed scalar_litlen_changed
#define litlen_choose scalar_litlen_choose
#define litlen_at scalar_litlen_at
#include "codec/inflate_litlen.h"
#undef litlen_changed
#undef litlen_choose
#undef litlen_at

#define BYTES 150000u /* three blocks, each with a code of its own */
#define STREAM_BYTES (BYTES + 1000u)
#define BUFFER_BYTES (BYTES + TH_INFLATE_SLACK_BYTES)
#define SPAN_BYTES 1000u

static struct part {
    struct th_inflate inflate;
    uint8_t data[BYTES], stream[STREAM_BYTES], out[BUFFER_BYTES];
    size_t stream_bytes, given, made;
    bool waits; /* the span was given: the next one another time */
    enum th_status status;
} parts[2];

static uint32_t random_next(void) {
    static uint32_t seed = 1;
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void check_look_ups(const struct th_inflate *z) {
    for (uint64_t i = 0; i < 1u << TH_INFLATE_LITLEN_BITS; i++) {
        const uint64_t bits = i | (uint64_t)random_next() << 12 | (uint64_t)random_next() << 40;
        CHECK_EQ(litlen_at(z, bits), scalar_litlen_at(z, bits));
    }
}

static void fill_table(struct th_inflate *z) {
    for (uint32_t i = 0; i < 1u << TH_INFLATE_LITLEN_BITS; i++)
        z->litlen[i] = random_next() << 8 ^ random_next();
    litlen_changed();
}

static void test_look_ups(void) {
    struct th_inflate *a = &parts[0].inflate, *b = &parts[1].inflate;
    for (uint32_t round = 0; round < 20; round++) {
        fill_table(a);
        litlen_choose(a);
        check_look_ups(a);
        fill_table(b);
        litlen_choose(b);
        check_look_ups(b);
        litlen_choose(a);
        check_look_ups(a);
    }
}

static enum th_status keep(void *user, const uint8_t *data, size_t bytes) {
    struct part *part = user;
    CHECK(part->stream_bytes + bytes <= STREAM_BYTES);
    memcpy(part->stream + part->stream_bytes, data, bytes);
    part->stream_bytes += bytes;
    return TH_OK;
}

static enum th_status next_span(void *user, const uint8_t **data, size_t *bytes) {
    struct part *part = user;
    const size_t left = part->stream_bytes - part->given;
    part->waits = !part->waits;
    if (!part->waits) return TH_MORE_INPUT;
    *data = part->stream + part->given;
    *bytes = left < SPAN_BYTES ? left : SPAN_BYTES;
    part->given += *bytes;
    return TH_OK;
}

/* A walk whose steps are below `step` either way: a code for every kind of step. */
static void begin_part(struct part *part, uint32_t step) {
    static struct th_deflate deflate;
    uint32_t value = 0;
    for (uint32_t i = 0; i < BYTES; i++)
        part->data[i] = (uint8_t)(value += random_next() % (step * 2) - step);
    th_deflate_init(&deflate, 0, keep, part);
    CHECK_EQ(th_deflate_put(&deflate, part->data, BYTES, true), TH_OK);
    CHECK_EQ(th_deflate_finish(&deflate), TH_OK);
    th_inflate_init(&part->inflate, next_span, part);
    part->status = TH_MORE_INPUT;
}

static void test_turns(void) {
    begin_part(&parts[0], 3);
    begin_part(&parts[1], 40);
    while (parts[0].status == TH_MORE_INPUT || parts[1].status == TH_MORE_INPUT) {
        for (uint32_t i = 0; i < 2; i++) {
            struct part *part = &parts[i];
            if (part->status != TH_MORE_INPUT) continue;
            part->status = th_inflate_run(&part->inflate, part->out, &part->made, BUFFER_BYTES);
        }
    }
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQ(parts[i].made, BYTES);
        CHECK_BYTES(parts[i].out, parts[i].data, BYTES);
    }
}

int main(void) {
    test_look_ups();
    test_turns();
    return check_done();
}
