/* jpeg_maker.c - see jpeg_maker.h. Section numbers are those of ITU-T T.81. */
#include <stdlib.h>
#include <string.h>

#include "jpeg_maker.h"

uint32_t maker_random(struct maker *m, uint32_t below) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return m->random % below;
}

/* ---- coefficients ---- */

/* Small values are common, 1023 is rare but there. */
static int16_t random_value(struct maker *m) {
    int32_t magnitude = 1 + (int32_t)maker_random(m, 1u << (1 + maker_random(m, 10)));
    if (magnitude > 1023) magnitude = 1023;
    return (int16_t)(maker_random(m, 2) ? magnitude : -magnitude);
}

static void random_block(struct maker *m, int16_t *block, uint32_t density) {
    uint32_t last = 1 + maker_random(m, 64);
    bool empty = maker_random(m, 4) == 0;
    memset(block, 0, 64 * sizeof *block);
    block[0] = random_value(m);
    for (uint32_t k = 1; k < last && !empty; k++) {
        if (maker_random(m, 256) < density) block[k] = random_value(m);
    }
}

static uint32_t ceil_div(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

void maker_init(struct maker *m, uint32_t seed, uint32_t width, uint32_t height,
                uint32_t component_count, const uint32_t *h, const uint32_t *v, uint32_t density) {
    memset(m, 0, sizeof *m);
    m->random = seed * 2654435761u | 1;
    m->width = width;
    m->height = height;
    m->component_count = component_count;
    uint32_t h_max = 1, v_max = 1;
    for (uint32_t i = 0; i < component_count; i++) {
        if (h[i] > h_max) h_max = h[i];
        if (v[i] > v_max) v_max = v[i];
    }
    for (uint32_t i = 0; i < component_count; i++) {
        struct maker_component *c = &m->component[i];
        c->h = h[i];
        c->v = v[i];
        c->columns = ceil_div(width, 8 * h_max) * h[i];
        c->rows = ceil_div(height, 8 * v_max) * v[i];
        c->width_blocks = ceil_div(width * h[i], 8 * h_max);
        c->height_blocks = ceil_div(height * v[i], 8 * v_max);
        size_t count = (size_t)c->columns * c->rows;
        c->block = malloc(count * sizeof *c->block);
        for (size_t b = 0; b < count; b++) random_block(m, c->block[b], density);
    }
}

/* ---- scripts ---- */

static struct maker_scan *add_scan(struct maker *m) {
    struct maker_scan *s = &m->scan[m->scan_count++];
    *s = (struct maker_scan){0};
    if (maker_random(m, 3) == 0) s->restart_interval = 1 + maker_random(m, 9);
    return s;
}

/* Scans that carry each component once: in random groups whose MCU is not too big. */
static void group_components(struct maker *m, struct maker_scan like) {
    for (uint32_t i = 0; i < m->component_count;) {
        struct maker_scan *s = add_scan(m);
        uint32_t blocks = 0, restart = s->restart_interval;
        *s = like;
        s->restart_interval = restart;
        do {
            s->component[s->component_count++] = i;
            blocks += m->component[i].h * m->component[i].v;
            i++;
        } while (i < m->component_count && maker_random(m, 3) != 0 &&
                 blocks + m->component[i].h * m->component[i].v <= 10);
        if (s->component_count > 1 && blocks > 10) { /* the first one alone was too big */
            i -= s->component_count - 1;
            s->component_count = 1;
        }
    }
}

void maker_script_sequential(struct maker *m) {
    m->progressive = false;
    m->scan_count = 0;
    group_components(m, (struct maker_scan){.se = 63});
}

/* State of a progression: Al of each coefficient, or none yet. */
#define NONE 99u

static void add_ac_scan(struct maker *m, uint32_t component, uint32_t al[64]) {
    uint32_t ss = 1 + maker_random(m, 63);
    while (ss < 63 && al[ss] == 0) ss++;
    while (ss > 1 && al[ss - 1] == al[ss] && maker_random(m, 6) != 0) ss--;
    if (al[ss] == 0) return;
    uint32_t se = ss;
    while (se < 63 && al[se + 1] == al[ss] && maker_random(m, 60) != 0) se++;
    struct maker_scan *s = add_scan(m);
    s->component_count = 1;
    s->component[0] = component;
    s->ss = ss;
    s->se = se;
    s->ah = al[ss] == NONE ? 0 : al[ss];
    s->al = al[ss] == NONE ? maker_random(m, 4) : al[ss] - 1;
    for (uint32_t k = ss; k <= se; k++) al[k] = s->al;
}

void maker_script_progressive(struct maker *m, bool complete) {
    uint32_t al[4][64];
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t k = 0; k < 64; k++) al[i][k] = NONE;
    }
    m->progressive = true;
    m->scan_count = 0;
    uint32_t dc = maker_random(m, 4);
    group_components(m, (struct maker_scan){.al = dc});
    uint32_t tries = complete ? 100000 : maker_random(m, 60);
    while (tries-- > 0 && m->scan_count < 90) {
        uint32_t i = maker_random(m, m->component_count);
        if (dc > 0 && maker_random(m, 20) == 0) {
            group_components(m, (struct maker_scan){.ah = dc, .al = dc - 1});
            dc--;
        }
        uint32_t open = dc;
        for (uint32_t k = 1; k < 64; k++) open |= al[i][k];
        add_ac_scan(m, i, al[i]);
        for (uint32_t j = 0; j < m->component_count; j++) {
            for (uint32_t k = 1; k < 64; k++) open |= al[j][k];
        }
        if (open == 0) break;
    }
}

