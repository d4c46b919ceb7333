/* pipeline.h - the chain of sources and the sink, and the loop that joins them. */
#ifndef TH_PIPELINE_H
#define TH_PIPELINE_H

#include "bytes.h"
#include "codec/codec.h"
#include "plan.h"

struct th_pipeline {
    struct th_source *source; /* the last stage; closes all upstream, the reader last */
    struct th_sink *sink;
    struct th_output *out;    /* borrowed */
    uint32_t writer_samples;  /* of the format's th_codec */
};

/* Builds the stages of the plan on top of `reader` (started) and the writer.
 * The reader belongs to the pipeline from then on, also on failure. */
enum th_status th_pipeline_open(struct th_pipeline *pipeline, const struct th_plan *plan,
                                struct th_reader *reader, struct th_output *out);
/* Moves rows until somebody has to wait: TH_MORE_INPUT, TH_MORE_OUTPUT, TH_DONE
 * or an error. */
enum th_status th_pipeline_step(struct th_pipeline *pipeline);
/* Accepts a pipeline that was never opened (all zero). */
void th_pipeline_close(struct th_pipeline *pipeline);

#endif
