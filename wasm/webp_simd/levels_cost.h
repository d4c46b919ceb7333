/* levels_cost.h - the bits of a block's levels: libwebp's VP8GetResidualCost, whose loop
 * waits at every level for the table that the one before chose. Here all places in the
 * tables are known before the first is read. */
#ifndef TH_WEBP_SIMD_LEVELS_COST_H
#define TH_WEBP_SIMD_LEVELS_COST_H

#include <stdint.h>
#include <wasm_simd128.h>

#include "src/dsp/dsp.h"
#include "src/enc/cost_enc.h"

#define TH_COSTS (MAX_VARIABLE_LEVEL + 1) /* of one context */
#define TH_BAND(n) ((n) * NUM_CTX * TH_COSTS)

/* Where the costs of each level's band begin. Read from memory: V8 makes a constant vector
 * anew each time, by three instructions. */
static const int16_t th_band_places[16] = {
    TH_BAND(0), TH_BAND(1), TH_BAND(2), TH_BAND(3), TH_BAND(6), TH_BAND(4), TH_BAND(5), TH_BAND(6),
    TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(7),
};

static inline v128_t places(int n, v128_t contexts, v128_t magnitudes) {
    const int16_t *bands = th_band_places;
    __asm__("" : "+r"(bands));
    v128_t level = wasm_i16x8_min(magnitudes, wasm_i16x8_const_splat(MAX_VARIABLE_LEVEL));
    v128_t context = wasm_i16x8_mul(contexts, wasm_i16x8_const_splat(TH_COSTS));
    return wasm_i16x8_add(wasm_i16x8_add(wasm_v128_load(bands + n), level), context);
}

/* Of a block without levels. */
static inline int th_no_levels_cost(const VP8EncProba *proba, int type, int first, int context) {
    return VP8BitCost(0, proba->coeffs[type][first][context][0]);
}

/* Of the levels in zigzag order; the first `first` are zero. 1/256 bits. */
static __attribute__((noinline)) int th_levels_cost(const VP8EncProba *proba, int type, int first,
                                                    int context, const int16_t levels[16]) {
    v128_t zero = wasm_i8x16_const_splat(0), two = wasm_i16x8_const_splat(2);
    v128_t low = wasm_i16x8_abs(wasm_v128_load(levels));
    v128_t high = wasm_i16x8_abs(wasm_v128_load(levels + 8));
    v128_t bytes = wasm_u8x16_narrow_i16x8(low, high);
    uint32_t nonzero = 0xffff ^ wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, zero));
    uint8_t begin = proba->coeffs[type][first][context][0];
    if (nonzero == 0) return VP8BitCost(0, begin);
    int last = 31 - __builtin_clz(nonzero);

    uint16_t magnitude[16], place[16];
    wasm_v128_store(magnitude, low);
    wasm_v128_store(magnitude + 8, high);
    /* A level's context is the level before it, at most 2; the first one's is given. */
    v128_t low2 = wasm_i16x8_min(low, two), high2 = wasm_i16x8_min(high, two);
    v128_t before_low = wasm_i16x8_shuffle(zero, low2, 7, 8, 9, 10, 11, 12, 13, 14);
    v128_t before_high = wasm_i16x8_shuffle(low2, high2, 7, 8, 9, 10, 11, 12, 13, 14);
    before_low = first == 0 ? wasm_i16x8_replace_lane(before_low, 0, (int16_t)context)
                            : wasm_i16x8_replace_lane(before_low, 1, (int16_t)context);
    wasm_v128_store(place, places(0, before_low, low));
    wasm_v128_store(place + 8, places(8, before_high, high));

    const uint16_t *table = proba->level_cost[type][0][0];
    /* What comes before a level is part of its cost, but not in context 0. */
    int cost = context == 0 ? VP8BitCost(1, begin) : 0;
#pragma clang loop vectorize(disable)
    for (int n = first; n <= last; n++) cost += table[place[n]] + VP8LevelFixedCosts[magnitude[n]];
    if (last == 15) return cost;
    int end_context = magnitude[last] < 2 ? magnitude[last] : 2;
    return cost + VP8BitCost(0, proba->coeffs[type][VP8EncBands[last + 1]][end_context][0]);
}

#endif
