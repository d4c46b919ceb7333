/* test_colour.c - the colour stages against BT.601 in double precision. */
#include <stdlib.h>

#include "check.h"
#include "frame.h"
#include "stage/colour.h"
#include "stage/colour_rows.h"

static double clamp255(double x) {
    return x < 0 ? 0 : x > 255 ? 255 : x;
}

/* JFIF's definition, then the limited range's: 219 steps of luma, 224 of chroma. */
static void to_ycc(const double rgb[3], bool limited, double ycc[3]) {
    double y = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    double cb = (rgb[2] - y) / 1.772, cr = (rgb[0] - y) / 1.402;
    ycc[0] = limited ? 16 + y * 219 / 255 : y;
    ycc[1] = 128 + (limited ? cb * 224 / 255 : cb);
    ycc[2] = 128 + (limited ? cr * 224 / 255 : cr);
}

static void to_rgb(const double ycc[3], bool limited, double rgb[3]) {
    double y = limited ? (ycc[0] - 16) * 255 / 219 : ycc[0];
    double cb = (ycc[1] - 128) * (limited ? 255.0 / 224 : 1);
    double cr = (ycc[2] - 128) * (limited ? 255.0 / 224 : 1);
    rgb[0] = y + 1.402 * cr;
    rgb[2] = y + 1.772 * cb;
    rgb[1] = (y - 0.299 * rgb[0] - 0.114 * rgb[2]) / 0.587;
}

/* Rounding to nearest is half a step; Q15 and Q13 add a few hundredths. */
#define NEAR 0.54

static uint32_t min_u32(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* The mean colour of the 2x2 pixels of a chroma sample, edges counted twice. */
static void mean_colour(const struct frame *in, uint32_t x, uint32_t y, bool alpha,
                        double mean[3]) {
    struct th_plane size = in->shape.plane[0];
    double sum[3] = {0}, weight = 0;
    for (uint32_t pass = 0; pass < 2 && weight == 0; pass++) {
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t px = min_u32(2 * x + i % 2, size.width - 1);
            uint32_t py = min_u32(2 * y + i / 2, size.height - 1);
            const uint8_t *pixel = frame_at(in, 0, px, py);
            double w = alpha && pass == 0 ? pixel[3] : 1;
            weight += w;
            for (uint32_t c = 0; c < 3; c++) sum[c] += pixel[c] * w;
        }
    }
    for (uint32_t c = 0; c < 3; c++) mean[c] = sum[c] / weight;
}

static void check_ycc(const struct frame *in, const struct frame *out) {
    bool limited = out->shape.limited_range, alpha = in->shape.layout == TH_LAYOUT_RGBA;
    for (uint32_t y = 0; y < in->shape.plane[0].height; y++) {
        for (uint32_t x = 0; x < in->shape.plane[0].width; x++) {
            const uint8_t *pixel = frame_at(in, 0, x, y);
            double rgb[3] = {pixel[0], pixel[1], pixel[2]}, ycc[3];
            to_ycc(rgb, limited, ycc);
            CHECK_NEAR(*frame_at(out, 0, x, y), ycc[0], NEAR);
            if (alpha) CHECK_EQ(*frame_at(out, 3, x, y), pixel[3]);
        }
    }
    for (uint32_t y = 0; y < out->shape.plane[1].height; y++) {
        for (uint32_t x = 0; x < out->shape.plane[1].width; x++) {
            double mean[3], ycc[3];
            mean_colour(in, x, y, alpha, mean);
            to_ycc(mean, limited, ycc);
            /* The weighted mean is rounded to a quarter before. */
            double tolerance = NEAR + (alpha ? 0.13 : 0);
            CHECK_NEAR(*frame_at(out, 1, x, y), clamp255(ycc[1]), tolerance);
            CHECK_NEAR(*frame_at(out, 2, x, y), clamp255(ycc[2]), tolerance);
        }
    }
}

