/* frame.h - whole pictures for the tests of stages and codecs: made, handed out
 * as a source in bands of any rhythm, and collected from one again. */
#ifndef TH_TEST_FRAME_H
#define TH_TEST_FRAME_H

#include "rows.h"

struct frame {
    struct th_shape shape;
    uint8_t *data[TH_PLANES_MAX]; /* owned; rows without gaps */
};

/* Zeroed planes. Every allocation here is malloc's, outside any arena. */
struct frame frame_make(struct th_shape shape);
void frame_free(struct frame *frame);
size_t frame_row_bytes(const struct frame *frame, uint32_t plane);
uint8_t *frame_at(const struct frame *frame, uint32_t plane, uint32_t x, uint32_t y);
struct th_shape frame_shape(enum th_layout layout, uint32_t width, uint32_t height);

/* A small generator, the same everywhere: 32 new bits a call. */
uint32_t frame_random(uint32_t *seed);
void frame_fill_random(struct frame *frame, uint32_t *seed);

/* A source over the frame (borrowed). rhythm 0: everything in one band; 1: one
 * row of one plane at a time, plane after plane; 2 and more: pseudo-random bands
 * of a few rows, some planes ahead of others, seeded by it. */
struct th_source *frame_source(const struct frame *frame, uint32_t rhythm);

/* Drains `source` into a new frame and checks that each row came exactly once and
 * that TH_DONE is repeated. On failure *status is not TH_DONE. */
struct frame frame_collect(struct th_source *source, enum th_status *status);

/* How many frame sources are open: 0 when every stage closed its upstream. */
int frame_sources_open(void);

#endif
