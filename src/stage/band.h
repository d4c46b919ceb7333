/* band.h - what stages share: taking a held band apart, one row at a time. */
#ifndef TH_STAGE_BAND_H
#define TH_STAGE_BAND_H

#include "../rows.h"

/* The next row of `plane` in *band, which then holds one row less; NULL when
 * there is none. Valid as long as the band is. */
static inline const uint8_t *th_band_take(struct th_band *band, uint32_t plane) {
    const uint8_t *row = band->data[plane];
    if (band->rows[plane] == 0) return NULL;
    band->data[plane] += band->stride[plane];
    band->rows[plane]--;
    return row;
}

/* *band becomes one row of one plane. */
static inline void th_band_give(struct th_band *band, uint32_t plane, const void *row) {
    *band = (struct th_band){0};
    band->data[plane] = row;
    band->rows[plane] = 1;
}

/* The next row of a source with one plane; *held is what is left of its band.
 * Any status but TH_OK is the source's. */
static inline enum th_status th_band_pull(struct th_source *up, struct th_band *held,
                                          const uint8_t **row) {
    while ((*row = th_band_take(held, 0)) == NULL) TH_TRY(up->next(up, held));
    return TH_OK;
}

#endif
