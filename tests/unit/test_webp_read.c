/* test_webp_read.c - the WebP reader against libwebp's public decoder, sample for
 * sample; any chunking against whole; bad files against a clean status. */
#include <stdlib.h>

#include "arena.h"
#include "check.h"
#include "codec/codec.h"
#include "fail.h"
#include "frame.h"
#include "src/webp/decode.h"
#include "webp_fixture.h"
#include "work.h"

/* ---- running the reader ---- */

/* Pushes up to `chunk` bytes more, or closes the input. */
static void feed(struct th_input *in, const struct file *file, size_t chunk) {
    size_t left = file->bytes - (size_t)in->total, bytes = left < chunk ? left : chunk;
    if (bytes == 0) {
        in->closed = true;
        return;
    }
    uint8_t *room = th_input_reserve(in, bytes);
    if (!room) exit(2);
    memcpy(room, file->data + in->total, bytes);
    th_input_push(in, bytes);
}

/* Reads the whole file. TH_DONE and *frame, or the failure; *header is what was
 * known by then. */
static enum th_status read_file(const struct file *file, size_t chunk, struct frame *frame,
                                struct th_header *header) {
    struct th_input in = {.limit = TH_INPUT_BYTES_MAX};
    struct th_limits limits;
    struct th_reader *reader;
    enum th_status status;
    th_limits_default(&limits);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    *frame = (struct frame){0};
    *header = (struct th_header){0};
    status = th_webp_open_reader(&in, &limits, &reader);
    if (status != TH_OK) return status;
    while ((status = reader->read_header(reader)) == TH_MORE_INPUT && !in.closed) {
        feed(&in, file, chunk);
    }
    *header = reader->header;
    header->icc = NULL;
    if (status == TH_OK && (uint64_t)header->width * header->height > 1u << 22) {
        status = TH_TOO_LARGE; /* a mutated size: the plan's business */
    }
    if (status == TH_OK) {
        while ((status = reader->start(reader, TH_SCALE_FULL)) == TH_MORE_INPUT && !in.closed) {
            feed(&in, file, chunk);
        }
    }
    if (status == TH_OK) *frame = frame_collect(&reader->source, &status);
    reader->source.close(&reader->source);
    th_input_free(&in);
    return status;
}

/* ---- against libwebp ---- */

static void check_planes(const struct file *file, const struct frame *frame) {
    int width, height, stride, uv_stride;
    uint8_t *u, *v;
    uint8_t *y = WebPDecodeYUV(file->data, file->bytes, &width, &height, &u, &v, &stride,
                               &uv_stride);
    uint8_t *plane[3] = {y, u, v};
    CHECK(y != NULL && frame->shape.limited_range);
    CHECK_EQ(frame->shape.plane[0].width, width);
    CHECK_EQ(frame->shape.plane[0].height, height);
    for (uint32_t p = 0; p < 3; p++) {
        for (uint32_t row = 0; row < frame->shape.plane[p].height; row++) {
            CHECK_BYTES(frame_at(frame, p, 0, row),
                        plane[p] + row * (size_t)(p ? uv_stride : stride),
                        frame->shape.plane[p].width);
        }
    }
    WebPFree(y);
}

static void check_pixels(const struct file *file, const struct frame *frame) {
    int width, height;
    uint8_t *rgba = WebPDecodeRGBA(file->data, file->bytes, &width, &height);
    CHECK(rgba != NULL);
    CHECK_EQ(frame->shape.plane[0].width, width);
    CHECK_EQ(frame->shape.plane[0].height, height);
    CHECK_BYTES(frame->data[0], rgba, (size_t)width * (size_t)height * 4);
    WebPFree(rgba);
}

static void check_file(const struct file *file, size_t chunk, enum th_layout layout) {
    struct frame frame;
    struct th_header header;
    CHECK_EQ(read_file(file, chunk, &frame, &header), TH_DONE);
    CHECK_EQ(header.layout, layout);
    CHECK_EQ(header.has_alpha, layout == TH_LAYOUT_RGBA);
    CHECK_EQ(header.orientation, 1);
    CHECK(header.whole_input && header.scales == TH_SCALES_FULL && header.work > 0);
    if (layout == TH_LAYOUT_YCC)
        check_planes(file, &frame);
    else
        check_pixels(file, &frame);
    frame_free(&frame);
}

