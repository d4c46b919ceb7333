/* pad.h - the stage that lays the picture on a larger canvas of one colour.
 *
 * All planes have the picture's size (GRAY, YCC 4:4:4, RGBX, RGBA). Holds one row
 * per plane. Rows of padding wait for the slowest plane, so that planes leave no
 * further apart than they came. Closes its upstream. */
#ifndef TH_PAD_H
#define TH_PAD_H

#include "../rows.h"

/* The canvas is width x height, the picture's top left corner at (left, top) and
 * all of it inside. `colour` is in the layout's samples: Y, Y Cb Cr, or R G B A. */
enum th_status th_pad_open(struct th_source *up, uint32_t left, uint32_t top, uint32_t width,
                           uint32_t height, const uint8_t colour[4], struct th_source **source);

#endif
