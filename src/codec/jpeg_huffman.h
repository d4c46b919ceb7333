/* jpeg_huffman.h - a Huffman table made ready for decoding (ITU-T T.81 annex C, F.2.2.3).
 *
 * The next TH_HUFFMAN_BITS bits index a table whose entry often holds all of the
 * answer: the coefficient itself when code and extra bits fit in the index. An
 * entry is
 *
 *     value << 16 | run << 8 | length
 *
 * value != 0  a coefficient, point transform (<< Al) applied: `run` zeros before it,
 *             `length` bits for code and extra bits together
 * value == 0  not so lucky: a code of `length` bits whose symbol is `run`; or
 *             `length` 0: a longer code, or none
 *
 * A DC table has "differences" for coefficients, and with value == 0 a difference
 * of zero is an ordinary symbol 0.
 *
 * Where coefficients follow each other without anything in between (no correction
 * bits), one look takes two of them, and the end of the block behind them. A pair is
 *
 *     value2 << 48 | value1 << 32 | end << 31 | advance << 20 | run << 16 | all << 10 | two << 5 |
 * one
 *
 * 0           the index does not begin with a whole coefficient: see its entry
 * advance     from the first coefficient's position to the second's; 0 = there is no
 *             second one, and value2 is value1
 * one, two    bits of the first, of both; for where one of them ends the band
 * all         bits of everything, the end of block included when `end` is 1 */
#ifndef TH_JPEG_HUFFMAN_H
#define TH_JPEG_HUFFMAN_H

#include "../thimble.h"
#include "jpeg_bits.h"
#include "jpeg_scans.h"

#define TH_HUFFMAN_BITS 9u

enum th_huffman_kind {
    TH_HUFFMAN_DC,     /* symbols are sizes 0..15 */
    TH_HUFFMAN_AC,     /* symbols are run << 4 | size */
    TH_HUFFMAN_REFINE, /* the same, size 0 or 1 */
};

struct th_huffman {
    struct th_jpeg_table table; /* borrowed from the file */
    enum th_huffman_kind kind;
    uint32_t shift;             /* Al */
    uint32_t entry[1u << TH_HUFFMAN_BITS];
    uint32_t limit[17];  /* [n]: first 16-bit prefix that is behind all codes of up to n bits */
    int32_t offset[17];  /* [n]: index of a symbol minus its code of n bits */
    uint64_t pair[1u << TH_HUFFMAN_BITS]; /* AC only */
};

/* TH_CORRUPT when the counts are no prefix code or a DC symbol is over 15. */
enum th_status th_huffman_make(struct th_huffman *h, const struct th_jpeg_table *table,
                               enum th_huffman_kind kind, uint32_t shift);

/* The symbol of a code longer than TH_HUFFMAN_BITS, or -1. Drops its bits. */
int32_t th_huffman_long_code(const struct th_huffman *h, uint64_t buffer, uint32_t *length);

/* T.81 F.2.2.1 EXTEND: the value that `size` (1..16) extra bits stand for. */
static inline int32_t th_huffman_extend(uint32_t bits, uint32_t size) {
    int32_t negative = (int32_t)(bits >> (size - 1)) - 1; /* all ones when the top bit is 0 */
    return (int32_t)bits + (negative & (1 - (int32_t)(1u << size)));
}

#endif
