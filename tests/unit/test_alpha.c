/* test_alpha.c - the alpha stages against double precision. */
#include "check.h"
#include "frame.h"
#include "stage/alpha.h"
#include "stage/alpha_rows.h"

static double clamp255(double x) {
    return x < 0 ? 0 : x > 255 ? 255 : x;
}

/* Every pair of colour and alpha, through the row function and back. */
static void test_every_pair(void) {
    for (uint32_t alpha = 0; alpha < 256; alpha++) {
        uint8_t in[256 * 4], back[(256 + TH_ALPHA_SLACK_PIXELS) * 4];
        int16_t out[(256 + TH_ALPHA_SLACK_PIXELS) * 4];
        for (uint32_t c = 0; c < 256; c++) {
            in[c * 4] = in[c * 4 + 1] = in[c * 4 + 2] = (uint8_t)c;
            in[c * 4 + 3] = (uint8_t)alpha;
        }
        th_rows_premultiply(out, in, 256);
        th_rows_unpremultiply(back, out, 256);
        for (uint32_t c = 0; c < 256; c++) {
            CHECK_EQ(out[c * 4 + 1], floor(c * alpha * 64 / 255.0 + 0.5));
            CHECK_EQ(out[c * 4 + 3], alpha * 64);
            CHECK_EQ(back[c * 4 + 3], alpha);
            /* Half a Q6 step in the product, half a step in the quotient. */
            double tolerance = alpha ? 0.5 * 255 / (alpha * 64) + 0.5 : 0;
            CHECK_NEAR(back[c * 4], alpha ? c : 0, tolerance + 1e-9);
        }
    }
}

/* Random int16 pixels, overshoot included, mostly in the sane range. */
static void fill_pre(struct frame *f, uint32_t *seed) {
    int16_t *s = (int16_t *)(void *)f->data[0];
    size_t samples = (size_t)f->shape.plane[0].width * f->shape.plane[0].height * 4;
    for (size_t i = 0; i < samples; i++) {
        int32_t wide = (int32_t)(frame_random(seed) % 20000) - 1800;
        s[i] = (int16_t)(frame_random(seed) % 8 == 0 ? (int32_t)(int16_t)frame_random(seed) : wide);
    }
}

static void check_unpremultiplied(const int16_t *in, const uint8_t *out) {
    double alpha = clamp255(floor(in[3] / 64.0 + 0.5));
    CHECK_EQ(out[3], alpha);
    for (uint32_t c = 0; c < 3; c++) {
        double colour = alpha == 0 ? 0 : floor(clamp255(255.0 * in[c] / in[3]) + 0.5);
        CHECK_EQ(out[c], colour);
    }
}

static void check_flattened(const int16_t *in, const uint8_t *out, const uint8_t bg[4]) {
    for (uint32_t c = 0; c < 3; c++) {
        double sum = in[c] / 64.0 + bg[c] * (1 - in[3] / 16320.0);
        CHECK_EQ(out[c], floor(clamp255(sum) + 0.5 + 1e-9));
    }
    CHECK_EQ(out[3], 255);
}

/* Over a translucent colour: the exact composite, one step of tolerance and more
 * where a small alpha magnifies Q6's rounding. */
static void check_flattened_rgba(const int16_t *in, const uint8_t *out, const uint8_t bg[4]) {
    double b = bg[3] / 255.0, a = in[3] / 16320.0, alpha = a + b * (1 - a);
    if (alpha > 1.9 || alpha < -1.9) return; /* saturates */
    CHECK_NEAR(out[3], clamp255(alpha * 255), 0.51);
    for (uint32_t c = 0; c < 3 && alpha * 255 > 1; c++) {
        double colour = in[c] / 16320.0 + bg[c] / 255.0 * b * (1 - a);
        CHECK_NEAR(out[c], clamp255(colour / alpha * 255), 0.51 + 12 / (alpha * 64));
    }
}

