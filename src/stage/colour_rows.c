/* colour_rows.c - the definition of the colour stages' arithmetic, see colour_rows.h. */
#include "colour_rows.h"

static uint8_t clamp8(int32_t x) {
    return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

/* The four pixels of chroma sample x; an odd last column stands for two. */
struct quad {
    const uint8_t *pixel[4];
};

static struct quad quad_at(const uint8_t *row0, const uint8_t *row1, uint32_t x, uint32_t width) {
    uint32_t left = 2 * x, right = left + 1 < width ? left + 1 : left;
    return (struct quad){{row0 + (uint64_t)left * 4, row0 + (uint64_t)right * 4,
                          row1 + (uint64_t)left * 4, row1 + (uint64_t)right * 4}};
}

/* `sum` is four times the mean colour: 2 bits more than a sample, so Q17. Right
 * shifts of negative numbers are arithmetic in every compiler we use. */
static uint8_t chroma_of(const int32_t sum[3], const int16_t weight[3]) {
    int32_t c = sum[0] * weight[0] + sum[1] * weight[1] + sum[2] * weight[2];
    return clamp8((c + (128 << 17) + (1 << 16)) >> 17);
}

/* Mixed alpha is rare enough, so there is no twin. */
void th_rows_chroma_alpha(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                          uint32_t width, bool limited) {
    const struct th_ycc_weights *w = &th_ycc_weights[limited];
    for (uint32_t x = 0; x < (width + 1) / 2; x++) {
        struct quad q = quad_at(row0, row1, x, width);
        uint32_t alpha = 0, weighted[3] = {0, 0, 0};
        int32_t sum[3] = {0, 0, 0};
        for (uint32_t i = 0; i < 4; i++) {
            alpha += q.pixel[i][3];
            for (uint32_t c = 0; c < 3; c++) {
                weighted[c] += (uint32_t)q.pixel[i][c] * q.pixel[i][3];
                sum[c] += q.pixel[i][c];
            }
        }
        /* Four opaque pixels need no division to come out the same. */
        for (uint32_t c = 0; c < 3 && alpha > 0 && alpha < 4 * 255; c++) {
            sum[c] = (int32_t)((8 * weighted[c] + alpha) / (2 * alpha));
        }
        cb[x] = chroma_of(sum, w->cb);
        cr[x] = chroma_of(sum, w->cr);
    }
}

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

void th_rows_luma(uint8_t *out, const uint8_t *rgbx, uint32_t count, bool limited) {
    const struct th_ycc_weights *w = &th_ycc_weights[limited];
    for (uint32_t i = 0; i < count; i++, rgbx += 4) {
        int32_t y = w->y[0] * rgbx[0] + w->y[1] * rgbx[1] + w->y[2] * rgbx[2];
        out[i] = (uint8_t)(((y + (1 << 14)) >> 15) + w->y_offset);
    }
}

void th_rows_chroma(uint8_t *cb, uint8_t *cr, const uint8_t *row0, const uint8_t *row1,
                    uint32_t width, bool limited) {
    const struct th_ycc_weights *w = &th_ycc_weights[limited];
    for (uint32_t x = 0; x < (width + 1) / 2; x++) {
        struct quad q = quad_at(row0, row1, x, width);
        int32_t sum[3];
        for (uint32_t c = 0; c < 3; c++) {
            sum[c] = q.pixel[0][c] + q.pixel[1][c] + q.pixel[2][c] + q.pixel[3][c];
        }
        cb[x] = chroma_of(sum, w->cb);
        cr[x] = chroma_of(sum, w->cr);
    }
}

void th_rows_rgb(uint8_t *rgbx, const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
                 uint32_t count, bool limited) {
    const struct th_rgb_weights *w = &th_rgb_weights[limited];
    for (uint32_t i = 0; i < count; i++, rgbx += 4) {
        int32_t luma = w->y * (y[i] - w->y_offset) + (1 << 12);
        int32_t b = cb[i] - 128, r = cr[i] - 128;
        rgbx[0] = clamp8((luma + w->cr_r * r) >> 13);
        rgbx[1] = clamp8((luma - w->cb_g * b - w->cr_g * r) >> 13);
        rgbx[2] = clamp8((luma + w->cb_b * b) >> 13);
        rgbx[3] = 255;
    }
}

void th_rows_range(uint8_t *out, const uint8_t *in, uint32_t count, bool chroma, bool limited) {
    const struct th_range_map *map = &th_range_maps[limited][chroma];
    for (uint32_t i = 0; i < count; i++) {
        out[i] = clamp8((((in[i] - map->from) * map->scale + (1 << 13)) >> 14) + map->to);
    }
}

void th_rows_halve(uint8_t *out, const uint8_t *row0, const uint8_t *row1, uint32_t width) {
    for (uint32_t x = 0; x < (width + 1) / 2; x++) {
        uint32_t left = 2 * x, right = left + 1 < width ? left + 1 : left;
        out[x] = (uint8_t)((row0[left] + row0[right] + row1[left] + row1[right] + 2) >> 2);
    }
}

#endif