/* ---- events: symbols and bits of a scan before it has Huffman tables ---- */

struct event {
    int16_t table;  /* 0..3 DC, 4..7 AC, -1 = bits only, -2 = restart marker */
    uint8_t symbol;
    uint8_t count;  /* extra bits */
    uint16_t bits;
};

struct events {
    struct event *list;
    size_t count, capacity;
    uint32_t eob_run, eob_table;
    uint8_t *pending; /* correction bits behind the EOB run */
    size_t pending_count, pending_capacity;
};

static void add_event(struct events *e, int16_t table, uint32_t symbol, uint32_t bits,
                      uint32_t count) {
    if (e->count == e->capacity) {
        e->capacity = e->capacity * 2 + 1024;
        e->list = realloc(e->list, e->capacity * sizeof *e->list);
    }
    e->list[e->count++] = (struct event){table, (uint8_t)symbol, (uint8_t)count,
                                         (uint16_t)(bits & ((1u << count) - 1))};
}

static void add_pending(struct events *e, uint32_t bit) {
    if (e->pending_count == e->pending_capacity) {
        e->pending_capacity = e->pending_capacity * 2 + 1024;
        e->pending = realloc(e->pending, e->pending_capacity);
    }
    e->pending[e->pending_count++] = (uint8_t)bit;
}

static uint32_t bit_length(uint32_t value) {
    uint32_t n = 0;
    for (; value; value >>= 1) n++;
    return n;
}

static void flush_eob(struct events *e) {
    if (e->eob_run > 0) {
        uint32_t n = bit_length(e->eob_run) - 1;
        add_event(e, (int16_t)(4 + e->eob_table), n << 4, e->eob_run, n);
    }
    for (size_t i = 0; i < e->pending_count; i++) add_event(e, -1, 0, e->pending[i], 1);
    e->eob_run = 0;
    e->pending_count = 0;
}

static void add_eob(struct events *e, uint32_t table) {
    e->eob_table = table;
    if (++e->eob_run == 0x7FFF) flush_eob(e);
}

/* F.1.2.1: size and extra bits of a value. */
static void add_value(struct events *e, uint32_t table, uint32_t run, int32_t value) {
    uint32_t size = bit_length((uint32_t)abs(value));
    add_event(e, (int16_t)table, run << 4 | size, (uint32_t)(value < 0 ? value - 1 : value), size);
}

