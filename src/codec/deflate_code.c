/* deflate_code.c - Huffman codes with a longest length. */
#include <assert.h>
#include <string.h>

#include "deflate_inner.h"

#define SYMBOLS_MAX 288u
#define BITS_MAX 15u
#define TREE_BITS_MAX 32u /* counts add up to 2^17 at most, so no code is longer */

/* Ascending; the keys are all different. Shell's sort, gaps of Knuth's 3k + 1. */
static void sort(uint32_t *keys, uint32_t count) {
    uint32_t gap = 1;
    while (gap < count) gap = gap * 3 + 1;
    for (; gap > 0; gap /= 3)
        for (uint32_t i = gap; i < count; i++) {
            const uint32_t key = keys[i];
            uint32_t k = i;
            for (; k >= gap && keys[k - gap] > key; k -= gap) keys[k] = keys[k - gap];
            keys[k] = key;
        }
}

/* Huffman's tree over ascending weights, by two queues: leaves, and inner nodes, which
 * come out ascending too. Counts the leaves at each depth. */
static void count_depths(uint32_t *depths, const uint32_t *weights, uint32_t leaves) {
    uint32_t weight[SYMBOLS_MAX], parent[SYMBOLS_MAX * 2]; /* parent: leaves, then inner nodes */
    uint8_t depth[SYMBOLS_MAX];
    uint32_t leaf = 0, inner = 0;
    for (uint32_t made = 0; made + 1 < leaves; made++) {
        weight[made] = 0;
        for (uint32_t child = 0; child < 2; child++) {
            const bool take_leaf = leaf < leaves &&
                                   (inner == made || weights[leaf] <= weight[inner]);
            weight[made] += take_leaf ? weights[leaf] : weight[inner];
            parent[take_leaf ? leaf++ : leaves + inner++] = made;
        }
    }
    memset(depths, 0, (TREE_BITS_MAX + 1) * sizeof *depths);
    depth[leaves - 2] = 0; /* the root */
    for (uint32_t i = leaves - 2; i-- > 0;) depth[i] = (uint8_t)(depth[parent[leaves + i]] + 1);
    for (uint32_t i = 0; i < leaves; i++) depths[depth[parent[i]] + 1]++;
}

/* Shortens codes over bits_max: as many at bits_max as there were, then one code at a
 * time grows from above until the sum of 2^-length is 1 again. */
static void limit_depths(uint32_t *depths, uint32_t bits_max) {
    uint32_t used = 0; /* in units of 2^-bits_max */
    for (uint32_t bits = bits_max + 1; bits <= TREE_BITS_MAX; bits++) {
        depths[bits_max] += depths[bits];
        depths[bits] = 0;
    }
    for (uint32_t bits = 1; bits <= bits_max; bits++) used += depths[bits] << (bits_max - bits);
    for (; used > 1u << bits_max; used--) {
        uint32_t bits = bits_max - 1;
        while (depths[bits] == 0) bits--;
        depths[bits]--; /* a code and one of the longest become two, one bit longer */
        depths[bits + 1] += 2;
        depths[bits_max]--;
    }
}

void th_deflate_lengths(uint8_t *lengths, const uint32_t *counts, uint32_t symbols,
                        uint32_t bits_max) {
    uint32_t keys[SYMBOLS_MAX], depths[TREE_BITS_MAX + 1], used = 0;
    assert(symbols <= SYMBOLS_MAX && bits_max <= BITS_MAX);
    memset(lengths, 0, symbols);
    for (uint32_t i = 0; i < symbols; i++)
        if (counts[i] > 0) keys[used++] = counts[i] << 9 | i;
    for (uint32_t i = 0; used < 2; i++) /* two codes at least */
        if (counts[i] == 0) keys[used++] = 1u << 9 | i;
    sort(keys, used);
    uint32_t weights[SYMBOLS_MAX];
    for (uint32_t i = 0; i < used; i++) weights[i] = keys[i] >> 9;
    count_depths(depths, weights, used);
    limit_depths(depths, bits_max);
    uint32_t i = 0;
    for (uint32_t bits = bits_max; bits > 0; bits--)
        for (uint32_t k = 0; k < depths[bits]; k++) lengths[keys[i++] & 511] = (uint8_t)bits;
}

static uint32_t reversed(uint32_t code, uint32_t bits) {
    uint32_t result = 0;
    for (uint32_t i = 0; i < bits; i++) result |= (code >> i & 1) << (bits - 1 - i);
    return result;
}

/* RFC 1951, 3.2.2. */
void th_deflate_codes(uint32_t *codes, const uint8_t *lengths, uint32_t symbols) {
    uint32_t count[BITS_MAX + 1] = {0}, next[BITS_MAX + 1] = {0};
    for (uint32_t i = 0; i < symbols; i++) count[lengths[i]]++;
    count[0] = 0;
    for (uint32_t bits = 1; bits <= BITS_MAX; bits++)
        next[bits] = (next[bits - 1] + count[bits - 1]) * 2;
    for (uint32_t i = 0; i < symbols; i++) {
        const uint32_t bits = lengths[i];
        codes[i] = bits == 0 ? 0 : reversed(next[bits]++, bits) | bits << TH_DEFLATE_CODE_LENGTH_AT;
    }
}
