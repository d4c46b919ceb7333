/* inflate_copy.h - copies a match inside the inflater's buffer.
 *
 * The definition here; for Wasm simd128 its twin in inflate_copy_simd128.h, equal in every
 * byte of the match. In headers, because a call would cost as much as the copy. */
#ifndef TH_INFLATE_COPY_H
#define TH_INFLATE_COPY_H

#include <stdint.h>
#include <string.h>

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include "inflate_copy_simd128.h"

#else

/* Copies `length` bytes from `distance` back and returns their end; may write up to 15 bytes
 * more, and read as many behind `out`. */
static inline uint8_t *copy_match(uint8_t *out, uint32_t distance, uint32_t length) {
    const uint8_t *from = out - distance;
    uint8_t *const end = out + length;
    uint8_t chunk[16];
    if (distance >= 16) {
        do {
            memcpy(chunk, from, 16);
            memcpy(out, chunk, 16);
            from += 16;
            out += 16;
        } while (out < end);
        return end;
    }
    /* A pattern that repeats: lay 16 bytes of it, then step by whole periods. */
    for (uint32_t i = 0; i < 16; i++) out[i] = from[i];
    const uint32_t step = 16 - 16 % distance;
    memcpy(chunk, out, 16);
    for (out += step; out < end; out += step) memcpy(out, chunk, 16);
    return end;
}

#endif

#endif
