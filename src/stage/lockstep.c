/* lockstep.c - see lockstep.h. */
#include "lockstep.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"

#define CAPACITY_AT_FIRST 4u

enum th_status th_lockstep_open(struct th_lockstep *lockstep, const struct th_shape *shape) {
    lockstep->planes = th_layout_planes(shape->layout);
    for (uint32_t p = 0; p < lockstep->planes; p++) {
        size_t row_bytes = (size_t)shape->plane[p].width * th_layout_pixel_bytes(shape->layout);
        lockstep->plane[p].row_bytes = row_bytes;
        lockstep->plane[p].capacity = CAPACITY_AT_FIRST;
        lockstep->plane[p].rows = th_calloc(CAPACITY_AT_FIRST, row_bytes);
        if (!lockstep->plane[p].rows) return th_fail_memory();
    }
    return TH_OK;
}

void th_lockstep_close(struct th_lockstep *lockstep) {
    for (uint32_t p = 0; p < lockstep->planes; p++) th_free(lockstep->plane[p].rows);
}

/* Doubles plane p's ring; the rows in front of `first` move behind the old end. */
static enum th_status grow(struct th_lockstep *lockstep, uint32_t p) {
    uint32_t old = lockstep->plane[p].capacity;
    size_t row_bytes = lockstep->plane[p].row_bytes;
    uint8_t *rows = th_realloc(lockstep->plane[p].rows, 2 * (size_t)old * row_bytes);
    if (!rows) return th_fail_memory();
    memcpy(rows + old * row_bytes, rows, lockstep->plane[p].first * row_bytes);
    lockstep->plane[p].rows = rows;
    lockstep->plane[p].capacity = 2 * old;
    return TH_OK;
}

static enum th_status put_row(struct th_lockstep *lockstep, uint32_t p, const uint8_t *row) {
    if (lockstep->plane[p].count == lockstep->plane[p].capacity) TH_TRY(grow(lockstep, p));
    uint32_t at = lockstep->plane[p].first + lockstep->plane[p].count++;
    at %= lockstep->plane[p].capacity;
    size_t row_bytes = lockstep->plane[p].row_bytes;
    memcpy(lockstep->plane[p].rows + at * row_bytes, row, row_bytes);
    return TH_OK;
}

enum th_status th_lockstep_put(struct th_lockstep *lockstep, const struct th_band *band) {
    for (uint32_t p = 0; p < lockstep->planes; p++) {
        for (uint32_t i = 0; i < band->rows[p]; i++) {
            TH_TRY(put_row(lockstep, p, band->data[p] + i * band->stride[p]));
        }
    }
    return TH_OK;
}

bool th_lockstep_take(struct th_lockstep *lockstep, const uint8_t *row[TH_PLANES_MAX]) {
    for (uint32_t p = 0; p < lockstep->planes; p++) {
        if (lockstep->plane[p].count == 0) return false;
    }
    for (uint32_t p = 0; p < lockstep->planes; p++) {
        uint32_t first = lockstep->plane[p].first;
        row[p] = lockstep->plane[p].rows + first * lockstep->plane[p].row_bytes;
        lockstep->plane[p].first = (first + 1) % lockstep->plane[p].capacity;
        lockstep->plane[p].count--;
    }
    return true;
}
