/* alpha_rows.c - the definition of the alpha stages' arithmetic, see alpha_rows.h. */
#include "alpha_rows.h"

/* 65793 / 2^18 is 64 / 255 less 1.5e-8: too little to cross a half for any
 * product of two bytes (they stay 1/510 away), and the sum stays below 2^32. */
static int16_t premultiplied(uint32_t colour, uint32_t alpha) {
    return (int16_t)((colour * alpha * 65793u + (1u << 17)) >> 18);
}

/* c * 255 is exact and positive divided by positive: c <= a, so at most 255. */
static uint8_t divided(int32_t colour, int32_t alpha) {
    if (colour <= 0) return 0;
    if (colour >= alpha) return 255;
    return (uint8_t)((colour * 255 + alpha / 2) / alpha);
}

static void unpremultiply_pixel(uint8_t *out, const int32_t in[4]) {
    int32_t alpha = (in[3] + 32) >> 6;
    if (alpha <= 0) {
        for (uint32_t c = 0; c < 4; c++) out[c] = 0;
        return;
    }
    for (uint32_t c = 0; c < 3; c++) out[c] = divided(in[c], in[3]);
    out[3] = (uint8_t)(alpha > 255 ? 255 : alpha);
}

/* The translucent background is rare: no twin. */
void th_rows_flatten_rgba(uint8_t *out, const int16_t *in, const uint8_t background[4],
                          uint32_t count) {
    int32_t b[4] = {0, 0, 0, background[3] * 64};
    for (uint32_t c = 0; c < 3; c++) b[c] = premultiplied(background[c], background[3]);
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        int32_t pixel[4];
        for (uint32_t c = 0; c < 4; c++) {
            /* Through 64 bits and a positive numerator: |b * (1 - a)| < 2^30. */
            int64_t over = (int64_t)b[c] * (16320 - in[3]) + 8160 + ((int64_t)16320 << 20);
            int32_t sum = in[c] + (int32_t)(over / 16320 - (1 << 20));
            pixel[c] = sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum;
        }
        unpremultiply_pixel(out, pixel);
    }
}

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

void th_rows_premultiply(int16_t *out, const uint8_t *in, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        for (uint32_t c = 0; c < 3; c++) out[c] = premultiplied(in[c], in[3]);
        out[3] = (int16_t)(in[3] * 64);
    }
}

void th_rows_unpremultiply(uint8_t *out, const int16_t *in, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        int32_t pixel[4] = {in[0], in[1], in[2], in[3]};
        unpremultiply_pixel(out, pixel);
    }
}

void th_rows_flatten(uint8_t *out, const int16_t *in, const uint8_t background[4], uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        for (uint32_t c = 0; c < 3; c++) {
            int32_t sum = in[c] * 255 + background[c] * (16320 - in[3]) + 8160;
            out[c] = (uint8_t)(sum < 0 ? 0 : sum >= 255 * 16320 ? 255 : sum / 16320);
        }
        out[3] = 255;
    }
}

#endif
