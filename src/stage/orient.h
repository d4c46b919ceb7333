/* orient.h - the stage that turns and mirrors pixels, as TIFF tag Orientation asks.
 *
 * It runs last, at output size. FRAMES: a horizontal mirror (2) goes row by row;
 * all others (3 to 8) hold the whole picture, every plane, and hand out nothing
 * until the upstream is done. Any layout of 1-byte samples or 4-byte pixels; each
 * plane is turned in its own size. Closes its upstream. */
#ifndef TH_ORIENT_H
#define TH_ORIENT_H

#include "../rows.h"

/* `orientation` 1..8 is what the stored picture says of itself: the result is the
 * picture as it is to be displayed, with width and height swapped for 5..8.
 * Returns `up` itself for 1. */
enum th_status th_orient_open(struct th_source *up, uint32_t orientation,
                              struct th_source **source);

#endif
