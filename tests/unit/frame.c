/* frame.c - see frame.h. */
#include "frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_sources;

int frame_sources_open(void) {
    return open_sources;
}

static void *must(void *block) {
    if (!block) exit(2);
    return block;
}

size_t frame_row_bytes(const struct frame *frame, uint32_t plane) {
    return (size_t)frame->shape.plane[plane].width * th_layout_pixel_bytes(frame->shape.layout);
}

uint8_t *frame_at(const struct frame *frame, uint32_t plane, uint32_t x, uint32_t y) {
    size_t pixel_bytes = th_layout_pixel_bytes(frame->shape.layout);
    return frame->data[plane] + frame_row_bytes(frame, plane) * y + x * pixel_bytes;
}

struct th_shape frame_shape(enum th_layout layout, uint32_t width, uint32_t height) {
    struct th_shape shape = {.layout = layout};
    for (uint32_t p = 0; p < th_layout_planes(layout); p++) {
        shape.plane[p] = (struct th_plane){width, height};
    }
    return shape;
}

struct frame frame_make(struct th_shape shape) {
    struct frame frame = {.shape = shape};
    for (uint32_t p = 0; p < th_layout_planes(shape.layout); p++) {
        size_t bytes = frame_row_bytes(&frame, p) * shape.plane[p].height;
        frame.data[p] = must(calloc(1, bytes + 1));
    }
    return frame;
}

void frame_free(struct frame *frame) {
    for (uint32_t p = 0; p < TH_PLANES_MAX; p++) free(frame->data[p]);
    *frame = (struct frame){0};
}

/* Numerical Recipes' linear congruence; its high half is good enough. */
uint32_t frame_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    uint32_t high = *seed >> 16;
    *seed = *seed * 1664525u + 1013904223u;
    return high << 16 | *seed >> 16;
}

void frame_fill_random(struct frame *frame, uint32_t *seed) {
    for (uint32_t p = 0; p < th_layout_planes(frame->shape.layout); p++) {
        size_t bytes = frame_row_bytes(frame, p) * frame->shape.plane[p].height;
        for (size_t i = 0; i < bytes; i++) frame->data[p][i] = (uint8_t)frame_random(seed);
    }
}

struct frame_source {
    struct th_source source;
    const struct frame *frame;
    uint32_t next[TH_PLANES_MAX];
    uint32_t rhythm, seed;
    uint8_t *lent[TH_PLANES_MAX]; /* a copy that dies at the next call, as the contract says */
};

static uint32_t rows_now(struct frame_source *s, uint32_t plane, bool *given) {
    uint32_t left = s->frame->shape.plane[plane].height - s->next[plane];
    uint32_t rows = left;
    if (s->rhythm == 1) rows = *given ? 0 : 1;
    if (s->rhythm >= 2) rows = frame_random(&s->seed) % 4;
    if (rows > left) rows = left;
    *given = *given || rows > 0;
    return rows;
}

static void lend(struct frame_source *s, uint32_t plane, uint32_t rows, struct th_band *band) {
    size_t row_bytes = frame_row_bytes(s->frame, plane), gap = s->rhythm % 3;
    free(s->lent[plane]);
    s->lent[plane] = NULL;
    band->rows[plane] = rows;
    band->stride[plane] = row_bytes + gap * 8;
    if (rows == 0) return;
    /* Exactly so many bytes that a sanitizer sees a read past the last pixel. */
    s->lent[plane] = must(malloc((rows - 1) * band->stride[plane] + row_bytes));
    for (uint32_t i = 0; i < rows; i++) {
        memcpy(s->lent[plane] + i * band->stride[plane],
               s->frame->data[plane] + (s->next[plane] + i) * row_bytes, row_bytes);
    }
    band->data[plane] = s->lent[plane];
    s->next[plane] += rows;
}

static enum th_status frame_next(struct th_source *self, struct th_band *band) {
    struct frame_source *s = (struct frame_source *)self;
    uint32_t planes = th_layout_planes(self->shape.layout);
    bool given = false, left = false;
    for (uint32_t p = 0; p < planes; p++) {
        left = left || s->next[p] < s->frame->shape.plane[p].height;
    }
    if (!left) return TH_DONE;
    *band = (struct th_band){0};
    while (!given) {
        for (uint32_t p = 0; p < planes; p++) lend(s, p, rows_now(s, p, &given), band);
    }
    return TH_OK;
}

static void frame_close(struct th_source *self) {
    struct frame_source *s = (struct frame_source *)self;
    for (uint32_t p = 0; p < TH_PLANES_MAX; p++) free(s->lent[p]);
    free(s);
    open_sources--;
}

struct th_source *frame_source(const struct frame *frame, uint32_t rhythm) {
    struct frame_source *s = must(calloc(1, sizeof *s));
    s->source = (struct th_source){frame->shape, frame_next, frame_close};
    s->frame = frame;
    s->rhythm = s->seed = rhythm;
    open_sources++;
    return &s->source;
}

static bool collect_band(struct frame *frame, uint32_t next[TH_PLANES_MAX],
                         const struct th_band *band) {
    bool any = false;
    for (uint32_t p = 0; p < TH_PLANES_MAX; p++) {
        if (band->rows[p] == 0) continue;
        any = true;
        if (p >= th_layout_planes(frame->shape.layout)) return false;
        if (band->rows[p] > frame->shape.plane[p].height - next[p]) return false;
        size_t row_bytes = frame_row_bytes(frame, p);
        for (uint32_t i = 0; i < band->rows[p]; i++) {
            memcpy(frame->data[p] + next[p]++ * row_bytes, band->data[p] + i * band->stride[p],
                   row_bytes);
        }
    }
    return any;
}

struct frame frame_collect(struct th_source *source, enum th_status *status) {
    struct frame frame = frame_make(source->shape);
    uint32_t next[TH_PLANES_MAX] = {0};
    struct th_band band;
    while ((*status = source->next(source, &band)) == TH_OK) {
        if (!collect_band(&frame, next, &band)) {
            printf("a band with too many rows, or none\n");
            *status = TH_INTERNAL;
            return frame;
        }
    }
    if (*status != TH_DONE) return frame;
    for (uint32_t p = 0; p < th_layout_planes(frame.shape.layout); p++) {
        if (next[p] != frame.shape.plane[p].height) *status = TH_INTERNAL;
    }
    if (source->next(source, &band) != TH_DONE) *status = TH_INTERNAL;
    return frame;
}
