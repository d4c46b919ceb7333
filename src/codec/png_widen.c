/* png_widen.c - see png_widen.h. */
#include "png_widen.h"

#include <string.h>

uint32_t th_png_pixel_bytes(const struct th_png_info *info) {
    return info->colour == TH_PNG_GRAY && !info->has_trns ? 1 : 4;
}

bool th_png_is_widened(const struct th_png_info *info) {
    if (info->depth != 8 || info->colour == TH_PNG_PALETTE || info->colour == TH_PNG_GRAY_ALPHA)
        return true;
    return info->colour == TH_PNG_GRAY && info->has_trns;
}

/* Sample `index` of a row of 1, 2, 4 or 8 bits a sample, the first in the highest bits. */
static inline uint32_t small_sample(const uint8_t *row, size_t index, uint32_t depth) {
    const size_t bit = index * depth;
    return (uint32_t)row[bit / 8] >> (8 - depth - bit % 8) & ((1u << depth) - 1);
}

static inline uint16_t sample16(const uint8_t *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void widen_palette(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    if (info->depth == 8) {
        for (size_t x = 0; x < info->width; x++)
            memcpy(out + x * 4, info->palette + row[x] * 4u, 4);
        return;
    }
    for (size_t x = 0; x < info->width; x++)
        memcpy(out + x * 4, info->palette + small_sample(row, x, info->depth) * 4, 4);
}

/* Opaque grey that is not 8 bits. */
static void widen_gray(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    const uint32_t depth = info->depth, top = (1u << depth) - 1;
    if (depth == 16) {
        for (size_t x = 0; x < info->width; x++) out[x] = row[x * 2];
        return;
    }
    for (size_t x = 0; x < info->width; x++)
        out[x] = (uint8_t)(small_sample(row, x, depth) * (255 / top));
}

static void widen_gray_key(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    const uint32_t depth = info->depth, top = (1u << depth) - 1;
    for (size_t x = 0; x < info->width; x++) {
        const uint32_t sample = depth == 16 ? sample16(row + x * 2) : small_sample(row, x, depth);
        const uint32_t gray = depth == 16 ? sample >> 8 : sample * (255 / top);
        memset(out + x * 4, (int)gray, 3);
        out[x * 4 + 3] = sample == info->key[0] ? 0 : 255;
    }
}

static void widen_gray_alpha(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    const size_t step = info->depth / 8;
    for (size_t x = 0; x < info->width; x++) {
        memset(out + x * 4, row[x * 2 * step], 3);
        out[x * 4 + 3] = row[(x * 2 + 1) * step];
    }
}

static void widen_rgb16(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    for (size_t x = 0; x < info->width; x++, row += 6) {
        const bool hit = info->has_trns && sample16(row) == info->key[0] &&
                         sample16(row + 2) == info->key[1] && sample16(row + 4) == info->key[2];
        out[x * 4] = row[0];
        out[x * 4 + 1] = row[2];
        out[x * 4 + 2] = row[4];
        out[x * 4 + 3] = hit ? 0 : 255;
    }
}

static void widen_rgba16(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    for (size_t i = 0; i < (size_t)info->width * 4; i++) out[i] = row[i * 2];
}

void th_png_widen(uint8_t *out, const uint8_t *row, const struct th_png_info *info) {
    switch (info->colour) {
    case TH_PNG_PALETTE: widen_palette(out, row, info); break;
    case TH_PNG_GRAY_ALPHA: widen_gray_alpha(out, row, info); break;
    case TH_PNG_RGB: widen_rgb16(out, row, info); break;
    case TH_PNG_RGB_ALPHA: widen_rgba16(out, row, info); break;
    default:
        if (info->has_trns)
            widen_gray_key(out, row, info);
        else
            widen_gray(out, row, info);
    }
}

void th_png_clear_key(uint8_t *pixels, const struct th_png_info *info) {
    for (size_t x = 0; x < info->width; x++) {
        uint8_t *pixel = pixels + x * 4;
        const bool hit = pixel[0] == info->key[0] && pixel[1] == info->key[1] &&
                         pixel[2] == info->key[2];
        if (hit) pixel[3] = 0;
    }
}
