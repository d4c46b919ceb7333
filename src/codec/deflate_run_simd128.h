/* deflate_run_simd128.h - deflate_run.h's next_run for Wasm simd128. */
#ifndef TH_DEFLATE_RUN_SIMD128_H
#define TH_DEFLATE_RUN_SIMD128_H

#include <wasm_simd128.h>

#include "deflate.h"

/* Of sixteen comparisons thirteen can be where TH_DEFLATE_MATCH_MIN of them begin. */
static inline size_t next_run(const uint8_t *data, size_t at, size_t end) {
    for (; at + 16 <= end; at += 13) {
        const v128_t same = wasm_i8x16_eq(wasm_v128_load(data + at), wasm_v128_load(data + at - 1));
        const uint32_t mask = wasm_i8x16_bitmask(same);
        const uint32_t runs = mask & mask >> 1 & mask >> 2 & mask >> 3;
        if (runs != 0) return at + (size_t)__builtin_ctz(runs);
    }
    while (at < end && run_bytes(data, at, end) < TH_DEFLATE_MATCH_MIN) at++;
    return at;
}

#endif
