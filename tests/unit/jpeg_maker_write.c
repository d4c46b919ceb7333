/* jpeg_maker_write.c - see jpeg_maker.h: the file's bytes. */
#include <stdlib.h>

#include "jpeg_maker_codes.h"
#include "jpeg_maker_events.h"

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

static void put_table(struct maker *m, uint32_t index, const struct maker_codes *t) {
    put2(m, 0xFFC4);
    put2(m, 19 + t->symbol_count);
    put(m, index < 4 ? index : 0x10 | (index - 4));
    for (uint32_t i = 1; i <= 16; i++) put(m, t->counts[i]);
    for (uint32_t i = 0; i < t->symbol_count; i++) put(m, t->symbols[i]);
}

static void put_events(struct maker *m, const struct maker_events *e,
                       const struct maker_codes *tables) {
    struct bit_writer w = {.m = m};
    for (size_t i = 0; i < e->count; i++) {
        const struct maker_event *event = &e->list[i];
        if (event->table == -2) {
            align(&w);
            put2(m, 0xFFD0u + event->symbol);
            continue;
        }
        if (event->table >= 0) {
            const struct maker_codes *t = &tables[event->table];
            put_bits(&w, t->code[event->symbol], t->length[event->symbol]);
        }
        put_bits(&w, event->bits, event->count);
    }
    align(&w);
}

/* How often a symbol is taken to appear: skewed on purpose, by its size or its run, so that codes
 * of all lengths appear. */
static uint32_t weight(uint32_t symbol, uint32_t skew) {
    return skew == 3 ? 1u << (symbol >> 4) : 1 + (skew << (symbol & 15));
}

/* The tables of a scan. */
static void put_tables(struct maker *m, const struct maker_scan *s, const struct maker_events *e,
                       struct maker_codes tables[MAKER_TABLES]) {
    uint32_t frequency[MAKER_TABLES][256] = {{0}};
    bool used[MAKER_TABLES] = {false};
    uint32_t skew = maker_random(m, 4);
    for (size_t i = 0; i < e->count; i++) {
        const struct maker_event *event = &e->list[i];
        if (event->table < 0) continue;
        used[event->table] = true;
        frequency[event->table][event->symbol] += weight(event->symbol, skew);
    }
    for (uint32_t i = 0; i < MAKER_TABLES; i++) {
        /* A table must be there even when nothing uses it. */
        bool ac_scan = i == 4 && m->progressive && s->ss > 0;
        if (!used[i] && !ac_scan) continue;
        if (!used[i]) frequency[i][0] = 1;
        maker_codes_make(&tables[i], frequency[i]);
        put_table(m, i, &tables[i]);
    }
}

static void write_scan(struct maker *m, const struct maker_scan *s) {
    struct maker_events e = {0};
    struct maker_codes tables[MAKER_TABLES];
    maker_events_add(m, &e, s);
    put_tables(m, s, &e, tables);
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
    maker_events_free(&e);
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
