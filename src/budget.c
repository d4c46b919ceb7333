/* budget.c - see budget.h. */
#include "budget.h"

#include "fail.h"
#include "text.h"
#include "work.h"

/* To_rgb's queue: rings that double up to a band and the rows behind it. */
#define SOURCE_RGB_ROWS_MAX (3u * 3u * TH_BAND_ROWS_MAX)
/* Two stages, their tables included. */
#define LINEAR_BYTES (64u << 10)
/* What linear.c counts for each pixel of the source. */
#define LINEAR_PIXEL_SAMPLES 8u

/* "image: 20000x20000 is over the limit of pixels (268402689)" */
static enum th_status too_large(const char *what, uint32_t width, uint32_t height,
                                const char *limit, uint64_t most) {
    char message[TH_MESSAGE_BYTES_MAX] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    th_text_put(&text, what);
    th_text_put(&text, ": ");
    th_text_put_decimal(&text, width);
    th_text_put(&text, "x");
    th_text_put_decimal(&text, height);
    th_text_put(&text, " is over the limit of ");
    th_text_put(&text, limit);
    th_text_put(&text, " (");
    th_text_put_decimal(&text, most);
    th_text_put(&text, ")");
    return th_fail(TH_TOO_LARGE, message);
}

enum th_status th_budget_source(const struct th_header *h, const struct th_limits *limits) {
    if (h->width == 0 || h->height == 0) return th_fail(TH_CORRUPT, "image: no pixels");
    if (h->width > TH_SIDE_MAX || h->height > TH_SIDE_MAX) {
        return too_large("image", h->width, h->height, "a side", TH_SIDE_MAX);
    }
    if ((uint64_t)h->width * h->height > limits->pixels_max) {
        return too_large("image", h->width, h->height, "pixels", limits->pixels_max);
    }
    return TH_OK;
}

/* Whatever the source was, light is resampled as RGBA_PRE. */
static uint64_t linear_memory(const struct th_plan *plan, const struct th_header *header) {
    if (!plan->linear_light) return 0;
    uint64_t bytes = LINEAR_BYTES + (uint64_t)header->width * 8;
    if (plan->stages & TH_STAGE_SOURCE_RGB)
        bytes += th_resample_memory(&plan->upsample) +
                 (uint64_t)header->width * (SOURCE_RGB_ROWS_MAX + 4);
    return bytes;
}

static uint64_t linear_work(const struct th_plan *plan, const struct th_header *header) {
    if (!plan->linear_light) return 0;
    const uint64_t samples = (uint64_t)header->width * header->height * LINEAR_PIXEL_SAMPLES;
    return samples / TH_WORK_UNIT_SAMPLES + 1;
}

/* The shape a writer or a stage sees at output size: at most four bytes a pixel. */
static uint64_t frame_bytes(const struct th_plan *plan) {
    return (uint64_t)plan->out_width * plan->out_height * 4;
}

/* May the writer be given transparent pixels? */
static bool alpha_reaches_writer(const struct th_plan *plan, const struct th_header *header) {
    bool from_source = header->has_alpha && !(plan->stages & TH_STAGE_FLATTEN);
    bool from_padding = (plan->stages & TH_STAGE_PAD) && plan->background[3] < 255;
    return th_codec_of(plan->out_format)->writes_alpha && (from_source || from_padding);
}

/* What the job, the queue and the stages' single rows take whatever the image. */
#define FIXED_BYTES (512u << 10)

static uint64_t memory_bound(const struct th_plan *plan, const struct th_header *header,
                             uint64_t input_bytes) {
    bool alpha = alpha_reaches_writer(plan, header);
    struct th_encode encode = {.shape = {.layout = alpha ? TH_LAYOUT_RGBA : TH_LAYOUT_RGBX,
                                         .plane = {{plan->out_width, plan->out_height}}},
                               .quality = plan->quality,
                               .icc = header->icc,
                               .icc_bytes = header->icc_bytes};
    const struct th_codec *writer = th_codec_of(plan->out_format);
    uint64_t bytes = FIXED_BYTES + header->memory_bytes + writer->writer_memory(&encode);
    /* The queue takes a profile as a whole, and grows by doubling. */
    bytes += 2 * header->icc_bytes;
    if (header->whole_input) bytes += input_bytes;
    if (plan->stages & TH_STAGE_RESAMPLE) bytes += th_resample_memory(&plan->resample);
    if (plan->stages & TH_STAGE_PREMULTIPLY) bytes += (uint64_t)header->width * 8;
    bytes += linear_memory(plan, header);
    if (plan->stages & TH_STAGE_ORIENT) bytes += frame_bytes(plan);
    return bytes;
}

enum th_status th_budget_plan(struct th_plan *plan, const struct th_header *header,
                              const struct th_limits *limits, uint64_t input_bytes) {
    if (plan->out_width > limits->side_max || plan->out_height > limits->side_max) {
        return too_large("output", plan->out_width, plan->out_height, "side", limits->side_max);
    }
    plan->memory_bytes = memory_bound(plan, header, input_bytes);
    if (plan->memory_bytes > limits->memory_bytes_max) {
        return too_large("image", header->width, header->height, "memory",
                         limits->memory_bytes_max);
    }
    uint64_t out_pixels = (uint64_t)plan->out_width * plan->out_height;
    uint64_t out_samples = out_pixels * (4 + th_codec_of(plan->out_format)->writer_samples);
    plan->work = header->work + out_samples / TH_WORK_UNIT_SAMPLES + 1;
    plan->work += linear_work(plan, header);
    if (plan->work > limits->work_max) {
        return too_large("image", header->width, header->height, "work", limits->work_max);
    }
    return TH_OK;
}
