/* test_png_read.c - the PNG reader: every kind of image against its definition, in
 * chunks and cut anywhere, and files that lie. */
#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "codec/codec.h"
#include "codec/png_chunks.h"
#include "fail.h"
#include "png_maker.h"
#include "work.h"

#define IEND_BYTES 12u

static struct png_made made;
static struct th_arena arena;

struct outcome {
    enum th_status status; /* TH_DONE, or the first error */
    struct th_header header;
    enum th_layout layout;
    uint32_t rows;
    uint8_t pixels[PNG_MAKER_BYTES_MAX];
};
static struct outcome outcome;

static void push(struct th_input *in, const uint8_t *data, size_t bytes) {
    uint8_t *room = th_input_reserve(in, bytes);
    if (bytes > 0) memcpy(room, data, bytes);
    th_input_push(in, bytes);
}

/* Pushes whenever the reader asks, `step` bytes at a time, then says end. */
static bool feed(struct th_input *in, const uint8_t *file, size_t bytes, size_t *at, size_t step) {
    if (in->closed) return false;
    const size_t part = bytes - *at < step ? bytes - *at : step;
    if (part == 0)
        in->closed = true;
    else
        push(in, file + *at, part);
    *at += part;
    return true;
}

static void keep_rows(const struct th_band *band) {
    const size_t bytes = outcome.header.width * th_layout_pixel_bytes(outcome.layout);
    for (uint32_t i = 0; i < band->rows[0]; i++, outcome.rows++)
        if ((outcome.rows + 1) * bytes <= sizeof outcome.pixels)
            memcpy(outcome.pixels + outcome.rows * bytes, band->data[0] + i * band->stride[0],
                   bytes);
}

static void read_file(const uint8_t *file, size_t bytes, size_t step) {
    struct th_input in = {.limit = UINT64_MAX};
    struct th_limits limits;
    struct th_reader *reader = NULL;
    struct th_band band;
    size_t at = 0;
    th_fail_clear();
    th_limits_default(&limits);
    th_work_begin(TH_WORK_MAX);
    outcome.rows = 0;
    outcome.status = th_png_open_reader(&in, &limits, &reader);
    if (outcome.status != TH_OK) return;
    while ((outcome.status = reader->read_header(reader)) == TH_MORE_INPUT)
        if (!feed(&in, file, bytes, &at, step)) break;
    outcome.header = reader->header;
    const bool all_here = outcome.status == TH_OK && at == bytes;
    const uint64_t before = arena.used_bytes;
    arena.peak_bytes = before;
    if (all_here) in.closed = true;
    while (outcome.status == TH_OK &&
           (outcome.status = reader->start(reader, TH_SCALE_FULL)) == TH_MORE_INPUT &&
           feed(&in, file, bytes, &at, step))
        outcome.status = TH_OK;
    outcome.layout = reader->source.shape.layout;
    while (outcome.status == TH_OK) {
        outcome.status = reader->source.next(&reader->source, &band);
        if (outcome.status == TH_OK) keep_rows(&band);
        if (outcome.status == TH_MORE_INPUT && feed(&in, file, bytes, &at, step))
            outcome.status = TH_OK;
    }
    if (all_here) CHECK(arena.peak_bytes - before <= outcome.header.memory_bytes);
    reader->source.close(&reader->source);
    th_input_free(&in);
}

static enum th_layout layout_of(const struct png_recipe *r) {
    if (r->trns || r->colour >= 4) return TH_LAYOUT_RGBA;
    return r->colour == 0 ? TH_LAYOUT_GRAY : TH_LAYOUT_RGBX;
}

static void check_recipe(const struct png_recipe *r, size_t step) {
    png_make(&made, r);
    read_file(made.file, made.bytes, step);
    const size_t bytes = (size_t)r->width * r->height * (made.gray ? 1 : 4);
    CHECK_EQ(outcome.status, TH_DONE);
    CHECK_EQ(outcome.layout, layout_of(r));
    CHECK_EQ(outcome.header.has_alpha, layout_of(r) == TH_LAYOUT_RGBA);
    CHECK_EQ(outcome.rows, r->height);
    CHECK_BYTES(outcome.pixels, made.pixels, bytes);
}

