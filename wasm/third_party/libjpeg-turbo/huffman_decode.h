/* huffman_decode.h - Huffman decoding of one MCU of a sequential scan, the fast way: a
 * replacement for jdhuff.c's decode_mcu_fast, which includes this (a patch). Portable C,
 * for all builds.
 *
 * What is different from the library's:
 *   - One look-up of the next TH_LOOK bits yields run, size and value of a coefficient
 *     together, when its code and value bits are no longer than that: most are not. The
 *     library takes two dependent shifts and a look-up each.
 *   - The number of bits left is not counted: a 1 stands behind them and moves with them.
 *     32 are refilled with one load when none of the four bytes is 255.
 *   - It needs no 512 bytes of input per block ahead, and works between restart markers:
 *     it stops refilling before a marker or the end of the input, goes on with zeros, and
 *     gives up if it had to use any of these. The caller then decodes the MCU again with
 *     the library's careful code, which waits for more input, looks at the marker, warns.
 *     So what a file decodes to, and what it is warned about, does not depend on how the
 *     input is cut.
 *   - When only the mean of a block is wanted (1/8 scale), one look-up skips as many
 *     coefficients as its bits hold.
 *
 * The bit buffer is filled from the top: the next bit is bit 63. Below the valid bits
 * comes a 1, then zeros; a buffer of 0 has given more bits than it had. */
#ifndef TH_JPEG_HUFFMAN_DECODE_H
#define TH_JPEG_HUFFMAN_DECODE_H

#include <stdint.h>
#include <string.h>

#define TH_LOOK 10 /* bits of one look-up; three of them fit a refill */

/* An entry: bits 0-5 how many bits it takes, bit 7 TH_SPECIAL, bits 8-15 how far the
 * zigzag index moves, bits 16-31 the value. With TH_SPECIAL it is only a symbol, in bits
 * 16-23, whose code takes that many bits; no bits at all: the code is longer than TH_LOOK. */
#define TH_SPECIAL 0x80u
#define TH_ENTRY(bits, move, value)                                                                \
    ((uint32_t)(bits) | (uint32_t)(move) << 8 | (uint32_t)(value) << 16)

typedef struct {
    uint32_t entry[1 << TH_LOOK];
    /* The same for several coefficients at once, without values; only made at 1/8 scale,
     * else NULL. With an end of block the move is increased by TH_END. */
    uint32_t *skip;
} th_huffman;

#define TH_END 128u

/* The value of `size` bits, as Figure F.12 extends them. */
static inline int th_extend(uint32_t bits, int size) {
    int value = (int)bits;
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/* The entry for `look`, given that it begins with the code of `symbol`. */
static inline uint32_t th_huffman_entry(uint32_t look, uint32_t code_bits, uint32_t symbol) {
    uint32_t run = symbol >> 4, size = symbol & 15, bits = code_bits + size;
    if (size == 0 && run != 15) return TH_ENTRY(code_bits, 0, symbol) | TH_SPECIAL;
    if (size == 0) return TH_ENTRY(code_bits, 16, 0);
    if (bits > TH_LOOK) return TH_ENTRY(code_bits, 0, symbol) | TH_SPECIAL;
    uint32_t value = look >> (TH_LOOK - bits) & ((1u << size) - 1);
    return TH_ENTRY(bits, run + 1, th_extend(value, (int)size));
}

/* As many symbols as fit, from entry[]. */
static inline uint32_t th_huffman_skip(const th_huffman *table, uint32_t look) {
    uint32_t bits = 0, move = 0;
    for (;;) {
        uint32_t entry = table->entry[look << bits & ((1u << TH_LOOK) - 1)];
        uint32_t more = entry & 63;
        int end = (entry & TH_SPECIAL) && (entry >> 16 & 15) == 0;
        if (more == 0 || bits + more > TH_LOOK || ((entry & TH_SPECIAL) && !end)) break;
        bits += more;
        if (end) return TH_ENTRY(bits, move + TH_END, 0);
        move += entry >> 8 & 255;
        if (move > 63) break;
    }
    if (bits == 0 || move > 63) return table->entry[look];
    return TH_ENTRY(bits, move, 0);
}

/* Fills the table from the codes in order of length: bits[1..16] of them, with the
 * symbols huffval[]. */
static inline void th_huffman_make(th_huffman *table, const UINT8 *bits, const UINT8 *huffval,
                                   boolean is_dc) {
    uint32_t look = 0;
    const UINT8 *symbol = huffval;
    for (uint32_t length = 1; length <= TH_LOOK; length++) {
        for (int i = 0; i < bits[length]; i++, symbol++) {
            uint32_t end = look + (1u << (TH_LOOK - length));
            for (; look < end; look++) {
                /* A difference of 0 is a value, not an end. */
                if (is_dc && *symbol == 0)
                    table->entry[look] = TH_ENTRY(length, 1, 0);
                else
                    table->entry[look] = th_huffman_entry(look, length, *symbol);
            }
        }
    }
    for (; look < 1u << TH_LOOK; look++) table->entry[look] = TH_SPECIAL;
}

static inline void th_huffman_make_skip(th_huffman *table) {
    for (uint32_t look = 0; look < 1u << TH_LOOK; look++) {
        table->skip[look] = th_huffman_skip(table, look);
    }
}

#endif
