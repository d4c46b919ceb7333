/* jpeg_entropy.c - see jpeg_entropy.h. Section numbers are those of ITU-T T.81. */
#include "../fail.h"
#include "jpeg_entropy.h"

/* Inlined by force, so that the bit reader stays in registers: 4 % of a decode. */
#if defined(__GNUC__)
#define HOT static inline __attribute__((always_inline))
#else
#define HOT static inline
#endif

static enum th_status bad_code(void) {
    return th_fail(TH_CORRUPT, "jpeg: bad Huffman code");
}

static uint32_t lowest_bit(uint64_t mask) {
    return (uint32_t)__builtin_ctzll(mask);
}

/* ---- symbols ---- */

struct symbol {
    int32_t value;   /* of the coefficient, shifted; 0 for a symbol without one */
    uint32_t run;
    uint32_t length; /* bits used so far; 0 = no such code */
};

/* What the next bits are: often all of it, else a code's symbol as run << 4 | size
 * in `run`. Fills the buffer; drops `length` bits. */
static inline struct symbol next_symbol(struct th_bits *b, const struct th_huffman *h) {
    th_bits_fill(b);
    uint32_t entry = h->entry[b->buffer >> (64 - TH_HUFFMAN_BITS)];
    struct symbol s = {(int32_t)entry >> 16, entry >> 8 & 255, entry & 255};
    if (s.length == 0) {
        int32_t symbol = th_huffman_long_code(h, b->buffer, &s.length);
        if (symbol < 0) return s;
        s.run = (uint32_t)symbol;
    }
    th_bits_drop(b, s.length);
    return s;
}

/* ---- DC ---- */

/* The blocks of an MCU in coding order (A.2.3); one block when not interleaved. */
struct mcu {
    uint32_t count;
    struct {
        int16_t *at; /* in the first MCU */
        uint64_t *nonzero;
        uint32_t step;     /* blocks to the next MCU */
        uint32_t advance;  /* the same in coefficients */
        uint32_t position; /* of the component in the scan */
    } block[TH_JPEG_MCU_BLOCKS_MAX];
};

static void add_block(struct mcu *m, const struct th_jpeg_blocks *b, uint32_t position,
                      uint32_t index, uint32_t step) {
    m->block[m->count].at = b->coefficient + (size_t)index * b->stride;
    m->block[m->count].nonzero = b->nonzero + index;
    m->block[m->count].step = step;
    m->block[m->count].advance = step * b->stride;
    m->block[m->count].position = position;
    m->count++;
}

/* Where the MCU `x` of block row `y` lies; y is 0 when interleaved. */
static struct mcu find_mcu(const struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                           uint32_t x, uint32_t y) {
    const struct th_jpeg_scan *scan = e->scan;
    struct mcu m = {0};
    if (scan->component_count == 1) {
        const struct th_jpeg_blocks *b = &blocks[scan->component[0]];
        add_block(&m, b, 0, y * b->columns + x, 1);
        return m;
    }
    for (uint32_t i = 0; i < scan->component_count; i++) {
        const struct th_jpeg_component *c = &e->frame->component[scan->component[i]];
        const struct th_jpeg_blocks *b = &blocks[scan->component[i]];
        for (uint32_t v = 0; v < c->v; v++) {
            for (uint32_t h = 0; h < c->h; h++) {
                add_block(&m, b, i, v * b->columns + x * c->h + h, c->h);
            }
        }
    }
    return m;
}

/* The next DC value of a component (F.2.2.1), not shifted. */
static inline bool next_dc(struct th_bits *b, const struct th_huffman *h, int32_t *prediction) {
    struct symbol s = next_symbol(b, h);
    if (s.length == 0) return false;
    int32_t difference = s.value;
    if (difference == 0 && s.run != 0) {
        difference = th_huffman_extend(th_bits_take(b, s.run), s.run);
    }
    int64_t value = (int64_t)*prediction + difference;
    if (value != (int32_t)value) return false;
    *prediction = (int32_t)value;
    return true;
}

/* G.1.2.1. A value that does not fit 16 bits is cut, as libjpeg does. */
static enum th_status dc_first(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                               uint32_t x, uint32_t y, uint32_t count) {
    struct th_bits b = e->bits;
    struct mcu m = find_mcu(e, blocks, x, y);
    uint32_t shift = e->scan->al;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < m.count; j++) {
            uint32_t position = m.block[j].position;
            int32_t *prediction = &e->prediction[position];
            if (!next_dc(&b, e->dc_table[position], prediction)) return bad_code();
            m.block[j].at[i * m.block[j].advance] = (int16_t)((uint32_t)*prediction << shift);
        }
    }
    e->bits = b;
    return TH_OK;
}