static bool fits(uint32_t colour, uint32_t depth) {
    if (colour == 0) return true;
    return colour == 3 ? depth <= 8 : depth >= 8;
}

/* Colour type x depth x interlace x tRNS x filter, at sizes that leave passes empty. */
static void test_kinds(void) {
    static const uint32_t colours[] = {0, 2, 3, 4, 6}, depths[] = {1, 2, 4, 8, 16};
    static const uint32_t sizes[][2] = {{1, 1}, {2, 3}, {5, 1}, {1, 7}, {8, 8}, {33, 17}, {61, 40}};
    static const uint32_t steps[] = {1, 7, 4096, 1u << 20};
    uint32_t n = 0;
    for (uint32_t c = 0; c < 5; c++)
        for (uint32_t d = 0; d < 5; d++)
            for (uint32_t k = 0; k < 4 * 6 * 7; k++) {
                if (!fits(colours[c], depths[d])) continue;
                n++;
                const struct png_recipe recipe = {
                    .width = sizes[k % 7][0],
                    .height = sizes[k % 7][1],
                    .colour = colours[c],
                    .depth = depths[d],
                    .interlaced = k / 7 & 1,
                    .trns = (k / 14 & 1) && colours[c] < 4,
                    .filter = k / 28,
                    .level = (int)(n % 10),
                    .strategy = (int)(n % 5),
                    .idat_max = n % 3 == 0 ? 1 + n % 50 : 8192,
                    .palette = depths[d] == 8 ? 200 : 1u << (depths[d] & 7),
                    .seed = n,
                };
                check_recipe(&recipe, steps[n % 4]);
            }
}

/* A file cut anywhere is truncated, never anything else, whatever was read before. */
static void test_cuts(void) {
    static struct png_made whole;
    struct png_recipe recipe = {.width = 9,
                                .height = 9,
                                .colour = 2,
                                .depth = 8,
                                .filter = 5,
                                .level = 6,
                                .idat_max = 60,
                                .seed = 3,
                                .palette = 4};
    for (uint32_t kind = 0; kind < 4; kind++) {
        recipe.interlaced = kind & 1;
        recipe.colour = kind & 2 ? 3 : 2;
        recipe.depth = kind & 2 ? 4 : 8;
        recipe.trns = kind & 1;
        png_make(&whole, &recipe);
        for (size_t cut = 0; cut < whole.bytes; cut++) {
            const bool lacks_pixels = cut < whole.bytes - IEND_BYTES;
            read_file(whole.file, cut, cut % 2 == 0 ? 1u << 20 : 3);
            CHECK_EQ(outcome.status, lacks_pixels ? TH_TRUNCATED : TH_DONE);
            CHECK(lacks_pixels ? outcome.rows < 9 : outcome.rows == 9);
        }
    }
}

/* Any single bit wrong: the image, or a clean refusal; in what makes pixels, a refusal; behind
 * them, the image. */
