/* webp_prefix.c - see webp_prefix.h. */
#include "webp_prefix.h"

#include <assert.h>
#include <string.h>

#define LENGTH_SYMBOLS 19u /* 0..15, repeat, short and long runs of zeros */
#define REPEAT 16u
#define ZEROS 17u
#define MANY_ZEROS 18u

/* ---- bits ---- */

static void put_bytes(struct th_webp_bits *bits, uint32_t count) {
    uint8_t out[8];
    for (uint32_t i = 0; i < count; i++) out[i] = (uint8_t)(bits->held >> (8 * i));
    if (bits->status == TH_OK) bits->status = th_output_put(&bits->bytes, out, count);
}

void th_webp_bits_put(struct th_webp_bits *bits, uint32_t value, uint32_t count) {
    assert(count <= 24 && value >> count == 0);
    bits->held |= (uint64_t)value << bits->held_count;
    bits->held_count += count;
    if (bits->held_count < 32) return;
    put_bytes(bits, 4);
    bits->held >>= 32;
    bits->held_count -= 32;
}

enum th_status th_webp_bits_flush(struct th_webp_bits *bits) {
    put_bytes(bits, (bits->held_count + 7) / 8);
    bits->held = bits->held_count = 0;
    return bits->status;
}

/* ---- making a code ---- */

struct node {
    uint32_t count;
    uint16_t parent;
    uint16_t symbol;
};

/* Rarest first; the symbol decides between equals, so that the order is one. */
static void sort(struct node *leaf, uint32_t leaves) {
    for (uint32_t gap = leaves / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < leaves; i++) {
            struct node n = leaf[i];
            uint32_t j = i;
            for (; j >= gap; j -= gap) {
                const struct node *m = &leaf[j - gap];
                if (m->count < n.count || (m->count == n.count && m->symbol < n.symbol)) break;
                leaf[j] = *m;
            }
            leaf[j] = n;
        }
    }
}

/* Huffman's algorithm with two queues: the leaves in order, then the pairs in the
 * order they are made. Returns the depth of the tree; node[] has 2 * leaves. */
static uint32_t grow_tree(struct node *node, uint32_t leaves, uint8_t *length) {
    uint32_t leaf = 0, pair = leaves, end = leaves;
    uint8_t depth[2 * TH_WEBP_SYMBOLS_MAX];
    while (end < 2 * leaves - 1) {
        node[end].count = 0;
        for (uint32_t i = 0; i < 2; i++) {
            bool take_leaf = pair == end || (leaf < leaves && node[leaf].count <= node[pair].count);
            uint32_t child = take_leaf ? leaf++ : pair++;
            node[end].count += node[child].count;
            node[child].parent = (uint16_t)end;
        }
        end++;
    }
    uint32_t deepest = 0;
    depth[end - 1] = 0;
    for (uint32_t i = end - 1; i-- > 0;) {
        depth[i] = (uint8_t)(depth[node[i].parent] + 1);
        if (i < leaves) length[node[i].symbol] = depth[i];
        if (depth[i] > deepest) deepest = depth[i];
    }
    return deepest;
}

/* Canonical words, shorter ones first, written with their bits turned round. */
static void make_words(struct th_webp_code *code) {
    uint32_t next = 0;
    for (uint32_t length = 1; length <= 15; length++, next <<= 1) {
        for (uint32_t s = 0; s < code->symbols; s++) {
            if (code->length[s] != length) continue;
            uint32_t word = 0;
            for (uint32_t b = 0; b < length; b++) word |= (next >> b & 1) << (length - 1 - b);
            code->word[s] = (uint16_t)word;
            next++;
        }
    }
}

void th_webp_code_make(struct th_webp_code *code, const uint32_t *counts, uint32_t symbols,
                       uint32_t length_max) {
    struct node node[2 * TH_WEBP_SYMBOLS_MAX];
    memset(code, 0, sizeof *code);
    code->symbols = symbols;
    for (uint32_t s = 0; s < symbols; s++) {
        if (counts[s] == 0) continue;
        if (code->used < 2) code->first_used[code->used] = (uint16_t)s;
        code->used++;
    }
    if (code->used < 2) return;
    /* Too deep: the rare ones count as less rare, until it fits. */
    for (uint32_t least = 1;; least *= 2) {
        uint32_t leaves = 0;
        for (uint32_t s = 0; s < symbols; s++) {
            if (counts[s] == 0) continue;
            uint32_t count = counts[s] > least ? counts[s] : least;
            node[leaves++] = (struct node){.count = count, .symbol = (uint16_t)s};
        }
        sort(node, leaves);
        if (grow_tree(node, leaves, code->length) <= length_max) break;
    }
    make_words(code);
}

