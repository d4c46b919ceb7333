/* deflate_inner.h - what the parts of the deflater share. */
#ifndef TH_DEFLATE_INNER_H
#define TH_DEFLATE_INNER_H

#include "deflate.h"

/* Fill z->sequence for the block from block_at to end: deflate_match.c with what was
 * there before, deflate_runs.c with runs of one byte. */
void th_deflate_find(struct th_deflate *z);
void th_deflate_find_runs(struct th_deflate *z);

/* deflate_block.c: writes the block's sequences to `out`, whole bytes; returns how many. */
size_t th_deflate_block(struct th_deflate *z, bool last, uint8_t *out);

/* deflate_code.c: a Huffman code of at most bits_max bits (0 for symbols that do not
 * occur; never fewer than two codes, so that every inflater takes it). */
void th_deflate_lengths(uint8_t *lengths, const uint32_t *counts, uint32_t symbols,
                        uint32_t bits_max);
/* The codes of these lengths, first bit lowest, each with its length in the top byte. */
#define TH_DEFLATE_CODE_LENGTH_AT 24u
void th_deflate_codes(uint32_t *codes, const uint8_t *lengths, uint32_t symbols);

/* x > 0, below 2^16. */
static inline uint32_t th_deflate_log2(uint32_t x) {
    uint32_t log = 0;
    if (x >> 8) x >>= 8, log = 8;
    if (x >> 4) x >>= 4, log += 4;
    if (x >> 2) x >>= 2, log += 2;
    return log + (x >> 1);
}

#endif
