/* inflate_table.c - see inflate_table.h. */
#include "inflate_table.h"

#include <assert.h>
#include <string.h>

#define CODE_BITS_MAX 15u

static uint32_t literals(uint32_t first, uint32_t second) {
    const uint8_t bytes[2] = {(uint8_t)first, (uint8_t)second};
    uint16_t both;
    memcpy(&both, bytes, 2);
    return (uint32_t)both << 16;
}

static uint32_t first_literal(uint32_t entry) {
    const uint16_t both = (uint16_t)(entry >> 16);
    uint8_t first;
    memcpy(&first, &both, 1);
    return first;
}

/* RFC 1951, 3.2.5: length and distance codes with their extra bits. */
static uint32_t litlen_entry(uint32_t symbol) {
    static const uint16_t base[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                      15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                      67, 83, 99, 115, 131, 163, 195, 227, 258};
    if (symbol < 256) return TH_ENTRY_LITERAL | literals(symbol, 0);
    if (symbol == 256) return TH_ENTRY_END;
    if (symbol > 285) return 0;
    const uint32_t k = symbol - 257;
    const uint32_t extra = k < 8 || k == 28 ? 0 : k / 4 - 1;
    return TH_ENTRY_BASE | (uint32_t)base[k] << 16 | extra;
}

static uint32_t dist_entry(uint32_t symbol) {
    if (symbol > 29) return 0;
    if (symbol < 2) return TH_ENTRY_BASE | (symbol + 1) << 16;
    const uint32_t extra = symbol / 2 - 1;
    return TH_ENTRY_BASE | (((2 + (symbol & 1)) << extra) + 1) << 16 | extra;
}

static uint32_t codelen_entry(uint32_t symbol) {
    return symbol << 16;
}

/* The code of one alphabet, in canonical order. */
struct code {
    uint32_t (*entry)(uint32_t symbol);
    uint32_t lengths_max;
    uint16_t count[CODE_BITS_MAX + 1]; /* codes of each length */
    uint16_t sorted[TH_LITLEN_SYMBOLS]; /* symbols by length, then by value */
};

/* False when zlib would refuse the set. */
static bool sort_code(struct code *code, const uint8_t *lengths, uint32_t symbols) {
    uint16_t at[CODE_BITS_MAX + 2] = {0};
    int32_t left = 1;
    memset(code->count, 0, sizeof code->count);
    for (uint32_t i = 0; i < symbols; i++) code->count[lengths[i]]++;
    code->count[0] = 0;
    code->lengths_max = 0;
    for (uint32_t bits = 1; bits <= CODE_BITS_MAX; bits++) {
        left = left * 2 - code->count[bits];
        if (left < 0) return false;
        if (code->count[bits] > 0) code->lengths_max = bits;
        at[bits + 1] = (uint16_t)(at[bits] + code->count[bits]);
    }
    if (left > 0 && code->lengths_max > 1) return false;
    for (uint32_t i = 0; i < symbols; i++) {
        if (lengths[i] != 0) code->sorted[at[lengths[i]]++] = (uint16_t)i;
    }
    return true;
}

static uint32_t reversed(uint32_t code, uint32_t bits) {
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0f0f) << 4 | (code >> 4 & 0x0f0f);
    code = (code & 0x00ff) << 8 | (code >> 8 & 0x00ff);
    return code >> (16 - bits);
}

/* An alphabet's entry completed with the length of its code: the low bits hold
 * the extra bits so far, and become all bits to use up. */
static uint32_t with_length(const struct code *code, uint32_t symbol, uint32_t bits) {
    const uint32_t entry = code->entry(symbol);
    if (code->entry == codelen_entry) return entry | bits;
    if (entry == 0) return 0;
    return (entry + bits) | bits << 8;
}

