/* levels_cost.h - the bits of a block's levels: libwebp's VP8GetResidualCost, whose loop
 * waits at every level for the table that the one before chose. Here all places in the
 * tables are known before the first is read, and a table has the fixed part of a level's
 * cost in it: VP8EncProba.whole_cost (a patch), made by th_make_whole_costs. */
#ifndef TH_WEBP_SIMD_LEVELS_COST_H
#define TH_WEBP_SIMD_LEVELS_COST_H

#include <stdint.h>
#include <wasm_simd128.h>

#include "src/dsp/dsp.h"
#include "src/enc/cost_enc.h"

#define TH_COSTS (MAX_VARIABLE_LEVEL + 1) /* of one context */
#define TH_WHOLE_COSTS (NUM_BANDS * NUM_CTX * TH_COSTS + 1) /* the last is 0 */
#define TH_BAND(n) ((n) * NUM_CTX * TH_COSTS)

/* Where the costs of each level's band begin. Read from memory: V8 makes a constant vector
 * anew each time, by three instructions. */
static const int16_t th_band_places[16] = {
    TH_BAND(0), TH_BAND(1), TH_BAND(2), TH_BAND(3), TH_BAND(6), TH_BAND(4), TH_BAND(5), TH_BAND(6),
    TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(6), TH_BAND(7),
};

static const int16_t th_numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline v128_t places(int n, v128_t contexts, v128_t magnitudes) {
    const int16_t *bands = th_band_places;
    __asm__("" : "+r"(bands));
    v128_t level = wasm_i16x8_min(magnitudes, wasm_i16x8_const_splat(MAX_VARIABLE_LEVEL));
    v128_t context = wasm_i16x8_mul(contexts, wasm_i16x8_const_splat(TH_COSTS));
    return wasm_i16x8_add(wasm_i16x8_add(wasm_v128_load(bands + n), level), context);
}

/* `whole`: TH_WHOLE_COSTS of one type, from its level_cost. Returns what a level that is not zero
 * costs at least. */
static __attribute__((noinline)) int th_make_whole_costs(uint16_t *whole,
                                                         const uint16_t *level_cost) {
    uint16_t least = UINT16_MAX;
    for (int i = 0; i < NUM_BANDS * NUM_CTX; i++, whole += TH_COSTS, level_cost += TH_COSTS) {
        whole[0] = level_cost[0];
        for (int v = 1; v < TH_COSTS; v++) {
            whole[v] = level_cost[v] + VP8LevelFixedCosts[v];
            if (whole[v] < least) least = whole[v];
        }
    }
    *whole = 0;
    return least;
}

/* Of a block without levels. */
static __attribute__((noinline)) int th_no_levels_cost(const VP8EncProba *proba, int type,
                                                       int first, int context) {
    return VP8BitCost(0, proba->coeffs[type][first][context][0]);
}

/* Lanes n .. n + 7 that lie between `first` and `last`. */
static inline v128_t th_between(int n, int first, int last) {
    const int16_t *numbers = th_numbers + n;
    __asm__("" : "+r"(numbers));
    v128_t number = wasm_v128_load(numbers);
    return wasm_v128_andnot(wasm_i16x8_ge(number, wasm_i16x8_splat((int16_t)first)),
                            wasm_i16x8_gt(number, wasm_i16x8_splat((int16_t)last)));
}

/* What levels beyond those of the tables cost more than the last of these. */
static int th_beyond_tables(const int16_t levels[16]) {
    int cost = 0;
    for (int n = 0; n < 16; n++) {
        int magnitude = levels[n] < 0 ? -levels[n] : levels[n];
        if (magnitude < TH_COSTS) continue;
        cost += VP8LevelFixedCosts[magnitude] - VP8LevelFixedCosts[MAX_VARIABLE_LEVEL];
    }
    return cost;
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

    /* A level's context is the level before it, at most 2; the first one's is given. */
    v128_t low2 = wasm_i16x8_min(low, two), high2 = wasm_i16x8_min(high, two);
    v128_t before_low = wasm_i16x8_shuffle(zero, low2, 7, 8, 9, 10, 11, 12, 13, 14);
    v128_t before_high = wasm_i16x8_shuffle(low2, high2, 7, 8, 9, 10, 11, 12, 13, 14);
    before_low = first == 0 ? wasm_i16x8_replace_lane(before_low, 0, (int16_t)context)
                            : wasm_i16x8_replace_lane(before_low, 1, (int16_t)context);
    uint16_t place[16];
    v128_t nowhere = wasm_i16x8_const_splat(TH_WHOLE_COSTS - 1);
    wasm_v128_store(place, wasm_v128_bitselect(places(0, before_low, low), nowhere,
                                               th_between(0, first, last)));
    wasm_v128_store(place + 8, wasm_v128_bitselect(places(8, before_high, high), nowhere,
                                                   th_between(8, first, last)));

    const uint16_t *table = proba->whole_cost[type];
    /* What comes before a level is part of its cost, but not in context 0. */
    int cost = context == 0 ? VP8BitCost(1, begin) : 0;
    for (int n = 0; n <= last; n += 4)
        cost += table[place[n]] + table[place[n + 1]] + table[place[n + 2]] + table[place[n + 3]];
    if (wasm_v128_any_true(wasm_u8x16_gt(bytes, wasm_i8x16_const_splat(MAX_VARIABLE_LEVEL))))
        cost += th_beyond_tables(levels);
    if (last == 15) return cost;
    int end = levels[last] < 0 ? -levels[last] : levels[last];
    return cost + VP8BitCost(0, proba->coeffs[type][VP8EncBands[last + 1]][end < 2 ? end : 2][0]);
}

#endif
