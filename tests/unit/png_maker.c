/* png_maker.c - see png_maker.h. */
#include "png_maker.h"

#include <stdlib.h>
#include <string.h>

#include "zlib.h"

#define LINE_BYTES_MAX 4096u
#define SIDE_MAX 64u

static uint32_t seed;

static uint32_t random_bits(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* ---- chunks ---- */

static void put_u32(struct png_made *made, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        made->file[made->bytes++] = (uint8_t)(value >> shift);
}

void png_put_signature(struct png_made *made) {
    memcpy(made->file, "\x89PNG\r\n\x1a\n", 8);
    made->bytes = 8;
}

void png_put_chunk(struct png_made *made, const char *name, const void *data, size_t bytes) {
    put_u32(made, (uint32_t)bytes);
    const size_t from = made->bytes;
    memcpy(made->file + from, name, 4);
    if (bytes > 0) memcpy(made->file + from + 4, data, bytes);
    made->bytes += 4 + bytes;
    put_u32(made, (uint32_t)crc32(0, made->file + from, (uInt)(bytes + 4)));
}

void png_put_ihdr(struct png_made *made, uint32_t width, uint32_t height, uint32_t depth,
                  uint32_t colour, uint32_t interlace) {
    const uint8_t ihdr[13] = {(uint8_t)(width >> 24),
                              (uint8_t)(width >> 16),
                              (uint8_t)(width >> 8),
                              (uint8_t)width,
                              (uint8_t)(height >> 24),
                              (uint8_t)(height >> 16),
                              (uint8_t)(height >> 8),
                              (uint8_t)height,
                              (uint8_t)depth,
                              (uint8_t)colour,
                              0,
                              0,
                              (uint8_t)interlace};
    png_put_chunk(made, "IHDR", ihdr, sizeof ihdr);
}

static uint8_t *deflated(const void *data, size_t bytes, int level, int strategy, size_t *made) {
    z_stream z = {0};
    deflateInit2(&z, level, Z_DEFLATED, 15, 8, strategy);
    const size_t room = deflateBound(&z, bytes);
    uint8_t *out = malloc(room);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)bytes;
    z.next_out = out;
    z.avail_out = (uInt)room;
    deflate(&z, Z_FINISH);
    *made = room - z.avail_out;
    deflateEnd(&z);
    return out;
}

void png_put_packed(struct png_made *made, const char *name, const void *head, size_t head_bytes,
                    const void *data, size_t bytes) {
    size_t packed_bytes = 0;
    uint8_t *packed = deflated(data, bytes, 6, Z_DEFAULT_STRATEGY, &packed_bytes);
    uint8_t *both = malloc(head_bytes + packed_bytes);
    memcpy(both, head, head_bytes);
    memcpy(both + head_bytes, packed, packed_bytes);
    png_put_chunk(made, name, both, head_bytes + packed_bytes);
    free(packed);
    free(both);
}

/* ---- samples ---- */

struct image {
    const struct png_recipe *recipe;
    uint32_t channels;
    uint16_t sample[SIDE_MAX][SIDE_MAX][4]; /* y, x, channel */
    uint8_t palette[256][4];
};

static void make_samples(struct image *image) {
    const struct png_recipe *r = image->recipe;
    const uint32_t top = r->colour == 3 ? r->palette - 1 : (1u << r->depth) - 1;
    static const uint32_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
    image->channels = channels[r->colour];
    for (uint32_t i = 0; i < 256; i++)
        for (uint32_t c = 0; c < 4; c++)
            image->palette[i][c] = (uint8_t)(c < 3 ? random_bits() : r->trns ? random_bits() : 255);
    for (uint32_t y = 0; y < r->height; y++)
        for (uint32_t x = 0; x < r->width; x++)
            for (uint32_t c = 0; c < image->channels; c++) {
                /* Smooth in places, repeated in places, so that every filter and match is met. */
                uint32_t value = random_bits();
                if (y > 0 && random_bits() % 3 != 0) value = image->sample[y - 1][x][c];
                if (x > 0 && random_bits() % 3 != 0) value = image->sample[y][x - 1][c] + 1u;
                image->sample[y][x][c] = (uint16_t)(value % (top + 1));
            }
}

static uint8_t to_eight_bits(uint32_t value, uint32_t depth) {
    return (uint8_t)(depth == 16 ? value >> 8 : value * 255 / ((1u << depth) - 1));
}

static void expected_pixel(uint8_t *out, const struct image *image, const uint16_t *sample) {
    const struct png_recipe *r = image->recipe;
    const uint16_t *key = image->sample[0][0];
    if (r->colour == 3) {
        memcpy(out, image->palette[sample[0]], 4);
        return;
    }
    const bool colour = r->colour == 2 || r->colour == 6;
    for (uint32_t c = 0; c < 3; c++) out[c] = to_eight_bits(sample[colour ? c : 0], r->depth);
    out[3] = 255;
    if (r->colour == 4) out[3] = to_eight_bits(sample[1], r->depth);
    if (r->colour == 6) out[3] = to_eight_bits(sample[3], r->depth);
    if (r->trns && memcmp(sample, key, image->channels * sizeof *key) == 0) out[3] = 0;
}

