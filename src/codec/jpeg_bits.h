/* jpeg_bits.h - the bits of one entropy-coded segment (ITU-T T.81 F.2.2.5).
 *
 * A 64-bit buffer, next bit at the top, filled 32 bits at a time where no byte is
 * FF, else byte by byte without the stuffed zeros. At a marker or the end of the
 * scan the reader stands still and hands out zeros; whoever uses it asks
 * th_bits_overrun now and then whether it used some of these.
 *
 * Meant to be copied to a local variable for a loop and back, so that it lives in
 * registers. Nothing here allocates or fails. */
#ifndef TH_JPEG_BITS_H
#define TH_JPEG_BITS_H

#include <string.h>

#include "../thimble.h"

struct th_bits {
    uint64_t buffer;    /* the next bit is the highest; below `count` bits: zeros */
    uint32_t count;     /* bits in the buffer, made-up ones included */
    uint32_t made_up;   /* zeros handed out behind the end */
    const uint8_t *at;  /* next byte to read; borrowed from the file */
    const uint8_t *end; /* of the scan */
};

/* Fills byte by byte to at least 56 bits. */
struct th_bits th_bits_fill_slowly(struct th_bits b);

static inline uint32_t th_bits_load32(const uint8_t *at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = (word & 0x00FF00FFu) << 8 | (word >> 8 & 0x00FF00FFu);
    word = word << 16 | word >> 16;
#endif
    return word;
}

/* Is some byte of the word FF? (Is some byte of its complement zero?) */
static inline bool th_bits_has_ff(uint32_t word) {
    return ((~word - 0x01010101u) & word & 0x80808080u) != 0;
}

/* At least 32 bits are in the buffer afterwards: a Huffman code and its extra bits. */
static inline void th_bits_fill(struct th_bits *b) {
    if (b->count >= 32) return;
    if (b->end - b->at >= 4) {
        uint32_t word = th_bits_load32(b->at);
        if (!th_bits_has_ff(word)) {
            b->buffer |= (uint64_t)word << (32 - b->count);
            b->count += 32;
            b->at += 4;
            return;
        }
    }
    *b = th_bits_fill_slowly(*b);
}

static inline void th_bits_drop(struct th_bits *b, uint32_t bits) {
    b->buffer <<= bits;
    b->count -= bits;
}

/* The next 0..16 bits; fill first. */
static inline uint32_t th_bits_take(struct th_bits *b, uint32_t bits) {
    uint32_t value = (uint32_t)(b->buffer >> 32 >> (32 - bits));
    th_bits_drop(b, bits);
    return value;
}

/* Have bits been used that are not in the file? */
static inline bool th_bits_overrun(const struct th_bits *b) {
    return b->count < b->made_up;
}

/* Drops what is buffered and moves behind the restart marker `index` (0..7), which
 * is looked for from the current byte on. False when another marker comes first. */
bool th_bits_restart(struct th_bits *b, uint32_t index);

#endif