static void test_to_ycc(enum th_layout layout, uint32_t width, uint32_t height, uint32_t rhythm,
                        bool limited) {
    uint32_t seed = width + height * 16 + rhythm;
    struct frame in = frame_make(frame_shape(layout, width, height));
    struct th_source *source;
    enum th_status status;
    frame_fill_random(&in, &seed);
    /* Some 2x2 groups that are wholly transparent. */
    for (uint32_t i = 0; layout == TH_LAYOUT_RGBA && i < width * height; i++) {
        if (i % width < 3) in.data[0][i * 4 + 3] = 0;
    }
    CHECK_EQ(th_to_ycc_open(frame_source(&in, rhythm), limited, &source), TH_OK);
    CHECK_EQ(source->shape.limited_range, limited);
    CHECK_EQ(source->shape.plane[1].width, (width + 1) / 2);
    CHECK_EQ(source->shape.plane[2].height, (height + 1) / 2);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    check_ycc(&in, &out);
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

static void test_to_rgb(enum th_layout layout, uint32_t width, uint32_t height, uint32_t rhythm,
                        bool limited) {
    uint32_t seed = width + height * 16 + rhythm;
    struct th_shape shape = frame_shape(layout, width, height);
    shape.limited_range = limited;
    struct frame in = frame_make(shape);
    struct th_source *source;
    enum th_status status;
    frame_fill_random(&in, &seed);
    CHECK_EQ(th_to_rgb_open(frame_source(&in, rhythm), &source), TH_OK);
    CHECK_EQ(source->shape.layout, TH_LAYOUT_RGBX);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    for (size_t i = 0; i < (size_t)width * height; i++) {
        bool grey = layout == TH_LAYOUT_GRAY;
        double ycc[3] = {in.data[0][i], grey ? 128 : in.data[1][i], grey ? 128 : in.data[2][i]};
        double rgb[3];
        to_rgb(ycc, limited, rgb);
        for (uint32_t c = 0; c < 3; c++) CHECK_NEAR(out.data[0][i * 4 + c], clamp255(rgb[c]), NEAR);
        CHECK_EQ(out.data[0][i * 4 + 3], 255);
    }
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

static void test_range_values(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint8_t in = (uint8_t)i, out[1 + TH_COLOUR_SLACK_BYTES];
        th_rows_range(out, &in, 1, false, true);
        CHECK_EQ(out[0], floor(16 + i * 219 / 255.0 + 0.5));
        th_rows_range(out, out, 1, false, false);
        CHECK(abs((int)out[0] - (int)i) <= 1);
        th_rows_range(out, &in, 1, true, true);
        CHECK_EQ(out[0], floor(128 + ((double)i - 128) * 224 / 255 + 0.5));
        th_rows_range(out, &in, 1, false, false);
        CHECK_EQ(out[0], floor(clamp255(((double)i - 16) * 255 / 219) + 0.5));
        th_rows_range(out, &in, 1, true, false);
        CHECK_EQ(out[0], clamp255(floor(128 + ((double)i - 128) * 255 / 224 + 0.5)));
    }
}

static struct th_shape shape_420(enum th_layout layout, uint32_t width, uint32_t height) {
    struct th_shape shape = frame_shape(layout, width, height);
    for (uint32_t p = 1; p < 3 && layout != TH_LAYOUT_GRAY; p++) {
        shape.plane[p] = (struct th_plane){(width + 1) / 2, (height + 1) / 2};
    }
    return shape;
}

static void test_range(enum th_layout layout, uint32_t width, uint32_t height, uint32_t rhythm,
                       bool limited) {
    uint32_t seed = width + height * 16 + rhythm;
    struct th_shape shape = shape_420(layout, width, height);
    shape.limited_range = !limited;
    struct frame in = frame_make(shape);
    enum th_status status;
    frame_fill_random(&in, &seed);
    struct th_source *source, *up = frame_source(&in, rhythm);
    CHECK_EQ(th_range_open(up, !limited, &source), TH_OK);
    CHECK(source == up);
    CHECK_EQ(th_range_open(up, limited, &source), TH_OK);
    CHECK_EQ(source->shape.limited_range, limited);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    for (uint32_t p = 0; p < th_layout_planes(layout); p++) {
        size_t count = frame_row_bytes(&in, p) * in.shape.plane[p].height;
        for (size_t i = 0; i < count; i++) {
            uint8_t expected[1 + TH_COLOUR_SLACK_BYTES] = {in.data[p][i]};
            if (p < 3) th_rows_range(expected, in.data[p] + i, 1, p > 0, limited);
            CHECK_EQ(out.data[p][i], expected[0]);
        }
    }
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

static void test_subsample(uint32_t width, uint32_t height, uint32_t rhythm) {
    uint32_t seed = width + height * 16 + rhythm;
    struct frame in = frame_make(frame_shape(TH_LAYOUT_YCC, width, height));
    struct th_source *source;
    enum th_status status;
    frame_fill_random(&in, &seed);
    CHECK_EQ(th_subsample_open(frame_source(&in, rhythm), &source), TH_OK);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    CHECK_BYTES(out.data[0], in.data[0], (size_t)width * height);
    for (uint32_t p = 1; p < 3; p++) {
        CHECK_EQ(out.shape.plane[p].width, (width + 1) / 2);
        for (uint32_t y = 0; y < out.shape.plane[p].height; y++) {
            for (uint32_t x = 0; x < out.shape.plane[p].width; x++) {
                uint32_t x1 = min_u32(2 * x + 1, width - 1), y1 = min_u32(2 * y + 1, height - 1);
                uint32_t sum = *frame_at(&in, p, 2 * x, 2 * y) + *frame_at(&in, p, x1, 2 * y) +
                               *frame_at(&in, p, 2 * x, y1) + *frame_at(&in, p, x1, y1);
                CHECK_EQ(*frame_at(&out, p, x, y), floor(sum / 4.0 + 0.5));
            }
        }
    }
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

/* Grey pixels become chroma 128 and the right luma, and come back exactly. */
static void test_grey_is_grey(void) {
    for (uint32_t limited = 0; limited < 2; limited++) {
        for (uint32_t v = 0; v < 256; v++) {
            uint8_t pixel[4] = {(uint8_t)v, (uint8_t)v, (uint8_t)v, 255};
            uint8_t y[1 + TH_COLOUR_SLACK_BYTES], cb[1 + TH_COLOUR_SLACK_BYTES];
            uint8_t cr[1 + TH_COLOUR_SLACK_BYTES], rgb[4 + TH_COLOUR_SLACK_BYTES];
            th_rows_luma(y, pixel, 1, limited);
            th_rows_chroma(cb, cr, pixel, pixel, 1, limited);
            CHECK_EQ(cb[0], 128);
            CHECK_EQ(cr[0], 128);
            th_rows_rgb(rgb, y, cb, cr, 1, limited);
            CHECK(rgb[0] == rgb[1] && rgb[1] == rgb[2]);
            CHECK_NEAR(rgb[0], v, limited ? 1 : 0);
        }
    }
}

static void test_size(uint32_t width, uint32_t height) {
    for (uint32_t rhythm = 0; rhythm < 5; rhythm++) {
        for (uint32_t limited = 0; limited < 2; limited++) {
            test_to_ycc(TH_LAYOUT_RGBX, width, height, rhythm, limited);
            test_to_ycc(TH_LAYOUT_RGBA, width, height, rhythm, limited);
            test_to_rgb(TH_LAYOUT_YCC, width, height, rhythm, limited);
            test_to_rgb(TH_LAYOUT_GRAY, width, height, rhythm, limited);
            test_range(TH_LAYOUT_GRAY, width, height, rhythm, limited);
            test_range(TH_LAYOUT_YCC, width, height, rhythm, limited);
            test_range(TH_LAYOUT_YCCA, width, height, rhythm, limited);
        }
        test_subsample(width, height, rhythm);
    }
}

int main(void) {
    test_range_values();
    test_grey_is_grey();
    for (uint32_t width = 1; width <= 9; width++) {
        for (uint32_t height = 1; height <= 9; height++) test_size(width, height);
    }
    test_size(211, 33);
    return check_done();
}
