/* huffman_encode.c - writes one quantised block as Huffman codes (jchuff.c's
 * encode_one_block), equal in every bit for coefficients of at most 15 bits.
 *
 * Most coefficients are zero, so a bitmap of the others is made first, in the order of
 * the zigzag; from then on only they cost time: the next one is a count of trailing
 * zeros away, which is also the length of the run of zeros. Code and value bits are put
 * together into a 64-bit buffer. */
#include "huffman_bitmap.h"

/* The beginning of jchuff.c's private working_state. */
struct working_state {
    JOCTET *next_output_byte;
    size_t free_in_buffer;
    uint64_t put_buffer; /* the newest bits are lowest; above them old ones may remain */
    int free_bits;
};

struct bits {
    JOCTET *to;
    uint64_t put_buffer;
    int free_bits;
};

/* Writes the full buffer; a byte 255 is followed by a zero. */
static inline JOCTET *flush(JOCTET *to, uint64_t bits) {
    uint64_t big_endian = __builtin_bswap64(bits);
    memcpy(to, &big_endian, 8);
    /* Any byte that carries when 1 is added and had its top bit set? */
    if (!(bits & 0x8080808080808080 & ~(bits + 0x0101010101010101))) return to + 8;
    for (int shift = 56; shift >= 0; shift -= 8) {
        JOCTET byte = (JOCTET)(bits >> shift);
        *to++ = byte;
        *to = 0;
        to += byte == 255;
    }
    return to;
}

/* Appends `size` bits of `code`, which has no others set; at most 32. */
static inline void put(struct bits *b, uint64_t code, int size) {
    b->free_bits -= size;
    if (b->free_bits >= 0) {
        b->put_buffer = b->put_buffer << size | code;
        return;
    }
    int rest = -b->free_bits;
    b->to = flush(b->to, b->put_buffer << (size - rest) | code >> rest);
    b->free_bits += 64;
    b->put_buffer = code;
}

/* Appends the code of run and size, and the value's bits. */
static inline void put_value(struct bits *b, const c_derived_tbl *table, int run, int value) {
    int sign = value >> 31;
    int size = value == 0 ? 0 : 32 - __builtin_clz((unsigned)((value ^ sign) - sign));
    int symbol = run << 4 | size;
    uint32_t low = (uint32_t)(value + sign) & (((uint32_t)1 << size) - 1);
    put(b, (uint64_t)table->ehufco[symbol] << size | low, table->ehufsi[symbol] + size);
}

int jsimd_can_huff_encode_one_block(void) {
    return 1;
}

JOCTET *jsimd_huff_encode_one_block(void *state, JOCTET *buffer, JCOEFPTR block, int last_dc_val,
                                    c_derived_tbl *dctbl, c_derived_tbl *actbl) {
    struct working_state *s = state;
    struct bits b = {buffer, s->put_buffer, s->free_bits};
    put_value(&b, dctbl, 0, block[0] - last_dc_val);
    uint64_t ac = th_ac_bitmap(block);
    int last = 0;
    for (; ac; ac &= ac - 1) {
        int k = __builtin_ctzll(ac);
        int run = k - last - 1;
        for (; run > 15; run -= 16) put(&b, actbl->ehufco[0xf0], actbl->ehufsi[0xf0]);
        put_value(&b, actbl, run, block[jpeg_natural_order[k]]);
        last = k;
    }
    if (last < DCTSIZE2 - 1) put(&b, actbl->ehufco[0], actbl->ehufsi[0]);
    s->put_buffer = b.put_buffer;
    s->free_bits = b.free_bits;
    return b.to;
}
