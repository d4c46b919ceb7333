/* test_png_write.c - the PNG writer: what it writes comes back through the reader, and
 * its memory, chunks and profile are as promised. */
#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "codec/codec.h"
#include "codec/png_chunks.h"
#include "fail.h"
#include "work.h"
#include "zlib.h"

#define PIXEL_BYTES_MAX (800u * 300u * 4u)

static struct th_arena arena;
static struct th_input file; /* what was written, as input */
static uint8_t pixels[PIXEL_BYTES_MAX], back[PIXEL_BYTES_MAX];
static uint32_t seed = 1;

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

enum { NOISE, SMOOTH, DRAWING, KINDS };

static void paint(uint32_t kind, uint32_t width, uint32_t height, uint32_t pixel_bytes) {
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            for (size_t c = 0; c < pixel_bytes; c++) {
                const uint32_t noise = random_bits() % 5;
                uint32_t value = random_bits();
                if (kind == SMOOTH) value = (uint32_t)(x * (c + 1) + y * 2) / 3 + noise;
                if (kind == DRAWING) value = (uint32_t)(x / 19 + y / 23 * 7 + c) * 31;
                pixels[(y * width + x) * pixel_bytes + c] = (uint8_t)value;
            }
}

static size_t take_output(struct th_output *out) {
    const uint8_t *data = NULL;
    const size_t bytes = th_output_take(out, &data);
    uint8_t *room = th_input_reserve(&file, bytes);
    if (bytes > 0) memcpy(room, data, bytes);
    th_input_push(&file, bytes);
    return bytes;
}

/* Writes `pixels` in bands of `rows_max`; returns what the writer itself held at most. */
static void write_file(const struct th_encode *encode, uint32_t rows_max) {
    const uint32_t width = encode->shape.plane[0].width, height = encode->shape.plane[0].height;
    const size_t stride = width * th_layout_pixel_bytes(encode->shape.layout);
    struct th_output out = {.limit = UINT64_MAX};
    struct th_sink *sink = NULL;
    th_input_free(&file);
    file = (struct th_input){.limit = UINT64_MAX, .keep = true};
    const uint64_t before = arena.used_bytes;
    CHECK_EQ(th_png_open_writer(encode, &out, &sink), TH_OK);
    for (uint32_t y = 0; y < height;) {
        const uint32_t rows = height - y < rows_max ? height - y : rows_max;
        const struct th_band band = {
            .data = {pixels + y * stride}, .stride = {stride}, .rows = {rows}};
        CHECK_EQ(sink->put(sink, &band), TH_OK);
        CHECK(arena.used_bytes - before <=
              th_png_writer_memory(encode) + out.capacity + file.capacity + 128);
        y += rows;
        take_output(&out);
    }
    CHECK_EQ(sink->finish(sink), TH_DONE);
    take_output(&out);
    sink->close(sink);
    th_output_free(&out);
    CHECK(arena.used_bytes - before <= file.capacity + 64); /* the arena's own per block */
    file.closed = true;
}

static void read_back(const struct th_encode *encode) {
    struct th_limits limits;
    struct th_reader *reader = NULL;
    struct th_band band;
    th_limits_default(&limits);
    CHECK_EQ(th_png_open_reader(&file, &limits, &reader), TH_OK);
    CHECK_EQ(reader->read_header(reader), TH_OK);
    CHECK_EQ(reader->start(reader, TH_SCALE_FULL), TH_OK);
    CHECK_EQ(reader->header.layout, encode->shape.layout);
    CHECK_EQ(reader->header.width, encode->shape.plane[0].width);
    CHECK_EQ(reader->header.height, encode->shape.plane[0].height);
    CHECK_EQ(reader->header.icc_bytes, encode->icc_bytes);
    if (encode->icc_bytes > 0 && reader->header.icc_bytes == encode->icc_bytes)
        CHECK_BYTES(reader->header.icc, encode->icc, encode->icc_bytes);
    const size_t row_bytes = reader->header.width * th_layout_pixel_bytes(reader->header.layout);
    size_t at = 0;
    enum th_status status;
    while ((status = reader->source.next(&reader->source, &band)) == TH_OK) {
        memcpy(back + at, band.data[0], row_bytes);
        at += row_bytes;
    }
    CHECK_EQ(status, TH_DONE);
    if (encode->shape.layout == TH_LAYOUT_RGBX)
        for (size_t i = 3; i < at; i += 4) pixels[i] = 255;
    CHECK_EQ(at, row_bytes * encode->shape.plane[0].height);
    CHECK_BYTES(back, pixels, at);
    reader->source.close(&reader->source);
}

