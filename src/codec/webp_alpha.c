/* webp_alpha.c - see webp_alpha.h. A VP8L stream of one colour-indexing transform,
 * because then decoders need one byte a pixel too; without colour cache, with one
 * set of prefix codes, of which only green and distance are in use. */
#include "webp_alpha.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "webp_prefix.h"

#define FILTERS 4u /* none, horizontal, vertical, gradient: their numbers in the file */
#define LITERALS 256u
#define GREEN_SYMBOLS 280u
#define DISTANCE_SYMBOLS 40u
#define COLOUR_INDEXING 3u
#define RUN_MIN 3u
#define RUN_MAX 4096u
/* Distances of up to 120 are codes for neighbours; these are the first two. */
#define DISTANCE_ABOVE 1u
#define DISTANCE_LEFT 2u

struct packer {
    const uint8_t *alpha;
    size_t stride;
    uint32_t width, height;
    uint8_t *sample; /* residuals, then palette indices, then `count` packed bytes */
    uint32_t packed_width;
    size_t count;
    uint8_t value[256]; /* the palette: residual values in use, ascending */
    uint32_t values;
    uint32_t green[GREEN_SYMBOLS], distance[DISTANCE_SYMBOLS]; /* counts */
    uint64_t extra_bits;
};

/* ---- prediction ---- */