static void test_lossy_size(uint32_t width, uint32_t height) {
    for (int filter = 0; filter < 3; filter++) {
        WebPConfig config = webp_config();
        config.filter_strength = filter == 0 ? 0 : 60;
        config.filter_type = filter == 1 ? 0 : 1;
        config.quality = (float)((width * 37 + height * 11) % 101);
        config.partitions = (int)(width % 4);
        config.segments = 1 + (int)(height % 4);
        config.method = (int)(width % 3);
        struct file opaque = webp_encode(&config, width, height, false);
        check_file(&opaque, 1 + width * 13 % 700, TH_LAYOUT_YCC);
        file_free(&opaque);
        config.alpha_compression = filter != 1;
        config.alpha_filtering = (int)(height % 3);
        config.alpha_quality = width % 2 ? 100 : 40;
        struct file alpha = webp_encode(&config, width, height, true);
        size_t bytes;
        bool translucent = webp_chunk(&alpha, "ALPH", &bytes) != NULL;
        check_file(&alpha, 1 + height * 17 % 700, translucent ? TH_LAYOUT_RGBA : TH_LAYOUT_YCC);
        file_free(&alpha);
    }
}

static void test_lossless_size(uint32_t width, uint32_t height) {
    WebPConfig config = webp_config();
    config.lossless = 1;
    config.method = (int)(width % 5);
    config.quality = (float)(height * 3 % 101);
    struct file opaque = webp_encode(&config, width, height, false);
    check_file(&opaque, 1 + width, TH_LAYOUT_RGBX);
    file_free(&opaque);
    struct file alpha = webp_encode(&config, width, height, true);
    size_t bytes;
    const uint8_t *vp8l = webp_chunk(&alpha, "VP8L", &bytes);
    check_file(&alpha, SIZE_MAX, vp8l[4] & 0x10 ? TH_LAYOUT_RGBA : TH_LAYOUT_RGBX);
    file_free(&alpha);
}

static void test_sizes(void) {
    for (uint32_t width = 1; width <= 40; width++) {
        for (uint32_t height = 1 + width % 3; height <= 40; height += 3) {
            test_lossy_size(width, height);
            if (width % 2 == 0) test_lossless_size(width, height);
        }
    }
    test_lossy_size(333, 251);
    test_lossless_size(333, 251);
    test_lossy_size(1, 300);
    test_lossy_size(300, 1);
    test_lossless_size(300, 129);
}

/* ---- containers ---- */

/* "II", 42, IFD at 8, one entry: tag 0x0112, SHORT, count 1, value. */
static struct file exif_of(uint8_t orientation) {
    struct file exif = {0};
    uint8_t tiff[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3,
                      0,   1,   0,  0, 0, 0, 0, 0, 0, 0, 0,    0, 0};
    tiff[18] = orientation;
    file_append(&exif, tiff, sizeof tiff);
    return exif;
}

/* A VP8X file with the image chunk of `from` and EXIF in front of it or behind. */
static struct file with_exif(const struct file *from, uint8_t flags, bool in_front) {
    struct file exif = exif_of(6), file = webp_begin(true, flags, 20, 14);
    size_t bytes;
    const uint8_t *image = webp_chunk(from, "VP8 ", &bytes);
    if (in_front) file_append_chunk(&file, "EXIF", exif.data, exif.bytes);
    file_append_chunk(&file, "JUNK", "odd", 3);
    file_append_chunk(&file, "VP8 ", image, bytes);
    if (!in_front) file_append_chunk(&file, "EXIF", exif.data, exif.bytes);
    webp_finish(&file);
    file_free(&exif);
    return file;
}

static void check_orientation(struct file file, uint32_t expected) {
    for (size_t chunk = 1; chunk < 5000; chunk = chunk * 3 + 1) {
        struct frame frame;
        struct th_header header;
        CHECK_EQ(read_file(&file, chunk, &frame, &header), TH_DONE);
        CHECK_EQ(header.orientation, expected);
        check_planes(&file, &frame);
        frame_free(&frame);
    }
    file_free(&file);
}

static void check_fails(struct file file, enum th_status status, const char *message) {
    for (size_t chunk = 1; chunk < 5000; chunk = chunk * 7 + 1) {
        struct frame frame;
        struct th_header header;
        CHECK_EQ(read_file(&file, chunk, &frame, &header), status);
        CHECK_STR(th_fail_message(), message);
        frame_free(&frame);
    }
    file_free(&file);
}

static struct file of_vp8x(const struct file *from, uint8_t flags, uint32_t width, uint32_t height,
                           const char *extra) {
    struct file file = webp_begin(true, flags, width, height);
    size_t bytes;
    const uint8_t *image = webp_chunk(from, "VP8 ", &bytes);
    if (extra) file_append_chunk(&file, extra, "\3\0\0\0\0\0", 6);
    file_append_chunk(&file, "VP8 ", image, bytes);
    webp_finish(&file);
    return file;
}

static struct file copy_of(const struct file *from) {
    struct file file = {0};
    file_append(&file, from->data, from->bytes);
    return file;
}

