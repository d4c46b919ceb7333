/* deflate_block.c - writes a block the cheapest way: with a Huffman code of its own,
 * with the fixed one, or stored. */
#include <assert.h>
#include <string.h>

#include "deflate_inner.h"

#define CODELENS 19u
/* At most 14 bits a literal: four fit behind the 7 bits that wait for a byte to fill. */
#define LITLEN_BITS_MAX 14u
#define DIST_BITS_MAX 15u
#define CODELEN_BITS_MAX 7u
#define END_SYMBOL 256u

/* Order in which the lengths of the code for code lengths are sent: RFC 1951, 3.2.7. */
static const uint8_t codelen_order[CODELENS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                11, 4,  12, 3, 13, 2, 14, 1, 15};

/* ---- bits ---- */

struct writer {
    uint64_t bits;
    uint32_t bit_count;
    uint8_t *out;
};

static inline void store_u64le(uint8_t *p, uint64_t value) {
    for (uint32_t i = 0; i < 8; i++) p[i] = (uint8_t)(value >> i * 8);
}

/* Leaves at most 7 bits. Writes 8 bytes and counts the full ones. */
static inline void flush(struct writer *w) {
    store_u64le(w->out, w->bits);
    w->out += w->bit_count >> 3;
    w->bits >>= w->bit_count & 56;
    w->bit_count &= 7;
}

static inline void put(struct writer *w, uint32_t value, uint32_t bit_count) {
    w->bits |= (uint64_t)value << w->bit_count;
    w->bit_count += bit_count;
}

static inline void put_code(struct writer *w, uint32_t code) {
    put(w, code & 0xffff, code >> TH_DEFLATE_CODE_LENGTH_AT);
}

/* ---- symbols ---- */

struct symbol {
    uint32_t index, extra, extra_bits;
};

/* Lengths 3 .. 258 as RFC 1951, 3.2.5 groups them: four groups to each power of 2. */
static struct symbol length_symbol(uint32_t length) {
    const uint32_t x = length - 3;
    if (length == TH_DEFLATE_MATCH_MAX) return (struct symbol){285, 0, 0};
    if (x < 8) return (struct symbol){257 + x, 0, 0};
    const uint32_t extra_bits = th_deflate_log2(x) - 2;
    const uint32_t group = extra_bits * 4 + (x >> extra_bits);
    return (struct symbol){257 + group, x & ((1u << extra_bits) - 1), extra_bits};
}

/* Two groups to each power of 2. */
static struct symbol distance_symbol(uint32_t distance) {
    const uint32_t x = distance - 1;
    if (x < 4) return (struct symbol){x, 0, 0};
    const uint32_t extra_bits = th_deflate_log2(x) - 1;
    const uint32_t group = extra_bits * 2 + (x >> extra_bits);
    return (struct symbol){group, x & ((1u << extra_bits) - 1), extra_bits};
}

/* ---- the code of a block ---- */

struct block {
    uint32_t litlen_counts[TH_DEFLATE_LITLENS], dist_counts[TH_DEFLATE_DISTS];
    uint32_t extra_bits; /* all of them */
    uint8_t lengths[TH_DEFLATE_LITLENS + TH_DEFLATE_DISTS]; /* of litlen codes, then dist codes */
    uint32_t litlens, dists;                                /* sent of each */
    uint32_t litlen_codes[288], dist_codes[TH_DEFLATE_DISTS];
    /* The lengths, run-length coded: symbol, and its repeat count in the high byte. */
    uint16_t runs[TH_DEFLATE_LITLENS + TH_DEFLATE_DISTS];
    uint32_t run_count, codelens;
    uint8_t codelen_lengths[CODELENS];
};

/* Four counters, because waiting for the same one twice is slow. */
static void count_literals(uint32_t counts[4][256], const uint8_t *data, size_t bytes) {
    size_t i = 0;
    for (; i + 4 <= bytes; i += 4)
        for (size_t k = 0; k < 4; k++) counts[k][data[i + k]]++;
    for (; i < bytes; i++) counts[0][data[i]]++;
}

static void count_symbols(struct block *b, const struct th_deflate *z) {
    uint32_t literals[4][256] = {{0}};
    const uint8_t *data = z->buffer + z->block_at;
    for (size_t i = 0; i < z->sequences; i++) {
        const struct th_deflate_sequence *s = &z->sequence[i];
        count_literals(literals, data, s->literals);
        data += s->literals + s->length;
        if (s->length == 0) continue;
        const struct symbol length = length_symbol(s->length);
        const struct symbol distance = distance_symbol(s->distance);
        b->litlen_counts[length.index]++;
        b->dist_counts[distance.index]++;
        b->extra_bits += length.extra_bits + distance.extra_bits;
    }
    for (uint32_t i = 0; i < 256; i++)
        b->litlen_counts[i] = literals[0][i] + literals[1][i] + literals[2][i] + literals[3][i];
    b->litlen_counts[END_SYMBOL] = 1;
}