static void add_dc(struct events *e, const struct maker_scan *s, uint32_t table,
                   int16_t coefficient, int32_t *prediction) {
    int32_t value = coefficient >> s->al;
    if (s->ah > 0) {
        add_event(e, -1, 0, (uint32_t)value & 1, 1);
        return;
    }
    add_value(e, table, 0, value - *prediction);
    *prediction = value;
}

/* AC bands, first scan, and sequential blocks. */
static void add_first(struct events *e, const struct maker_scan *s, uint32_t table,
                      const int16_t *block, bool progressive) {
    uint32_t run = 0;
    for (uint32_t k = s->ss ? s->ss : 1; k <= s->se; k++) {
        int32_t magnitude = abs(block[k]) >> s->al;
        if (magnitude == 0) {
            run++;
            continue;
        }
        flush_eob(e);
        for (; run > 15; run -= 16) add_event(e, (int16_t)(4 + table), 0xF0, 0, 0);
        add_value(e, 4 + table, run, block[k] < 0 ? -magnitude : magnitude);
        run = 0;
    }
    if (run == 0) return;
    if (progressive)
        add_eob(e, table);
    else
        add_event(e, (int16_t)(4 + table), 0, 0, 0);
}

/* G.1.2.3. */
static void add_refined(struct events *e, const struct maker_scan *s, uint32_t table,
                        const int16_t *block) {
    uint8_t bits[64];
    uint32_t bit_count = 0, run = 0, last = 0;
    for (uint32_t k = s->ss; k <= s->se; k++) {
        if (abs(block[k]) >> s->al == 1) last = k;
    }
    for (uint32_t k = s->ss; k <= s->se; k++) {
        uint32_t magnitude = (uint32_t)abs(block[k]) >> s->al;
        if (magnitude == 0) {
            run++;
            continue;
        }
        while (run > 15 && k <= last) {
            flush_eob(e);
            add_event(e, (int16_t)(4 + table), 0xF0, 0, 0);
            for (uint32_t i = 0; i < bit_count; i++) add_event(e, -1, 0, bits[i], 1);
            bit_count = 0;
            run -= 16;
        }
        if (magnitude > 1) {
            bits[bit_count++] = magnitude & 1;
            continue;
        }
        flush_eob(e);
        add_event(e, (int16_t)(4 + table), run << 4 | 1, block[k] > 0, 1);
        for (uint32_t i = 0; i < bit_count; i++) add_event(e, -1, 0, bits[i], 1);
        bit_count = run = 0;
    }
    if (run == 0 && bit_count == 0) return;
    for (uint32_t i = 0; i < bit_count; i++) add_pending(e, bits[i]);
    add_eob(e, table);
}

static void add_block(struct maker *m, struct events *e, const struct maker_scan *s,
                      uint32_t position, const int16_t *block, int32_t *prediction) {
    uint32_t table = m->progressive ? position : s->component[position] & 1;
    if (s->ss == 0) add_dc(e, s, table, block[0], prediction);
    if (s->se == 0) return;
    if (s->ah > 0)
        add_refined(e, s, table, block);
    else
        add_first(e, s, table, block, m->progressive);
}

static void add_scan_events(struct maker *m, struct events *e, const struct maker_scan *s) {
    bool interleaved = s->component_count > 1;
    const struct maker_component *first = &m->component[s->component[0]];
    uint32_t columns = interleaved ? first->columns / first->h : first->width_blocks;
    uint32_t rows = interleaved ? first->rows / first->v : first->height_blocks;
    int32_t prediction[4] = {0};
    uint32_t left = s->restart_interval, index = 0;
    for (uint32_t mcu = 0; mcu < columns * rows; mcu++) {
        if (s->restart_interval && left == 0) {
            flush_eob(e);
            add_event(e, -2, index++ & 7, 0, 0);
            memset(prediction, 0, sizeof prediction);
            left = s->restart_interval;
        }
        left--;
        for (uint32_t i = 0; i < s->component_count; i++) {
            const struct maker_component *c = &m->component[s->component[i]];
            uint32_t h = interleaved ? c->h : 1, v = interleaved ? c->v : 1;
            for (uint32_t b = 0; b < h * v; b++) {
                uint32_t x = mcu % columns * h + b % h, y = mcu / columns * v + b / h;
                add_block(m, e, s, i, c->block[(size_t)y * c->columns + x], &prediction[i]);
            }
        }
    }
    flush_eob(e);
}

