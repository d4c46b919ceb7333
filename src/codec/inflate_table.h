/* inflate_table.h - Huffman codes as lookup tables.
 *
 * The next bits of input, as many as the mask has, index the table. An entry:
 *
 *   bits 0..7    bits to use up: the code's, and the extra bits behind it
 *   bits 8..11   the code's own length; of two literals, the first one's
 *   bit 12       a literal; with bit 13, two. Bits 16..31, as a uint16_t stored in
 *                memory, are these bytes in their order
 *   bit 13       else: a length or distance whose base is in bits 16..31
 *   bit 14       a longer code: bits 16..31 are where its own table begins, and
 *                bits 8..11 how many bits index it
 *   bit 15       end of block
 *   none         no such code
 *
 * Two literals share an entry when both codes fit: runs of small filtered
 * samples then cost one lookup for two. */
#ifndef TH_INFLATE_TABLE_H
#define TH_INFLATE_TABLE_H

#include "inflate.h"

#define TH_ENTRY_LITERAL 0x1000u
#define TH_ENTRY_BASE 0x2000u
#define TH_ENTRY_LONGER 0x4000u
#define TH_ENTRY_END 0x8000u

#define TH_LITLEN_SYMBOLS 288u
#define TH_DIST_SYMBOLS 32u
#define TH_CODELEN_SYMBOLS 19u
#define TH_CODELEN_BITS 7u

/* `lengths` are the code lengths in bits, 0..15. False when they are not what
 * zlib accepts: oversubscribed, or incomplete other than by a single one-bit code. */
bool th_inflate_table_litlen(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols);
bool th_inflate_table_dist(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols);
/* The code for code lengths: TH_CODELEN_SYMBOLS lengths of 0..7, which must be
 * complete. Entry: symbol << 16 | length. */
bool th_inflate_table_codelen(uint32_t table[1u << TH_CODELEN_BITS], const uint8_t *lengths);

#endif