/* One run of equal lengths as symbols 0..15, 16 (repeat), 17 and 18 (zeros). */
static void add_run(struct block *b, uint32_t *codelen_counts, uint32_t length, uint32_t run) {
    while (run > 0) {
        uint32_t symbol = length, part = 1;
        if (length == 0 && run >= 3) {
            part = run < 138 ? run : 138;
            symbol = part < 11 ? 17 : 18;
        } else if (run >= 4) { /* the length itself, then three or more repeats */
            codelen_counts[length]++;
            b->runs[b->run_count++] = (uint16_t)length;
            run--;
            part = run < 6 ? run : 6;
            symbol = 16;
        }
        codelen_counts[symbol]++;
        b->runs[b->run_count++] = (uint16_t)(symbol | part << 8);
        run -= part;
    }
}

static void make_runs(struct block *b) {
    uint32_t counts[CODELENS] = {0};
    uint8_t all[TH_DEFLATE_LITLENS + TH_DEFLATE_DISTS];
    for (b->litlens = TH_DEFLATE_LITLENS; b->lengths[b->litlens - 1] == 0;) b->litlens--;
    const uint8_t *dist_lengths = b->lengths + TH_DEFLATE_LITLENS;
    for (b->dists = TH_DEFLATE_DISTS; b->dists > 1 && dist_lengths[b->dists - 1] == 0;) b->dists--;
    memcpy(all, b->lengths, b->litlens);
    memcpy(all + b->litlens, dist_lengths, b->dists);
    const uint32_t count = b->litlens + b->dists;
    for (uint32_t at = 0, run; at < count; at += run) {
        for (run = 1; at + run < count && all[at + run] == all[at];) run++;
        add_run(b, counts, all[at], run);
    }
    th_deflate_lengths(b->codelen_lengths, counts, CODELENS, CODELEN_BITS_MAX);
    for (b->codelens = CODELENS; b->codelen_lengths[codelen_order[b->codelens - 1]] == 0;)
        b->codelens--;
}

static uint32_t run_extra_bits(uint32_t symbol) {
    return symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0;
}

static void make_code(struct block *b, const struct th_deflate *z) {
    memset(b, 0, sizeof *b);
    count_symbols(b, z);
    th_deflate_lengths(b->lengths, b->litlen_counts, TH_DEFLATE_LITLENS, LITLEN_BITS_MAX);
    th_deflate_lengths(b->lengths + TH_DEFLATE_LITLENS, b->dist_counts, TH_DEFLATE_DISTS,
                       DIST_BITS_MAX);
    make_runs(b);
}