/* G.1.2.1: the next bit of the two's complement value. */
static enum th_status dc_refine(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                                uint32_t x, uint32_t y, uint32_t count) {
    struct th_bits b = e->bits;
    struct mcu m = find_mcu(e, blocks, x, y);
    uint32_t shift = e->scan->al;
    for (uint32_t i = 0; i < count; i++) {
        th_bits_fill(&b);
        for (uint32_t j = 0; j < m.count; j++) {
            uint32_t bit = th_bits_take(&b, 1) << shift;
            int16_t *at = m.block[j].at + i * m.block[j].advance;
            *at = (int16_t)((uint16_t)*at | bit);
        }
    }
    e->bits = b;
    return TH_OK;
}

/* ---- AC ---- */

/* Where a coefficient lands whose run of zeros left the band. The file is damaged, but
 * libjpeg does not warn of it, so the picture shall be libjpeg's: a first scan stores it
 * there, a refining one just behind the band, and 63 is the last place there is. */
static uint32_t outside_band(const struct th_jpeg_scan *scan, uint32_t k) {
    if (scan->ah > 0) k = scan->se + 1u;
    return k < 63 ? k : 63;
}

/* Stores coefficient *k; *k is where it really landed. */
static inline void store(const struct th_jpeg_scan *scan, int16_t *block, uint64_t *nonzero,
                         uint32_t *k, int16_t value) {
    if (*k > scan->se) *k = outside_band(scan, *k);
    block[th_jpeg_order[*k]] = value;
    *nonzero |= UINT64_C(1) << *k;
}

/* Stores the one or two coefficients of a pair (jpeg_huffman.h). True: the block is done. */
static inline bool take_pair(struct th_bits *b, const struct th_jpeg_scan *scan, uint64_t pair,
                             int16_t *block, uint64_t *nonzero, uint32_t *k) {
    *k += pair >> 16 & 15;
    store(scan, block, nonzero, k, (int16_t)(pair >> 32));
    if (*k >= scan->se) {
        th_bits_drop(b, pair & 31);
        return true;
    }
    *k += pair >> 20 & 31;
    store(scan, block, nonzero, k, (int16_t)(pair >> 48));
    if (*k >= scan->se) {
        th_bits_drop(b, pair >> 5 & 31);
        return true;
    }
    th_bits_drop(b, pair >> 10 & 31);
    *k += 1;
    return pair >> 31 & 1;
}

/* Decodes the coefficients k..se of one block, all zero so far; its mask `nonzero` grows.
 * In a progressive scan *eob_run is how many further blocks the same symbol ended. */
HOT enum th_status first_band(struct th_bits *b, const struct th_huffman *h,
                              const struct th_jpeg_scan *scan, uint32_t k, int16_t *block,
                              uint64_t *nonzero, uint32_t *eob_run) {
    uint32_t se = scan->se;
    do {
        th_bits_fill(b);
        uint64_t pair = h->pair[b->buffer >> (64 - TH_HUFFMAN_BITS)];
        if (pair) {
            if (take_pair(b, scan, pair, block, nonzero, &k)) return TH_OK;
            continue;
        }
        struct symbol s = next_symbol(b, h);
        if (s.value == 0) {
            if (s.length == 0) return bad_code();
            uint32_t size = s.run & 15;
            s.run >>= 4;
            if (size == 0 && s.run == 15) {
                k += 16; /* may pass the end of the band: zeros are zeros */
                continue;
            }
            if (size > 1 && scan->ah > 0) return bad_code();
            if (size == 0) {
                if (eob_run) *eob_run = (1u << s.run) + th_bits_take(b, s.run) - 1;
                return TH_OK;
            }
            int32_t extra = th_huffman_extend(th_bits_take(b, size), size);
            s.value = extra * (int32_t)(1u << scan->al);
            if (s.value != (int16_t)s.value) {
                return th_fail(TH_CORRUPT, "jpeg: a coefficient over 16 bits");
            }
        }
        k += s.run;
        store(scan, block, nonzero, &k, (int16_t)s.value);
        k++;
    } while (k <= se);
    return TH_OK;
}

/* G.1.2.2. The blocks of the run are consecutive. */
static enum th_status ac_first(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                               uint32_t x, uint32_t y, uint32_t count) {
    const struct th_jpeg_scan *scan = e->scan;
    const struct th_jpeg_blocks *to = &blocks[scan->component[0]];
    size_t first = (size_t)y * to->columns + x;
    int16_t *block = to->coefficient + first * 64;
    uint64_t *nonzero = to->nonzero + first;
    struct th_bits b = e->bits;
    uint32_t eob_run = e->eob_run;
    for (uint32_t i = 0; i < count;) {
        if (eob_run > 0) {
            uint32_t skip = eob_run < count - i ? eob_run : count - i;
            eob_run -= skip;
            i += skip;
            continue;
        }
        TH_TRY(first_band(&b, e->ac_table[0], scan, scan->ss, block + (size_t)i * 64, &nonzero[i],
                          &eob_run));
        i++;
    }
    e->bits = b;
    e->eob_run = eob_run;
    return TH_OK;
}

