/* huffman_count.c - counts the Huffman symbols of one quantised block (jchuff.c's
 * htest_one_block), for tables made to measure. */
#include "huffman_bitmap.h"
#include "huffman_count.h"

static inline int size_of(int value) {
    int sign = value >> 31;
    return value == 0 ? 0 : 32 - __builtin_clz((unsigned)((value ^ sign) - sign));
}

boolean th_jpeg_count_block(const JCOEF *block, int last_dc_val, int bits_max, long dc_counts[],
                            long ac_counts[]) {
    int size = size_of(block[0] - last_dc_val), last = 0;
    if (size > bits_max + 1) return FALSE;
    dc_counts[size]++;
    for (uint64_t ac = th_ac_bitmap(block); ac; ac &= ac - 1) {
        int k = __builtin_ctzll(ac), run = k - last - 1;
        size = size_of(block[jpeg_natural_order[k]]);
        if (size > bits_max) return FALSE;
        ac_counts[0xf0] += run >> 4;
        ac_counts[(run & 15) << 4 | size]++;
        last = k;
    }
    ac_counts[0] += last < DCTSIZE2 - 1;
    return TRUE;
}
