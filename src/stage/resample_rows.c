/* resample_rows.c - the definition of the resampler's arithmetic, see
 * resample_rows.h. Plain loops, kept for ever; the wasm build takes the twin in
 * resample_rows_simd128.c unless TH_SCALAR is defined. */
#include "resample_rows.h"

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

static int16_t saturate16(int32_t x) {
    return (int16_t)(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}

static uint8_t saturate8(int32_t x) {
    return (uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x);
}

/* Where sample c of pixel x lies when pixels of `samples` samples lie two by two. */
static uint32_t by_twos(uint32_t x, uint32_t c, uint32_t samples) {
    return (x & ~1u) * samples + c * 2 + (x & 1);
}

void th_rows_pair_plane(uint8_t *pair, const uint8_t *upper, const uint8_t *lower,
                        uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        const uint8_t a = upper[i], b = lower[i];
        pair[i * 2] = a;
        pair[i * 2 + 1] = b;
    }
}

void th_rows_pair_rgbx(uint8_t *pair, const uint8_t *upper, const uint8_t *lower, uint32_t pixels) {
    for (uint32_t x = 0; x < pixels; x += 2) {
        uint8_t two[12] = {0};
        for (uint32_t k = 0; k < 2 && x + k < pixels; k++) {
            for (uint32_t c = 0; c < 3; c++) {
                two[by_twos(k, c, 3) * 2] = upper[(x + k) * 4 + c];
                two[by_twos(k, c, 3) * 2 + 1] = lower[(x + k) * 4 + c];
            }
        }
        for (uint32_t i = 0; i < 12; i++) pair[x * 6 + i] = two[i];
    }
}

void th_rows_pair_rgba_q6(int16_t *pair, const int16_t *upper, const int16_t *lower,
                          uint32_t pixels) {
    for (uint32_t x = 0; x < pixels; x += 2) {
        int16_t two[16] = {0};
        for (uint32_t k = 0; k < 2 && x + k < pixels; k++) {
            for (uint32_t c = 0; c < 4; c++) {
                two[by_twos(k, c, 4) * 2] = upper[(x + k) * 4 + c];
                two[by_twos(k, c, 4) * 2 + 1] = lower[(x + k) * 4 + c];
            }
        }
        for (uint32_t i = 0; i < 16; i++) pair[x * 8 + i] = two[i];
    }
}

void th_rows_vertical(int16_t *out, const uint8_t *const *pair, const int16_t *weight,
                      uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        int32_t sum = 1 << 7;
        for (uint32_t k = 0; k < taps; k++) sum += weight[k] * pair[k / 2][i * 2 + k % 2];
        out[i] = saturate16(sum >> 8);
    }
}

void th_rows_vertical_q6(int16_t *out, const int16_t *const *pair, const int16_t *weight,
                         uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        int32_t sum = 1 << 13;
        for (uint32_t k = 0; k < taps; k++) sum += weight[k] * pair[k / 2][i * 2 + k % 2];
        out[i] = saturate16(sum >> 14);
    }
}

void th_rows_horizontal_plane(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                              const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (start[j] - origin), *w = weight + (uint64_t)j * taps;
        int32_t sum = 1 << 19;
        for (uint32_t k = 0; k < taps; k++) sum += w[k] * from[k];
        out[j] = saturate8(sum >> 20);
    }
}

void th_rows_horizontal_rgbx(uint8_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                             const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (start[j] - origin) * 3, *w = weight + (uint64_t)j * taps;
        for (uint32_t c = 0; c < 3; c++) {
            int32_t sum = 1 << 19;
            for (uint32_t k = 0; k < taps; k++) sum += w[k] * from[by_twos(k, c, 3)];
            out[j * 4 + c] = saturate8(sum >> 20);
        }
        out[j * 4 + 3] = 255;
    }
}

void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (start[j] - origin) * 4, *w = weight + (uint64_t)j * taps;
        for (uint32_t c = 0; c < 4; c++) {
            int32_t sum = 1 << 13;
            for (uint32_t k = 0; k < taps; k++) sum += w[k] * from[by_twos(k, c, 4)];
            out[j * 4 + c] = saturate16(sum >> 14);
        }
    }
}

#endif
