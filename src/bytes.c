/* bytes.c - see bytes.h. */
#include "bytes.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "fail.h"

/* ---- cursor ---- */

struct th_cursor th_cursor_make(const uint8_t *data, size_t bytes) {
    return (struct th_cursor){.data = data, .bytes = bytes};
}

size_t th_cursor_left(const struct th_cursor *c) {
    return c->failed ? 0 : c->bytes - c->at;
}

void th_cursor_seek(struct th_cursor *c, size_t at) {
    if (at > c->bytes) c->failed = true;
    else c->at = at;
}

const uint8_t *th_cursor_take(struct th_cursor *c, size_t bytes) {
    if (c->failed || bytes > c->bytes - c->at) {
        c->failed = true;
        return NULL;
    }
    const uint8_t *from = c->data + c->at;
    c->at += bytes;
    return from;
}

void th_cursor_skip(struct th_cursor *c, size_t bytes) {
    th_cursor_take(c, bytes);
}

static uint32_t big_endian(struct th_cursor *c, uint32_t bytes) {
    const uint8_t *from = th_cursor_take(c, bytes);
    uint32_t value = 0;
    for (uint32_t i = 0; from && i < bytes; i++) value = value << 8 | from[i];
    return value;
}

static uint32_t little_endian(struct th_cursor *c, uint32_t bytes) {
    const uint8_t *from = th_cursor_take(c, bytes);
    uint32_t value = 0;
    for (uint32_t i = 0; from && i < bytes; i++) value |= (uint32_t)from[i] << (8 * i);
    return value;
}

uint8_t th_cursor_u8(struct th_cursor *c) {
    return (uint8_t)big_endian(c, 1);
}

uint16_t th_cursor_u16be(struct th_cursor *c) {
    return (uint16_t)big_endian(c, 2);
}

uint16_t th_cursor_u16le(struct th_cursor *c) {
    return (uint16_t)little_endian(c, 2);
}

uint32_t th_cursor_u24le(struct th_cursor *c) {
    return little_endian(c, 3);
}

uint32_t th_cursor_u32be(struct th_cursor *c) {
    return big_endian(c, 4);
}

uint32_t th_cursor_u32le(struct th_cursor *c) {
    return little_endian(c, 4);
}

/* ---- input ---- */

/* A region that has grown past this grows by whole steps of it. */
#define INPUT_STEP_BYTES (1u << 20)

/* How large the region shall be to hold `needed` bytes. */
static size_t input_capacity(const struct th_input *in, size_t needed) {
    if (in->keep && in->expected >= needed && in->expected <= SIZE_MAX) return (size_t)in->expected;
    if (needed < INPUT_STEP_BYTES) return needed + needed / 2;
    return needed + INPUT_STEP_BYTES / 2;
}

/* wasi-libc's realloc never asks the system for more while the block is the last
 * one; it moves it. Making the free space behind it large enough first lets the
 * block grow where it is, and Wasm memory, which never shrinks, stays small. */
static void extend_heap(size_t bytes) {
#ifdef __wasm__
    th_free(th_malloc(bytes));
#else
    (void)bytes;
#endif
}

uint8_t *th_input_reserve(struct th_input *in, size_t bytes) {
    if (bytes > in->capacity - in->end && in->start > 0 && !in->keep) {
        memmove(in->base, in->base + in->start, in->end - in->start);
        in->end -= in->start;
        in->start = 0;
    }
    if (bytes > in->capacity - in->end) {
        if (bytes > SIZE_MAX / 2 - in->end) return NULL;
        size_t capacity = input_capacity(in, in->end + bytes);
        extend_heap(capacity - in->capacity);
        uint8_t *grown = th_realloc(in->base, capacity);
        if (!grown) return NULL;
        in->base = grown;
        in->capacity = capacity;
    }
    return in->base + in->end;
}

void th_input_push(struct th_input *in, size_t bytes) {
    assert(bytes <= in->capacity - in->end);
    in->end += bytes;
    in->total += bytes;
}

const uint8_t *th_input_data(const struct th_input *in) {
    return in->base + in->start;
}

size_t th_input_ready(const struct th_input *in) {
    return in->end - in->start;
}

void th_input_consume(struct th_input *in, size_t bytes) {
    assert(bytes <= th_input_ready(in));
    in->start += bytes;
    if (in->start == in->end && !in->keep) in->start = in->end = 0;
}

void th_input_free(struct th_input *in) {
    th_free(in->base);
    *in = (struct th_input){0};
}

/* ---- output ---- */

uint8_t *th_output_reserve(struct th_output *out, size_t bytes) {
    if (out->start == out->end) out->start = out->end = 0;
    if (bytes > out->capacity - out->end) {
        size_t capacity = out->end + bytes + bytes / 2;
        uint8_t *grown = capacity > out->end ? th_realloc(out->base, capacity) : NULL;
        if (!grown) return NULL;
        out->base = grown;
        out->capacity = capacity;
    }
    return out->base + out->end;
}

void th_output_commit(struct th_output *out, size_t bytes) {
    assert(bytes <= out->capacity - out->end);
    out->end += bytes;
    out->total += bytes;
}

enum th_status th_output_put(struct th_output *out, const void *data, size_t bytes) {
    uint8_t *room = th_output_reserve(out, bytes);
    if (!room) return th_fail_memory();
    if (bytes > 0) memcpy(room, data, bytes);
    th_output_commit(out, bytes);
    return TH_OK;
}

size_t th_output_ready(const struct th_output *out) {
    return out->end - out->start;
}

size_t th_output_take(struct th_output *out, const uint8_t **data) {
    size_t bytes = th_output_ready(out);
    *data = out->base + out->start;
    out->start = out->end;
    return bytes;
}

void th_output_free(struct th_output *out) {
    th_free(out->base);
    *out = (struct th_output){0};
}
