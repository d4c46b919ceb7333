/* huffman_decode.h - Huffman decoding of one MCU of a sequential scan, the fast way: a
 * replacement for jdhuff.c's decode_mcu_fast, which includes this (a patch). Portable C,
 * for all builds.
 *
 * What is different from the library's:
 *   - One look-up of the next TH_LOOK bits yields run, size and value of a coefficient
 *     together, when its code and value bits are no longer than that: most are not. If
 *     there is room behind it, also the next one's. The library takes two dependent
 *     shifts and a look-up for each.
 *   - 64 bits are refilled with one load when none of the eight bytes is 255, every five
 *     look-ups, needed or not: asking first would be mispredicted.
 *   - It needs no 512 bytes of input per block ahead, and works between restart markers:
 *     it stops refilling before a marker or the end of the input, goes on with zeros, and
 *     gives up if it had to use any of these. The caller then decodes the MCU again with
 *     the library's careful code, which waits for more input, looks at the marker, warns.
 *     So what a file decodes to, and whether it is called damaged, does not depend on
 *     how the input is cut.
 *   - When only the mean of a block is wanted (1/8 scale), one look-up skips as many
 *     coefficients as its bits hold.
 *
 * The bit buffer is filled from the top: the next bit is bit 63, `count` are valid, and
 * those below are zero or the right ones. */
#ifndef TH_JPEG_HUFFMAN_DECODE_H
#define TH_JPEG_HUFFMAN_DECODE_H

#include <stdint.h>
#include <string.h>

#define TH_LOOK 10 /* bits of one look-up */
#define TH_SKIP_LOOK 11 /* and of one that only skips */

/* What the next TH_LOOK bits stand for: one coefficient and, when its bits leave room,
 * the one after it.
 *   one: bits 0-5 how many bits they take together, bit 7 TH_SPECIAL, bits 8-15 how far
 *     the zigzag index moves to the first, bits 16-31 its value
 *   two: bits 0-7 how far to the last, bits 8-13 how many bits the first takes, bits
 *     16-31 the value of the last (which is the first when there is one only)
 * With TH_SPECIAL `one` is only a symbol, in bits 16-23, whose code takes that many bits;
 * no bits at all: the code is longer than TH_LOOK. */
typedef struct {
    uint32_t one, two;
} th_entry;

#define TH_SPECIAL 0x80u
#define TH_PACK(bits, move, value)                                                                 \
    ((uint32_t)(bits) | (uint32_t)(move) << 8 | (uint32_t)(value) << 16)

typedef struct {
    th_entry entry[1 << TH_LOOK];
    /* Several coefficients at once, without values; only made at 1/8 scale, else NULL. As
     * `one`; with an end of block the move is increased by TH_END. */
    uint32_t *skip;
} th_huffman;

#define TH_END 128u

/* The value of `size` bits, as Figure F.12 extends them. */
static inline int th_extend(uint32_t bits, int size) {
    int value = (int)bits;
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/* The entry of one coefficient for `look`, given that it begins with the code of `symbol`. */
static inline th_entry th_huffman_entry(uint32_t look, uint32_t code_bits, uint32_t symbol) {
    uint32_t run = symbol >> 4, size = symbol & 15, bits = code_bits + size;
    uint32_t move = run + 1;
    int value = 0;
    if ((size == 0 && run != 15) || bits > TH_LOOK) {
        return (th_entry){TH_PACK(code_bits, 0, symbol) | TH_SPECIAL, 0};
    }
    if (size) value = th_extend(look >> (TH_LOOK - bits) & ((1u << size) - 1), (int)size);
    return (th_entry){TH_PACK(bits, move, value), TH_PACK(move, bits, value)};
}

/* The bits of an entry's first coefficient; none when it is special. */
static inline uint32_t th_first_bits(th_entry entry) {
    return entry.two >> 8 & 63;
}

/* Adds the second coefficient to the entry of `look`, where both fit. `next`: the entry
 * of the bits behind the first. */
static inline void th_huffman_pair(th_entry *entry, th_entry next) {
    uint32_t bits = th_first_bits(*entry), more = th_first_bits(next);
    if (bits == 0 || more == 0 || bits + more > TH_LOOK) return;
    uint32_t move = (entry->one >> 8 & 255) + (next.one >> 8 & 255);
    entry->two = TH_PACK(move, bits, next.one >> 16);
    entry->one += more;
}

static inline th_entry th_behind(const th_huffman *table, uint32_t look, uint32_t bits) {
    return table->entry[look << bits & ((1u << TH_LOOK) - 1)];
}

/* As many coefficients as fit, from entry[]; one special entry may end them. */
static inline uint32_t th_huffman_skip(const th_huffman *table, uint32_t look) {
    uint32_t bits = 0, move = 0;
    for (;;) {
        uint32_t index = look << bits >> (TH_SKIP_LOOK - TH_LOOK) & ((1u << TH_LOOK) - 1);
        th_entry entry = table->entry[index];
        uint32_t more = th_first_bits(entry), step = entry.one >> 8 & 255;
        if (more == 0) { /* a symbol */
            uint32_t size = entry.one >> 16 & 15;
            more = entry.one & 63;
            if (more == 0 || bits + more + size > TH_SKIP_LOOK) break;
            if (size == 0) return TH_PACK(bits + more, move + TH_END, 0);
            more += size;
            step = (entry.one >> 20 & 15) + 1;
        }
        if (bits + more > TH_SKIP_LOOK || move + step > 63) break;
        bits += more;
        move += step;
    }
    return bits ? TH_PACK(bits, move, 0) : table->entry[look >> (TH_SKIP_LOOK - TH_LOOK)].one;
}

/* Fills the table from the codes in order of length: bits[1..16] of them, with the
 * symbols huffval[]. */
static __attribute__((noinline)) void th_huffman_make(th_huffman *table, const UINT8 *bits,
                                                      const UINT8 *huffval, boolean is_dc) {
    uint32_t look = 0;
    const UINT8 *symbol = huffval;
    for (uint32_t length = 1; length <= TH_LOOK; length++) {
        for (int i = 0; i < bits[length]; i++, symbol++) {
            uint32_t end = look + (1u << (TH_LOOK - length));
            for (; look < end; look++) {
                /* A difference of 0 is a value, not an end. */
                if (is_dc && *symbol == 0)
                    table->entry[look] = (th_entry){TH_PACK(length, 1, 0), 0};
                else
                    table->entry[look] = th_huffman_entry(look, length, *symbol);
            }
        }
    }
    for (; look < 1u << TH_LOOK; look++) table->entry[look] = (th_entry){TH_SPECIAL, 0};
    if (is_dc) return;
    for (look = 0; look < 1u << TH_LOOK; look++) {
        th_entry *entry = &table->entry[look];
        th_huffman_pair(entry, th_behind(table, look, th_first_bits(*entry)));
    }
}

static __attribute__((noinline)) void th_huffman_make_skip(th_huffman *table) {
    for (uint32_t look = 0; look < 1u << TH_SKIP_LOOK; look++) {
        table->skip[look] = th_huffman_skip(table, look);
    }
}

#endif
