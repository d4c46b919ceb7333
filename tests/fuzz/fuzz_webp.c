/* fuzz_webp.c - libFuzzer: any bytes into the WebP reader, in chunks that the first
 * byte decides. Traps on a bug's status, on a wait for input that has ended, on a
 * picture with missing rows, and on memory that stays behind.
 *
 *   make fuzz T=webp S=60 */
#include <string.h>

#include "arena.h"
#include "codec/codec.h"
#include "fail.h"
#include "work.h"

#define MEMORY_BYTES_MAX (64u << 20)
#define PIXELS_MAX (1u << 20)

static void require(int condition) {
    if (!condition) __builtin_trap();
}

struct feeder {
    struct th_input in;
    const uint8_t *data;
    size_t bytes, chunk;
};

static void feed(struct feeder *f) {
    size_t left = f->bytes - (size_t)f->in.total, bytes = left < f->chunk ? left : f->chunk;
    uint8_t *room = bytes > 0 ? th_input_reserve(&f->in, bytes) : NULL;
    if (!room) {
        f->in.closed = true;
        return;
    }
    memcpy(room, f->data + f->in.total, bytes);
    th_input_push(&f->in, bytes);
}

static enum th_status drain(struct th_reader *reader) {
    uint32_t rows[TH_PLANES_MAX] = {0};
    struct th_band band;
    enum th_status status;
    while ((status = reader->source.next(&reader->source, &band)) == TH_OK) {
        for (uint32_t p = 0; p < TH_PLANES_MAX; p++) rows[p] += band.rows[p];
    }
    for (uint32_t p = 0; p < TH_PLANES_MAX && status == TH_DONE; p++) {
        require(rows[p] == reader->source.shape.plane[p].height);
    }
    return status;
}

static enum th_status run(struct feeder *f) {
    struct th_limits limits;
    struct th_reader *reader;
    enum th_status status;
    th_limits_default(&limits);
    status = th_webp_open_reader(&f->in, &limits, &reader);
    if (status != TH_OK) return status;
    while ((status = reader->read_header(reader)) == TH_MORE_INPUT && !f->in.closed) feed(f);
    uint64_t pixels = (uint64_t)reader->header.width * reader->header.height;
    if (status == TH_OK && pixels > PIXELS_MAX) status = TH_TOO_LARGE;
    if (status == TH_OK) {
        while ((status = reader->start(reader, 1)) == TH_MORE_INPUT && !f->in.closed) feed(f);
    }
    if (status == TH_OK) status = drain(reader);
    reader->source.close(&reader->source);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    struct th_arena arena;
    if (bytes == 0) return 0;
    struct feeder f = {.in = {.limit = TH_INPUT_BYTES_MAX},
                       .data = data + 1,
                       .bytes = bytes - 1,
                       .chunk = (size_t)data[0] * 8 + 1};
    th_arena_init(&arena, MEMORY_BYTES_MAX);
    struct th_arena *outer = th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    enum th_status status = run(&f);
    require(status == TH_DONE || (status <= TH_UNSUPPORTED && status >= TH_TOO_LARGE));
    require(status == TH_DONE || th_fail_message()[0] != 0 || status == TH_TOO_LARGE);
    th_input_free(&f.in);
    require(arena.used_bytes == 0);
    th_arena_enter(outer);
    th_arena_clear(&arena);
    return 0;
}