static void expect(struct png_made *made, const struct image *image) {
    const struct png_recipe *r = image->recipe;
    made->gray = r->colour == 0 && !r->trns;
    for (uint32_t y = 0; y < r->height; y++)
        for (uint32_t x = 0; x < r->width; x++) {
            uint8_t pixel[4];
            const size_t at = (size_t)y * r->width + x;
            expected_pixel(pixel, image, image->sample[y][x]);
            if (made->gray)
                made->pixels[at] = pixel[0];
            else
                memcpy(made->pixels + at * 4, pixel, 4);
        }
}

/* ---- lines ---- */

static uint8_t paeth(int left, int up, int corner) {
    const int p = left + up - corner;
    const int a = abs(p - left), b = abs(p - up), c = abs(p - corner);
    return (uint8_t)(a <= b && a <= c ? left : b <= c ? up : corner);
}

static void filter_line(uint8_t *out, const uint8_t *line, const uint8_t *above, size_t bytes,
                        size_t pixel_bytes, uint32_t filter) {
    out[0] = (uint8_t)filter;
    for (size_t i = 0; i < bytes; i++) {
        const uint8_t left = i < pixel_bytes ? 0 : line[i - pixel_bytes];
        const uint8_t corner = i < pixel_bytes ? 0 : above[i - pixel_bytes];
        const uint8_t up = above[i];
        const uint8_t guess[5] = {0, left, up, (uint8_t)((left + up) / 2), paeth(left, up, corner)};
        out[1 + i] = (uint8_t)(line[i] - guess[filter]);
    }
}

/* The pixels x0, x0 + dx .. of row y, packed. */
static size_t pack_line(uint8_t *line, const struct image *image, uint32_t y, uint32_t x0,
                        uint32_t dx) {
    const uint32_t depth = image->recipe->depth;
    size_t bit = 0;
    memset(line, 0, LINE_BYTES_MAX);
    for (uint32_t x = x0; x < image->recipe->width; x += dx)
        for (uint32_t c = 0; c < image->channels; c++, bit += depth) {
            const uint32_t value = image->sample[y][x][c];
            if (depth == 16) line[bit / 8] = (uint8_t)(value >> 8);
            if (depth == 16) line[bit / 8 + 1] = (uint8_t)value;
            if (depth <= 8) line[bit / 8] |= (uint8_t)(value << (8 - depth - bit % 8));
        }
    return (bit + 7) / 8;
}

/* One pass (or the image): returns how many bytes were appended to `out`. */
static size_t put_pass(uint8_t *out, const struct image *image, uint32_t x0, uint32_t y0,
                       uint32_t dx, uint32_t dy) {
    const struct png_recipe *r = image->recipe;
    static uint8_t lines[2][LINE_BYTES_MAX];
    const size_t bits = (size_t)image->channels * r->depth;
    size_t at = 0;
    if (x0 >= r->width) return 0;
    memset(lines, 0, sizeof lines);
    for (uint32_t y = y0, i = 0; y < r->height; y += dy, i ^= 1) {
        const size_t bytes = pack_line(lines[i], image, y, x0, dx);
        const uint32_t filter = r->filter < 5 ? r->filter : random_bits() % 5;
        filter_line(out + at, lines[i], lines[i ^ 1], bytes, bits < 8 ? 1 : bits / 8, filter);
        at += 1 + bytes;
    }
    return at;
}

static size_t put_lines(uint8_t *out, const struct image *image) {
    static const uint8_t passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    size_t at = 0;
    if (!image->recipe->interlaced) return put_pass(out, image, 0, 0, 1, 1);
    for (uint32_t i = 0; i < 7; i++)
        at += put_pass(out + at, image, passes[i][0], passes[i][1], passes[i][2], passes[i][3]);
    return at;
}

/* ---- the file ---- */

static void put_palette_and_key(struct png_made *made, const struct image *image) {
    const struct png_recipe *r = image->recipe;
    uint8_t data[256 * 3];
    if (r->colour == 3) {
        for (uint32_t i = 0; i < r->palette; i++) memcpy(data + i * 3, image->palette[i], 3);
        png_put_chunk(made, "PLTE", data, r->palette * 3);
        for (uint32_t i = 0; i < r->palette; i++) data[i] = image->palette[i][3];
        if (r->trns) png_put_chunk(made, "tRNS", data, r->palette);
    } else if (r->trns) {
        for (uint32_t c = 0; c < image->channels; c++) {
            data[c * 2] = (uint8_t)(image->sample[0][0][c] >> 8);
            data[c * 2 + 1] = (uint8_t)image->sample[0][0][c];
        }
        png_put_chunk(made, "tRNS", data, image->channels * 2);
    }
}

void png_make(struct png_made *made, const struct png_recipe *recipe) {
    static struct image image;
    static uint8_t lines[SIDE_MAX * LINE_BYTES_MAX];
    seed = recipe->seed;
    image.recipe = recipe;
    make_samples(&image);
    expect(made, &image);
    png_put_signature(made);
    png_put_ihdr(made, recipe->width, recipe->height, recipe->depth, recipe->colour,
                 recipe->interlaced);
    put_palette_and_key(made, &image);
    made->idat_at = made->bytes;
    size_t packed_bytes = 0;
    uint8_t *packed = deflated(lines, put_lines(lines, &image), recipe->level, recipe->strategy,
                               &packed_bytes);
    for (size_t at = 0; at < packed_bytes; at += recipe->idat_max) {
        const size_t left = packed_bytes - at;
        png_put_chunk(made, "IDAT", packed + at, left < recipe->idat_max ? left : recipe->idat_max);
    }
    free(packed);
    png_put_chunk(made, "IEND", NULL, 0);
}
