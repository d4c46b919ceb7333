/* jpeg_maker_events.c - see jpeg_maker_events.h. Section numbers are those of ITU-T T.81. */
#include <stdlib.h>
#include <string.h>

#include "jpeg_maker_events.h"

static void add_event(struct maker_events *e, int16_t table, uint32_t symbol, uint32_t bits,
                      uint32_t count) {
    if (e->count == e->capacity) {
        e->capacity = e->capacity * 2 + 1024;
        e->list = realloc(e->list, e->capacity * sizeof *e->list);
    }
    e->list[e->count++] = (struct maker_event){table, (uint8_t)symbol, (uint8_t)count,
                                               (uint16_t)(bits & ((1u << count) - 1))};
}

static void add_pending(struct maker_events *e, uint32_t bit) {
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

static void flush_eob(struct maker_events *e) {
    if (e->eob_run > 0) {
        uint32_t n = bit_length(e->eob_run) - 1;
        add_event(e, (int16_t)(4 + e->eob_table), n << 4, e->eob_run, n);
    }
    for (size_t i = 0; i < e->pending_count; i++) add_event(e, -1, 0, e->pending[i], 1);
    e->eob_run = 0;
    e->pending_count = 0;
}

static void add_eob(struct maker_events *e, uint32_t table) {
    e->eob_table = table;
    if (++e->eob_run == 0x7FFF) flush_eob(e);
}

/* F.1.2.1: size and extra bits of a value. */
static void add_value(struct maker_events *e, uint32_t table, uint32_t run, int32_t value) {
    uint32_t size = bit_length((uint32_t)abs(value));
    add_event(e, (int16_t)table, run << 4 | size, (uint32_t)(value < 0 ? value - 1 : value), size);
}

static void add_dc(struct maker_events *e, const struct maker_scan *s, uint32_t table,
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
static void add_first(struct maker_events *e, const struct maker_scan *s, uint32_t table,
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
static void add_refined(struct maker_events *e, const struct maker_scan *s, uint32_t table,
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

static void add_block(struct maker *m, struct maker_events *e, const struct maker_scan *s,
                      uint32_t position, const int16_t *block, int32_t *prediction) {
    uint32_t table = m->progressive ? position : s->component[position] & 1;
    if (s->ss == 0) add_dc(e, s, table, block[0], prediction);
    if (s->se == 0) return;
    if (s->ah > 0)
        add_refined(e, s, table, block);
    else
        add_first(e, s, table, block, m->progressive);
}

void maker_events_add(struct maker *m, struct maker_events *e, const struct maker_scan *s) {
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

void maker_events_free(struct maker_events *e) {
    free(e->list);
    free(e->pending);
}
