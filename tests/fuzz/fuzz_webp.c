/* fuzz_webp.c - any bytes into the WebP reader (reader.h), and beside it libwebp's own decoder:
 * what ours takes it takes too, with the same samples. */
#include "reader.h"
#include "require.h"
#include "src/webp/decode.h"
#include "steer.h"

static bool same_rows(const struct frame *frame, uint32_t plane, const uint8_t *theirs,
                      size_t stride) {
    size_t bytes = frame_row_bytes(frame, plane);
    for (uint32_t y = 0; y < frame->shape.plane[plane].height; y++) {
        if (memcmp(frame_at(frame, plane, 0, y), theirs + y * stride, bytes) != 0) return false;
    }
    return true;
}

static bool same_planes(const struct frame *frame, const uint8_t *file, size_t bytes) {
    int width, height, stride, chroma_stride;
    uint8_t *u = NULL, *v = NULL;
    uint8_t *y = WebPDecodeYUV(file, bytes, &width, &height, &u, &v, &stride, &chroma_stride);
    bool same = y != NULL && same_rows(frame, 0, y, (size_t)stride) &&
                same_rows(frame, 1, u, (size_t)chroma_stride) &&
                same_rows(frame, 2, v, (size_t)chroma_stride);
    WebPFree(y);
    return same;
}

/* Colours and alpha; the fourth byte of an opaque picture says nothing. */
static bool same_pixels(const struct frame *frame, const uint8_t *file, size_t bytes) {
    int width, height;
    size_t row_bytes = frame_row_bytes(frame, 0);
    uint8_t *rgba = WebPDecodeRGBA(file, bytes, &width, &height);
    if (rgba != NULL && frame->shape.layout == TH_LAYOUT_RGBX) {
        for (size_t i = 3; i < row_bytes * frame->shape.plane[0].height; i += 4) rgba[i] = 255;
    }
    bool same = rgba != NULL && same_rows(frame, 0, rgba, row_bytes);
    WebPFree(rgba);
    return same;
}

static void compare(const uint8_t *file, size_t bytes) {
    struct frame frame;
    if (!reader_frame(TH_FORMAT_WEBP, file, bytes, &frame)) return;
    if (frame.shape.layout == TH_LAYOUT_YCC)
        REQUIRE(same_planes(&frame, file, bytes));
    else
        REQUIRE(same_pixels(&frame, file, bytes));
    frame_free(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    reader_check(TH_FORMAT_WEBP, data, bytes);
    if (bytes > STEER_BYTES) compare(data, bytes - STEER_BYTES);
    return 0;
}
