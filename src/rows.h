/* rows.h - the one inner interface: how pixel rows move.
 *
 * An image is one to four planes, each with its own width and height: 4:2:0
 * chroma is half as wide and half as high and stays so. A source hands out
 * bands (some consecutive rows of each plane, possibly none of some), a sink
 * takes them. In every plane rows go top to bottom, each exactly once. The
 * sources form a chain (decoder, stages), the sink pulls. Nothing declared here
 * allocates per row.
 *
 * Samples are uint8_t except in TH_LAYOUT_RGBA_PRE. */
#ifndef TH_ROWS_H
#define TH_ROWS_H

#include "thimble.h"

#define TH_PLANES_MAX 4

enum th_layout {
    TH_LAYOUT_GRAY = 0, /* Y, full range */
    TH_LAYOUT_YCC,      /* Y Cb Cr, BT.601; chroma planes of any size */
    TH_LAYOUT_YCCA,     /* Y Cb Cr A, colours not premultiplied */
    TH_LAYOUT_RGBX,     /* one plane, 4 bytes a pixel, the fourth is 255 */
    TH_LAYOUT_RGBA,     /* one plane, 4 bytes a pixel, colours not premultiplied */
    TH_LAYOUT_RGBA_PRE, /* one plane, 4 int16_t a pixel, 16320 = 1, premultiplied; or linear */
};

struct th_plane {
    uint32_t width;  /* samples (pixels for the interleaved layouts) */
    uint32_t height; /* rows */
};

/* What a chain of planes looks like. Fixed once a source is open. */
struct th_shape {
    enum th_layout layout;
    bool limited_range; /* Y 16..235, C 16..240 (WebP) instead of 0..255 (JPEG); YCC(A) only */
    struct th_plane plane[TH_PLANES_MAX];
};

uint32_t th_layout_planes(enum th_layout layout);       /* 1, 3 or 4 */
uint32_t th_layout_pixel_bytes(enum th_layout layout); /* bytes a sample position takes: 1, 4, 8 */

struct th_band {
    const uint8_t *data[TH_PLANES_MAX]; /* first row; NULL only when rows is 0 */
    size_t stride[TH_PLANES_MAX]; /* bytes from a row to the next */
    uint32_t rows[TH_PLANES_MAX];
};

/* Planes advance together: of the rows a source has given, no plane is more than
 * this many of its rows ahead of the picture height all planes have reached. */
#define TH_PLANE_SKEW_ROWS_MAX 32u
/* Rows of one plane in a band, at most. */
#define TH_BAND_ROWS_MAX 32u

/* next: TH_OK sets *band (at least one row in some plane), borrowed until the
 * following call on this source. TH_MORE_INPUT: nothing happened, call again
 * when there is more. TH_DONE: after the last row. Negative: failed; the job keeps
 * the first error and never calls again. A source need not be drained.
 * close: frees this source, then its upstream. */
struct th_source {
    struct th_shape shape;
    enum th_status (*next)(struct th_source *self, struct th_band *band);
    void (*close)(struct th_source *self);
};

/* put: borrows the band for the call only. finish: once, after the last row of
 * every plane; appends what is left to the output. */
struct th_sink {
    enum th_status (*put)(struct th_sink *self, const struct th_band *band);
    enum th_status (*finish)(struct th_sink *self);
    void (*close)(struct th_sink *self);
};

#endif
