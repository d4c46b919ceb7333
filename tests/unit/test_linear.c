/* test_linear.c - linear light against double precision. */
#include "check.h"
#include "stage/linear_rows.h"

static struct th_linear_tables tables;

/* IEC 61966-2-1, 0..1. */
static double light_of(double srgb) {
    return srgb <= 0.04045 ? srgb / 12.92 : pow((srgb + 0.055) / 1.055, 2.4);
}

static double srgb_of(double light) {
    return light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055;
}

static void test_tables(void) {
    for (uint32_t v = 0; v < 256; v++) {
        CHECK_EQ(tables.light[v], floor(light_of(v / 255.0) * TH_LINEAR_ONE + 0.5));
        CHECK_EQ(tables.srgb[tables.light[v]], v);
    }
    for (uint32_t i = 0; i <= TH_LINEAR_ONE; i++)
        CHECK_NEAR(tables.srgb[i], srgb_of((double)i / TH_LINEAR_ONE) * 255, 0.5 + 1e-3);
}

static void test_opaque(void) {
    uint8_t in[256 * 4], back[256 * 4];
    int16_t light[256 * 4];
    for (uint32_t i = 0; i < 256 * 4; i++) in[i] = (uint8_t)(i % 4 == 3 ? 255 : i * 37 >> 2);
    th_rows_linear_rgbx(light, in, &tables, 256);
    th_rows_srgb_rgbx(back, light, &tables, 256);
    CHECK_BYTES(back, in, sizeof in);
    th_rows_linear_gray(light, in, &tables, 256);
    th_rows_srgb_gray(back, light, &tables, 256);
    CHECK_BYTES(back, in, 256);
}

/* The resampler's overshoot is cut off. */
static void test_overshoot(void) {
    const int16_t in[8] = {-300, TH_LINEAR_ONE + 1, INT16_MAX, INT16_MAX, INT16_MIN, 0, 1, -64};
    uint8_t out[8];
    th_rows_srgb_rgbx(out, in, &tables, 2);
    CHECK_EQ(out[0], 0);
    CHECK_EQ(out[1], 255);
    CHECK_EQ(out[2], 255);
    CHECK_EQ(out[4], 0);
    th_rows_srgb_rgba(out, in, &tables, 2);
    CHECK_EQ(out[3], 255);
    CHECK_EQ(out[7], 0);
    CHECK_EQ(out[6], 0); /* no alpha, no colour */
}

/* Every pair of colour and alpha, there and back: within what half a unit of light is. */
static void test_every_pair(void) {
    for (uint32_t alpha = 0; alpha < 256; alpha++) {
        uint8_t in[256 * 4], back[256 * 4];
        int16_t light[256 * 4];
        for (uint32_t c = 0; c < 256; c++) {
            in[c * 4] = in[c * 4 + 1] = in[c * 4 + 2] = (uint8_t)c;
            in[c * 4 + 3] = (uint8_t)alpha;
        }
        th_rows_linear_rgba(light, in, &tables, 256);
        th_rows_srgb_rgba(back, light, &tables, 256);
        for (uint32_t c = 0; c < 256; c++) {
            const double exact = light_of(c / 255.0) * alpha * 64;
            CHECK_NEAR(light[c * 4], exact, 1.001);
            CHECK_EQ(back[c * 4 + 3], alpha);
            if (alpha == 255) CHECK_EQ(back[c * 4], c);
            if (alpha == 0) continue;
            const double one = alpha * 64, low = exact - 1.5, high = exact + 1.5;
            CHECK(back[c * 4] >= srgb_of(low < 0 ? 0 : low / one) * 255 - 0.51);
            CHECK(back[c * 4] <= srgb_of(high > one ? 1 : high / one) * 255 + 0.51);
        }
    }
}

static void test_over(void) {
    for (int32_t alpha = -400; alpha <= TH_LINEAR_ONE + 400; alpha += 37) {
        int16_t pixel[4] = {100, 8000, -20, (int16_t)alpha};
        const int16_t background[4] = {TH_LINEAR_ONE, 5000, 0, TH_LINEAR_ONE};
        const double through = 1 - (double)alpha / TH_LINEAR_ONE;
        th_rows_linear_over(pixel, background, 1);
        CHECK_NEAR(pixel[0], 100 + TH_LINEAR_ONE * through, 0.5001);
        CHECK_NEAR(pixel[1], 8000 + 5000 * through, 0.5001);
        CHECK_EQ(pixel[2], -20);
        CHECK_EQ(pixel[3], TH_LINEAR_ONE);
    }
}

int main(void) {
    th_linear_tables_make(&tables);
    test_tables();
    test_opaque();
    test_overshoot();
    test_every_pair();
    test_over();
    return check_done();
}