/* ---- Huffman tables (K.2) ---- */

struct code_table {
    uint8_t counts[17];
    uint8_t symbols[256];
    uint32_t symbol_count;
    uint8_t length[256];
    uint16_t code[256];
};

/* Code lengths of `frequency` (257 entries, the last one reserved so that no code
 * is all ones), by merging the two rarest; then cut to 16 bits. */
static void count_lengths(uint32_t frequency[257], uint32_t counts[64]) {
    uint32_t size[257] = {0};
    int next[257];
    for (int i = 0; i < 257; i++) next[i] = -1;
    for (;;) {
        int a = -1, b = -1;
        for (int i = 0; i < 257; i++) {
            if (frequency[i] && (a < 0 || frequency[i] <= frequency[a])) a = i;
        }
        for (int i = 0; i < 257; i++) {
            if (frequency[i] && i != a && (b < 0 || frequency[i] <= frequency[b])) b = i;
        }
        if (b < 0) break;
        frequency[a] += frequency[b];
        frequency[b] = 0;
        size[a]++;
        while (next[a] >= 0) size[a = next[a]]++;
        next[a] = b;
        size[b]++;
        while (next[b] >= 0) size[b = next[b]]++;
    }
    for (int i = 0; i < 257; i++) {
        if (size[i]) counts[size[i] < 63 ? size[i] : 63]++;
    }
}

static void limit_lengths(uint32_t counts[64]) {
    for (uint32_t i = 63; i > 16; i--) {
        while (counts[i] > 0) {
            uint32_t j = i - 2;
            while (counts[j] == 0) j--;
            counts[i] -= 2;
            counts[i - 1]++;
            counts[j + 1] += 2;
            counts[j]--;
        }
    }
    uint32_t i = 16;
    while (i > 0 && counts[i] == 0) i--;
    if (i > 0) counts[i]--; /* the reserved one */
}

static void make_table(struct code_table *t, const uint32_t *frequency) {
    uint32_t work[257], counts[64] = {0};
    memset(t, 0, sizeof *t);
    memcpy(work, frequency, 256 * sizeof *work);
    work[256] = 1;
    count_lengths(work, counts);
    limit_lengths(counts);
    bool used[256] = {false};
    uint32_t code = 0;
    for (uint32_t length = 1; length <= 16; length++, code <<= 1) {
        t->counts[length] = (uint8_t)counts[length];
        for (uint32_t i = 0; i < counts[length]; i++) {
            uint32_t best = 256;
            for (uint32_t s = 0; s < 256; s++) {
                if (frequency[s] && !used[s] && (best == 256 || frequency[s] > frequency[best])) {
                    best = s;
                }
            }
            used[best] = true;
            t->symbols[t->symbol_count++] = (uint8_t)best;
            t->length[best] = (uint8_t)length;
            t->code[best] = (uint16_t)code++;
        }
    }
}

/* ---- bytes ---- */

static void put(struct maker *m, uint32_t byte) {
    if (m->size == m->capacity) {
        m->capacity = m->capacity * 2 + 4096;
        m->bytes = realloc(m->bytes, m->capacity);
    }
    m->bytes[m->size++] = (uint8_t)byte;
}

static void put2(struct maker *m, uint32_t word) {
    put(m, word >> 8);
    put(m, word & 255);
}

struct bit_writer {
    struct maker *m;
    uint32_t buffer, count;
};

static void put_bits(struct bit_writer *w, uint32_t bits, uint32_t count) {
    for (; count > 0; count--) {
        w->buffer = w->buffer << 1 | (bits >> (count - 1) & 1);
        if (++w->count < 8) continue;
        put(w->m, w->buffer);
        if (w->buffer == 255) put(w->m, 0);
        w->buffer = w->count = 0;
    }
}

