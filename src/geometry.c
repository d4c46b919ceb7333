/* geometry.c - see geometry.h. */
#include "geometry.h"

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
static void cover_window(struct th_geometry *g, const struct th_options *o, double dw, double dh,
                         double w, double h) {
    double scale = max2(w / dw, h / dh);
    g->w = min2(w / scale, dw);
    g->h = min2(h / scale, dh);
    g->x = min2(max2(dw * o->gravity_x / 10000.0 - g->w / 2, 0), dw - g->w);
    g->y = min2(max2(dh * o->gravity_y / 10000.0 - g->h / 2, 0), dh - g->h);
}

static void scaled_size(struct th_geometry *g, double dw, double dh, double scale) {
    g->width = round_size(dw * scale);
    g->height = round_size(dh * scale);
    g->canvas_width = g->width;
    g->canvas_height = g->height;
}

void th_geometry_solve(struct th_geometry *g, const struct th_options *o, uint32_t width,
                       uint32_t height) {
    double dw = width, dh = height, w, h;
    *g = (struct th_geometry){.w = dw, .h = dh};
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

/* TIFF 6.0, tag Orientation: 5..8 swap the axes, these mirror the stored one. */
static bool mirrors_x(uint32_t orientation) {
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

static bool mirrors_y(uint32_t orientation) {
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

static void mirror(struct th_stored_axis *a) {
    a->start = a->source - a->start - a->length;
    a->offset = a->canvas - a->out - a->offset;
    a->mirrored = true;
}

void th_geometry_unturn(const struct th_geometry *g, const struct th_header *header,
                        struct th_stored_axis *x, struct th_stored_axis *y) {
    struct th_stored_axis h = {.out = g->width,
                               .canvas = g->canvas_width,
                               .offset = g->left,
                               .start = g->x,
                               .length = g->w};
    struct th_stored_axis v = {.out = g->height,
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

struct th_axis th_plane_axis(const struct th_stored_axis *a, uint32_t count, uint32_t unit_in,
                             uint32_t unit_out) {
    double step = a->length / a->out;
    uint32_t out = (a->out + unit_out - 1) / unit_out;
    double first = a->mirrored ? (double)a->out - (double)out * unit_out : 0;
    return (struct th_axis){.in_size = (a->source * count + unit_in - 1) / unit_in,
                            .out_size = out,
                            .start = (a->start + first * step) * count / unit_in,
                            .step = step * unit_out * count / unit_in};
}
