/* inflate.c - see inflate.h.
 *
 * Two loops decode the same thing. The fast one runs while the current span has
 * bytes to spare and reads eight at a time; the careful one takes a symbol at a
 * time where spans meet and where the input ends. Both leave before the buffer's
 * slack begins, so neither checks for room within a symbol.
 *
 * What is noinline here and in inflate_table.c would otherwise be optimised by V8 together with
 * whatever calls it, in the first job already (docs/decisions/0035). */
#include "inflate.h"

#include <assert.h>
#include <string.h>

#include "../work.h"
#include "inflate_litlen.h"
#include "inflate_symbol.h"
#include "inflate_table.h"

/* Samples' worth of work that a block asks for whatever comes out of it (work.h): in Wasm tables
 * take 2 us and up to 30 ns for each code that is used, a head 30 ns, and small blocks of
 * symbols half as much again, because each ends the fast loop. */
#define TABLES_WORK 768u
#define CODE_WORK 6u
#define BLOCK_WORK 4u

void th_inflate_init(struct th_inflate *z, th_inflate_more *more, void *user) {
    z->more = more;
    z->user = user;
    z->in = z->in_end = NULL;
    z->bits = 0;
    z->bit_count = 0;
    z->past_end_bytes = 0;
    z->state = TH_INFLATE_ZLIB_HEAD;
    z->last_block = false;
    z->codes_fixed = false;
    z->stored_bytes = 0;
}

/* ---- careful input ---- */

/* An empty one when the input has ended. */
static enum th_status next_span(struct th_inflate *z) {
    const uint8_t *data = NULL;
    size_t bytes = 0;
    TH_TRY(z->more(z->user, &data, &bytes));
    z->in = data;
    z->in_end = data == NULL ? NULL : data + bytes;
    return TH_OK;
}

/* 49 to 56 bits, one more than any symbol needs (15 + 5 + 15 + 13); zeros stand in
 * where the input has ended. */
static __attribute__((noinline)) enum th_status refill(struct th_inflate *z) {
    if (z->bit_count <= 48 && z->in_end - z->in >= 8 && z->past_end_bytes == 0) {
        const uint32_t bytes = (56 - z->bit_count) / 8;
        z->bits |= th_inflate_load(z->in) << z->bit_count;
        z->in += bytes;
        z->bit_count += bytes * 8;
        z->bits &= (1ull << z->bit_count) - 1;
    }
    while (z->bit_count <= 48) {
        if (z->in == z->in_end && z->past_end_bytes == 0) TH_TRY(next_span(z));
        if (z->in == z->in_end)
            z->past_end_bytes++;
        else
            z->bits |= (uint64_t)*z->in++ << z->bit_count;
        z->bit_count += 8;
    }
    return TH_OK;
}

/* Only bits that refill has promised. */
static uint32_t take(struct th_inflate *z, uint32_t count) {
    const uint32_t value = (uint32_t)(z->bits & ((1ull << count) - 1));
    assert(count <= z->bit_count);
    z->bits >>= count;
    z->bit_count -= count;
    return value;
}

/* Some of the bits used were not there. */
static bool is_past_end(const struct th_inflate *z) {
    return z->past_end_bytes * 8 > z->bit_count;
}

static enum th_status wrong(const struct th_inflate *z) {
    return is_past_end(z) ? TH_TRUNCATED : TH_CORRUPT;
}

/* ---- headers ---- */

static enum th_status read_zlib_head(struct th_inflate *z) {
    TH_TRY(refill(z));
    const uint32_t cmf = take(z, 8), flg = take(z, 8);
    const bool good = (cmf * 256 + flg) % 31 == 0 && (cmf & 15) == 8 && cmf >> 4 <= 7;
    if (!good || (flg & 0x20) != 0 || is_past_end(z)) return wrong(z); /* 0x20: a dictionary */
    z->state = TH_INFLATE_BLOCK_HEAD;
    return TH_OK;
}

static enum th_status read_stored_head(struct th_inflate *z) {
    take(z, z->bit_count & 7); /* to the byte boundary; refill adds whole bytes */
    TH_TRY(refill(z));
    const uint32_t length = take(z, 16), inverse = take(z, 16);
    if (is_past_end(z) || length != (inverse ^ 0xffffu)) return wrong(z);
    z->stored_bytes = length;
    z->state = TH_INFLATE_STORED;
    return TH_OK;
}