static void test_containers(void) {
    WebPConfig config = webp_config();
    struct file plain = webp_encode(&config, 20, 14, false);
    check_orientation(with_exif(&plain, 8, true), 6);
    check_orientation(with_exif(&plain, 8, false), 6);
    check_orientation(with_exif(&plain, 0, false), 1); /* not announced: not waited for */
    check_orientation(of_vp8x(&plain, 8, 20, 14, NULL), 1); /* announced, but not there */

    check_fails(of_vp8x(&plain, 2, 20, 14, NULL), TH_UNSUPPORTED, "webp: animated");
    check_fails(of_vp8x(&plain, 0, 20, 14, "ANIM"), TH_UNSUPPORTED, "webp: animated");
    check_fails(of_vp8x(&plain, 0, 20, 15, NULL), TH_CORRUPT,
                "webp: canvas and image differ in size");
    check_fails(of_vp8x(&plain, 0, 21, 14, NULL), TH_CORRUPT,
                "webp: canvas and image differ in size");
    check_fails(of_vp8x(&plain, 0x10, 20, 14, "ALPH"), TH_CORRUPT, "webp: bad alpha header");

    struct file file = webp_begin(true, 0, 20, 14);
    file_append_chunk(&file, "JUNK", "", 0);
    webp_finish(&file);
    check_fails(file, TH_CORRUPT, "webp: no image data");
    file = webp_begin(false, 0, 1, 1);
    file_append_chunk(&file, "ICCP", "abcd", 4);
    webp_finish(&file);
    check_fails(file, TH_CORRUPT, "webp: no image data where it must be");
    file = copy_of(&plain);
    file.data[16]++; /* the chunk's size, now one more than RIFF's */
    file.data[17]++;
    check_fails(file, TH_CORRUPT, "webp: a chunk is larger than the file");
    file = copy_of(&plain);
    file.data[7] = 0x7f;
    check_fails(file, TH_TOO_LARGE, "webp: the file is larger than the limit (input)");
    file = copy_of(&plain);
    file.data[20] |= 1; /* an inter frame */
    check_fails(file, TH_CORRUPT, "webp: bad VP8 frame header");
    file = copy_of(&plain);
    file.data[26] = file.data[27] = 0; /* width 0 */
    check_fails(file, TH_CORRUPT, "webp: no pixels");
    file_free(&plain);
}

/* What is wrong behind the image data loses metadata at most, as long as nothing lacks. */
static void test_behind_the_image(void) {
    WebPConfig config = webp_config();
    struct file plain = webp_encode(&config, 20, 14, false);
    size_t exif_bytes;
    struct file whole = with_exif(&plain, 8, false);
    const size_t exif_at = (size_t)(webp_chunk(&whole, "EXIF", &exif_bytes) - whole.data);
    for (size_t lost = 1; lost < exif_bytes + 8; lost++) {
        struct file file = copy_of(&whole);
        file.bytes -= lost;
        check_fails(file, TH_TRUNCATED, "webp: the file ends before its last chunk does");
    }
    struct file file = copy_of(&whole);
    file.data[exif_at - 3]++; /* EXIF larger than the file */
    check_orientation(file, 1);
    file = copy_of(&whole);
    file_append(&file, "and more", 9);
    check_orientation(file, 6);
    file_free(&whole);
    file_free(&plain);
}

/* ---- damage ---- */

static void test_truncation(const struct file *file) {
    for (size_t bytes = 0; bytes < file->bytes; bytes++) {
        /* A copy of that length, so that a read past it is seen. */
        struct file cut = {0};
        struct frame frame;
        struct th_header header;
        file_append(&cut, file->data, bytes);
        CHECK_EQ(read_file(&cut, bytes % 97 + 1, &frame, &header), TH_TRUNCATED);
        frame_free(&frame);
        file_free(&cut);
    }
}

/* Every status but a bug's is fine; nothing leaks, hangs or is read past its end. */
static void test_mutations(const struct file *file, uint32_t count) {
    uint32_t seed = (uint32_t)file->bytes, done = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct file bad = copy_of(file);
        struct frame frame;
        struct th_header header;
        for (uint32_t n = frame_random(&seed) % 3 + 1; n > 0; n--) {
            bad.data[frame_random(&seed) % bad.bytes] = (uint8_t)frame_random(&seed);
        }
        enum th_status status = read_file(&bad, SIZE_MAX, &frame, &header);
        CHECK(status == TH_DONE || (status <= TH_UNSUPPORTED && status >= TH_TOO_LARGE));
        done += status == TH_DONE;
        frame_free(&frame);
        file_free(&bad);
    }
    CHECK(done < count); /* some must be noticed */
}

