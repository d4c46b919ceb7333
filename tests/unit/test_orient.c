/* test_orient.c - the orient stage against the eight definitions. */
#include "check.h"
#include "frame.h"
#include "stage/orient.h"

/* Which stored pixel is displayed at (x, y), stored size w x h. */
static struct th_plane stored_at(uint32_t orientation, uint32_t x, uint32_t y, uint32_t w,
                                 uint32_t h) {
    switch (orientation) {
    case 2: return (struct th_plane){w - 1 - x, y};         /* mirrored */
    case 3: return (struct th_plane){w - 1 - x, h - 1 - y}; /* upside down */
    case 4: return (struct th_plane){x, h - 1 - y};         /* flipped */
    case 5: return (struct th_plane){y, x};                 /* transposed */
    case 6: return (struct th_plane){y, h - 1 - x};         /* to be turned clockwise */
    case 7: return (struct th_plane){w - 1 - y, h - 1 - x}; /* transversed */
    case 8: return (struct th_plane){w - 1 - y, x};         /* to be turned anticlockwise */
    default: return (struct th_plane){x, y};
    }
}

static void check_turned(const struct frame *in, const struct frame *out, uint32_t orientation) {
    uint32_t pixel_bytes = th_layout_pixel_bytes(in->shape.layout);
    for (uint32_t p = 0; p < th_layout_planes(in->shape.layout); p++) {
        struct th_plane from = in->shape.plane[p], to = out->shape.plane[p];
        CHECK_EQ(to.width, orientation >= 5 ? from.height : from.width);
        CHECK_EQ(to.height, orientation >= 5 ? from.width : from.height);
        for (uint32_t y = 0; y < to.height; y++) {
            for (uint32_t x = 0; x < to.width; x++) {
                struct th_plane at = stored_at(orientation, x, y, from.width, from.height);
                CHECK_BYTES(frame_at(out, p, x, y), frame_at(in, p, at.width, at.height),
                            pixel_bytes);
            }
        }
    }
}

static void test(struct th_shape shape, uint32_t orientation, uint32_t rhythm) {
    uint32_t seed = shape.plane[0].width * 64 + orientation;
    struct frame in = frame_make(shape);
    struct th_source *source, *up = frame_source(&in, rhythm);
    enum th_status status;
    frame_fill_random(&in, &seed);
    CHECK_EQ(th_orient_open(up, orientation, &source), TH_OK);
    CHECK((source == up) == (orientation == 1));
    struct frame out = frame_collect(source, &status);
    CHECK_EQ(status, TH_DONE);
    check_turned(&in, &out, orientation);
    source->close(source);
    CHECK_EQ(frame_sources_open(), 0);
    frame_free(&in);
    frame_free(&out);
}

static void test_size(uint32_t width, uint32_t height) {
    static const enum th_layout layouts[] = {TH_LAYOUT_GRAY, TH_LAYOUT_YCC, TH_LAYOUT_YCCA,
                                             TH_LAYOUT_RGBX, TH_LAYOUT_RGBA};
    for (uint32_t orientation = 1; orientation <= 8; orientation++) {
        for (uint32_t i = 0; i < 5; i++) {
            struct th_shape shape = frame_shape(layouts[i], width, height);
            test(shape, orientation, i);
            for (uint32_t p = 1; p < 3 && th_layout_planes(layouts[i]) > 1; p++) {
                shape.plane[p] = (struct th_plane){(width + 1) / 2, (height + 1) / 2};
            }
            test(shape, orientation, 4 - i);
        }
    }
}

int main(void) {
    for (uint32_t width = 1; width <= 9; width++) {
        for (uint32_t height = 1; height <= 9; height++) test_size(width, height);
    }
    test_size(77, 50);
    return check_done();
}
