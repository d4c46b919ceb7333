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

void th_rows_vertical_plane(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                            uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        int32_t sum = 1 << 7;
        for (uint32_t k = 0; k < taps; k++) sum += weight[k] * row[k][i];
        out[i] = saturate16(sum >> 8);
    }
}

/* Where sample i of a row of pixels lies when these are stored in pairs. */
static uint32_t paired(uint32_t i) {
    return (i & ~7u) + (i & 3) * 2 + (i >> 2 & 1);
}

void th_rows_vertical_rgbx(int16_t *out, const uint8_t *const *row, const int16_t *weight,
                           uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        int32_t sum = 1 << 7;
        for (uint32_t k = 0; k < taps; k++) sum += weight[k] * row[k][i];
        out[paired(i)] = saturate16(sum >> 8);
    }
}

void th_rows_vertical_rgba_q6(int16_t *out, const int16_t *const *row, const int16_t *weight,
                              uint32_t taps, uint32_t samples) {
    for (uint32_t i = 0; i < samples; i++) {
        int32_t sum = 1 << 13;
        for (uint32_t k = 0; k < taps; k++) sum += weight[k] * row[k][i];
        out[paired(i)] = saturate16(sum >> 14);
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
        const int16_t *from = in + (start[j] - origin) * 4, *w = weight + (uint64_t)j * taps;
        for (uint32_t c = 0; c < 4; c++) {
            int32_t sum = 1 << 19;
            for (uint32_t k = 0; k < taps; k++) sum += w[k] * from[paired(k * 4 + c)];
            out[j * 4 + c] = saturate8(sum >> 20);
        }
    }
}

void th_rows_horizontal_rgba_q6(int16_t *out, uint32_t count, const int16_t *in, uint32_t origin,
                                const uint32_t *start, const int16_t *weight, uint32_t taps) {
    for (uint32_t j = 0; j < count; j++) {
        const int16_t *from = in + (start[j] - origin) * 4, *w = weight + (uint64_t)j * taps;
        for (uint32_t c = 0; c < 4; c++) {
            int32_t sum = 1 << 13;
            for (uint32_t k = 0; k < taps; k++) sum += w[k] * from[paired(k * 4 + c)];
            out[j * 4 + c] = saturate16(sum >> 14);
        }
    }
}

#endif