static void test_damage(bool interlaced) {
    static struct png_made whole;
    const struct png_recipe recipe = {.width = 9,
                                      .height = 9,
                                      .colour = 2,
                                      .depth = 8,
                                      .filter = 5,
                                      .level = 6,
                                      .idat_max = 60,
                                      .seed = 3,
                                      .interlaced = interlaced,
                                      .trns = true};
    png_make(&whole, &recipe);
    for (size_t bit = 0; bit < whole.bytes * 8; bit++) {
        whole.file[bit / 8] ^= (uint8_t)(1u << bit % 8);
        read_file(whole.file, whole.bytes, 1u << 20);
        const bool behind = bit / 8 >= whole.bytes - IEND_BYTES;
        const bool in_chunk_head = bit / 8 >= 33 && bit / 8 < whole.idat_at + 8;
        const bool refused = outcome.status == TH_CORRUPT || outcome.status == TH_TRUNCATED ||
                             outcome.status == TH_UNSUPPORTED;
        CHECK(behind ? outcome.status == TH_DONE
                     : refused || (outcome.status == TH_DONE && in_chunk_head));
        whole.file[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void begin(uint32_t width, uint32_t height, uint32_t depth, uint32_t colour) {
    png_put_signature(&made);
    png_put_ihdr(&made, width, height, depth, colour, 0);
}

static void end_with(const void *lines, size_t bytes) {
    png_put_packed(&made, "IDAT", "", 0, lines, bytes);
    png_put_chunk(&made, "IEND", NULL, 0);
}

static void expect_failure(enum th_status status, const char *message) {
    read_file(made.file, made.bytes, 1u << 20);
    CHECK_EQ(outcome.status, status);
    CHECK_STR(th_fail_message(), message);
}

static void test_headers(void) {
    static const uint8_t lines[16] = {0};
    begin(0, 1, 8, 2);
    expect_failure(TH_CORRUPT, "png: no width or height");
    begin(0x80000000u, 1, 8, 2);
    expect_failure(TH_CORRUPT, "png: impossible width or height");
    begin(1, 1, 4, 2);
    expect_failure(TH_CORRUPT, "png: unknown colour type or depth");
    begin(1, 1, 8, 5);
    expect_failure(TH_CORRUPT, "png: unknown colour type or depth");
    png_put_signature(&made);
    png_put_ihdr(&made, 1, 1, 8, 0, 2);
    expect_failure(TH_CORRUPT, "png: unknown compression, filter or interlace method");
    png_put_signature(&made);
    png_put_chunk(&made, "CgBI", "\1\2\3\4", 4);
    expect_failure(TH_UNSUPPORTED, "png: Apple's CgBI variant");
    begin(1, 1, 8, 3);
    end_with(lines, 2);
    expect_failure(TH_CORRUPT, "png: palette image without PLTE");
    begin(1, 1, 8, 0);
    png_put_chunk(&made, "ABCD", "", 0);
    expect_failure(TH_UNSUPPORTED, "png: unknown critical chunk");
    begin(1, 1, 8, 0);
    png_put_chunk(&made, "IEND", NULL, 0);
    expect_failure(TH_CORRUPT, "png: no image data");
    begin(1, 1, 8, 0);
    png_put_chunk(&made, "acTL", "\0\0\0\2\0\0\0\0", 8);
    expect_failure(TH_UNSUPPORTED, "png: animated");
    begin(1, 1, 8, 0);
    png_put_chunk(&made, "acTL", "\0\0\0\1\0\0\0\0", 8);
    end_with(lines, 2);
    read_file(made.file, made.bytes, 3);
    CHECK_EQ(outcome.status, TH_DONE);
}

static void test_image_data(void) {
    static const uint8_t lines[16] = {9, 9, 9, 9};
    begin(2, 2, 8, 0);
    end_with(lines + 4, 5);
    expect_failure(TH_CORRUPT, "png: not enough image data");
    begin(2, 1, 8, 0);
    end_with(lines, 3);
    expect_failure(TH_CORRUPT, "png: unknown row filter");
    begin(2, 1, 4, 0);
    end_with(lines, 2);
    expect_failure(TH_CORRUPT, "png: unknown row filter");
    png_put_signature(&made);
    png_put_ihdr(&made, 1, 1, 8, 0, 1);
    end_with(lines, 2);
    expect_failure(TH_CORRUPT, "png: unknown row filter");
    begin(2, 1, 8, 0);
    png_put_chunk(&made, "IDAT", "garbage", 7);
    png_put_chunk(&made, "IEND", NULL, 0);
    expect_failure(TH_CORRUPT, "png: image data does not inflate");
    begin(2, 1, 8, 0);
    end_with(lines + 4, 3);
    made.file[made.bytes - 14] ^= 1; /* in the CRC of IDAT */
    expect_failure(TH_CORRUPT, "png: IDAT fails its CRC");
    begin(2, 1, 8, 0); /* more than is needed, and chunks behind it, are no fault */
    end_with(lines + 4, 12);
    read_file(made.file, made.bytes, 1);
    CHECK_EQ(outcome.status, TH_DONE);
}

/* What is behind the image data is nobody's business: no end, chunks that lie, more data. */
static void test_behind_the_image(void) {
    static const struct {
        const char *bytes;
        size_t count;
    } tails[] = {
        {"", 0},
        {"\0\0\0\0IE", 6},
        {"\xff\xff\xff\xffIEND", 8},
        {"\x7f\xff\xff\xfftEXt", 8},
        {"\0\0\0\0ABCD\0\0\0\0", 12},
        {"\0\0\0\0tEXt\0\0\0\0\0\0\0\1IDATx", 21},
        {"not a chunk at all", 18},
    };
    struct png_recipe recipe = {
        .width = 9, .height = 9, .colour = 2, .depth = 8, .level = 6, .idat_max = 60, .seed = 3};
    for (uint32_t kind = 0; kind < 2 * sizeof tails / sizeof *tails; kind++) {
        recipe.interlaced = kind & 1;
        png_make(&made, &recipe);
        made.bytes -= IEND_BYTES;
        memcpy(made.file + made.bytes, tails[kind / 2].bytes, tails[kind / 2].count);
        made.bytes += tails[kind / 2].count;
        for (uint32_t step = 1; step < 1u << 20; step = step * 11 + 1) {
            read_file(made.file, made.bytes, step);
            CHECK_EQ(outcome.status, TH_DONE);
            CHECK_EQ(outcome.rows, 9);
        }
    }
}

/* A zlib stream without its end, or with a wrong end, is none of the image's business. */
static void test_stream_ends(void) {
    struct png_recipe recipe = {
        .width = 9, .height = 9, .colour = 2, .depth = 8, .level = 0, .idat_max = 8192, .seed = 3};
    const uint32_t line_bytes = 9 * (1 + 9 * 3);
    png_make(&made, &recipe);
    uint8_t stream[512];
    const size_t bytes = made.bytes - made.idat_at - 24;
    memcpy(stream, made.file + made.idat_at + 8, bytes);
    for (uint32_t lost = 0; lost < bytes; lost++) {
        begin(9, 9, 8, 2);
        png_put_chunk(&made, "IDAT", stream, bytes - lost);
        png_put_chunk(&made, "IDAT", "", 0);
        png_put_chunk(&made, "IEND", NULL, 0);
        read_file(made.file, made.bytes, 1u << 20);
        /* Two bytes of header, five of a stored block, the lines, four of Adler-32. */
        CHECK_EQ(outcome.status, bytes - lost >= 7 + line_bytes ? TH_DONE : TH_CORRUPT);
    }
}

/* Two bytes, and behind them a block that is none: one line is whole, of two the second fails, by
 * our own inflate and, interlaced, by libspng's zlib. */
static void test_bad_block_behind(void) {
    static const uint8_t stream[] = {0x78, 0x9c, 0x62, 0x60, 0, 0, 0, 0x82, 0x87, 0x8d, 3, 0, 0};
    for (uint32_t interlaced = 0; interlaced <= 1; interlaced++) {
        for (uint32_t height = 1; height <= 2; height++) {
            png_put_signature(&made);
            png_put_ihdr(&made, 1, height, 8, 0, interlaced);
            png_put_chunk(&made, "IDAT", stream, sizeof stream);
            png_put_chunk(&made, "IEND", NULL, 0);
            read_file(made.file, made.bytes, 1u << 20);
            CHECK_EQ(outcome.status, height == 1 ? TH_DONE : TH_CORRUPT);
        }
    }
}

/* Text is never inflated, profiles to a limit, and the header alone costs next to nothing. */
static void test_bombs(void) {
    static uint8_t zeros[64u << 20];
    static const uint8_t lines[16] = {0};
    begin(1, 1, 8, 2);
    png_put_packed(&made, "zTXt", "a\0\0", 3, zeros, sizeof zeros);
    png_put_packed(&made, "iCCP", "a\0\0", 3, zeros, sizeof zeros);
    end_with(lines, 4);
    const uint64_t before = arena.used_bytes;
    arena.peak_bytes = before;
    read_file(made.file, made.bytes, 1u << 20);
    CHECK_EQ(outcome.status, TH_DONE);
    CHECK(outcome.header.icc == NULL);
    CHECK(arena.peak_bytes - before < 3 * TH_ICC_BYTES_MAX + 3 * made.bytes);
    begin(0x7fffffffu, 0x7fffffffu, 16, 6);
    end_with(lines, 4);
    arena.limit_bytes = before + (1u << 20);
    read_file(made.file, made.bytes, 1u << 20);
    CHECK(outcome.status == TH_TOO_LARGE || outcome.status == TH_NO_MEMORY);
    CHECK_EQ(outcome.header.width, 0x7fffffff);
    arena.limit_bytes = UINT64_MAX;
}

/* EXIF as large as it may be counts, and the first; of one byte more it is stepped over. */
static void test_large_chunks(void) {
    static const uint8_t lines[16] = {0};
    static uint8_t exif[TH_PNG_EXIF_BYTES_MAX + 1];
    static const uint8_t turned[] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
                                     3,   0,   0, 0,  1, 0, 6, 0, 0, 0, 0,    0,    0};
    memcpy(exif, turned, sizeof turned);
    for (uint32_t more = 0; more < 2; more++) {
        begin(1, 1, 8, 2);
        png_put_chunk(&made, "eXIf", exif, TH_PNG_EXIF_BYTES_MAX + more);
        end_with(lines, 4);
        read_file(made.file, made.bytes, 1u << 16);
        CHECK_EQ(outcome.status, TH_DONE);
        CHECK_EQ(outcome.header.orientation, more == 0 ? 6 : 1);
    }
    begin(1, 1, 8, 2);
    png_put_chunk(&made, "eXIf", exif, 64);
    exif[19] = 3;
    png_put_chunk(&made, "eXIf", exif, 64);
    end_with(lines, 4);
    read_file(made.file, made.bytes, 7);
    CHECK_EQ(outcome.header.orientation, 6);
}

/* Every allocation that may fail does, once. */
static void test_no_memory(void) {
    struct png_recipe recipe = {.width = 9,
                                .height = 9,
                                .colour = 2,
                                .depth = 8,
                                .filter = 5,
                                .level = 6,
                                .idat_max = 60,
                                .seed = 3,
                                .palette = 4};
    for (uint32_t kind = 0; kind < 3; kind++) {
        recipe.interlaced = kind == 1;
        recipe.depth = kind == 2 ? 16 : 8;
        png_make(&made, &recipe);
        for (uint64_t fail_after = 1; fail_after < 40; fail_after++) {
            arena.fail_after = fail_after;
            struct th_input in = {.limit = UINT64_MAX};
            push(&in, made.file, made.bytes);
            in.closed = true;
            struct th_reader *reader = NULL;
            struct th_limits limits;
            th_limits_default(&limits);
            th_fail_clear();
            enum th_status status = th_png_open_reader(&in, &limits, &reader);
            if (status == TH_OK) status = reader->read_header(reader);
            if (status == TH_OK) status = reader->start(reader, TH_SCALE_FULL);
            struct th_band band;
            while (status == TH_OK) status = reader->source.next(&reader->source, &band);
            CHECK(status == TH_DONE || status < 0);
            if (reader != NULL) reader->source.close(&reader->source);
            th_input_free(&in);
            arena.fail_after = UINT64_MAX;
        }
    }
}

int main(void) {
    th_arena_init(&arena, UINT64_MAX);
    th_arena_enter(&arena);
    test_kinds();
    test_cuts();
    test_damage(false);
    test_damage(true);
    test_headers();
    test_image_data();
    test_behind_the_image();
    test_stream_ends();
    test_bad_block_behind();
    test_bombs();
    test_large_chunks();
    test_no_memory();
    CHECK_EQ(arena.used_bytes, 0);
    return check_done();
}