static uint8_t predict(uint32_t filter, uint8_t left, uint8_t above, uint8_t above_left) {
    int32_t sum = left + above - above_left;
    if (filter == 1) return left;
    if (filter == 2) return above;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* The first row is predicted from the left, the first column from above. */
static void filter_row(uint8_t *out, const uint8_t *row, const uint8_t *above, uint32_t width,
                       uint32_t filter) {
    if (filter == 0) {
        memcpy(out, row, width);
        return;
    }
    out[0] = (uint8_t)(row[0] - (above ? above[0] : 0));
    for (uint32_t x = 1; x < width; x++) {
        uint8_t left = row[x - 1];
        out[x] = (uint8_t)(row[x] - (above ? predict(filter, left, above[x], above[x - 1]) : left));
    }
}

static void filter_plane(struct packer *p, uint32_t filter) {
    for (uint32_t y = 0; y < p->height; y++) {
        const uint8_t *row = p->alpha + y * p->stride;
        filter_row(p->sample + (size_t)y * p->width, row, y ? row - p->stride : NULL, p->width,
                   filter);
    }
}

/* ---- palette ---- */

/* Pixels to a byte: 8 for two values, 4 for four, 2 for sixteen. As a power of two. */
static uint32_t pixels_log2(uint32_t values) {
    return values <= 2 ? 3 : values <= 4 ? 2 : values <= 16 ? 1 : 0;
}

/* Row by row in place: a packed row is never longer than the row it comes from. */
static void pack_row(uint8_t *out, const uint8_t *row, uint32_t width, uint32_t log2,
                     const uint8_t index[256]) {
    uint32_t pixels = 1u << log2, pixel_bits = 8 >> log2;
    for (uint32_t x = 0; x < width; x += pixels) {
        uint32_t byte = 0;
        for (uint32_t i = 0; i < pixels && x + i < width; i++) {
            byte |= (uint32_t)index[row[x + i]] << (i * pixel_bits);
        }
        *out++ = (uint8_t)byte;
    }
}

static void index_plane(struct packer *p) {
    uint8_t index[256] = {0};
    bool used[256] = {false};
    size_t pixels = (size_t)p->width * p->height;
    for (size_t i = 0; i < pixels; i++) used[p->sample[i]] = true;
    p->values = 0;
    for (uint32_t v = 0; v < 256; v++) {
        if (!used[v]) continue;
        index[v] = (uint8_t)p->values;
        p->value[p->values++] = (uint8_t)v;
    }
    uint32_t log2 = pixels_log2(p->values);
    p->packed_width = (p->width + (1u << log2) - 1) >> log2;
    p->count = (size_t)p->packed_width * p->height;
    for (uint32_t y = 0; y < p->height; y++) {
        pack_row(p->sample + (size_t)y * p->packed_width, p->sample + (size_t)y * p->width,
                 p->width, log2, index);
    }
}

/* ---- tokens: a literal, or a run from a distance ---- */

struct token {
    uint32_t run;      /* 0: a literal */
    uint32_t distance; /* as coded */
};

static uint32_t run_length(const struct packer *p, size_t at, size_t distance) {
    uint32_t run = 0;
    if (at < distance) return 0;
    while (at + run < p->count && run < RUN_MAX &&
           p->sample[at + run] == p->sample[at + run - distance]) {
        run++;
    }
    return run;
}

static struct token token_at(const struct packer *p, size_t at) {
    uint32_t left = run_length(p, at, 1);
    uint32_t above = left < RUN_MAX ? run_length(p, at, p->packed_width) : 0;
    uint32_t run = above >= left ? above : left;
    if (run < RUN_MIN) return (struct token){0, 0};
    return (struct token){run, above >= left ? DISTANCE_ABOVE : DISTANCE_LEFT};
}

static void count_tokens(struct packer *p) {
    memset(p->green, 0, sizeof p->green);
    memset(p->distance, 0, sizeof p->distance);
    p->extra_bits = 0;
    for (size_t at = 0; at < p->count;) {
        struct token token = token_at(p, at);
        if (token.run == 0) {
            p->green[p->sample[at++]]++;
            continue;
        }
        struct th_webp_value run = th_webp_value_split(token.run);
        p->green[LITERALS + run.symbol]++;
        p->distance[th_webp_value_split(token.distance).symbol]++;
        p->extra_bits += run.extra_count;
        at += token.run;
    }
}

static void put_tokens(const struct packer *p, struct th_webp_bits *bits,
                       const struct th_webp_code *green, const struct th_webp_code *distance) {
    for (size_t at = 0; at < p->count && bits->status == TH_OK;) {
        struct token token = token_at(p, at);
        if (token.run == 0) {
            th_webp_symbol_put(bits, green, p->sample[at++]);
            continue;
        }
        struct th_webp_value run = th_webp_value_split(token.run);
        th_webp_symbol_put(bits, green, LITERALS + run.symbol);
        th_webp_bits_put(bits, run.extra, run.extra_count);
        th_webp_symbol_put(bits, distance, th_webp_value_split(token.distance).symbol);
        at += token.run;
    }
}

/* ---- the stream ---- */

/* Red, blue and alpha: one symbol each, which takes no bits. */
static void put_codes(struct th_webp_bits *bits, const struct th_webp_code *green,
                      const struct th_webp_code *distance) {
    static const struct th_webp_code nothing = {.used = 1};
    th_webp_code_put(bits, green);
    for (uint32_t i = 0; i < 3; i++) th_webp_code_put(bits, &nothing);
    th_webp_code_put(bits, distance);
}

/* The palette is a picture of its own, each value less the one before. */
static void put_palette(const struct packer *p, struct th_webp_bits *bits) {
    static const struct th_webp_code nothing = {.used = 1};
    uint32_t counts[GREEN_SYMBOLS] = {0};
    struct th_webp_code green;
    th_webp_bits_put(bits, 1, 1); /* a transform */
    th_webp_bits_put(bits, COLOUR_INDEXING, 2);
    th_webp_bits_put(bits, p->values - 1, 8);
    th_webp_bits_put(bits, 0, 1); /* no colour cache */
    for (uint32_t i = 0; i < p->values; i++) {
        counts[(uint8_t)(p->value[i] - (i ? p->value[i - 1] : 0))]++;
    }
    th_webp_code_make(&green, counts, GREEN_SYMBOLS, 15);
    put_codes(bits, &green, &nothing);
    for (uint32_t i = 0; i < p->values; i++) {
        th_webp_symbol_put(bits, &green, (uint8_t)(p->value[i] - (i ? p->value[i - 1] : 0)));
    }
    th_webp_bits_put(bits, 0, 1); /* no further transform */
}

static enum th_status put_stream(struct packer *p, uint32_t filter, struct th_webp_bits *bits) {
    struct th_webp_code green, distance;
    th_webp_code_make(&green, p->green, GREEN_SYMBOLS, 15);
    th_webp_code_make(&distance, p->distance, DISTANCE_SYMBOLS, 15);
    th_webp_bits_put(bits, 1 | filter << 2, 8); /* packed; no preprocessing */
    put_palette(p, bits);
    th_webp_bits_put(bits, 0, 2); /* no colour cache, one set of codes */
    put_codes(bits, &green, &distance);
    put_tokens(p, bits, &green, &distance);
    return th_webp_bits_flush(bits);
}

/* ---- choosing ---- */

static void prepare(struct packer *p, uint32_t filter) {
    filter_plane(p, filter);
    index_plane(p);
    count_tokens(p);
}

/* About what the stream will take: the tokens, and half a byte a palette entry. */
static uint64_t cost(const struct packer *p) {
    struct th_webp_code green, distance;
    th_webp_code_make(&green, p->green, GREEN_SYMBOLS, 15);
    th_webp_code_make(&distance, p->distance, DISTANCE_SYMBOLS, 15);
    return th_webp_code_cost(&green, p->green) + th_webp_code_cost(&distance, p->distance) +
           p->extra_bits + 4 * (uint64_t)p->values;
}

enum th_status th_webp_alpha_pack(const uint8_t *alpha, size_t stride, uint32_t width,
                                  uint32_t height, struct th_output *out) {
    struct packer p = {.alpha = alpha, .stride = stride, .width = width, .height = height};
    uint64_t least = UINT64_MAX;
    uint32_t best = 0;
    p.sample = th_malloc((size_t)width * height);
    if (!p.sample) return th_fail_memory();
    for (uint32_t filter = FILTERS; filter-- > 0;) {
        prepare(&p, filter);
        uint64_t bits = cost(&p);
        if (bits < least) {
            least = bits;
            best = filter;
        }
    }
    if (best != 0) prepare(&p, best); /* the last one tried was 0 */
    struct th_webp_bits bits = {.bytes = *out};
    enum th_status status = put_stream(&p, best, &bits);
    *out = bits.bytes;
    th_free(p.sample);
    return status;
}

/* The plane; the payload, at most 15 bits a pixel plus codes, in a queue that doubles. */
uint64_t th_webp_alpha_memory(uint32_t width, uint32_t height) {
    return (uint64_t)width * height * 5 + (16u << 10);
}