/* ---- AC, refining ----
 *
 * In a refining scan each coefficient that was nonzero before gets a correction bit,
 * where the scan passes it (G.1.2.3). These come in the order of the coefficients, so
 * they are only gathered while a block's symbols are read, and then added at once:
 * a loop per symbol would be mispredicted at each. */

/* Moves the next `count` (0..63) bits to the end of *bits. */
HOT void gather(struct th_bits *b, uint64_t *bits, uint32_t count) {
    for (; count > 16; count -= 16) {
        th_bits_fill(b);
        *bits = *bits << 16 | th_bits_take(b, 16);
    }
    th_bits_fill(b);
    *bits = *bits << count | th_bits_take(b, count);
}

/* The same behind a symbol of up to 17 bits, which leaves 15 in the buffer. */
static inline void gather_few(struct th_bits *b, uint64_t *bits, uint32_t count) {
    if (count > 15) {
        gather(b, bits, count);
        return;
    }
    *bits = *bits << count | th_bits_take(b, count);
}

/* Adds the gathered bits, one for each coefficient in `mask`, the last one lowest, away
 * from zero; but not where that bit of the coefficient is set already. */
static inline void correct(int16_t *block, uint64_t mask, uint64_t bits, uint32_t shift) {
    if (bits == 0) return;
    bits <<= 64 - (uint32_t)__builtin_popcountll(mask);
    for (; mask; mask &= mask - 1, bits <<= 1) {
        int16_t *at = &block[th_jpeg_order[lowest_bit(mask)]];
        int32_t sign = *at >> 15; /* 0 or -1 */
        int32_t add = (int32_t)(bits >> 63) & ~*at >> shift;
        *at = (int16_t)(*at + (((add << shift) ^ sign) - sign));
    }
}

void th_entropy_zeros_make(struct th_entropy_zeros *z) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t zeros = 0;
        for (uint32_t i = 0; i < 8; i++) {
            if (!(byte >> i & 1)) z->at[byte][zeros++] = (uint8_t)i;
        }
        for (uint32_t run = zeros; run < 16; run++) z->at[byte][run] = (uint8_t)(8 + run - zeros);
    }
}

/* The position of zero number `run` (0..15) of `history`, above whose bits are zeros. */
static inline uint32_t nth_zero(const struct th_entropy_zeros *z, uint64_t history, uint32_t run) {
    uint32_t at = z->at[history & 255][run];
    uint32_t passed = 0;
    while (at >= 8) {
        passed += 8;
        history >>= 8;
        at = z->at[history & 255][at - 8];
    }
    return passed + at;
}

/* One block that has symbols: from each to the next, `run` zeros are counted. Behind the
 * last coefficient that was nonzero before, it is a first scan's band: no corrections. */
HOT enum th_status refine_band(struct th_bits *b, const struct th_entropy *e, int16_t *block,
                               uint64_t *nonzero, uint32_t *eob_run) {
    const struct th_jpeg_scan *scan = e->scan;
    uint64_t history = *nonzero & ~UINT64_C(0) >> (63 - scan->se) & ~UINT64_C(0) << scan->ss;
    uint64_t rest = history >> scan->ss; /* from k on */
    uint64_t corrections = 0;
    uint32_t k = scan->ss;
    while (rest) {
        struct symbol s = next_symbol(b, e->ac_table[0]);
        if (s.value == 0) {
            uint32_t size = s.run & 15;
            s.run >>= 4;
            if (s.length == 0 || size > 1) return bad_code();
            if (size == 1) {
                s.value = (int32_t)(th_bits_take(b, 1) * 2) - 1;
                s.value *= (int32_t)(1u << scan->al);
            } else if (s.run < 15) {
                *eob_run = (1u << s.run) + th_bits_take(b, s.run) - 1;
                gather(b, &corrections, (uint32_t)__builtin_popcountll(rest));
                k = scan->se + 1;
                break;
            }
        }
        uint32_t steps = nth_zero(e->zeros, rest, s.run);
        gather_few(b, &corrections, steps - s.run);
        k += steps;
        if (s.value != 0) store(scan, block, nonzero, &k, (int16_t)s.value);
        k++;
        rest = steps < 63 ? rest >> (steps + 1) : 0;
    }
    correct(block, history, corrections, scan->al);
    if (k > scan->se) return TH_OK;
    return first_band(b, e->ac_table[0], scan, k, block, nonzero, eob_run);
}

