/* webp_prefix.h - writing VP8L's bits: the bit queue and its prefix codes (WebP
 * Lossless Bitstream Specification, sections 5 and 6). */
#ifndef TH_WEBP_PREFIX_H
#define TH_WEBP_PREFIX_H

#include "../bytes.h"

#define TH_WEBP_SYMBOLS_MAX 280u /* green: 256 literals and 24 lengths */

/* Bits are written from the least significant up. */
struct th_webp_bits {
    struct th_output bytes; /* owned by who owns this */
    uint64_t held;
    uint32_t held_count;      /* below 32 between calls */
    enum th_status status; /* of the first append that failed; later bits are dropped */
};

void th_webp_bits_put(struct th_webp_bits *bits, uint32_t value, uint32_t count); /* count <= 24 */
enum th_status th_webp_bits_flush(struct th_webp_bits *bits);

struct th_webp_code {
    uint32_t symbols; /* of the alphabet */
    uint8_t length[TH_WEBP_SYMBOLS_MAX]; /* bits, 0..15; a lone symbol has 0 */
    uint16_t word[TH_WEBP_SYMBOLS_MAX]; /* as it is written, first bit lowest */
    uint32_t used; /* symbols that occur */
    uint16_t first_used[2];
};

/* The best code for these counts, no word over `length_max` bits. */
void th_webp_code_make(struct th_webp_code *code, const uint32_t *counts, uint32_t symbols,
                       uint32_t length_max);
/* Writes the code itself. */
void th_webp_code_put(struct th_webp_bits *bits, const struct th_webp_code *code);
/* Writes one symbol. */
void th_webp_symbol_put(struct th_webp_bits *bits, const struct th_webp_code *code,
                        uint32_t symbol);
/* Bits that the counted symbols take. */
uint64_t th_webp_code_cost(const struct th_webp_code *code, const uint32_t *counts);

/* How a length or distance code is split: a symbol and bits after it. */
struct th_webp_value {
    uint32_t symbol, extra_count, extra;
};
struct th_webp_value th_webp_value_split(uint32_t value); /* value >= 1 */

#endif
