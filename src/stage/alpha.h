/* alpha.h - the three stages that change what alpha means.
 *
 * Resampling mixes pixels, and a transparent pixel's colour must not bleed into
 * its neighbours: so pixels are premultiplied before and divided (or laid over a
 * background) after. Between the two, samples are int16 in Q6 (255 = 16320), as
 * alpha_rows.h defines, with room for the resampler's overshoot of either sign.
 * Each stage holds one row. All close their upstream. */
#ifndef TH_ALPHA_H
#define TH_ALPHA_H

#include "../rows.h"

/* RGBA to RGBA_PRE. */
enum th_status th_premultiply_open(struct th_source *up, struct th_source **source);

/* RGBA_PRE to RGBA. Alpha that comes out as 0 makes the whole pixel 0. */
enum th_status th_unpremultiply_open(struct th_source *up, struct th_source **source);

/* RGBA_PRE over the colour `background` (R G B A, not premultiplied): RGBX when
 * that is opaque, else RGBA. */
enum th_status th_flatten_open(struct th_source *up, const uint8_t background[4],
                               struct th_source **source);

#endif