static void align(struct bit_writer *w) {
    while (w->count > 0) put_bits(w, 1, 1);
}

static void put_table(struct maker *m, uint32_t index, const struct code_table *t) {
    put2(m, 0xFFC4);
    put2(m, 19 + t->symbol_count);
    put(m, index < 4 ? index : 0x10 | (index - 4));
    for (uint32_t i = 1; i <= 16; i++) put(m, t->counts[i]);
    for (uint32_t i = 0; i < t->symbol_count; i++) put(m, t->symbols[i]);
}

static void put_events(struct maker *m, const struct events *e, const struct code_table *tables) {
    struct bit_writer w = {.m = m};
    for (size_t i = 0; i < e->count; i++) {
        const struct event *event = &e->list[i];
        if (event->table == -2) {
            align(&w);
            put2(m, 0xFFD0u + event->symbol);
            continue;
        }
        if (event->table >= 0) {
            const struct code_table *t = &tables[event->table];
            put_bits(&w, t->code[event->symbol], t->length[event->symbol]);
        }
        put_bits(&w, event->bits, event->count);
    }
    align(&w);
}

static void write_scan(struct maker *m, const struct maker_scan *s) {
    struct events e = {0};
    uint32_t frequency[8][256] = {{0}};
    struct code_table tables[8];
    bool used[8] = {false};
    add_scan_events(m, &e, s);
    /* Skewed on purpose, so that codes of all lengths appear. */
    uint32_t skew = maker_random(m, 3);
    for (size_t i = 0; i < e.count; i++) {
        if (e.list[i].table < 0) continue;
        used[e.list[i].table] = true;
        frequency[e.list[i].table][e.list[i].symbol] += 1 + (skew << (e.list[i].symbol & 15));
    }
    for (uint32_t i = 0; i < 8; i++) {
        /* A table must be there even when nothing uses it. */
        bool ac_scan = i == 4 && m->progressive && s->ss > 0;
        if (!used[i] && !ac_scan) continue;
        if (!used[i]) frequency[i][0] = 1;
        make_table(&tables[i], frequency[i]);
        put_table(m, i, &tables[i]);
    }
    put2(m, 0xFFDD);
    put2(m, 4);
    put2(m, s->restart_interval);
    put2(m, 0xFFDA);
    put2(m, 6 + 2 * s->component_count);
    put(m, s->component_count);
    for (uint32_t i = 0; i < s->component_count; i++) {
        put(m, s->component[i] + 1);
        put(m, (m->progressive ? i : s->component[i] & 1) * 0x11);
    }
    put(m, s->ss);
    put(m, s->se);
    put(m, s->ah << 4 | s->al);
    put_events(m, &e, tables);
    free(e.list);
    free(e.pending);
}

void maker_write(struct maker *m) {
    m->size = 0;
    put2(m, 0xFFD8);
    for (uint32_t t = 0; t < 2; t++) {
        put2(m, 0xFFDB);
        put2(m, 67);
        put(m, t);
        for (uint32_t k = 0; k < 64; k++) put(m, 1 + maker_random(m, 2 + k / 4));
    }
    put2(m, m->progressive ? 0xFFC2 : 0xFFC1);
    put2(m, 8 + 3 * m->component_count);
    put(m, 8);
    put2(m, m->height);
    put2(m, m->width);
    put(m, m->component_count);
    for (uint32_t i = 0; i < m->component_count; i++) {
        put(m, i + 1);
        put(m, m->component[i].h << 4 | m->component[i].v);
        put(m, i > 0);
    }
    for (uint32_t i = 0; i < m->scan_count; i++) write_scan(m, &m->scan[i]);
    put2(m, 0xFFD9);
}

void maker_free(struct maker *m) {
    for (uint32_t i = 0; i < 4; i++) free(m->component[i].block);
    free(m->bytes);
}
