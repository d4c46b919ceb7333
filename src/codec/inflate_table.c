/* inflate_table.c - see inflate_table.h. */
#include "inflate_table.h"

#include <assert.h>
#include <string.h>

#include "inflate_litlen.h"

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

/* What a table says of a symbol whose code has `bits` bits. */
typedef uint32_t entry_of(uint32_t symbol, uint32_t bits);

static uint32_t with_base(uint32_t base, uint32_t extra, uint32_t bits) {
    return TH_ENTRY_BASE | base << 16 | bits << 8 | (bits + extra);
}

/* RFC 1951, 3.2.5: length and distance codes with their extra bits. */
static uint32_t litlen_entry(uint32_t symbol, uint32_t bits) {
    static const uint16_t base[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                      15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                      67, 83, 99, 115, 131, 163, 195, 227, 258};
    if (symbol < 256) return TH_ENTRY_LITERAL | literals(symbol, 0) | bits << 8 | bits;
    if (symbol == 256) return TH_ENTRY_END | bits << 8 | bits;
    if (symbol > 285) return 0;
    const uint32_t k = symbol - 257;
    return with_base(base[k], k < 8 || k == 28 ? 0 : k / 4 - 1, bits);
}

static uint32_t dist_entry(uint32_t symbol, uint32_t bits) {
    if (symbol > 29) return 0;
    if (symbol < 2) return with_base(symbol + 1, 0, bits);
    const uint32_t extra = symbol / 2 - 1;
    return with_base(((2 + (symbol & 1)) << extra) + 1, extra, bits);
}

static uint32_t codelen_entry(uint32_t symbol, uint32_t bits) {
    return symbol << 16 | bits;
}

/* The code of one alphabet, in canonical order. */
struct code {
    uint32_t lengths_max;
    uint16_t count[CODE_BITS_MAX + 1]; /* codes of each length */
    uint16_t sorted[TH_LITLEN_SYMBOLS]; /* symbols by length, then by value */
};

/* False when zlib would refuse the set. */
static __attribute__((noinline)) bool sort_code(struct code *code, const uint8_t *lengths,
                                                uint32_t symbols) {
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

/* The code after `code` among those of `bits` bits, both with their first bit lowest: the
 * ones from the top down become zeros, the zero below them a one. Nothing follows the last. */
static uint32_t next_code(uint32_t code, uint32_t bits) {
    const uint32_t zeros = code ^ ((1u << bits) - 1);
    const uint32_t one = 1u << (31 - __builtin_clz(zeros | 1));
    return one | (code & (one - 1));
}

/* Places a code longer than the table's index: its prefix leads to a table of its own. */
static __attribute__((noinline)) void place_longer(uint32_t *table, uint32_t table_bits,
                                                   uint32_t *used, uint32_t word, uint32_t bits,
                                                   uint32_t own_bits, uint32_t entry) {
    uint32_t *prefix = &table[word & ((1u << table_bits) - 1)];
    if (!(*prefix & TH_ENTRY_LONGER)) {
        *prefix = TH_ENTRY_LONGER | *used << 16 | own_bits << 8 | table_bits;
        *used += 1u << own_bits;
    }
    uint32_t *own = table + (*prefix >> 16);
    const uint32_t step = 1u << (bits - table_bits);
    for (uint32_t i = word >> table_bits; i < 1u << own_bits; i += step) own[i] = entry;
}

/* `half` entries once more behind themselves. */
static __attribute__((noinline)) void double_table(uint32_t *table, uint32_t half) {
    for (uint32_t i = 0; i < half; i++) table[half + i] = table[i];
}

/* Fills the table, which is indexed by table_bits. It grows with the length of the
 * codes: an entry of a shorter code serves for either value of the next bit. */
static inline void fill(uint32_t *table, uint32_t table_bits, const struct code *code,
                        entry_of *entry_of_symbol) {
    const uint32_t own_bits = code->lengths_max > table_bits ? code->lengths_max - table_bits : 0;
    uint32_t used = 1u << table_bits;
    uint32_t word = 0; /* the next code, its first bit lowest; a zero more when codes get longer */
    const uint16_t *symbol = code->sorted;
    table[0] = 0;
    for (uint32_t bits = 1; bits <= code->lengths_max || bits <= table_bits; bits++) {
        if (bits <= table_bits) double_table(table, 1u << (bits - 1));
        for (uint32_t k = 0; k < code->count[bits]; k++, word = next_code(word, bits)) {
            const uint32_t entry = entry_of_symbol(*symbol++, bits);
            if (bits > table_bits)
                place_longer(table, table_bits, &used, word, bits, own_bits, entry);
            else
                table[word] = entry;
        }
    }
}

/* Of an alphabet with few symbols: a call for each costs less than code of its own. */
static __attribute__((noinline)) void fill_few(uint32_t *table, uint32_t table_bits,
                                               const struct code *code, entry_of *entry_of_symbol) {
    fill(table, table_bits, code, entry_of_symbol);
}

/* Joins a literal with the one after it where both codes fit the index. From the
 * top down, because the second one's entry lies below and must still be single. */
static __attribute__((noinline)) void pair_literals(uint32_t *table, uint32_t table_bits) {
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

/* Two literals of the shortest codes fit the index. */
static bool may_pair(const uint8_t *lengths) {
    uint8_t least = 255; /* less one: what does not occur is most */
    for (uint32_t i = 0; i < 256; i++) {
        const uint8_t length = (uint8_t)(lengths[i] - 1);
        if (length < least) least = length;
    }
    return (least + 1u) * 2 <= TH_INFLATE_LITLEN_BITS;
}

bool th_inflate_table_litlen(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols) {
    struct code code;
    assert(symbols <= TH_LITLEN_SYMBOLS);
    if (!sort_code(&code, lengths, symbols)) return false;
    litlen_changed();
    fill(z->litlen, TH_INFLATE_LITLEN_BITS, &code, litlen_entry);
    if (may_pair(lengths)) pair_literals(z->litlen, TH_INFLATE_LITLEN_BITS);
    return true;
}

bool th_inflate_table_dist(struct th_inflate *z, const uint8_t *lengths, uint32_t symbols) {
    struct code code;
    assert(symbols <= TH_DIST_SYMBOLS);
    if (!sort_code(&code, lengths, symbols)) return false;
    fill_few(z->dist, TH_INFLATE_DIST_BITS, &code, dist_entry);
    return true;
}

bool th_inflate_table_codelen(uint32_t table[1u << TH_CODELEN_BITS], const uint8_t *lengths) {
    struct code code;
    if (!sort_code(&code, lengths, TH_CODELEN_SYMBOLS)) return false;
    /* zlib refuses an incomplete code here even when it is a single bit. */
    if (code.lengths_max == 0 || (code.lengths_max == 1 && code.count[1] != 2)) return false;
    fill_few(table, TH_CODELEN_BITS, &code, codelen_entry);
    return true;
}
