/* jpeg_maker_events.h - the symbols and bits of a scan, before it has Huffman tables. */
#ifndef TH_TEST_JPEG_MAKER_EVENTS_H
#define TH_TEST_JPEG_MAKER_EVENTS_H

#include "jpeg_maker.h"

#define MAKER_TABLES 8 /* 0..3 DC, 4..7 AC */

struct maker_event {
    int16_t table; /* -1: bits only, -2: a restart marker */
    uint8_t symbol;
    uint8_t count; /* extra bits */
    uint16_t bits;
};

struct maker_events {
    struct maker_event *list; /* owned */
    size_t count, capacity;
    uint32_t eob_run, eob_table;
    uint8_t *pending; /* correction bits behind the EOB run; owned */
    size_t pending_count, pending_capacity;
};

/* Adds those of a scan to what begins as zeros. */
void maker_events_add(struct maker *m, struct maker_events *e, const struct maker_scan *s);
void maker_events_free(struct maker_events *e);

#endif