/* The zlib stream as a whole, its Adler-32 included, as other readers check it. */
static void check_stream(void) {
    size_t at = 8, bytes = 0, made = 0;
    uint8_t *stream = malloc(file.end);
    static uint8_t lines[PIXEL_BYTES_MAX + 4096];
    while (at + 12 <= file.end) {
        struct th_cursor c = th_cursor_make(file.base, file.end);
        th_cursor_seek(&c, at);
        const uint32_t length = th_cursor_u32be(&c), name = th_cursor_u32be(&c);
        const uint8_t *data = th_cursor_take(&c, length);
        CHECK(data != NULL);
        CHECK_EQ(th_cursor_u32be(&c), crc32(0, data - 4, length + 4));
        if (name == TH_PNG_IDAT) memcpy(stream + bytes, data, length);
        if (name == TH_PNG_IDAT) bytes += length;
        at += 12 + length;
    }
    z_stream z = {
        .next_in = stream, .avail_in = (uInt)bytes, .next_out = lines, .avail_out = sizeof lines};
    inflateInit(&z);
    CHECK_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
    made = z.total_out;
    CHECK(made > 0);
    inflateEnd(&z);
    free(stream);
}

static void test_round_trips(void) {
    static const uint32_t sizes[][2] = {{1, 1},   {2, 1},  {1, 9},   {3, 5},    {16, 2},
                                        {17, 33}, {5, 16}, {257, 6}, {800, 300}};
    static const enum th_layout layouts[] = {TH_LAYOUT_GRAY, TH_LAYOUT_RGBX, TH_LAYOUT_RGBA};
    for (uint32_t i = 0; i < 9 * 3 * KINDS; i++) {
        const uint32_t *size = sizes[i / 3 / KINDS];
        const struct th_encode encode = {
            .shape = {.layout = layouts[i % 3], .plane = {{size[0], size[1]}}}};
        paint(i / 3 % KINDS, size[0], size[1], th_layout_pixel_bytes(encode.shape.layout));
        write_file(&encode, 1 + i % 7);
        check_stream();
        read_back(&encode);
    }
}

/* A profile goes with colour and stays out of grey. */
static void test_profile(void) {
    static uint8_t profile[70000];
    struct th_encode encode = {.shape = {.layout = TH_LAYOUT_RGBX, .plane = {{9, 9}}}};
    for (size_t i = 0; i < sizeof profile; i++) profile[i] = (uint8_t)(random_bits() & 15);
    encode.icc = profile;
    encode.icc_bytes = sizeof profile;
    paint(NOISE, 9, 9, 4);
    write_file(&encode, 9);
    struct th_cursor c = th_cursor_make(file.base, file.end);
    th_cursor_seek(&c, 8 + 25);
    const uint32_t length = th_cursor_u32be(&c);
    CHECK_EQ(th_cursor_u32be(&c), TH_PNG_ICCP);
    const uint8_t *chunk = th_cursor_take(&c, length);
    static uint8_t unpacked[80000];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)chunk + 13,
                  .avail_in = length - 13,
                  .next_out = unpacked,
                  .avail_out = sizeof unpacked};
    inflateInit(&z);
    CHECK_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
    CHECK_EQ(z.total_out, sizeof profile);
    CHECK_BYTES(unpacked, profile, sizeof profile);
    inflateEnd(&z);
    encode.shape.layout = TH_LAYOUT_GRAY;
    write_file(&encode, 9);
    c = th_cursor_make(file.base, file.end);
    th_cursor_seek(&c, 8 + 25 + 4);
    CHECK_EQ(th_cursor_u32be(&c), TH_PNG_IDAT);
}

/* Drawings shrink as repeats, photos at least as well as by a fixed filter. */
static void test_sizes(void) {
    struct th_encode encode = {.shape = {.layout = TH_LAYOUT_RGBX, .plane = {{800, 300}}}};
    paint(DRAWING, 800, 300, 4);
    write_file(&encode, 9);
    CHECK(file.end < 8000);
    paint(SMOOTH, 800, 300, 4);
    write_file(&encode, 9);
    CHECK(file.end < 800 * 300 * 3 * 45 / 100);
}

static void test_no_memory(void) {
    const struct th_encode encode = {
        .shape = {.layout = TH_LAYOUT_RGBX, .plane = {{20, 20}}}, .icc = pixels, .icc_bytes = 500};
    for (uint64_t fail_after = 0; fail_after < 12; fail_after++) {
        struct th_output out = {.limit = UINT64_MAX};
        struct th_sink *sink = NULL;
        arena.fail_after = fail_after;
        enum th_status status = th_png_open_writer(&encode, &out, &sink);
        const struct th_band band = {.data = {pixels}, .stride = {80}, .rows = {20}};
        if (status == TH_OK) status = sink->put(sink, &band);
        if (status == TH_OK) status = sink->finish(sink);
        CHECK(status == TH_DONE || status == TH_NO_MEMORY || status == TH_TOO_LARGE);
        if (sink != NULL) sink->close(sink);
        th_output_free(&out);
        arena.fail_after = UINT64_MAX;
    }
}

int main(void) {
    th_arena_init(&arena, UINT64_MAX);
    th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    test_round_trips();
    test_profile();
    test_sizes();
    test_no_memory();
    th_input_free(&file);
    CHECK_EQ(arena.used_bytes, 0);
    return check_done();
}