uint64_t th_webp_code_cost(const struct th_webp_code *code, const uint32_t *counts) {
    uint64_t cost = 0;
    for (uint32_t s = 0; s < code->symbols; s++) cost += (uint64_t)counts[s] * code->length[s];
    return cost;
}

/* ---- writing a code ---- */

/* One or two symbols below 256 are named; none is one nobody asks for. */
static void put_simple(struct th_webp_bits *bits, const struct th_webp_code *code) {
    uint32_t first = code->first_used[0];
    bool wide = first > 1;
    th_webp_bits_put(bits, 1, 1);
    th_webp_bits_put(bits, code->used == 2, 1);
    th_webp_bits_put(bits, wide, 1);
    th_webp_bits_put(bits, first, wide ? 8 : 1);
    if (code->used == 2) th_webp_bits_put(bits, code->first_used[1], 8);
}

struct run {
    uint32_t symbol, extra_count, extra;
    uint32_t taken; /* code lengths it stands for */
};

/* What comes next in the list of code lengths from `s` on. */
static struct run next_run(const struct th_webp_code *code, uint32_t s, uint32_t before) {
    uint32_t length = code->length[s], same = 1;
    while (s + same < code->symbols && code->length[s + same] == length) same++;
    if (length == 0 && same >= 11) {
        if (same > 138) same = 138;
        return (struct run){MANY_ZEROS, 7, same - 11, same};
    }
    if (length == 0 && same >= 3) return (struct run){ZEROS, 3, same - 3, same};
    if (length != 0 && length == before && same >= 3) {
        if (same > 6) same = 6;
        return (struct run){REPEAT, 2, same - 3, same};
    }
    return (struct run){length, 0, 0, 1};
}

/* Goes over the list: counts the symbols, or writes them when there is a code. */
static void walk_lengths(const struct th_webp_code *code, uint32_t counts[LENGTH_SYMBOLS],
                         struct th_webp_bits *bits, const struct th_webp_code *lengths) {
    uint32_t before = 8;
    for (uint32_t s = 0; s < code->symbols;) {
        struct run run = next_run(code, s, before);
        if (code->length[s] != 0) before = code->length[s];
        s += run.taken;
        if (lengths) {
            th_webp_symbol_put(bits, lengths, run.symbol);
            th_webp_bits_put(bits, run.extra, run.extra_count);
        } else {
            counts[run.symbol]++;
        }
    }
}

void th_webp_code_put(struct th_webp_bits *bits, const struct th_webp_code *code) {
    static const uint8_t order[LENGTH_SYMBOLS] = {17, 18, 0, 1,  2,  3,  4,  5,  16, 6,
                                                  7,  8,  9, 10, 11, 12, 13, 14, 15};
    bool named = code->used < 2 || (code->used == 2 && code->first_used[1] < 256);
    if (named) {
        put_simple(bits, code);
        return;
    }
    uint32_t counts[LENGTH_SYMBOLS] = {0}, listed = LENGTH_SYMBOLS;
    struct th_webp_code lengths;
    walk_lengths(code, counts, NULL, NULL);
    th_webp_code_make(&lengths, counts, LENGTH_SYMBOLS, 7);
    /* A lone symbol takes no bits, but must be told by a length. */
    if (lengths.used == 1) lengths.length[lengths.first_used[0]] = 1;
    while (listed > 4 && lengths.length[order[listed - 1]] == 0) listed--;
    th_webp_bits_put(bits, 0, 1);
    th_webp_bits_put(bits, listed - 4, 4);
    for (uint32_t i = 0; i < listed; i++) th_webp_bits_put(bits, lengths.length[order[i]], 3);
    if (lengths.used == 1) lengths.length[lengths.first_used[0]] = 0;
    th_webp_bits_put(bits, 0, 1); /* the list has the whole alphabet */
    walk_lengths(code, NULL, bits, &lengths);
}

void th_webp_symbol_put(struct th_webp_bits *bits, const struct th_webp_code *code,
                        uint32_t symbol) {
    th_webp_bits_put(bits, code->word[symbol], code->length[symbol]);
}

struct th_webp_value th_webp_value_split(uint32_t value) {
    uint32_t v = value - 1, high = 0;
    if (v < 4) return (struct th_webp_value){v, 0, 0};
    while (v >> (high + 1) != 0) high++;
    uint32_t extra_count = high - 1;
    return (struct th_webp_value){2 * high + (v >> extra_count & 1), extra_count,
                                  v & ((1u << extra_count) - 1)};
}
