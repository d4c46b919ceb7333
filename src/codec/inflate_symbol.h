/* inflate_symbol.h - inside the inflater: what its careful and its fast loop share. */
#ifndef TH_INFLATE_SYMBOL_H
#define TH_INFLATE_SYMBOL_H

#include <string.h>

#include "inflate.h"
#include "inflate_copy.h"
#include "inflate_table.h"

enum {
    TH_INFLATE_ZLIB_HEAD,
    TH_INFLATE_BLOCK_HEAD,
    TH_INFLATE_STORED_HEAD,
    TH_INFLATE_STORED,
    TH_INFLATE_DYNAMIC_HEAD, /* how many lengths there are */
    TH_INFLATE_CODELENS,     /* the code for code lengths */
    TH_INFLATE_LENGTHS,      /* the code lengths */
    TH_INFLATE_CODES,
    TH_INFLATE_DONE,
};

/* The fast loop refills up to twice in a turn and once before it, and each refill
 * looks at 8 bytes. */
#define TH_INFLATE_FAST_IN_BYTES 24u

/* Symbols while enough of the span is left, *at is below at_max and the block goes on. At least
 * one; at least TH_INFLATE_FAST_IN_BYTES must be left, and the table chosen (inflate_litlen.h). */
enum th_status th_inflate_fast(struct th_inflate *z, uint8_t *buffer, size_t *at, size_t at_max);

/* Eight bytes, the first one lowest. */
static inline uint64_t th_inflate_load(const uint8_t *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

#define LITLEN_MASK ((1u << TH_INFLATE_LITLEN_BITS) - 1)
#define DIST_MASK ((1u << TH_INFLATE_DIST_BITS) - 1)

static inline uint32_t look_up(const uint32_t *table, uint32_t mask, uint64_t bits) {
    uint32_t entry = table[bits & mask];
    if (entry & TH_ENTRY_LONGER)
        entry = table[(entry >> 16) + (bits >> (entry & 63) & ((1u << (entry >> 8 & 15)) - 1))];
    return entry;
}

/* What a length or distance entry stands for, its extra bits included. */
static inline uint32_t value_of(uint32_t entry, uint64_t bits) {
    const uint64_t used = bits & ((1ull << (entry & 63)) - 1);
    return (entry >> 16) + (uint32_t)(used >> (entry >> 8 & 15));
}

/* Stores two bytes; the second is written over when there is only one literal. */
static inline uint8_t *put_literals(uint8_t *out, uint32_t entry) {
    const uint16_t literals = (uint16_t)(entry >> 16);
    memcpy(out, &literals, 2);
    return out + 1 + (entry >> 13 & 1);
}

#endif