static const uint8_t backgrounds[][4] = {
    {255, 255, 255, 255}, {0, 0, 0, 255}, {12, 200, 99, 255}, {9, 0, 255, 1},
    {255, 80, 3, 128},    {1, 2, 3, 254}, {70, 80, 90, 0},
};

static void check_pixels(const struct frame *in, const struct frame *out, const uint8_t *bg) {
    size_t pixels = (size_t)in->shape.plane[0].width * in->shape.plane[0].height;
    const int16_t *from = (const int16_t *)(const void *)in->data[0];
    for (size_t i = 0; i < pixels; i++) {
        if (!bg)
            check_unpremultiplied(from + i * 4, out->data[0] + i * 4);
        else if (bg[3] == 255)
            check_flattened(from + i * 4, out->data[0] + i * 4, bg);
        else
            check_flattened_rgba(from + i * 4, out->data[0] + i * 4, bg);
    }
}

static void test_stage(uint32_t width, uint32_t height, uint32_t rhythm, const uint8_t *bg) {
    uint32_t seed = width * 100 + height * 10 + rhythm;
    struct frame in = frame_make(frame_shape(TH_LAYOUT_RGBA_PRE, width, height));
    struct th_source *source, *up = frame_source(&in, rhythm);
    enum th_status status;
    fill_pre(&in, &seed);
    if (bg)
        CHECK_EQ(th_flatten_open(up, bg, &source), TH_OK);
    else
        CHECK_EQ(th_unpremultiply_open(up, &source), TH_OK);
    CHECK_EQ(source->shape.layout, bg && bg[3] == 255 ? TH_LAYOUT_RGBX : TH_LAYOUT_RGBA);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    check_pixels(&in, &out, bg);
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

static void test_premultiply_stage(uint32_t width, uint32_t height, uint32_t rhythm) {
    uint32_t seed = width + height * 10 + rhythm;
    struct frame in = frame_make(frame_shape(TH_LAYOUT_RGBA, width, height));
    struct th_source *source;
    enum th_status status;
    frame_fill_random(&in, &seed);
    CHECK_EQ(th_premultiply_open(frame_source(&in, rhythm), &source), TH_OK);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    const int16_t *to = (const int16_t *)(const void *)out.data[0];
    for (size_t i = 0; i < (size_t)width * height * 4; i++) {
        double alpha = in.data[0][i / 4 * 4 + 3], c = i % 4 == 3 ? 255 : in.data[0][i];
        CHECK_EQ(to[i], floor(c * alpha * 64 / 255 + 0.5));
    }
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

/* Opaque stays opaque, and colour comes back exactly. */
static void test_opaque_is_exact(void) {
    uint8_t in[256 * 4], out[(256 + TH_ALPHA_SLACK_PIXELS) * 4];
    int16_t pre[(256 + TH_ALPHA_SLACK_PIXELS) * 4];
    for (uint32_t i = 0; i < 256 * 4; i++)
        in[i] = (uint8_t)(i % 4 == 3 ? 255 : i / 4 * (i % 4 + 1));
    th_rows_premultiply(pre, in, 256);
    th_rows_unpremultiply(out, pre, 256);
    CHECK_BYTES(out, in, sizeof in);
    th_rows_flatten(out, pre, backgrounds[2], 256);
    CHECK_BYTES(out, in, sizeof in);
}

int main(void) {
    test_every_pair();
    test_opaque_is_exact();
    for (uint32_t width = 1; width <= 9; width++) {
        for (uint32_t height = 1; height <= 9; height += 2) {
            for (uint32_t rhythm = 0; rhythm < 4; rhythm++) {
                test_premultiply_stage(width, height, rhythm);
                test_stage(width, height, rhythm, NULL);
                for (uint32_t b = 0; b < sizeof backgrounds / sizeof backgrounds[0]; b++) {
                    test_stage(width, height, rhythm, backgrounds[b]);
                }
            }
        }
    }
    test_stage(333, 41, 5, NULL);
    test_stage(333, 41, 5, backgrounds[2]);
    return check_done();
}
