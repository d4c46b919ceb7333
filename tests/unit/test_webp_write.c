/* test_webp_write.c - the WebP writer: what libwebp's public decoder makes of its
 * files, the container around them, and what it holds while it works. */
#include <stdlib.h>

#include "arena.h"
#include "check.h"
#include "codec/codec.h"
#include "fail.h"
#include "frame.h"
#include "src/webp/decode.h"
#include "webp_fixture.h"

static struct frame picture_of(enum th_layout layout, uint32_t width, uint32_t height) {
    struct th_shape shape = frame_shape(layout, width, height);
    shape.limited_range = layout != TH_LAYOUT_GRAY;
    for (uint32_t p = 1; p < 3 && layout != TH_LAYOUT_GRAY; p++) {
        shape.plane[p] = (struct th_plane){(width + 1) / 2, (height + 1) / 2};
    }
    struct frame frame = frame_make(shape);
    for (uint32_t p = 0; p < th_layout_planes(layout); p++) {
        for (uint32_t y = 0; y < shape.plane[p].height; y++) {
            for (uint32_t x = 0; x < shape.plane[p].width; x++) {
                uint32_t v = (x * (3 + p) + y * (7 - p)) / (p == 3 ? 1 : 2);
                *frame_at(&frame, p, x, y) = (uint8_t)(p == 3 ? v & 255 : 40 + v % 160);
            }
        }
    }
    return frame;
}

static enum th_status write_frame(const struct frame *frame, uint32_t rhythm,
                                  struct th_encode encode, struct th_output *out) {
    struct th_source *source = frame_source(frame, rhythm);
    struct th_sink *sink;
    struct th_band band;
    encode.shape = frame->shape;
    enum th_status status = th_webp_open_writer(&encode, out, &sink);
    if (status == TH_OK) {
        while ((status = source->next(source, &band)) == TH_OK)
            CHECK_EQ(sink->put(sink, &band), TH_OK);
        if (status == TH_DONE) status = sink->finish(sink);
        sink->close(sink);
    }
    source->close(source);
    return status;
}

static struct file encode_frame(const struct frame *frame, uint32_t rhythm,
                                struct th_encode encode) {
    struct th_output out = {.limit = UINT64_MAX};
    struct file file = {0};
    const uint8_t *data;
    CHECK_EQ(write_frame(frame, rhythm, encode, &out), TH_DONE);
    size_t bytes = th_output_take(&out, &data);
    file_append(&file, data, bytes);
    th_output_free(&out);
    return file;
}

/* Mean absolute difference of a decoded plane and what was given. */
static double difference(const struct frame *frame, uint32_t plane, const uint8_t *decoded,
                         int stride) {
    uint64_t sum = 0;
    struct th_plane size = frame->shape.plane[plane];
    for (uint32_t y = 0; y < size.height; y++) {
        for (uint32_t x = 0; x < size.width; x++) {
            sum += (uint64_t)abs(*frame_at(frame, plane, x, y) - decoded[y * (size_t)stride + x]);
        }
    }
    return (double)sum / ((double)size.width * size.height);
}

static void check_decoded(const struct frame *frame, const struct file *file) {
    int width, height, stride, uv_stride;
    uint8_t *u, *v;
    uint8_t *y = WebPDecodeYUV(file->data, file->bytes, &width, &height, &u, &v, &stride,
                               &uv_stride);
    CHECK(y != NULL);
    CHECK_EQ(width, frame->shape.plane[0].width);
    CHECK_EQ(height, frame->shape.plane[0].height);
    CHECK(difference(frame, 0, y, stride) < 4);
    if (frame->shape.layout == TH_LAYOUT_GRAY) {
        CHECK(*u == 128 && *v == 128);
    } else if (frame->shape.layout == TH_LAYOUT_YCC) {
        CHECK(difference(frame, 1, u, uv_stride) < 6);
        CHECK(difference(frame, 2, v, uv_stride) < 6);
    }
    WebPFree(y);
}

/* Alpha is lossless. */
static void check_alpha(const struct frame *frame, const struct file *file) {
    int width, height;
    uint8_t *rgba = WebPDecodeRGBA(file->data, file->bytes, &width, &height);
    size_t pixels = (size_t)width * (size_t)height, wrong = 0;
    for (size_t i = 0; i < pixels; i++) wrong += rgba[i * 4 + 3] != frame->data[3][i];
    CHECK_EQ(wrong, 0);
    WebPFree(rgba);
}

static void test_size(enum th_layout layout, uint32_t width, uint32_t height) {
    struct frame frame = picture_of(layout, width, height);
    struct th_encode encode = {.quality = 95};
    struct file first = encode_frame(&frame, 0, encode);
    if (layout == TH_LAYOUT_YCCA)
        check_alpha(&frame, &first);
    else
        check_decoded(&frame, &first);
    for (uint32_t rhythm = 1; rhythm < 4; rhythm++) {
        struct file file = encode_frame(&frame, rhythm, encode);
        CHECK_EQ(file.bytes, first.bytes);
        CHECK_BYTES(file.data, first.data, first.bytes);
        file_free(&file);
    }
    file_free(&first);
    frame_free(&frame);
}

/* An alpha plane that is opaque costs nothing. */
static void test_opaque_alpha(void) {
    struct frame frame = picture_of(TH_LAYOUT_YCCA, 33, 21);
    memset(frame.data[3], 255, 33 * 21);
    struct file file = encode_frame(&frame, 1, (struct th_encode){.quality = 80});
    CHECK_BYTES(file.data + 12, "VP8 ", 4);
    file_free(&file);
    frame_free(&frame);
}

