/* row_queue.c - see row_queue.h. */
#include "row_queue.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"

#define CAPACITY_AT_FIRST 4u

enum th_status th_row_queue_open(struct th_row_queue *queue, const struct th_shape *shape) {
    queue->planes = th_layout_planes(shape->layout);
    for (uint32_t p = 0; p < queue->planes; p++) {
        size_t row_bytes = (size_t)shape->plane[p].width * th_layout_pixel_bytes(shape->layout);
        queue->plane[p].row_bytes = row_bytes;
        queue->plane[p].capacity = CAPACITY_AT_FIRST;
        queue->plane[p].rows = th_calloc(CAPACITY_AT_FIRST, row_bytes);
        if (!queue->plane[p].rows) return th_fail_memory();
    }
    return TH_OK;
}

void th_row_queue_close(struct th_row_queue *queue) {
    for (uint32_t p = 0; p < queue->planes; p++) th_free(queue->plane[p].rows);
}

/* Doubles plane p's ring; the rows in front of `first` move behind the old end. */
static enum th_status grow(struct th_row_queue *queue, uint32_t p) {
    uint32_t old = queue->plane[p].capacity;
    size_t row_bytes = queue->plane[p].row_bytes;
    uint8_t *rows = th_realloc(queue->plane[p].rows, 2 * (size_t)old * row_bytes);
    if (!rows) return th_fail_memory();
    memcpy(rows + old * row_bytes, rows, queue->plane[p].first * row_bytes);
    queue->plane[p].rows = rows;
    queue->plane[p].capacity = 2 * old;
    return TH_OK;
}

static enum th_status put_row(struct th_row_queue *queue, uint32_t p, const uint8_t *row) {
    if (queue->plane[p].count == queue->plane[p].capacity) TH_TRY(grow(queue, p));
    uint32_t at = queue->plane[p].first + queue->plane[p].count++;
    at %= queue->plane[p].capacity;
    size_t row_bytes = queue->plane[p].row_bytes;
    memcpy(queue->plane[p].rows + at * row_bytes, row, row_bytes);
    return TH_OK;
}

enum th_status th_row_queue_put(struct th_row_queue *queue, const struct th_band *band) {
    for (uint32_t p = 0; p < queue->planes; p++) {
        for (uint32_t i = 0; i < band->rows[p]; i++) {
            TH_TRY(put_row(queue, p, band->data[p] + i * band->stride[p]));
        }
    }
    return TH_OK;
}

bool th_row_queue_take(struct th_row_queue *queue, const uint8_t *row[TH_PLANES_MAX]) {
    for (uint32_t p = 0; p < queue->planes; p++) {
        if (queue->plane[p].count == 0) return false;
    }
    for (uint32_t p = 0; p < queue->planes; p++) {
        uint32_t first = queue->plane[p].first;
        row[p] = queue->plane[p].rows + first * queue->plane[p].row_bytes;
        queue->plane[p].first = (first + 1) % queue->plane[p].capacity;
        queue->plane[p].count--;
    }
    return true;
}
