/* inflate_copy_simd128.h - inflate_copy.h's match for Wasm simd128. Most matches are short, near
 * and far ones in no order, so that a branch on the distance is guessed wrong; one
 * swizzle lays the pattern of a near one and leaves a far one as it is. */
#ifndef TH_INFLATE_COPY_SIMD128_H
#define TH_INFLATE_COPY_SIMD128_H

#include <stdint.h>
#include <wasm_simd128.h>

/* i mod distance, for i = 0 .. 15. */
#define TH_PATTERN(d)                                                                              \
    {0 % d, 1 % d, 2 % d,  3 % d,  4 % d,  5 % d,  6 % d,  7 % d,                                  \
     8 % d, 9 % d, 10 % d, 11 % d, 12 % d, 13 % d, 14 % d, 15 % d}

static inline uint8_t *copy_match(uint8_t *out, uint32_t distance, uint32_t length) {
    static const uint8_t patterns[16][16] = {
        TH_PATTERN(1),  TH_PATTERN(2),  TH_PATTERN(3),  TH_PATTERN(4),
        TH_PATTERN(5),  TH_PATTERN(6),  TH_PATTERN(7),  TH_PATTERN(8),
        TH_PATTERN(9),  TH_PATTERN(10), TH_PATTERN(11), TH_PATTERN(12),
        TH_PATTERN(13), TH_PATTERN(14), TH_PATTERN(15), TH_PATTERN(16),
    };
    const uint8_t *from = out - distance;
    uint8_t *const end = out + length;
    const uint32_t period = distance < 16 ? distance : 16;
    const v128_t chunk = wasm_i8x16_swizzle(wasm_v128_load(from),
                                            wasm_v128_load(patterns[period - 1]));
    wasm_v128_store(out, chunk);
    if (length <= 16) return end;
    if (distance < 16) {
        const uint32_t step = 16 - 16 % distance;
        for (out += step; out < end; out += step) wasm_v128_store(out, chunk);
        return end;
    }
    do {
        from += 16;
        out += 16;
        wasm_v128_store(out, wasm_v128_load(from));
    } while (out + 16 < end);
    return end;
}

#undef TH_PATTERN

#endif
