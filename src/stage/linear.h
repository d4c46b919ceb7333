/* linear.h - the two stages around shrink and resample in linear light (lin=1).
 *
 * Light adds up, and sRGB's numbers are not proportional to it: fine bright detail on
 * dark gets too dark when these are averaged. So samples become amounts of light
 * before pixels are mixed and sRGB's numbers after. Between the two, pixels are
 * RGBA_PRE as in alpha.h, but linear: what alpha.h does to alpha happens here too.
 * linear_rows.h is the arithmetic. Each stage holds one row. Both close their upstream. */
#ifndef TH_LINEAR_H
#define TH_LINEAR_H

#include "../rows.h"

/* GRAY, RGBX or RGBA to linear RGBA_PRE. */
enum th_status th_to_linear_open(struct th_source *up, struct th_source **source);

/* Linear RGBA_PRE to `layout`: RGBA; RGBX or GRAY for a source that was opaque. */
enum th_status th_from_linear_open(struct th_source *up, enum th_layout layout,
                                   struct th_source **source);

/* Linear RGBA_PRE over the colour `background` (R G B A, sRGB, not premultiplied), mixed in
 * linear light: RGBX when that is opaque, else RGBA. */
enum th_status th_flatten_linear_open(struct th_source *up, const uint8_t background[4],
                                      struct th_source **source);

#endif
