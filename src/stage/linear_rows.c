/* linear_rows.c - see linear_rows.h. */
#include "linear_rows.h"

#include <string.h>

/* ---- tables ---- */

/* x^(1/5) for 0 < x <= 1: Newton from above, which falls until it is there. */
static double fifth_root(double x) {
    double root = 1, above;
    do {
        above = root;
        const double fourth = root * root * root * root;
        root = (4 * root + x / fourth) / 5;
    } while (root < above);
    return root;
}

/* IEC 61966-2-1, 0..1 to 0..1; x^2.4 = x^2 * (x^2)^(1/5). */
static double light_of(double srgb) {
    if (srgb <= 0.04045) return srgb / 12.92;
    const double x = (srgb + 0.055) / 1.055;
    return x * x * fifth_root(x * x);
}

void th_linear_tables_make(struct th_linear_tables *tables) {
    uint32_t at = 0;
    for (uint32_t v = 0; v < 256; v++) {
        tables->light[v] = (int16_t)(light_of(v / 255.0) * TH_LINEAR_ONE + 0.5);
        /* This number is the nearest up to the light of the one half a step above. */
        const double end = v == 255 ? TH_LINEAR_ONE + 1 : light_of((v + 0.5) / 255) * TH_LINEAR_ONE;
        while (at < end) tables->srgb[at++] = (uint8_t)v;
    }
}

/* ---- to light ---- */

void th_rows_linear_gray(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count) {
    for (uint32_t i = 0; i < count; i++, out += 4) {
        out[0] = out[1] = out[2] = tables->light[in[i]];
        out[3] = TH_LINEAR_ONE;
    }
}

void th_rows_linear_rgbx(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        for (uint32_t c = 0; c < 3; c++) out[c] = tables->light[in[c]];
        out[3] = TH_LINEAR_ONE;
    }
}

void th_rows_linear_rgba(int16_t *out, const uint8_t *in, const struct th_linear_tables *tables,
                         uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        for (uint32_t c = 0; c < 3; c++)
            out[c] = (int16_t)((tables->light[in[c]] * in[3] + 127) / 255);
        out[3] = (int16_t)(in[3] * 64);
    }
}

/* ---- and back ---- */

static uint8_t srgb_of(const struct th_linear_tables *tables, int32_t light) {
    return tables->srgb[light < 0 ? 0 : light > TH_LINEAR_ONE ? TH_LINEAR_ONE : light];
}

void th_rows_srgb_gray(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++) out[i] = srgb_of(tables, in[i * 4]);
}

void th_rows_srgb_rgbx(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        for (uint32_t c = 0; c < 3; c++) out[c] = srgb_of(tables, in[c]);
        out[3] = 255;
    }
}

/* colour * TH_LINEAR_ONE is below 2^15 * 2^14 where it is divided. */
static int32_t divided(int32_t colour, int32_t alpha) {
    if (colour <= 0) return 0;
    if (colour >= alpha) return TH_LINEAR_ONE;
    return (colour * TH_LINEAR_ONE + alpha / 2) / alpha;
}

void th_rows_srgb_rgba(uint8_t *out, const int16_t *in, const struct th_linear_tables *tables,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++, in += 4, out += 4) {
        const int32_t alpha = (in[3] + 32) >> 6;
        if (alpha <= 0) {
            memset(out, 0, 4);
            continue;
        }
        for (uint32_t c = 0; c < 3; c++) out[c] = srgb_of(tables, divided(in[c], in[3]));
        out[3] = (uint8_t)(alpha > 255 ? 255 : alpha);
    }
}

void th_rows_linear_over(int16_t *pixels, const int16_t background[4], uint32_t count) {
    const int32_t one = TH_LINEAR_ONE;
    for (uint32_t i = 0; i < count; i++, pixels += 4) {
        const int32_t through = one - pixels[3];
        for (uint32_t c = 0; c < 4; c++) {
            /* Rounded as a positive number: |background * through| < 2^30. */
            const int64_t over = (int64_t)background[c] * through + one / 2 + ((int64_t)one << 20);
            const int32_t sum = pixels[c] + (int32_t)(over / one - (1 << 20));
            pixels[c] = (int16_t)(sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum);
        }
    }
}