static enum th_status ac_refine(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                                uint32_t x, uint32_t y, uint32_t count) {
    const struct th_jpeg_scan *scan = e->scan;
    const struct th_jpeg_blocks *to = &blocks[scan->component[0]];
    size_t first = (size_t)y * to->columns + x;
    int16_t *block = to->coefficient + first * 64;
    uint64_t *nonzero = to->nonzero + first;
    uint64_t band = ~UINT64_C(0) >> (63 - scan->se) & ~UINT64_C(0) << scan->ss;
    struct th_bits b = e->bits;
    uint32_t eob_run = e->eob_run;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t mask = nonzero[i] & band;
        if (eob_run == 0) {
            TH_TRY(refine_band(&b, e, block + (size_t)i * 64, &nonzero[i], &eob_run));
            continue;
        }
        eob_run--;
        if (mask == 0) continue;
        uint64_t corrections = 0;
        gather(&b, &corrections, (uint32_t)__builtin_popcountll(mask));
        correct(block + (size_t)i * 64, mask, corrections, scan->al);
    }
    e->bits = b;
    e->eob_run = eob_run;
    return TH_OK;
}

/* F.2.2: DC and AC of whole blocks. */
static enum th_status sequential(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                                 uint32_t x, uint32_t y, uint32_t count) {
    struct th_bits b = e->bits;
    struct mcu m = find_mcu(e, blocks, x, y);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < m.count; j++) {
            uint32_t position = m.block[j].position;
            int32_t *prediction = &e->prediction[position];
            if (!next_dc(&b, e->dc_table[position], prediction)) return bad_code();
            int16_t *block = m.block[j].at + i * m.block[j].advance;
            uint64_t *nonzero = m.block[j].nonzero + i * m.block[j].step;
            block[0] = (int16_t)*prediction;
            TH_TRY(first_band(&b, e->ac_table[position], e->scan, 1, block, nonzero, NULL));
        }
    }
    e->bits = b;
    return TH_OK;
}

/* ---- rows ---- */

/* Decodes `count` MCUs from MCU x of block row y. */
typedef enum th_status decode_fn(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                                 uint32_t x, uint32_t y, uint32_t count);

static decode_fn *choose_decoder(const struct th_entropy *e) {
    if (!e->frame->progressive) return sequential;
    if (e->scan->ss == 0) return e->scan->ah == 0 ? dc_first : dc_refine;
    return e->scan->ah == 0 ? ac_first : ac_refine;
}

static void reset(struct th_entropy *e) {
    e->eob_run = 0;
    e->restarts_left = e->scan->restart_interval ? e->scan->restart_interval : UINT32_MAX;
    for (uint32_t i = 0; i < TH_JPEG_COMPONENTS_MAX; i++) e->prediction[i] = 0;
}

void th_entropy_begin(struct th_entropy *e, const struct th_jpeg_frame *frame,
                      const struct th_jpeg_scan *scan, const struct th_entropy_zeros *zeros) {
    *e = (struct th_entropy){.zeros = zeros, .frame = frame, .scan = scan};
    e->bits.at = scan->begin;
    e->bits.end = scan->end;
    reset(e);
}

static enum th_status check_overrun(const struct th_entropy *e) {
    if (!th_bits_overrun(&e->bits)) return TH_OK;
    return th_fail(TH_CORRUPT, "jpeg: premature end of a scan's data");
}

static enum th_status restart(struct th_entropy *e) {
    TH_TRY(check_overrun(e));
    if (!th_bits_restart(&e->bits, e->restart_index)) {
        return th_fail(TH_CORRUPT, "jpeg: a restart marker is missing");
    }
    e->restart_index = (e->restart_index + 1) & 7;
    reset(e);
    return TH_OK;
}

static enum th_status decode_line(struct th_entropy *e, const struct th_jpeg_blocks *blocks,
                                  uint32_t y, uint32_t count) {
    decode_fn *decode = choose_decoder(e);
    for (uint32_t x = 0; x < count;) {
        if (e->restarts_left == 0) TH_TRY(restart(e));
        uint32_t now = count - x < e->restarts_left ? count - x : e->restarts_left;
        TH_TRY(decode(e, blocks, x, y, now));
        e->restarts_left -= now;
        x += now;
    }
    return check_overrun(e);
}

enum th_status th_entropy_row(struct th_entropy *e, uint32_t mcu_row,
                              const struct th_jpeg_blocks *blocks) {
    if (e->scan->component_count > 1) return decode_line(e, blocks, 0, e->frame->mcu_columns);
    /* Not interleaved: an MCU is a block, and there are no dummies (A.2.2). */
    const struct th_jpeg_component *c = &e->frame->component[e->scan->component[0]];
    uint32_t left = c->height_blocks - mcu_row * c->v;
    uint32_t lines = left < c->v ? left : c->v;
    for (uint32_t y = 0; y < lines; y++) TH_TRY(decode_line(e, blocks, y, c->width_blocks));
    return TH_OK;
}