static void test_quality(void) {
    struct frame frame = picture_of(TH_LAYOUT_YCC, 200, 150);
    size_t before = 0;
    for (uint32_t quality = 1; quality <= 100; quality += 33) {
        struct file file = encode_frame(&frame, 1, (struct th_encode){.quality = quality});
        CHECK(file.bytes > before);
        before = file.bytes;
        file_free(&file);
    }
    frame_free(&frame);
}

/* ---- the container ---- */

static uint32_t le32(const uint8_t *at) {
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void check_same_chunk(const struct file *a, const struct file *b, const char name[4]) {
    size_t a_bytes = 0, b_bytes = 0;
    const uint8_t *a_data = webp_chunk(a, name, &a_bytes), *b_data = webp_chunk(b, name, &b_bytes);
    CHECK((a_data == NULL) == (b_data == NULL));
    if (!a_data || !b_data) return;
    CHECK_EQ(a_bytes, b_bytes);
    CHECK_BYTES(a_data, b_data, a_bytes);
}

static void test_profile(enum th_layout layout, size_t icc_bytes) {
    struct frame frame = picture_of(layout, 300, 17);
    uint8_t icc[1001];
    for (size_t i = 0; i < sizeof icc; i++) icc[i] = (uint8_t)(i * 7 + 1);
    struct file plain = encode_frame(&frame, 1, (struct th_encode){.quality = 80});
    struct th_encode encode = {.quality = 80, .icc = icc, .icc_bytes = icc_bytes};
    struct file file = encode_frame(&frame, 1, encode);
    size_t bytes = 0;
    const uint8_t *vp8x = webp_chunk(&file, "VP8X", &bytes);
    CHECK(vp8x == file.data + 20 && bytes == 10);
    CHECK_EQ(vp8x[0], 0x20 | (layout == TH_LAYOUT_YCCA ? 0x10 : 0));
    CHECK_EQ(le32(vp8x + 4), 299 | 16u << 24);
    CHECK_EQ(le32(file.data + 4), file.bytes - 8);
    const uint8_t *iccp = webp_chunk(&file, "ICCP", &bytes);
    CHECK(iccp == file.data + 38 && bytes == icc_bytes);
    CHECK_BYTES(iccp, icc, icc_bytes);
    check_same_chunk(&file, &plain, "ALPH");
    check_same_chunk(&file, &plain, "VP8 ");
    CHECK_EQ(file.bytes % 2, 0);
    if (layout == TH_LAYOUT_YCCA)
        check_alpha(&frame, &file);
    else
        check_decoded(&frame, &file);
    file_free(&plain);
    file_free(&file);
    frame_free(&frame);
}

/* ---- memory ---- */

static void check_memory(enum th_layout layout, uint32_t width, uint32_t height, uint32_t quality) {
    struct frame frame = picture_of(layout, width, height);
    struct th_arena arena, *outer;
    struct th_output out = {.limit = UINT64_MAX};
    struct th_encode encode = {.shape = frame.shape, .quality = quality};
    uint32_t seed = width;
    frame_fill_random(&frame, &seed);
    th_arena_init(&arena, UINT64_MAX);
    outer = th_arena_enter(&arena);
    CHECK_EQ(write_frame(&frame, 1, encode, &out), TH_DONE);
    CHECK(arena.peak_bytes <= th_webp_writer_memory(&encode));
    th_output_free(&out);
    th_arena_enter(outer);
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_clear(&arena);
    frame_free(&frame);
}

static void test_no_memory(enum th_layout layout) {
    struct frame frame = picture_of(layout, 40, 30);
    enum th_status status = TH_NO_MEMORY;
    for (uint64_t n = 0; status == TH_NO_MEMORY; n++) {
        struct th_arena arena, *outer;
        struct th_output out = {.limit = UINT64_MAX};
        th_arena_init(&arena, UINT64_MAX);
        arena.fail_after = n;
        outer = th_arena_enter(&arena);
        th_fail_clear();
        status = write_frame(&frame, 1, (struct th_encode){.quality = 80}, &out);
        th_output_free(&out);
        th_arena_enter(outer);
        CHECK(status == TH_NO_MEMORY || status == TH_DONE);
        CHECK_EQ(arena.used_bytes, 0);
        th_arena_clear(&arena);
    }
    CHECK_EQ(status, TH_DONE);
    frame_free(&frame);
}

int main(void) {
    static const enum th_layout layouts[] = {TH_LAYOUT_GRAY, TH_LAYOUT_YCC, TH_LAYOUT_YCCA};
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t size = 1; size <= 40; size += 3) {
            test_size(layouts[i], size, 41 - size);
            test_size(layouts[i], size + 1, size);
        }
        test_size(layouts[i], 201, 99);
        for (size_t bytes = 1; bytes <= 1001; bytes += 250) test_profile(layouts[i], bytes);
        test_profile(layouts[i], 1000);
        check_memory(layouts[i], 1, 1, 100);
        check_memory(layouts[i], 641, 480, 50);
        check_memory(layouts[i], 640, 479, 80);
        check_memory(layouts[i], 300, 480, 100);
        check_memory(layouts[i], 1500, 1000, 100); /* without tokens */
        test_no_memory(layouts[i]);
    }
    test_opaque_alpha();
    test_quality();
    return check_done();
}