/* The fixed code: RFC 1951, 3.2.6. */
static uint8_t fixed_length(uint32_t symbol) {
    return symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

/* ---- what it costs, bits ---- */

static uint64_t body_bits(const struct block *b, bool fixed) {
    uint64_t bits = b->extra_bits;
    for (uint32_t i = 0; i < TH_DEFLATE_LITLENS; i++)
        bits += (uint64_t)b->litlen_counts[i] * (fixed ? fixed_length(i) : b->lengths[i]);
    for (uint32_t i = 0; i < TH_DEFLATE_DISTS; i++)
        bits += (uint64_t)b->dist_counts[i] * (fixed ? 5 : b->lengths[TH_DEFLATE_LITLENS + i]);
    return bits;
}

static uint64_t head_bits(const struct block *b) {
    uint64_t bits = 5 + 5 + 4 + 3 * b->codelens;
    for (uint32_t i = 0; i < b->run_count; i++) {
        const uint32_t symbol = b->runs[i] & 255;
        bits += b->codelen_lengths[symbol] + run_extra_bits(symbol);
    }
    return bits;
}

/* Tells the next block's search what it has to beat. */
static void remember_cost(struct th_deflate *z, const struct block *b, uint64_t bits) {
    for (uint32_t i = 0; i < 256; i++)
        z->literal_bits[i] = b->lengths[i] > 0 ? b->lengths[i] : LITLEN_BITS_MAX;
    if (z->repeats) z->block_bits = (uint32_t)bits; /* at most 14 a byte */
}

/* ---- writing ---- */

static void write_head(struct writer *w, const struct block *b) {
    static const uint8_t base[CODELENS] = {[16] = 3, [17] = 3, [18] = 11};
    uint32_t codes[CODELENS];
    th_deflate_codes(codes, b->codelen_lengths, CODELENS);
    put(w, b->litlens - 257, 5);
    put(w, b->dists - 1, 5);
    put(w, b->codelens - 4, 4);
    for (uint32_t i = 0; i < b->codelens; i++) {
        put(w, b->codelen_lengths[codelen_order[i]], 3);
        flush(w);
    }
    for (uint32_t i = 0; i < b->run_count; i++) {
        const uint32_t symbol = b->runs[i] & 255, repeat = b->runs[i] >> 8;
        put_code(w, codes[symbol]);
        if (symbol >= 16) put(w, repeat - base[symbol], run_extra_bits(symbol));
        flush(w);
    }
}

static void write_literals(struct writer *writer, const uint32_t *codes, const uint8_t *data,
                           size_t bytes) {
    struct writer w = *writer; /* a copy that can live in registers */
    size_t i = 0;
    for (; i + 4 <= bytes; i += 4) {
        put_code(&w, codes[data[i]]);
        put_code(&w, codes[data[i + 1]]);
        put_code(&w, codes[data[i + 2]]);
        put_code(&w, codes[data[i + 3]]);
        flush(&w);
    }
    for (; i < bytes; i++) {
        put_code(&w, codes[data[i]]);
        flush(&w);
    }
    *writer = w;
}

static void write_body(struct writer *w, const struct block *b, const struct th_deflate *z) {
    const uint8_t *data = z->buffer + z->block_at;
    for (size_t i = 0; i < z->sequences; i++) {
        const struct th_deflate_sequence *s = &z->sequence[i];
        write_literals(w, b->litlen_codes, data, s->literals);
        data += s->literals + s->length;
        if (s->length == 0) continue;
        /* 7 + 14 + 5 + 15 + 13 bits: one flush. */
        const struct symbol length = length_symbol(s->length);
        const struct symbol distance = distance_symbol(s->distance);
        put_code(w, b->litlen_codes[length.index]);
        put(w, length.extra, length.extra_bits);
        put_code(w, b->dist_codes[distance.index]);
        put(w, distance.extra, distance.extra_bits);
        flush(w);
    }
    put_code(w, b->litlen_codes[END_SYMBOL]);
    flush(w);
}

static void write_stored(struct writer *w, const uint8_t *data, size_t bytes) {
    put(w, 0, (8 - (w->bit_count & 7)) & 7);
    put(w, (uint32_t)bytes, 16);
    put(w, (uint32_t)bytes ^ 0xffff, 16);
    flush(w);
    assert(w->bit_count == 0);
    memcpy(w->out, data, bytes);
    w->out += bytes;
}

static void take_fixed(struct block *b) {
    uint8_t lengths[288];
    for (uint32_t i = 0; i < 288; i++) lengths[i] = fixed_length(i);
    th_deflate_codes(b->litlen_codes, lengths, 288);
    memset(lengths, 5, TH_DEFLATE_DISTS);
    th_deflate_codes(b->dist_codes, lengths, TH_DEFLATE_DISTS);
}

size_t th_deflate_block(struct th_deflate *z, bool last, uint8_t *out) {
    struct block b;
    struct writer w = {z->bits, z->bit_count, out};
    const size_t bytes = z->end - z->block_at;
    make_code(&b, z);
    const uint64_t own = head_bits(&b) + body_bits(&b, false), fixed = body_bits(&b, true);
    const uint64_t stored = 7 + 32 + (uint64_t)bytes * 8;
    const uint32_t kind = stored <= own && stored <= fixed ? 0 : fixed <= own ? 1 : 2;
    put(&w, last, 1);
    put(&w, kind, 2);
    flush(&w);
    if (kind == 0) {
        write_stored(&w, z->buffer + z->block_at, bytes);
    } else if (kind == 1) {
        take_fixed(&b);
        write_body(&w, &b, z);
    } else {
        write_head(&w, &b);
        th_deflate_codes(b.litlen_codes, b.lengths, TH_DEFLATE_LITLENS);
        th_deflate_codes(b.dist_codes, b.lengths + TH_DEFLATE_LITLENS, TH_DEFLATE_DISTS);
        write_body(&w, &b, z);
    }
    remember_cost(z, &b, own);
    if (last) { /* to the byte boundary */
        put(&w, 0, (8 - w.bit_count) & 7);
        flush(&w);
    }
    z->bits = w.bits;
    z->bit_count = w.bit_count;
    return (size_t)(w.out - out);
}
