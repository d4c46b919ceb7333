/* histogram.c - the histogram of transformed differences by which libwebp's analysis judges
 * how hard a macroblock is: VP8CollectHistogram of two blocks at once. */
#include <string.h>

#include "block_pair.h"
#include "histogram.h"

/* Neighbouring lanes count in histograms of their own: most land in the same bin, and each
 * count would wait for the one before. */
#define COUNTERS 4
#define BINS (MAX_COEFF_THRESH + 1)

static inline v128_t bins_of(v128_t coefficients) {
    v128_t bin = wasm_u16x8_shr(wasm_i16x8_abs(coefficients), 3);
    return wasm_i16x8_min(bin, wasm_i16x8_const_splat(MAX_COEFF_THRESH));
}

static inline void count_pair(uint32_t counts[COUNTERS][BINS], const uint8_t *source,
                              const uint8_t *prediction) {
    v128_t v[4], from[4];
    uint8_t bins[32];
    th_load_columns(v, source);
    th_load_columns(from, prediction);
    for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_sub(v[i], from[i]);
    th_forward(v);
    for (int i = 0; i < 4; i++) v[i] = bins_of(v[i]);
    wasm_v128_store(bins, wasm_u8x16_narrow_i16x8(v[0], v[1]));
    wasm_v128_store(bins + 16, wasm_u8x16_narrow_i16x8(v[2], v[3]));
    for (int i = 0; i < 32; i += COUNTERS) {
        for (int k = 0; k < COUNTERS; k++) counts[k][bins[i + k]]++;
    }
}

/* VP8SetHistogramData of the sums. */
static inline void judge(VP8Histogram *histogram, uint32_t counts[COUNTERS][BINS]) {
    v128_t most = wasm_i32x4_const_splat(0);
    uint32_t used = 0; /* a bit for each bin */
    for (int i = 0; i < BINS; i += 4) {
        v128_t even = wasm_i32x4_add(wasm_v128_load(counts[0] + i), wasm_v128_load(counts[2] + i));
        v128_t odd = wasm_i32x4_add(wasm_v128_load(counts[1] + i), wasm_v128_load(counts[3] + i));
        v128_t sum = wasm_i32x4_add(even, odd);
        most = wasm_i32x4_max(most, sum);
        used |= wasm_i32x4_bitmask(wasm_i32x4_neg(sum)) << i;
    }
    most = wasm_i32x4_max(most, wasm_i64x2_shuffle(most, most, 1, 0));
    int even = wasm_i32x4_extract_lane(most, 0), odd = wasm_i32x4_extract_lane(most, 1);
    histogram->max_value = even > odd ? even : odd;
    histogram->last_non_zero = used == 0 ? 1 : 31 - __builtin_clz(used);
}

void th_collect_histogram(const uint8_t *source, const uint8_t *prediction, int start_block,
                          int end_block, VP8Histogram *histogram) {
    uint32_t counts[COUNTERS][BINS];
    memset(counts, 0, sizeof counts);
    for (int n = start_block; n < end_block; n += 2) {
        count_pair(counts, source + VP8DspScan[n], prediction + VP8DspScan[n]);
    }
    judge(histogram, counts);
}
