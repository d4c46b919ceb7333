/* test_pad.c - the pad stage against its definition. */
#include "check.h"
#include "frame.h"
#include "stage/pad.h"

static const uint8_t colour[4] = {10, 20, 30, 40};

static void check_canvas(const struct frame *in, const struct frame *out, uint32_t left,
                         uint32_t top) {
    uint32_t pixel_bytes = th_layout_pixel_bytes(in->shape.layout);
    struct th_plane size = in->shape.plane[0];
    for (uint32_t p = 0; p < th_layout_planes(in->shape.layout); p++) {
        for (uint32_t y = 0; y < out->shape.plane[p].height; y++) {
            for (uint32_t x = 0; x < out->shape.plane[p].width; x++) {
                bool inside = x >= left && x - left < size.width && y >= top &&
                              y - top < size.height;
                const uint8_t *expected = inside ? frame_at(in, p, x - left, y - top) : colour + p;
                CHECK_BYTES(frame_at(out, p, x, y), expected, pixel_bytes);
            }
        }
    }
}

static void test(enum th_layout layout, struct th_plane size, uint32_t left, uint32_t top,
                 struct th_plane canvas, uint32_t rhythm) {
    uint32_t seed = size.width * 64 + canvas.height;
    struct frame in = frame_make(frame_shape(layout, size.width, size.height));
    struct th_source *source;
    enum th_status status;
    frame_fill_random(&in, &seed);
    CHECK_EQ(th_pad_open(frame_source(&in, rhythm), left, top, canvas.width, canvas.height, colour,
                         &source),
             TH_OK);
    CHECK_EQ(source->shape.plane[0].width, canvas.width);
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    check_canvas(&in, &out, left, top);
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

int main(void) {
    static const enum th_layout layouts[] = {TH_LAYOUT_GRAY, TH_LAYOUT_YCC, TH_LAYOUT_RGBX,
                                             TH_LAYOUT_RGBA};
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t size = 1; size <= 9; size++) {
            for (uint32_t rhythm = 0; rhythm < 5; rhythm++) {
                struct th_plane picture = {size, 10 - size};
                test(layouts[i], picture, 0, 0, picture, rhythm);
                test(layouts[i], picture, 0, 3, (struct th_plane){size, 14 - size}, rhythm);
                test(layouts[i], picture, 2, 0, (struct th_plane){size + 7, 10 - size}, rhythm);
                test(layouts[i], picture, 1, 1, (struct th_plane){size + 1, 30}, rhythm);
            }
        }
    }
    return check_done();
}
