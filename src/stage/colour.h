/* colour.h - the four stages between colour spaces: RGB and BT.601 YCbCr, full
 * range (JFIF) and limited range (WebP), full and halved chroma.
 *
 * Halved chroma is sited at the centre of its 2x2 luma samples: the average of
 * the four; at an odd right or bottom edge the last column or row counts twice.
 * The arithmetic is colour_rows.h's. Planes may arrive at different paces;
 * th_to_rgb waits for the slowest (row_queue.h), the others pass planes on as they
 * come. All close their upstream. */
#ifndef TH_COLOUR_H
#define TH_COLOUR_H

#include "../rows.h"

/* RGBX to YCC, RGBA to YCCA, with chroma planes of ceil(w/2) x ceil(h/2). With
 * alpha, chroma is the average weighted by alpha (of what cannot be seen, the
 * plain one); luma is converted pixel by pixel. Holds two rows. */
enum th_status th_to_ycc_open(struct th_source *up, bool limited_range, struct th_source **source);

/* YCC with three planes of one size, or GRAY, in either range, to RGBX. */
enum th_status th_to_rgb_open(struct th_source *up, struct th_source **source);

/* GRAY, YCC or YCCA to the other range. Returns `up` itself when it is there. */
enum th_status th_range_open(struct th_source *up, bool limited_range, struct th_source **source);

/* YCC with three planes of one size to halved chroma. Holds a row per chroma plane. */
enum th_status th_subsample_open(struct th_source *up, struct th_source **source);

#endif
