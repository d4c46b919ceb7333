/* plan.c - see plan.h. Three questions in order: which pixels (geometry), in
 * which form (stages), and may we (budget). */
#include "plan.h"

#include <string.h>

#include "fail.h"
#include "text.h"
#include "work.h"

/* The decoder may shrink until this much reduction is left to the resampler. Less,
 * and the DCT's own low-pass costs more than the quality bound of 0.3 dB, which is
 * reached sooner where the encoder loses little (docs/decisions/0012). */
#define SCALE_LEFT_MIN 2.0
#define SCALE_LEFT_MIN_LOSSY 1.5
#define LOSSY_QUALITY_MAX 85u
/* A reduction that is left above SHRINK_STEP is pre-shrunk to at least SHRINK_LEFT_MIN. */
#define SHRINK_STEP 8.0
#define SHRINK_LEFT_MIN 4.0

/* Where the output comes from, displayed coordinates. */
struct geometry {
    uint32_t width, height;         /* the picture, without padding */
    uint32_t canvas_width, canvas_height;
    uint32_t left, top;             /* of the picture on the canvas */
    double x, y, w, h;              /* source window */
};

static uint32_t round_size(double size) {
    return size < 1.5 ? 1 : (uint32_t)(size + 0.5);
}

static double min2(double a, double b) {
    return a < b ? a : b;
}

static double max2(double a, double b) {
    return a > b ? a : b;
}

/* w and h times dpr; a missing one follows the aspect of the image. */
static void asked_size(const struct th_options *o, double dw, double dh, double *w, double *h) {
    *w = (double)o->width * o->dpr_milli / 1000.0;
    *h = (double)o->height * o->dpr_milli / 1000.0;
    if (o->width == 0) *w = dw * (*h / dh);
    if (o->height == 0) *h = dh * (*w / dw);
}

static enum th_fit resolve_fit(const struct th_options *o) {
    if (o->fit != TH_FIT_DEFAULT) return o->fit;
    return o->width != 0 && o->height != 0 ? TH_FIT_COVER : TH_FIT_INSIDE;
}

/* The window of aspect w:h that covers most of the source, its centre as near
 * the focal point as the borders allow. */
static void cover_window(struct geometry *g, const struct th_options *o, double dw, double dh,
                         double w, double h) {
    double scale = max2(w / dw, h / dh);
    g->w = min2(w / scale, dw);
    g->h = min2(h / scale, dh);
    g->x = min2(max2(dw * o->gravity_x / 10000.0 - g->w / 2, 0), dw - g->w);
    g->y = min2(max2(dh * o->gravity_y / 10000.0 - g->h / 2, 0), dh - g->h);
}

static void scaled_size(struct geometry *g, double dw, double dh, double scale) {
    g->width = round_size(dw * scale);
    g->height = round_size(dh * scale);
    g->canvas_width = g->width;
    g->canvas_height = g->height;
}

static void solve_geometry(struct geometry *g, const struct th_options *o, uint32_t width,
                           uint32_t height) {
    double dw = width, dh = height, w, h;
    *g = (struct geometry){.w = dw, .h = dh};
    if (o->width == 0 && o->height == 0) {
        scaled_size(g, dw, dh, 1);
        return;
    }
    asked_size(o, dw, dh, &w, &h);
    enum th_fit fit = resolve_fit(o);
    double most = o->enlarge && fit != TH_FIT_SCALE_DOWN ? TH_OUT_SIDE_MAX : 1.0;
    if (fit == TH_FIT_COVER || fit == TH_FIT_FILL) {
        double k = o->enlarge ? 1.0 : min2(1.0, min2(dw / w, dh / h));
        g->canvas_width = g->width = round_size(w * k);
        g->canvas_height = g->height = round_size(h * k);
        if (fit == TH_FIT_COVER) cover_window(g, o, dw, dh, w, h);
        return;
    }
    bool outside = fit == TH_FIT_OUTSIDE;
    double scale = outside ? max2(w / dw, h / dh) : min2(w / dw, h / dh);
    scaled_size(g, dw, dh, min2(scale, most));
    if (fit != TH_FIT_CONTAIN) return;
    g->canvas_width = (uint32_t)max2(round_size(w), g->width);
    g->canvas_height = (uint32_t)max2(round_size(h), g->height);
    g->left = (uint32_t)((uint64_t)(g->canvas_width - g->width) * o->gravity_x / 10000);
    g->top = (uint32_t)((uint64_t)(g->canvas_height - g->height) * o->gravity_y / 10000);
}

