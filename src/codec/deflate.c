/* deflate.c - see deflate.h. The stream: bytes gathered into blocks. */
#include "deflate.h"

#include <string.h>

#include "adler.h"
#include "deflate_inner.h"

/* Positions begin here, so that a `head` of 0 is out of any match's reach. */
#define POSITION_FIRST 65536u
/* What literals of filtered rows cost about, for the first block. */
#define LITERAL_BITS_FIRST 6

void th_deflate_init(struct th_deflate *z, uint32_t period, th_deflate_emit *emit, void *user) {
    memset(z, 0, offsetof(struct th_deflate, sequence));
    memset(z->head, 0, sizeof z->head);
    z->emit = emit;
    z->user = user;
    z->adler = 1;
    z->period = period;
    z->position = POSITION_FIRST;
    memset(z->literal_bits, LITERAL_BITS_FIRST, sizeof z->literal_bits);
    z->saved_bits = UINT32_MAX; /* look hard at first */
}

static size_t put_adler(uint8_t *out, uint32_t adler) {
    for (uint32_t i = 0; i < 4; i++) out[i] = (uint8_t)(adler >> (24 - 8 * i));
    return 4;
}

/* A block, with what comes before the first and after the last of them. */
static enum th_status write_block(struct th_deflate *z, bool last) {
    size_t bytes = 0;
    if (!z->begun) {
        z->out[bytes++] = 0x78; /* a window of 32 KiB */
        z->out[bytes++] = 0x9c; /* default level */
        z->begun = true;
    }
    if (z->repeats)
        th_deflate_find(z);
    else
        th_deflate_find_runs(z);
    bytes += th_deflate_block(z, last, z->out + bytes);
    if (last) bytes += put_adler(z->out + bytes, z->adler);
    /* What was the block is history; keep a window of it. */
    const size_t from = z->end > TH_DEFLATE_WINDOW_BYTES ? z->end - TH_DEFLATE_WINDOW_BYTES : 0;
    memmove(z->buffer, z->buffer + from, z->end - from);
    z->position += (uint32_t)from;
    z->end -= from;
    z->block_at = z->end;
    z->repeats = false;
    return z->emit(z->user, z->out, bytes);
}

enum th_status th_deflate_put(struct th_deflate *z, const uint8_t *data, size_t bytes,
                              bool repeats) {
    z->adler = th_adler(z->adler, data, bytes);
    while (bytes > 0) {
        const size_t room = TH_DEFLATE_BLOCK_BYTES - (z->end - z->block_at);
        const size_t part = bytes < room ? bytes : room;
        memcpy(z->buffer + z->end, data, part);
        z->end += part;
        z->repeats = z->repeats || repeats;
        data += part;
        bytes -= part;
        if (part == room) TH_TRY(write_block(z, false));
    }
    return TH_OK;
}

enum th_status th_deflate_finish(struct th_deflate *z) {
    return write_block(z, true);
}
