/* bytes.h - bytes on the move: a cursor to read untrusted bytes, the input a
 * job was given, and the queue of output it has to give.
 *
 * The cursor fails closed: a read past the end returns 0 and sets `failed`,
 * and every later read returns 0 too. Nothing indexes raw input without it. */
#ifndef TH_BYTES_H
#define TH_BYTES_H

#include "thimble.h"

/* ---- cursor ---- */
struct th_cursor {
    const uint8_t *data; /* borrowed */
    size_t bytes;
    size_t at;
    bool failed;
};

struct th_cursor th_cursor_make(const uint8_t *data, size_t bytes);
size_t th_cursor_left(const struct th_cursor *c);
void th_cursor_seek(struct th_cursor *c, size_t at); /* at == bytes is allowed */
void th_cursor_skip(struct th_cursor *c, size_t bytes);
uint8_t th_cursor_u8(struct th_cursor *c);
uint16_t th_cursor_u16be(struct th_cursor *c);
uint16_t th_cursor_u16le(struct th_cursor *c);
uint32_t th_cursor_u24le(struct th_cursor *c);
uint32_t th_cursor_u32be(struct th_cursor *c);
uint32_t th_cursor_u32le(struct th_cursor *c);
/* Borrows the next `bytes` bytes, or NULL (and failed). */
const uint8_t *th_cursor_take(struct th_cursor *c, size_t bytes);

/* ---- input: what was pushed and not yet consumed, in one contiguous region ----
 *
 * A streaming codec (JPEG) consumes from the front and the region stays small;
 * the others let it grow to the whole file. It grows by realloc, which in Wasm
 * extends in place while the region is the newest block, or at once to `expected`
 * bytes when the host told the length and the codec keeps everything. */
struct th_input {
    uint8_t *base;       /* owned; capacity bytes */
    size_t capacity;
    size_t start;        /* first byte not consumed, index into base */
    size_t end;          /* one past the last byte pushed */
    uint64_t total;      /* bytes pushed so far */
    uint64_t expected;   /* told length, 0 = unknown */
    uint64_t limit;      /* total may not pass it */
    bool keep;           /* a codec wants everything: do not compact, grow to expected */
    bool closed;         /* no more will come */
};

uint8_t *th_input_reserve(struct th_input *in, size_t bytes); /* NULL: no memory */
void th_input_push(struct th_input *in, size_t bytes);        /* bytes <= reserved */
const uint8_t *th_input_data(const struct th_input *in);      /* first unconsumed byte */
size_t th_input_ready(const struct th_input *in);             /* unconsumed bytes */
void th_input_consume(struct th_input *in, size_t bytes);
void th_input_free(struct th_input *in);

/* ---- output: a queue of bytes, appended by a sink, pulled by the host ---- */
struct th_output {
    uint8_t *base; /* owned */
    size_t capacity, start, end;
    uint64_t total; /* bytes ever appended */
    uint64_t limit; /* total may not pass it; UINT64_MAX = none */
};

/* Room for `bytes` more, or NULL; follow with th_output_commit. */
uint8_t *th_output_reserve(struct th_output *out, size_t bytes);
void th_output_commit(struct th_output *out, size_t bytes);
enum th_status th_output_put(struct th_output *out, const void *data, size_t bytes);
size_t th_output_ready(const struct th_output *out);
/* Everything queued; valid until the next append. The queue is then empty. */
size_t th_output_take(struct th_output *out, const uint8_t **data);
void th_output_free(struct th_output *out);

#endif
