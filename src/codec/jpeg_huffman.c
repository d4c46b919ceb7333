/* jpeg_huffman.c - see jpeg_huffman.h. */
#include <string.h>

#include "../fail.h"
#include "jpeg_huffman.h"

/* What the index bits `bits` hold behind a code of `length` bits for `symbol`. */
static uint32_t make_entry(const struct th_huffman *h, uint32_t symbol, uint32_t length,
                           uint32_t bits) {
    uint32_t size = symbol & 15, run = symbol >> 4;
    uint32_t plain = symbol << 8 | length;
    if (size == 0 || length + size > TH_HUFFMAN_BITS) return plain;
    if (h->kind == TH_HUFFMAN_REFINE && size != 1) return plain;
    uint32_t extra = bits >> (TH_HUFFMAN_BITS - length - size) & ((1u << size) - 1);
    int32_t value = th_huffman_extend(extra, size) * (int32_t)(1u << h->shift);
    if (value != (int16_t)value) return plain;
    return (uint32_t)value << 16 | run << 8 | (length + size);
}

/* Enters all index values that begin with `code`. */
static void enter(struct th_huffman *h, uint32_t code, uint32_t length, uint32_t symbol) {
    uint32_t spare = TH_HUFFMAN_BITS - length;
    uint32_t first = code << spare;
    for (uint32_t i = 0; i < 1u << spare; i++) {
        h->entry[first + i] = make_entry(h, symbol, length, first + i);
    }
}

/* Two entries in a row, as far as they are coefficients and in the index. */
static uint64_t make_pair(const struct th_huffman *h, uint32_t index) {
    const uint32_t mask = (1u << TH_HUFFMAN_BITS) - 1;
    uint32_t first = h->entry[index];
    if (first >> 16 == 0) return 0;
    uint32_t one = first & 255, two = one, advance = 0, value2 = first >> 16;
    uint32_t second = h->entry[index << one & mask];
    if (second >> 16 != 0 && one + (second & 255) <= TH_HUFFMAN_BITS) {
        two = one + (second & 255);
        advance = (second >> 8 & 15) + 1;
        value2 = second >> 16;
    }
    /* An end of block is symbol 0, with a length. */
    uint32_t third = h->entry[index << two & mask];
    uint32_t all = two + third;
    uint32_t end = third >> 8 == 0 && third != 0 && all <= TH_HUFFMAN_BITS;
    if (!end) all = two;
    return (uint64_t)value2 << 48 | (uint64_t)(first >> 16) << 32 | end << 31 | advance << 20 |
           (first >> 8 & 15) << 16 | all << 10 | two << 5 | one;
}

enum th_status th_huffman_make(struct th_huffman *h, const struct th_jpeg_table *table,
                               enum th_huffman_kind kind, uint32_t shift) {
    uint32_t code = 0, index = 0;
    h->table = *table;
    h->kind = kind;
    h->shift = shift;
    memset(h->entry, 0, sizeof h->entry);
    for (uint32_t length = 1; length <= 16; length++) {
        uint32_t count = table->counts[length - 1];
        h->offset[length] = (int32_t)index - (int32_t)code;
        for (uint32_t i = 0; i < count; i++, code++, index++) {
            uint32_t symbol = table->symbols[index];
            if (kind == TH_HUFFMAN_DC && symbol > 15) {
                return th_fail(TH_CORRUPT, "jpeg: bad Huffman table");
            }
            if (code < 1u << length && length <= TH_HUFFMAN_BITS) enter(h, code, length, symbol);
        }
        /* C.2: no code is all ones. */
        if (code >= 1u << length) return th_fail(TH_CORRUPT, "jpeg: bad Huffman table");
        h->limit[length] = code << (16 - length);
        code <<= 1;
    }
    if (kind == TH_HUFFMAN_DC) return TH_OK;
    for (uint32_t i = 0; i < 1u << TH_HUFFMAN_BITS; i++) h->pair[i] = make_pair(h, i);
    return TH_OK;
}

int32_t th_huffman_long_code(const struct th_huffman *h, uint64_t buffer, uint32_t *length) {
    uint32_t prefix = (uint32_t)(buffer >> 48);
    for (uint32_t n = TH_HUFFMAN_BITS + 1; n <= 16; n++) {
        if (prefix >= h->limit[n]) continue;
        *length = n;
        int32_t index = (int32_t)(prefix >> (16 - n)) + h->offset[n];
        return h->table.symbols[index];
    }
    return -1;
}
