/* fuzz_write.c - any pixels into the three writers, in bands of any rhythm; then our reader on what
 * came out: the promised size; of a PNG the same pixels, of a WebP the same alpha, of a JPEG at
 * quality 100 nearly the same samples.
 *
 * The last bytes steer (steer.h); before them stand the pixels, repeated as often as it takes. */
#include "arena.h"
#include "fail.h"
#include "reader.h"
#include "require.h"
#include "steer.h"
#include "work.h"

#define SIDE_MAX 34u /* more than two macroblocks */
/* At quality 100 a coefficient is off by half a step of 1 at most, the 64 of a block together by no
 * more than 4 in one sample; one for rounding. */
#define JPEG_ERROR_MAX 5

struct shape_choice {
    enum th_format format;
    enum th_layout layout;
};

/* What codec.h says the writers accept. */
static const struct shape_choice choices[8] = {
    {TH_FORMAT_JPEG, TH_LAYOUT_GRAY}, {TH_FORMAT_JPEG, TH_LAYOUT_YCC},
    {TH_FORMAT_PNG, TH_LAYOUT_GRAY},  {TH_FORMAT_PNG, TH_LAYOUT_RGBX},
    {TH_FORMAT_PNG, TH_LAYOUT_RGBA},  {TH_FORMAT_WEBP, TH_LAYOUT_GRAY},
    {TH_FORMAT_WEBP, TH_LAYOUT_YCC},  {TH_FORMAT_WEBP, TH_LAYOUT_YCCA},
};

static struct frame make_picture(const struct shape_choice *choice, uint32_t *random,
                                 const uint8_t *data, size_t bytes) {
    uint32_t width = 1 + steer_random(random) % SIDE_MAX;
    uint32_t height = 1 + steer_random(random) % SIDE_MAX;
    struct th_shape shape = frame_shape(choice->layout, width, height);
    bool chroma = choice->layout == TH_LAYOUT_YCC || choice->layout == TH_LAYOUT_YCCA;
    shape.limited_range = chroma && choice->format == TH_FORMAT_WEBP;
    for (uint32_t p = 1; p < 3 && chroma; p++) {
        shape.plane[p] = (struct th_plane){(width + 1) / 2, (height + 1) / 2};
    }
    struct frame frame = frame_make(shape);
    size_t at = 0;
    for (uint32_t p = 0; p < th_layout_planes(shape.layout); p++) {
        size_t plane_bytes = frame_row_bytes(&frame, p) * shape.plane[p].height;
        for (size_t i = 0; i < plane_bytes; i++) {
            bool filler = shape.layout == TH_LAYOUT_RGBX && i % 4 == 3;
            frame.data[p][i] = filler ? 255 : data[at++ % bytes];
        }
    }
    return frame;
}

static enum th_status put_all(const struct frame *frame, uint32_t rhythm, struct th_sink *sink) {
    struct th_source *source = frame_source(frame, rhythm);
    struct th_band band;
    enum th_status status;
    while ((status = source->next(source, &band)) == TH_OK) {
        status = sink->put(sink, &band);
        if (status != TH_OK) break;
    }
    source->close(source);
    return status == TH_DONE ? sink->finish(sink) : status;
}

static void check_png(const struct frame *frame, const struct frame *seen) {
    REQUIRE(frame_row_bytes(seen, 0) == frame_row_bytes(frame, 0));
    size_t plane_bytes = frame_row_bytes(frame, 0) * frame->shape.plane[0].height;
    REQUIRE(memcmp(seen->data[0], frame->data[0], plane_bytes) == 0);
}

static void check_alpha(const struct frame *frame, const struct frame *seen) {
    size_t pixels = frame_row_bytes(frame, 3) * frame->shape.plane[3].height;
    for (size_t i = 0; i < pixels; i++) {
        uint8_t alpha = seen->shape.layout == TH_LAYOUT_RGBA ? seen->data[0][4 * i + 3] : 255;
        REQUIRE(alpha == frame->data[3][i]);
    }
}

static void check_samples(const struct frame *frame, const struct frame *seen) {
    REQUIRE(seen->shape.layout == frame->shape.layout);
    for (uint32_t p = 0; p < th_layout_planes(frame->shape.layout); p++) {
        size_t samples = frame_row_bytes(frame, p) * frame->shape.plane[p].height;
        for (size_t i = 0; i < samples; i++)
            REQUIRE(abs(seen->data[p][i] - frame->data[p][i]) <= JPEG_ERROR_MAX);
    }
}

static void check_picture(const struct frame *frame, enum th_format format, uint32_t quality,
                          const uint8_t *file, size_t bytes) {
    struct frame seen;
    REQUIRE(reader_frame(format, file, bytes, &seen));
    REQUIRE(seen.shape.plane[0].width == frame->shape.plane[0].width);
    REQUIRE(seen.shape.plane[0].height == frame->shape.plane[0].height);
    if (format == TH_FORMAT_PNG) check_png(frame, &seen);
    if (frame->shape.layout == TH_LAYOUT_YCCA) check_alpha(frame, &seen);
    if (format == TH_FORMAT_JPEG && quality == 100) check_samples(frame, &seen);
    frame_free(&seen);
}

static void write_picture(const struct frame *frame, enum th_format format,
                          const struct steer *steer, uint64_t fail_after) {
    const struct th_codec *codec = th_codec_of(format);
    uint32_t quality = steer->limits & 128 ? 100 : 1 + steer->limits % 100;
    struct th_encode encode = {.shape = frame->shape, .quality = quality};
    struct th_output out = {.limit = UINT64_MAX};
    struct th_arena arena;
    struct th_sink *sink = NULL;
    th_arena_init(&arena, READER_MEMORY_BYTES_MAX);
    arena.fail_after = fail_after;
    struct th_arena *outer = th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    enum th_status status = codec->open_writer(&encode, &out, &sink);
    if (status == TH_OK) {
        status = put_all(frame, steer->chunks % 16, sink);
        REQUIRE(arena.peak_bytes <= codec->writer_memory(&encode) + out.capacity);
        sink->close(sink);
    }
    const uint8_t *file;
    size_t bytes = th_output_take(&out, &file);
    if (status == TH_DONE)
        check_picture(frame, format, quality, file, bytes);
    else
        REQUIRE(status == TH_NO_MEMORY && fail_after != UINT64_MAX);
    th_output_free(&out);
    REQUIRE(arena.used_bytes == 0);
    th_arena_enter(outer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    struct steer steer;
    if (!steer_take(&steer, data, &bytes) || bytes == 0) return 0;
    const struct shape_choice *choice = &choices[steer.choice % 8];
    uint32_t random = steer.chunks;
    struct frame frame = make_picture(choice, &random, data, bytes);
    write_picture(&frame, choice->format, &steer, UINT64_MAX);
    write_picture(&frame, choice->format, &steer, steer.fail_after % 64);
    frame_free(&frame);
    return 0;
}
