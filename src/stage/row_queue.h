/* row_queue.h - rows of planes that arrive at different paces, handed out together.
 *
 * A resampler makes a luma row as soon as it can, and chroma may be rows behind
 * (its kernel covers twice as many source rows). Who needs row j of every plane at
 * once puts rows in here and takes them out when all planes have theirs. The
 * queues grow while rows arrive and keep their size: in practice to the height of
 * one band, not of the image. All planes have the same height. */
#ifndef TH_ROW_QUEUE_H
#define TH_ROW_QUEUE_H

#include "../rows.h"

struct th_row_queue {
    uint32_t planes;
    struct {
        uint8_t *rows; /* owned ring of `capacity` rows */
        size_t row_bytes;
        uint32_t capacity;
        uint32_t first, count; /* ring index of the oldest row; rows held */
    } plane[TH_PLANES_MAX];
};

/* Must be all zero; th_row_queue_close frees it also after a failure. */
enum th_status th_row_queue_open(struct th_row_queue *queue, const struct th_shape *shape);
void th_row_queue_close(struct th_row_queue *queue);

/* Copies all rows of the band. */
enum th_status th_row_queue_put(struct th_row_queue *queue, const struct th_band *band);

/* Takes the next row of every plane: false when some plane has none. The rows are
 * valid until the next put. */
bool th_row_queue_take(struct th_row_queue *queue, const uint8_t *row[TH_PLANES_MAX]);

#endif