/* The same codes every time: made again only after others. */
static __attribute__((noinline)) enum th_status read_fixed_head(struct th_inflate *z) {
    z->state = TH_INFLATE_CODES;
    if (z->codes_fixed) return TH_OK;
    TH_TRY(th_work_add(TABLES_WORK + (TH_LITLEN_SYMBOLS + TH_DIST_SYMBOLS) * CODE_WORK));
    uint8_t lengths[TH_LITLEN_SYMBOLS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    bool good = th_inflate_table_litlen(z, lengths, TH_LITLEN_SYMBOLS);
    memset(lengths, 5, TH_DIST_SYMBOLS);
    good = th_inflate_table_dist(z, lengths, TH_DIST_SYMBOLS) && good;
    assert(good);
    (void)good;
    z->codes_fixed = true;
    return TH_OK;
}

static __attribute__((noinline)) enum th_status read_dynamic_head(struct th_inflate *z) {
    TH_TRY(refill(z));
    z->litlens = 257 + take(z, 5);
    z->dists = 1 + take(z, 5);
    z->codelens = 4 + take(z, 4);
    if (z->litlens > 286 || z->dists > 30) return wrong(z);
    memset(z->lengths, 0, sizeof z->lengths);
    z->lengths_at = 0;
    z->codes_used = 0;
    z->state = TH_INFLATE_CODELENS;
    return TH_OK;
}

static __attribute__((noinline)) enum th_status read_codelens(struct th_inflate *z) {
    static const uint8_t order[TH_CODELEN_SYMBOLS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    for (; z->lengths_at < z->codelens; z->lengths_at++) {
        TH_TRY(refill(z));
        z->lengths[order[z->lengths_at]] = (uint8_t)take(z, 3);
    }
    if (is_past_end(z) || !th_inflate_table_codelen(z->codelen, z->lengths)) return wrong(z);
    z->lengths_at = 0;
    z->state = TH_INFLATE_LENGTHS;
    return TH_OK;
}

/* One symbol of the code for code lengths: 1 to 138 lengths, 14 bits at most. */
static __attribute__((noinline)) enum th_status read_length(struct th_inflate *z,
                                                            uint32_t lengths_max) {
    if (z->bit_count < 14) TH_TRY(refill(z));
    const uint32_t entry = z->codelen[z->bits & (TH_INFLATE_CODELEN_ENTRIES - 1)];
    const uint32_t symbol = entry >> 16;
    uint8_t value = 0;
    uint32_t repeat;
    take(z, entry & 63);
    if (symbol < 16) {
        if (is_past_end(z)) return wrong(z);
        z->lengths[z->lengths_at++] = (uint8_t)symbol;
        z->codes_used += symbol != 0;
        return TH_OK;
    }
    if (symbol == 16) {
        if (z->lengths_at == 0) return wrong(z);
        value = z->lengths[z->lengths_at - 1];
        repeat = 3 + take(z, 2);
    } else {
        repeat = symbol == 17 ? 3 + take(z, 3) : 11 + take(z, 7);
    }
    if (is_past_end(z) || repeat > lengths_max - z->lengths_at) return wrong(z);
    memset(z->lengths + z->lengths_at, value, repeat);
    z->lengths_at += repeat;
    if (value != 0) z->codes_used += repeat;
    return TH_OK;
}

static __attribute__((noinline)) enum th_status read_lengths(struct th_inflate *z) {
    while (z->lengths_at < z->litlens + z->dists) TH_TRY(read_length(z, z->litlens + z->dists));
    if (z->lengths[256] == 0) return wrong(z); /* the block could not end */
    TH_TRY(th_work_add(TABLES_WORK + z->codes_used * CODE_WORK));
    z->codes_fixed = false;
    if (!th_inflate_table_litlen(z, z->lengths, z->litlens)) return wrong(z);
    if (!th_inflate_table_dist(z, z->lengths + z->litlens, z->dists)) return wrong(z);
    z->state = TH_INFLATE_CODES;
    return TH_OK;
}

static enum th_status read_block_head(struct th_inflate *z) {
    if (z->last_block) {
        z->state = TH_INFLATE_DONE;
        return TH_OK;
    }
    TH_TRY(refill(z));
    z->last_block = take(z, 1) != 0;
    const uint32_t kind = take(z, 2);
    if (is_past_end(z)) return TH_TRUNCATED;
    TH_TRY(th_work_add(BLOCK_WORK));
    if (kind == 1) return read_fixed_head(z);
    if (kind == 3) return TH_CORRUPT;
    z->state = kind == 0 ? TH_INFLATE_STORED_HEAD : TH_INFLATE_DYNAMIC_HEAD;
    return TH_OK;
}

/* ---- bodies ---- */

static __attribute__((noinline)) enum th_status copy_stored(struct th_inflate *z, uint8_t *out,
                                                            size_t *at, size_t at_max) {
    while (z->stored_bytes > 0 && *at < at_max) {
        if (z->bit_count > 0) { /* whole bytes, left from reading the head */
            out[*at] = (uint8_t)take(z, 8);
            if (is_past_end(z)) return TH_TRUNCATED;
            z->stored_bytes--;
            (*at)++;
            continue;
        }
        if (z->in == z->in_end && z->past_end_bytes == 0) TH_TRY(next_span(z));
        if (z->in == z->in_end) return TH_TRUNCATED;
        size_t part = z->stored_bytes;
        if (part > at_max - *at) part = at_max - *at;
        if (part > (size_t)(z->in_end - z->in)) part = (size_t)(z->in_end - z->in);
        memcpy(out + *at, z->in, part);
        *at += part;
        z->in += part;
        z->stored_bytes -= (uint32_t)part;
    }
    if (z->stored_bytes == 0) z->state = TH_INFLATE_BLOCK_HEAD;
    return TH_OK;
}

/* A symbol that may touch the end of the span. */
static __attribute__((noinline)) enum th_status one_symbol(struct th_inflate *z, uint8_t *buffer,
                                                           size_t *at) {
    uint8_t *const out = buffer + *at;
    TH_TRY(refill(z));
    const uint32_t entry = look_up(z->litlen, LITLEN_MASK, z->bits);
    if (entry & TH_ENTRY_LITERAL) {
        put_literals(out, entry); /* of two, only the first counts: the input may end between */
        take(z, entry >> 8 & 15);
        *at += is_past_end(z) ? 0 : 1;
        return is_past_end(z) ? TH_TRUNCATED : TH_OK;
    }
    const uint32_t length = value_of(entry, z->bits);
    take(z, entry & 63);
    if (entry & TH_ENTRY_END) {
        z->state = TH_INFLATE_BLOCK_HEAD;
        return is_past_end(z) ? TH_TRUNCATED : TH_OK;
    }
    if (!(entry & TH_ENTRY_BASE)) return wrong(z);
    const uint32_t dist_entry = look_up(z->dist, DIST_MASK, z->bits);
    const uint32_t distance = value_of(dist_entry, z->bits);
    take(z, dist_entry & 63);
    if (is_past_end(z) || !(dist_entry & TH_ENTRY_BASE) || distance > *at) return wrong(z);
    copy_match(out, distance, length);
    *at += length;
    return TH_OK;
}

static enum th_status run_codes(struct th_inflate *z, uint8_t *buffer, size_t *at, size_t at_max) {
    while (z->state == TH_INFLATE_CODES && *at < at_max) {
        if (z->in_end - z->in < (ptrdiff_t)TH_INFLATE_FAST_IN_BYTES || z->past_end_bytes > 0) {
            TH_TRY(one_symbol(z, buffer, at));
            continue;
        }
        litlen_choose(z);
        TH_TRY(th_inflate_fast(z, buffer, at, at_max));
    }
    return TH_OK;
}

enum th_status th_inflate_run(struct th_inflate *z, uint8_t *buffer, size_t *at, size_t room) {
    assert(room >= TH_INFLATE_SLACK_BYTES);
    const size_t at_max = room - TH_INFLATE_SLACK_BYTES;
    while (z->state != TH_INFLATE_DONE) {
        switch (z->state) {
        case TH_INFLATE_ZLIB_HEAD: TH_TRY(read_zlib_head(z)); break;
        case TH_INFLATE_BLOCK_HEAD: TH_TRY(read_block_head(z)); break;
        case TH_INFLATE_STORED_HEAD: TH_TRY(read_stored_head(z)); break;
        case TH_INFLATE_STORED: TH_TRY(copy_stored(z, buffer, at, at_max)); break;
        case TH_INFLATE_DYNAMIC_HEAD: TH_TRY(read_dynamic_head(z)); break;
        case TH_INFLATE_CODELENS: TH_TRY(read_codelens(z)); break;
        case TH_INFLATE_LENGTHS: TH_TRY(read_lengths(z)); break;
        default: TH_TRY(run_codes(z, buffer, at, at_max)); break;
        }
        if (*at >= at_max && z->state != TH_INFLATE_DONE) return TH_OK;
    }
    return TH_DONE;
}

size_t th_inflate_forget(struct th_inflate *z) {
    const size_t unread = (size_t)(z->in_end - z->in);
    z->in = z->in_end = NULL;
    return unread;
}
