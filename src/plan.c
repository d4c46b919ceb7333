/* plan.c - see plan.h. Three questions in order: which pixels (geometry), in
 * which form (stages), and may we (budget). */
#include "plan.h"

#include <string.h>

#include "budget.h"
#include "geometry.h"

/* The decoder may shrink until this much reduction is left to the resampler. Less,
 * and the DCT's own low-pass costs more than the quality bound of 0.3 dB, which is
 * reached sooner where the encoder loses little (docs/decisions/0012). */
#define SCALE_LEFT_MIN 2.0
#define SCALE_LEFT_MIN_LOSSY 1.5
/* At 3/8 the transform is of the low frequencies alone and leaves these as they are; what it cuts
 * at the borders of blocks shows in PNG only. */
#define SCALE_LEFT_MIN_LOSSY_3 1.4
#define PNG_SCALES (~(1u << 3))
#define LOSSY_QUALITY_MAX 85u
/* A reduction that is left above SHRINK_STEP is pre-shrunk to at least SHRINK_LEFT_MIN. */
#define SHRINK_STEP 8.0
#define SHRINK_LEFT_MIN 4.0

/* ---- linear light ---- */

/* Light is only looked at where pixels are mixed. */
static bool mixes_light(const struct th_header *header, const struct th_stored_axis *x,
                        const struct th_stored_axis *y) {
    const struct th_axis across = th_plane_axis(x, 1, 1, 1), down = th_plane_axis(y, 1, 1, 1);
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
    seen.scales = TH_SCALES_FULL;
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

/* The least reduction that a decoder's scale has to leave. */
static double scale_left_min(const struct th_plan *plan, uint32_t scale) {
    if (plan->out_format == TH_FORMAT_PNG || plan->quality > LOSSY_QUALITY_MAX)
        return SCALE_LEFT_MIN;
    return scale == 3 ? SCALE_LEFT_MIN_LOSSY_3 : SCALE_LEFT_MIN_LOSSY;
}

/* The smallest scale that leaves enough. */
static uint32_t decoder_scale(const struct th_plan *plan, const struct th_header *header,
                              const struct th_stored_axis *x, const struct th_stored_axis *y) {
    uint32_t scales = header->scales;
    if (plan->out_format == TH_FORMAT_PNG) scales &= PNG_SCALES;
    double reduction_x = x->length / x->out, reduction_y = y->length / y->out;
    double reduction = reduction_x < reduction_y ? reduction_x : reduction_y;
    for (uint32_t scale = 1; scale < TH_SCALE_FULL; scale++) {
        double left = reduction * scale / TH_SCALE_FULL;
        if (scales >> scale & 1 && left >= scale_left_min(plan, scale)) return scale;
    }
    return TH_SCALE_FULL;
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
                          const struct th_stored_axis *x, const struct th_stored_axis *y,
                          uint32_t chroma_out) {
    plan->scale = decoder_scale(plan, header, x, y);
    bool ycc = header->layout == TH_LAYOUT_YCC;
    double step_x = x->length / x->out * plan->scale / TH_SCALE_FULL;
    double step_y = y->length / y->out * plan->scale / TH_SCALE_FULL;
    double chroma_x = ycc ? (double)chroma_out / header->chroma_h : 1;
    double chroma_y = ycc ? (double)chroma_out / header->chroma_v : 1;
    plan->shrink.x = shrink_factor(step_x, step_x * chroma_x);
    plan->shrink.y = shrink_factor(step_y, step_y * chroma_y);
    uint32_t unit_x = TH_SCALE_FULL * plan->shrink.x, unit_y = TH_SCALE_FULL * plan->shrink.y;
    struct th_resample *r = &plan->resample;
    bool identity = true;
    r->layout = plan->linear_light ? TH_LAYOUT_RGBA : header->layout;
    for (uint32_t p = 0; p < th_layout_planes(header->layout); p++) {
        bool chroma = p == 1 || p == 2;
        uint32_t out = chroma ? chroma_out : 1;
        r->x[p] = th_plane_axis(x, plan->scale, unit_x * (chroma ? header->chroma_h : 1), out);
        r->y[p] = th_plane_axis(y, plan->scale, unit_y * (chroma ? header->chroma_v : 1), out);
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

/* White and opaque, unless the picture itself may be transparent: then the
 * border is too. A translucent colour under a format without alpha lies on white. */
static void plan_background(struct th_plan *plan, const struct th_options *o, bool has_alpha) {
    static const uint8_t clear[4] = {0, 0, 0, 0};
    bool alpha_out = th_codec_of(plan->out_format)->writes_alpha;
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
        bool flatten = !th_codec_of(plan->out_format)->writes_alpha || o->background_given;
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

enum th_status th_plan_make(struct th_plan *plan, const struct th_header *header,
                            enum th_format in_format, const struct th_options *options,
                            const struct th_limits *limits, uint64_t input_bytes) {
    struct th_geometry g;
    struct th_stored_axis x, y;
    TH_TRY(th_budget_source(header, limits));
    bool swapped = header->orientation >= 5;
    *plan = (struct th_plan){
        .out_format = choose_format(options->out, in_format, header->has_alpha),
        .in_width = swapped ? header->height : header->width,
        .in_height = swapped ? header->width : header->height,
        .quality = options->quality,
        .scale = TH_SCALE_FULL,
        .shrink = {1, 1},
    };
    th_geometry_solve(&g, options, plan->in_width, plan->in_height);
    plan->out_width = g.canvas_width;
    plan->out_height = g.canvas_height;
    if (plan->out_format == TH_FORMAT_JSON) return TH_OK;

    th_geometry_unturn(&g, header, &x, &y);
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
    return th_budget_plan(plan, header, limits, input_bytes);
}