/* Places a code longer than the table's index: its prefix leads to a table of its own. */
static void place_longer(uint32_t *table, uint32_t table_bits, uint32_t *used, uint32_t word,
                         uint32_t bits, uint32_t own_bits, uint32_t entry) {
    uint32_t *prefix = &table[word & ((1u << table_bits) - 1)];
    if (!(*prefix & TH_ENTRY_LONGER)) {
        *prefix = TH_ENTRY_LONGER | *used << 16 | own_bits << 8 | table_bits;
        *used += 1u << own_bits;
    }
    uint32_t *own = table + (*prefix >> 16);
    const uint32_t step = 1u << (bits - table_bits);
    for (uint32_t i = word >> table_bits; i < 1u << own_bits; i += step) own[i] = entry;
}

/* Fills the table, which is indexed by table_bits. It grows with the length of the
 * codes: an entry of a shorter code serves for either value of the next bit. */
static void fill(uint32_t *table, uint32_t table_bits, const struct code *code) {
    const uint32_t own_bits = code->lengths_max > table_bits ? code->lengths_max - table_bits : 0;
    uint32_t used = 1u << table_bits;
    uint32_t next = 0; /* the next code, as RFC 1951 counts them */
    const uint16_t *symbol = code->sorted;
    table[0] = 0;
    for (uint32_t bits = 1; bits <= code->lengths_max || bits <= table_bits; bits++) {
        next *= 2;
        if (bits <= table_bits)
            for (uint32_t i = 0, half = 1u << (bits - 1); i < half; i++) table[half + i] = table[i];
        for (uint32_t k = 0; k < code->count[bits]; k++, next++) {
            const uint32_t word = reversed(next, bits);
            const uint32_t entry = with_length(code, *symbol++, bits);
            if (bits > table_bits)
                place_longer(table, table_bits, &used, word, bits, own_bits, entry);
            else
                table[word] = entry;
        }
    }
}

/* Joins a literal with the one after it where both codes fit the index. From the
 * top down, because the second one's entry lies below and must still be single. */
static void pair_literals(uint32_t *table, uint32_t table_bits) {
    for (uint32_t i = (1u << table_bits) - 1; i > 0; i--) {
        const uint32_t first = table[i];
        if (!(first & TH_ENTRY_LITERAL)) continue;
        const uint32_t second = table[i >> (first & 255)];
        const uint32_t bits = (first & 255) + (second & 255);
        if (!(second & TH_ENTRY_LITERAL) || bits > table_bits) continue;
        table[i] = TH_ENTRY_LITERAL | TH_ENTRY_BASE | bits | (first & 0xf00u) |
                   literals(first_literal(first), first_literal(second));
    }
}

/* Two of the shortest codes fit the index. */
static bool may_pair(const struct code *code) {
    uint32_t bits = 1;
    while (bits < code->lengths_max && code->count[bits] == 0) bits++;
    return bits * 2 <= TH_INFLATE_LITLEN_BITS;
}

bool th_inflate_table_litlen(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols) {
    struct code code = {.entry = litlen_entry};
    assert(symbols <= TH_LITLEN_SYMBOLS);
    if (!sort_code(&code, lengths, symbols)) return false;
    fill(z->litlen, TH_INFLATE_LITLEN_BITS, &code);
    if (may_pair(&code)) pair_literals(z->litlen, TH_INFLATE_LITLEN_BITS);
    return true;
}

bool th_inflate_table_dist(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols) {
    struct code code = {.entry = dist_entry};
    assert(symbols <= TH_DIST_SYMBOLS);
    if (!sort_code(&code, lengths, symbols)) return false;
    fill(z->dist, TH_INFLATE_DIST_BITS, &code);
    return true;
}

bool th_inflate_table_codelen(uint32_t table[1u << TH_CODELEN_BITS], const uint8_t *lengths) {
    struct code code = {.entry = codelen_entry};
    if (!sort_code(&code, lengths, TH_CODELEN_SYMBOLS)) return false;
    /* zlib refuses an incomplete code here even when it is a single bit. */
    if (code.lengths_max == 0 || (code.lengths_max == 1 && code.count[1] != 2)) return false;
    fill(table, TH_CODELEN_BITS, &code);
    return true;
}