/* One displayed axis, seen from the stored image. */
struct stored_axis {
    uint32_t source;  /* luma samples stored */
    uint32_t out;     /* picture size */
    uint32_t canvas, offset;
    double start, length; /* window */
    bool mirrored;
};

/* TIFF 6.0, tag Orientation: 5..8 swap the axes, these mirror the stored one. */
static bool mirrors_x(uint32_t orientation) {
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

static bool mirrors_y(uint32_t orientation) {
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

static void mirror(struct stored_axis *a) {
    a->start = a->source - a->start - a->length;
    a->offset = a->canvas - a->out - a->offset;
    a->mirrored = true;
}

static void unturn(const struct geometry *g, const struct th_header *header, struct stored_axis *x,
                   struct stored_axis *y) {
    struct stored_axis h = {.out = g->width,
                            .canvas = g->canvas_width,
                            .offset = g->left,
                            .start = g->x,
                            .length = g->w};
    struct stored_axis v = {.out = g->height,
                            .canvas = g->canvas_height,
                            .offset = g->top,
                            .start = g->y,
                            .length = g->h};
    bool swapped = header->orientation >= 5;
    *x = swapped ? v : h;
    *y = swapped ? h : v;
    x->source = header->width;
    y->source = header->height;
    if (mirrors_x(header->orientation)) mirror(x);
    if (mirrors_y(header->orientation)) mirror(y);
}

/* The axis of a plane whose samples each cover `unit_in` luma samples of the
 * source and shall cover `unit_out` of the result. Where an odd size is mirrored,
 * the sample that sticks out is the first, not the last. */
static struct th_axis plane_axis(const struct stored_axis *a, uint32_t unit_in, uint32_t unit_out) {
    double step = a->length / a->out;
    uint32_t out = (a->out + unit_out - 1) / unit_out;
    double first = a->mirrored ? (double)a->out - (double)out * unit_out : 0;
    return (struct th_axis){.in_size = (a->source + unit_in - 1) / unit_in,
                            .out_size = out,
                            .start = (a->start + first * step) / unit_in,
                            .step = step * unit_out / unit_in};
}

/* ---- linear light ---- */

/* To_rgb's queue: rings that double up to a band and the rows behind it. */
#define SOURCE_RGB_ROWS_MAX (3u * 3u * TH_BAND_ROWS_MAX)
/* Two stages, their tables included. */
#define LINEAR_BYTES (64u << 10)
/* What linear.c counts for each pixel of the source. */
#define LINEAR_PIXEL_SAMPLES 8u

/* Light is only looked at where pixels are mixed. */
static bool mixes_light(const struct th_header *header, const struct stored_axis *x,
                        const struct stored_axis *y) {
    const struct th_axis across = plane_axis(x, 1, 1), down = plane_axis(y, 1, 1);
    return header->layout == TH_LAYOUT_RGBA || !th_axis_is_identity(&across) ||
           !th_axis_is_identity(&down);
}

static struct th_resample full_chroma(const struct th_header *h) {
    struct th_resample r = {.layout = TH_LAYOUT_YCC};
    for (uint32_t p = 0; p < 3; p++) {
        const uint32_t unit_x = p > 0 ? h->chroma_h : 1, unit_y = p > 0 ? h->chroma_v : 1;
        r.x[p] = (struct th_axis){(h->width + unit_x - 1) / unit_x, h->width, 0, 1.0 / unit_x};
        r.y[p] = (struct th_axis){(h->height + unit_y - 1) / unit_y, h->height, 0, 1.0 / unit_y};
    }
    return r;
}

/* The image as the stages behind SOURCE_RGB see it: no planes, and no decoding at a fraction,
 * which would average numbers instead of light. */
static struct th_header linear_header(struct th_plan *plan, const struct th_header *header) {
    struct th_header seen = *header;
    seen.scale_max = 1;
    plan->linear_light = true;
    if (header->layout == TH_LAYOUT_YCC) {
        seen.layout = TH_LAYOUT_RGBX;
        seen.limited_range = false;
        plan->upsample = full_chroma(header);
        plan->stages |= TH_STAGE_SOURCE_RGB;
    }
    plan->unlinear = seen.layout;
    if (seen.layout != TH_LAYOUT_RGBA)
        plan->stages |= TH_STAGE_PREMULTIPLY | TH_STAGE_UNPREMULTIPLY;
    return seen;
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

static uint32_t decoder_scale(const struct th_plan *plan, const struct th_header *header,
                              const struct stored_axis *x, const struct stored_axis *y) {
    bool lossy = plan->out_format != TH_FORMAT_PNG && plan->quality <= LOSSY_QUALITY_MAX;
    double left_min = lossy ? SCALE_LEFT_MIN_LOSSY : SCALE_LEFT_MIN;
    double reduction = min2(x->length / x->out, y->length / y->out);
    uint32_t scale = 1;
    while (scale < header->scale_max && reduction / (scale * 2) >= left_min) scale *= 2;
    return scale;
}

/* `step` is luma's, `chroma_step` that of a plane which may be reduced twice as much (4:4:4 in,
 * 4:2:0 out) and has to stay within TH_RESAMPLE_STEP_MAX too. */
static uint32_t shrink_factor(double step, double chroma_step) {
    uint32_t factor = step > SHRINK_STEP ? (uint32_t)(step / SHRINK_LEFT_MIN) : 1;
    while (chroma_step / factor > TH_RESAMPLE_STEP_MAX) factor++;
    return factor;
}

/* Fills plan->scale, shrink and resample. `chroma_out` is 2 when the result's chroma is halved. */
static void plan_resample(struct th_plan *plan, const struct th_header *header,
                          const struct stored_axis *x, const struct stored_axis *y,
                          uint32_t chroma_out) {
    plan->scale = decoder_scale(plan, header, x, y);
    bool ycc = header->layout == TH_LAYOUT_YCC;
    double step_x = x->length / x->out / plan->scale, step_y = y->length / y->out / plan->scale;
    double chroma_x = ycc ? (double)chroma_out / header->chroma_h : 1;
    double chroma_y = ycc ? (double)chroma_out / header->chroma_v : 1;
    plan->shrink.x = shrink_factor(step_x, step_x * chroma_x);
    plan->shrink.y = shrink_factor(step_y, step_y * chroma_y);
    uint32_t unit_x = plan->scale * plan->shrink.x, unit_y = plan->scale * plan->shrink.y;
    struct th_resample *r = &plan->resample;
    bool identity = true;
    r->layout = plan->linear_light ? TH_LAYOUT_RGBA : header->layout;
    for (uint32_t p = 0; p < th_layout_planes(header->layout); p++) {
        bool chroma = p == 1 || p == 2;
        r->x[p] = plane_axis(x, unit_x * (chroma ? header->chroma_h : 1), chroma ? chroma_out : 1);
        r->y[p] = plane_axis(y, unit_y * (chroma ? header->chroma_v : 1), chroma ? chroma_out : 1);
        identity = identity && th_axis_is_identity(&r->x[p]) && th_axis_is_identity(&r->y[p]);
    }
    if (plan->shrink.x > 1 || plan->shrink.y > 1) plan->stages |= TH_STAGE_SHRINK;
    if (!identity) plan->stages |= TH_STAGE_RESAMPLE;
    /* Nothing mixes pixels: leave colours as they are, those under little alpha too. */
    uint32_t mixes = TH_STAGE_SHRINK | TH_STAGE_RESAMPLE | TH_STAGE_FLATTEN;
    if (!(plan->stages & mixes)) {
        plan->stages &= ~(uint32_t)(TH_STAGE_PREMULTIPLY | TH_STAGE_UNPREMULTIPLY);
        plan->linear_light = false;
    }
}

static bool writes_alpha(enum th_format format) {
    return format == TH_FORMAT_PNG || format == TH_FORMAT_WEBP;
}

/* White and opaque, unless the picture itself may be transparent: then the
 * border is too. A translucent colour under a format without alpha lies on white. */
static void plan_background(struct th_plan *plan, const struct th_options *o, bool has_alpha) {
    static const uint8_t clear[4] = {0, 0, 0, 0};
    bool alpha_out = writes_alpha(plan->out_format);
    memcpy(plan->background, o->background, 4);
    if (!o->background_given && has_alpha && alpha_out) memcpy(plan->background, clear, 4);
    if (alpha_out) return;
    uint32_t a = plan->background[3];
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t over_white = plan->background[i] * a + 255 * (255 - a);
        plan->background[i] = (uint8_t)((over_white + 127) / 255);
    }
    plan->background[3] = 255;
}

static bool background_is_gray(const struct th_plan *plan) {
    const uint8_t *c = plan->background;
    return c[3] == 255 && c[0] == c[1] && c[1] == c[2];
}

/* Which stages turn what the reader hands out into what the writer takes, and
 * how wide chroma is on the way (returned: luma samples per chroma sample). */
static uint32_t plan_stages(struct th_plan *plan, const struct th_header *header,
                            const struct th_options *o) {
    bool padded = (plan->stages & TH_STAGE_PAD) != 0;
    bool png = plan->out_format == TH_FORMAT_PNG;
    bool rgb = header->layout == TH_LAYOUT_RGBX || header->layout == TH_LAYOUT_RGBA;
    plan->limited_range = plan->out_format == TH_FORMAT_WEBP;
    if (header->layout == TH_LAYOUT_RGBA) {
        bool flatten = !writes_alpha(plan->out_format) || o->background_given;
        plan->stages |= TH_STAGE_PREMULTIPLY;
        plan->stages |= flatten ? TH_STAGE_FLATTEN : TH_STAGE_UNPREMULTIPLY;
    }
    if (rgb) {
        if (!png) plan->stages |= TH_STAGE_TO_YCC;
        return 1;
    }
    bool colour_pad = padded && (plan->background[3] < 255 ||
                                 (header->layout == TH_LAYOUT_GRAY && !background_is_gray(plan)));
    bool to_rgb = colour_pad || (png && header->layout == TH_LAYOUT_YCC);
    if (to_rgb) {
        plan->stages |= TH_STAGE_TO_RGB;
        if (!png) plan->stages |= TH_STAGE_TO_YCC;
        return 1;
    }
    if (header->limited_range != plan->limited_range) plan->stages |= TH_STAGE_RANGE;
    if (header->layout == TH_LAYOUT_GRAY) return 1;
    if (padded) plan->stages |= TH_STAGE_SUBSAMPLE;
    return padded ? 1 : 2;
}

static enum th_format choose_format(enum th_out out, enum th_format in_format, bool has_alpha) {
    switch (out) {
    case TH_OUT_JPEG: return TH_FORMAT_JPEG;
    case TH_OUT_PNG: return TH_FORMAT_PNG;
    case TH_OUT_WEBP: return TH_FORMAT_WEBP;
    case TH_OUT_JSON: return TH_FORMAT_JSON;
    case TH_OUT_SAFE:
        return has_alpha || in_format == TH_FORMAT_PNG ? TH_FORMAT_PNG : TH_FORMAT_JPEG;
    case TH_OUT_SOURCE: break;
    }
    return in_format;
}

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

static enum th_status check_source(const struct th_header *h, const struct th_limits *limits) {
    if (h->width == 0 || h->height == 0) return th_fail(TH_CORRUPT, "image: no pixels");
    if (h->width > TH_SIDE_MAX || h->height > TH_SIDE_MAX) {
        return too_large("image", h->width, h->height, "a side", TH_SIDE_MAX);
    }
    if ((uint64_t)h->width * h->height > limits->pixels_max) {
        return too_large("image", h->width, h->height, "pixels", limits->pixels_max);
    }
    return TH_OK;
}

/* The shape a writer or a stage sees at output size: at most four bytes a pixel. */
static uint64_t frame_bytes(const struct th_plan *plan) {
    return (uint64_t)plan->out_width * plan->out_height * 4;
}

/* May the writer be given transparent pixels? */
static bool alpha_reaches_writer(const struct th_plan *plan, const struct th_header *header) {
    bool from_source = header->has_alpha && !(plan->stages & TH_STAGE_FLATTEN);
    bool from_padding = (plan->stages & TH_STAGE_PAD) && plan->background[3] < 255;
    return writes_alpha(plan->out_format) && (from_source || from_padding);
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
    bytes += 2 *
             header->icc_bytes; /* the queue takes a profile as a whole, and grows by doubling */
    if (header->whole_input) bytes += input_bytes;
    if (plan->stages & TH_STAGE_RESAMPLE) bytes += th_resample_memory(&plan->resample);
    if (plan->stages & TH_STAGE_PREMULTIPLY) bytes += (uint64_t)header->width * 8;
    bytes += linear_memory(plan, header);
    if (plan->stages & TH_STAGE_ORIENT) bytes += frame_bytes(plan);
    return bytes;
}

static enum th_status check_budget(struct th_plan *plan, const struct th_header *header,
                                   const struct th_limits *limits, uint64_t input_bytes) {
    if (plan->out_width > limits->side_max || plan->out_height > limits->side_max) {
        return too_large("output", plan->out_width, plan->out_height, "side", limits->side_max);
    }
    plan->memory_bytes = memory_bound(plan, header, input_bytes);
    if (plan->memory_bytes > limits->memory_bytes_max) {
        return too_large("image", header->width, header->height, "memory",
                         limits->memory_bytes_max);
    }
    const struct th_codec *codec = th_codec_of(plan->out_format);
    uint64_t out_pixels = (uint64_t)plan->out_width * plan->out_height;
    uint64_t out_samples = out_pixels * (4 + (codec ? codec->writer_samples : 0));
    plan->work = header->work + out_samples / TH_WORK_UNIT_SAMPLES + 1;
    plan->work += linear_work(plan, header);
    if (plan->work > limits->work_max) {
        return too_large("image", header->width, header->height, "work", limits->work_max);
    }
    return TH_OK;
}

enum th_status th_plan_make(struct th_plan *plan, const struct th_header *header,
                            enum th_format in_format, const struct th_options *options,
                            const struct th_limits *limits, uint64_t input_bytes) {
    struct geometry g;
    struct stored_axis x, y;
    TH_TRY(check_source(header, limits));
    bool swapped = header->orientation >= 5;
    *plan = (struct th_plan){
        .out_format = choose_format(options->out, in_format, header->has_alpha),
        .in_width = swapped ? header->height : header->width,
        .in_height = swapped ? header->width : header->height,
        .quality = options->quality,
        .scale = 1,
        .shrink = {1, 1},
    };
    solve_geometry(&g, options, plan->in_width, plan->in_height);
    plan->out_width = g.canvas_width;
    plan->out_height = g.canvas_height;
    if (plan->out_format == TH_FORMAT_JSON) return TH_OK;

    unturn(&g, header, &x, &y);
    plan_background(plan, options, header->has_alpha);
    if (g.canvas_width != g.width || g.canvas_height != g.height) plan->stages |= TH_STAGE_PAD;
    plan->pad_left = x.offset;
    plan->pad_top = y.offset;
    plan->pad_width = x.canvas;
    plan->pad_height = y.canvas;
    plan->orientation = header->orientation;
    if (header->orientation > 1) plan->stages |= TH_STAGE_ORIENT;
    struct th_header seen = *header;
    if (options->linear_light && mixes_light(header, &x, &y)) seen = linear_header(plan, header);
    uint32_t chroma_out = plan_stages(plan, &seen, options);
    plan_resample(plan, &seen, &x, &y, chroma_out);
    return check_budget(plan, header, limits, input_bytes);
}
