/* geometry.h - which source pixels make the picture, and how large it becomes.
 *
 * Orientation comes first logically: w, h, fit and gravity speak of
 * the displayed image (D = its size). It is solved in source coordinates, where
 * pixel i of an axis covers [i, i+1), and mapped back through the inverse
 * orientation, because pixels are turned last, when they are few.
 *
 *   inside, scale-down  scale = min(w/Dw, h/Dh), at most 1 unless `up` (scale-down: always);
 *                       size = max(1, round(D * scale)) per axis; the whole image
 *   outside             the same with max
 *   fill                size = w x h; the whole image, each axis by its own ratio
 *   cover               size = w x h; window = the largest one of aspect w:h, not rounded
 *                       to pixels, placed so that its centre is as near the focal point as it can
 *   contain             canvas w x h, the image inside it at offset
 *                       floor((canvas - image) * gravity) in the colour bg
 *
 * Without `up`, cover and fill shrink the asked size by k = min(1, Dw/w, Dh/h),
 * keeping w:h. A missing w or h follows the image's aspect. dpr multiplies w and h. */
#ifndef TH_GEOMETRY_H
#define TH_GEOMETRY_H

#include "codec/codec.h"
#include "options.h"
#include "stage/resample.h"

/* Where the output comes from, displayed coordinates. */
struct th_geometry {
    uint32_t width, height;         /* the picture, without padding */
    uint32_t canvas_width, canvas_height;
    uint32_t left, top;             /* of the picture on the canvas */
    double x, y, w, h;              /* source window */
};

/* One displayed axis, seen from the stored image. */
struct th_stored_axis {
    uint32_t source;  /* luma samples stored */
    uint32_t out;     /* picture size */
    uint32_t canvas, offset;
    double start, length; /* window */
    bool mirrored;
};

void th_geometry_solve(struct th_geometry *g, const struct th_options *o, uint32_t width,
                       uint32_t height);

/* The same along the stored image's axes, which the header's orientation may swap and mirror. */
void th_geometry_unturn(const struct th_geometry *g, const struct th_header *header,
                        struct th_stored_axis *x, struct th_stored_axis *y);

/* The axis of a plane of which `count` samples cover `unit_in` luma samples of the
 * source and each shall cover `unit_out` of the result. Where an odd size is mirrored,
 * the sample that sticks out is the first, not the last. */
struct th_axis th_plane_axis(const struct th_stored_axis *a, uint32_t count, uint32_t unit_in,
                             uint32_t unit_out);

#endif
