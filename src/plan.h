/* plan.h - everything that is decided before a pixel is decoded.
 *
 * Pure arithmetic: header + options + limits -> sizes, windows, stages, and an
 * upper bound of memory and work. The pipeline then only moves rows. Which pixels
 * is geometry.h's question, may we budget.h's; in which form is answered here. */
#ifndef TH_PLAN_H
#define TH_PLAN_H

#include "codec/codec.h"
#include "options.h"
#include "rows.h"
#include "stage/resample.h"

/* The stages a pipeline may have, in the order they run. */
enum th_stage {
    TH_STAGE_SOURCE_RGB = 1 << 0, /* in linear light only */
    TH_STAGE_PREMULTIPLY = 1 << 1,
    TH_STAGE_SHRINK = 1 << 2,
    TH_STAGE_RESAMPLE = 1 << 3,
    TH_STAGE_UNPREMULTIPLY = 1 << 4,
    TH_STAGE_FLATTEN = 1 << 5,
    TH_STAGE_TO_RGB = 1 << 6,
    TH_STAGE_PAD = 1 << 7,
    TH_STAGE_ORIENT = 1 << 8,
    TH_STAGE_TO_YCC = 1 << 9,
    TH_STAGE_SUBSAMPLE = 1 << 10,
    TH_STAGE_RANGE = 1 << 11,
};

struct th_plan {
    enum th_format out_format;
    uint32_t in_width, in_height;   /* displayed */
    uint32_t out_width, out_height; /* displayed, padding included */
    uint32_t scale;                 /* the decoder's, eighths (codec.h) */
    uint32_t stages;                /* enum th_stage bits */
    bool linear_light;              /* (un)premultiply and flatten convert to light and back */
    enum th_layout unlinear;        /* what unpremultiply makes of light: GRAY, RGBX or RGBA */
    struct th_resample upsample;    /* of SOURCE_RGB: chroma to luma's size */
    struct th_shrink shrink;        /* box pre-shrink, per axis */
    struct th_resample resample;    /* in the coordinates of the decoded, shrunk planes */
    uint32_t orientation;           /* what the orient stage has to do */
    uint32_t pad_left, pad_top;     /* stored (unturned) coordinates */
    uint32_t pad_width, pad_height;
    uint8_t background[4];          /* RGBA, not premultiplied */
    bool limited_range;             /* what the writer wants */
    uint32_t quality;
    uint64_t memory_bytes; /* upper bound of live allocations */
    uint64_t work;         /* upper bound, units */
};

/* `input_bytes` is the length of the whole input as far as it is known. */
enum th_status th_plan_make(struct th_plan *plan, const struct th_header *header,
                            enum th_format in_format, const struct th_options *options,
                            const struct th_limits *limits, uint64_t input_bytes);

#endif
