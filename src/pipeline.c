/* pipeline.c - see pipeline.h. The list of stages is the literal below: what a
 * job can do to pixels, in the order it does it. */
#include "pipeline.h"

#include <string.h>

#include "fail.h"
#include "stage/alpha.h"
#include "stage/colour.h"
#include "stage/colour_rows.h"
#include "stage/linear.h"
#include "stage/orient.h"
#include "stage/pad.h"
#include "stage/resample.h"
#include "stage/shrink.h"
#include "work.h"

typedef enum th_status open_stage(struct th_source *up, const struct th_plan *plan,
                                  struct th_source **source);

/* Each stage that is open hangs on *source, which is closed when the next one fails. */
static enum th_status open_source_rgb(struct th_source *up, const struct th_plan *plan,
                                      struct th_source **source) {
    TH_TRY(th_resample_open(up, &plan->upsample, source));
    return th_to_rgb_open(*source, source);
}

static enum th_status open_premultiply(struct th_source *up, const struct th_plan *plan,
                                       struct th_source **source) {
    if (plan->linear_light) return th_to_linear_open(up, source);
    return th_premultiply_open(up, source);
}

static enum th_status open_shrink(struct th_source *up, const struct th_plan *plan,
                                  struct th_source **source) {
    return th_shrink_open(up, plan->shrink, source);
}

static enum th_status open_resample(struct th_source *up, const struct th_plan *plan,
                                    struct th_source **source) {
    return th_resample_open(up, &plan->resample, source);
}

static enum th_status open_unpremultiply(struct th_source *up, const struct th_plan *plan,
                                         struct th_source **source) {
    if (plan->linear_light) return th_from_linear_open(up, plan->unlinear, source);
    return th_unpremultiply_open(up, source);
}

static enum th_status open_flatten(struct th_source *up, const struct th_plan *plan,
                                   struct th_source **source) {
    if (plan->linear_light) return th_flatten_linear_open(up, plan->background, source);
    return th_flatten_open(up, plan->background, source);
}

static enum th_status open_to_rgb(struct th_source *up, const struct th_plan *plan,
                                  struct th_source **source) {
    (void)plan;
    return th_to_rgb_open(up, source);
}

/* The background in the samples of a layout. */
static void layout_colour(const struct th_shape *shape, const uint8_t rgba[4], uint8_t colour[4]) {
    uint8_t room[3][TH_COLOUR_SLACK_BYTES + 1];
    memcpy(colour, rgba, 4);
    if (th_layout_pixel_bytes(shape->layout) == 4) return;
    th_rows_luma(room[0], rgba, 1, shape->limited_range);
    th_rows_chroma(room[1], room[2], rgba, rgba, 1, shape->limited_range);
    for (uint32_t i = 0; i < 3; i++) colour[i] = room[i][0];
}

static enum th_status open_pad(struct th_source *up, const struct th_plan *plan,
                               struct th_source **source) {
    uint8_t colour[4];
    /* The fourth byte of RGBX is 255: beside a translucent border it is alpha. */
    bool translucent = plan->background[3] < 255;
    if (translucent && up->shape.layout == TH_LAYOUT_RGBX) up->shape.layout = TH_LAYOUT_RGBA;
    layout_colour(&up->shape, plan->background, colour);
    return th_pad_open(up, plan->pad_left, plan->pad_top, plan->pad_width, plan->pad_height, colour,
                       source);
}

static enum th_status open_orient(struct th_source *up, const struct th_plan *plan,
                                  struct th_source **source) {
    return th_orient_open(up, plan->orientation, source);
}

static enum th_status open_to_ycc(struct th_source *up, const struct th_plan *plan,
                                  struct th_source **source) {
    return th_to_ycc_open(up, plan->limited_range, source);
}

static enum th_status open_subsample(struct th_source *up, const struct th_plan *plan,
                                     struct th_source **source) {
    (void)plan;
    return th_subsample_open(up, source);
}

static enum th_status open_range(struct th_source *up, const struct th_plan *plan,
                                 struct th_source **source) {
    return th_range_open(up, plan->limited_range, source);
}

static const struct {
    enum th_stage stage;
    open_stage *open;
} stages[] = {
    {TH_STAGE_SOURCE_RGB, open_source_rgb},
    {TH_STAGE_PREMULTIPLY, open_premultiply},
    {TH_STAGE_SHRINK, open_shrink},
    {TH_STAGE_RESAMPLE, open_resample},
    {TH_STAGE_UNPREMULTIPLY, open_unpremultiply},
    {TH_STAGE_FLATTEN, open_flatten},
    {TH_STAGE_TO_RGB, open_to_rgb},
    {TH_STAGE_PAD, open_pad},
    {TH_STAGE_ORIENT, open_orient},
    {TH_STAGE_TO_YCC, open_to_ycc},
    {TH_STAGE_SUBSAMPLE, open_subsample},
    {TH_STAGE_RANGE, open_range},
};

enum th_status th_pipeline_open(struct th_pipeline *pipeline, const struct th_plan *plan,
                                struct th_reader *reader, struct th_output *out) {
    *pipeline = (struct th_pipeline){.source = &reader->source, .out = out};
    for (uint32_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        if (!(plan->stages & stages[i].stage)) continue;
        TH_TRY(stages[i].open(pipeline->source, plan, &pipeline->source));
    }
    struct th_encode encode = {.shape = pipeline->source->shape, .quality = plan->quality};
    if (encode.shape.layout != TH_LAYOUT_GRAY) {
        encode.icc = reader->header.icc;
        encode.icc_bytes = reader->header.icc_bytes;
    }
    const struct th_codec *codec = th_codec_of(plan->out_format);
    pipeline->writer_samples = codec->writer_samples;
    return codec->open_writer(&encode, out, &pipeline->sink);
}

/* What resampling and encoding a band counts as. */
static uint64_t band_samples(const struct th_pipeline *pipeline, const struct th_band *band) {
    const struct th_shape *shape = &pipeline->source->shape;
    uint64_t samples = 0;
    for (uint32_t p = 0; p < th_layout_planes(shape->layout); p++) {
        samples += (uint64_t)band->rows[p] * shape->plane[p].width;
    }
    uint64_t pixels = (uint64_t)band->rows[0] * shape->plane[0].width;
    return samples * th_layout_pixel_bytes(shape->layout) + pixels * pipeline->writer_samples;
}

enum th_status th_pipeline_step(struct th_pipeline *pipeline) {
    while (th_output_ready(pipeline->out) < TH_OUT_WINDOW_BYTES) {
        struct th_band band;
        enum th_status status = pipeline->source->next(pipeline->source, &band);
        if (status == TH_DONE) return pipeline->sink->finish(pipeline->sink);
        if (status != TH_OK) return status;
        TH_TRY(th_work_add(band_samples(pipeline, &band)));
        TH_TRY(pipeline->sink->put(pipeline->sink, &band));
    }
    return TH_MORE_OUTPUT;
}

void th_pipeline_close(struct th_pipeline *pipeline) {
    if (pipeline->sink) pipeline->sink->close(pipeline->sink);
    if (pipeline->source) pipeline->source->close(pipeline->source);
    memset(pipeline, 0, sizeof *pipeline);
}