/* Header, start and rows in the current arena, from an input that is complete. */
static enum th_status run(struct th_input *in) {
    struct th_limits limits;
    struct th_reader *reader;
    struct th_band band;
    th_limits_default(&limits);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    enum th_status status = th_webp_open_reader(in, &limits, &reader);
    if (status != TH_OK) return status;
    status = reader->read_header(reader);
    if (status == TH_OK) status = reader->start(reader, TH_SCALE_FULL);
    while (status == TH_OK) status = reader->source.next(&reader->source, &band);
    reader->source.close(&reader->source);
    return status;
}

/* Each allocation fails in turn: a clean refusal, and nothing stays behind. At the
 * end, with all of them, the bound of memory is one. */
static void test_no_memory(const struct file *file) {
    struct th_input in = {.limit = TH_INPUT_BYTES_MAX};
    enum th_status status = TH_NO_MEMORY;
    feed(&in, file, SIZE_MAX);
    feed(&in, file, SIZE_MAX);
    for (uint64_t n = 0; status == TH_NO_MEMORY; n++) {
        struct th_arena arena, *outer;
        th_arena_init(&arena, UINT64_MAX);
        arena.fail_after = n;
        outer = th_arena_enter(&arena);
        status = run(&in);
        th_arena_enter(outer);
        CHECK_EQ(arena.used_bytes, 0);
        CHECK(status == TH_NO_MEMORY || status == TH_DONE);
        th_arena_clear(&arena);
    }
    CHECK_EQ(status, TH_DONE);
    th_input_free(&in);
}

/* The same where it is the limit that refuses, at any size: an image that is well is never
 * called damaged. */
static void test_memory_limit(const struct file *file) {
    struct th_input in = {.limit = TH_INPUT_BYTES_MAX};
    enum th_status status = TH_TOO_LARGE;
    feed(&in, file, SIZE_MAX);
    feed(&in, file, SIZE_MAX);
    for (uint64_t limit = 256; status == TH_TOO_LARGE; limit += 256) {
        struct th_arena arena, *outer;
        th_arena_init(&arena, limit);
        outer = th_arena_enter(&arena);
        status = run(&in);
        th_arena_enter(outer);
        CHECK_EQ(arena.used_bytes, 0);
    }
    CHECK_EQ(status, TH_DONE);
    th_input_free(&in);
}

/* The header's memory_bytes is an upper bound of what a run takes. */
static void check_memory(uint32_t width, uint32_t height, bool alpha, bool lossless) {
    WebPConfig config = webp_config();
    config.lossless = lossless;
    config.method = 0;
    struct file file = webp_encode(&config, width, height, alpha);
    struct th_input in = {.limit = TH_INPUT_BYTES_MAX};
    struct th_arena arena, *outer;
    struct th_header header;
    struct frame frame;
    CHECK_EQ(read_file(&file, SIZE_MAX, &frame, &header), TH_DONE);
    feed(&in, &file, SIZE_MAX);
    feed(&in, &file, SIZE_MAX);
    th_arena_init(&arena, UINT64_MAX);
    outer = th_arena_enter(&arena);
    CHECK_EQ(run(&in), TH_DONE);
    th_arena_enter(outer);
    CHECK(arena.peak_bytes <= header.memory_bytes);
    CHECK(lossless || alpha || header.memory_bytes < 5000 * ((uint64_t)width / 16 + 10));
    frame_free(&frame);
    th_input_free(&in);
    file_free(&file);
}

static void test_memory(void) {
    static const uint32_t sizes[][2] = {{1, 1}, {40, 40}, {641, 300}, {1500, 97}, {17, 900}};
    for (uint32_t i = 0; i < 5; i++) {
        for (uint32_t kind = 0; kind < 4; kind++) {
            check_memory(sizes[i][0], sizes[i][1], kind & 1, kind & 2);
        }
    }
}

static void test_damage(void) {
    WebPConfig config = webp_config();
    config.filter_strength = 30;
    struct file files[4];
    files[0] = webp_encode(&config, 50, 35, false);
    files[1] = webp_encode(&config, 21, 33, true);
    config.alpha_compression = 0;
    files[2] = webp_encode(&config, 12, 20, true);
    config.lossless = 1;
    files[3] = webp_encode(&config, 25, 40, true);
    for (uint32_t i = 0; i < 4; i++) {
        test_truncation(&files[i]);
        test_mutations(&files[i], 3000);
        test_no_memory(&files[i]);
        test_memory_limit(&files[i]);
        file_free(&files[i]);
    }
}

int main(void) {
    test_sizes();
    test_containers();
    test_behind_the_image();
    test_damage();
    test_memory();
    return check_done();
}
