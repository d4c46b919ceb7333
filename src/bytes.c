/* bytes.c - see bytes.h. */
#include "bytes.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "fail.h"

/* What a pointer to no bytes points to: NULL may not be added to nor copied from. */
static const uint8_t nothing[1];

/* ---- cursor ---- */

struct th_cursor th_cursor_make(const uint8_t *data, size_t bytes) {
    return (struct th_cursor){.data = data ? data : nothing, .bytes = data ? bytes : 0};
}

size_t th_cursor_left(const struct th_cursor *c) {
    return c->failed ? 0 : c->bytes - c->at;
}

void th_cursor_seek(struct th_cursor *c, size_t at) {
    if (at > c->bytes)
        c->failed = true;
    else
        c->at = at;
}

const uint8_t *th_cursor_take(struct th_cursor *c, size_t bytes) {
    if (c->failed || bytes > c->bytes - c->at) {
        c->failed = true;
        return NULL;
    }
    c->at += bytes;
    return c->data + (c->at - bytes);
}

void th_cursor_skip(struct th_cursor *c, size_t bytes) {
    (void)th_cursor_take(c, bytes);
}

uint8_t th_cursor_u8(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 1);
    return p ? p[0] : 0;
}

uint16_t th_cursor_u16be(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 2);
    return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}

uint16_t th_cursor_u16le(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 2);
    return (uint16_t)(p ? p[1] << 8 | p[0] : 0);
}

uint32_t th_cursor_u24le(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 3);
    return p ? (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0] : 0;
}

uint32_t th_cursor_u32be(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

uint32_t th_cursor_u32le(struct th_cursor *c) {
    const uint8_t *p = th_cursor_take(c, 4);
    return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0] : 0;
}

/* ---- growing ---- */

/* Makes *base hold `capacity` bytes; on failure nothing has changed. */
static bool resize(uint8_t **base, size_t *capacity, size_t wanted) {
    uint8_t *grown = th_realloc(*base, wanted);
    if (!grown) return false;
    *base = grown;
    *capacity = wanted;
    return true;
}

/* ---- input ---- */

/* A host that reads straight into what it reserved asks for a whole chunk also
 * when only the end of the file, or nothing, is left. */
#define CHUNK_BYTES 65536u
#define INPUT_BYTES_MIN 16384u

/* The most the region should be made now, if there is memory: all of an input of
 * known length, else an eighth more, so that bytes moved, where growing moves
 * them, stay a small multiple of the input. */
static size_t generous(const struct th_input *in, size_t needed) {
    if (in->keep && in->expected <= SIZE_MAX - CHUNK_BYTES) {
        size_t all = (size_t)in->expected + CHUNK_BYTES;
        if (in->expected > 0 && all >= needed) return all;
    }
    if (needed < INPUT_BYTES_MIN) return INPUT_BYTES_MIN;
    return needed <= SIZE_MAX - needed / 8 ? needed + needed / 8 : needed;
}

uint8_t *th_input_reserve(struct th_input *in, size_t bytes) {
    if (in->base && bytes <= in->capacity - in->end) return in->base + in->end;
    size_t ready = in->end - in->start;
    if (in->start > 0 && !in->keep) {
        memmove(in->base, in->base + in->start, ready);
        in->start = 0;
        in->end = ready;
        if (bytes <= in->capacity - in->end) return in->base + in->end;
    }
    if (bytes > SIZE_MAX - in->end) return NULL;
    size_t needed = in->end + bytes;
    /* The length may be a lie, the eighth may be too much: then only what is needed. */
    if (!resize(&in->base, &in->capacity, generous(in, needed)) &&
        !resize(&in->base, &in->capacity, needed)) {
        return NULL;
    }
    return in->base + in->end;
}

void th_input_push(struct th_input *in, size_t bytes) {
    assert(bytes <= in->capacity - in->end);
    in->end += bytes;
    in->total += bytes;
}

const uint8_t *th_input_data(const struct th_input *in) {
    return in->base ? in->base + in->start : nothing;
}

size_t th_input_ready(const struct th_input *in) {
    return in->end - in->start;
}

void th_input_consume(struct th_input *in, size_t bytes) {
    assert(bytes <= th_input_ready(in));
    in->start += bytes;
    /* An empty region starts over, at no cost. */
    if (in->start == in->end && !in->keep) in->start = in->end = 0;
}

void th_input_free(struct th_input *in) {
    th_free(in->base);
    in->base = NULL;
    in->capacity = in->start = in->end = 0;
}

/* ---- output ---- */

#define OUTPUT_BYTES_MIN 4096u

uint8_t *th_output_reserve(struct th_output *out, size_t bytes) {
    if (out->total > out->limit || bytes > out->limit - out->total) return NULL;
    if (out->base && bytes <= out->capacity - out->end) return out->base + out->end;
    if (bytes > SIZE_MAX - out->end) return NULL;
    size_t needed = out->end + bytes;
    size_t twice = out->capacity <= SIZE_MAX / 2 ? out->capacity * 2 : needed;
    size_t wanted = needed > twice ? needed : twice;
    if (wanted < OUTPUT_BYTES_MIN) wanted = OUTPUT_BYTES_MIN;
    if (!resize(&out->base, &out->capacity, wanted) &&
        !resize(&out->base, &out->capacity, needed)) {
        return NULL;
    }
    return out->base + out->end;
}

void th_output_commit(struct th_output *out, size_t bytes) {
    assert(bytes <= out->capacity - out->end);
    out->end += bytes;
    out->total += bytes;
}

enum th_status th_output_put(struct th_output *out, const void *data, size_t bytes) {
    if (bytes == 0) return TH_OK;
    if (out->total > out->limit || bytes > out->limit - out->total) {
        return th_fail(TH_TOO_LARGE, "output: more bytes than the limit (max)");
    }
    uint8_t *room = th_output_reserve(out, bytes);
    if (!room) return th_fail_memory();
    memcpy(room, data, bytes);
    th_output_commit(out, bytes);
    return TH_OK;
}

size_t th_output_ready(const struct th_output *out) {
    return out->end - out->start;
}

size_t th_output_take(struct th_output *out, const uint8_t **data) {
    size_t bytes = th_output_ready(out);
    *data = out->base ? out->base + out->start : nothing;
    out->start = out->end = 0;
    return bytes;
}

void th_output_free(struct th_output *out) {
    th_free(out->base);
    out->base = NULL;
    out->capacity = out->start = out->end = 0;
}
