/* deflate_run.h - where a byte repeats itself.
 *
 * The definition here; for Wasm simd128 next_run's twin in deflate_run_simd128.h, which finds the
 * same places. */
#ifndef TH_DEFLATE_RUN_H
#define TH_DEFLATE_RUN_H

#include "deflate.h"

/* How many bytes from `at` equal the one before: at most TH_DEFLATE_MATCH_MAX. */
static inline uint32_t run_bytes(const uint8_t *data, size_t at, size_t end) {
    const uint8_t value = data[at - 1];
    uint32_t length = 0;
    while (length < TH_DEFLATE_MATCH_MAX && at + length < end && data[at + length] == value)
        length++;
    return length;
}

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include "deflate_run_simd128.h"

#else

static inline uint64_t load_u64le(const uint8_t *p) {
    uint64_t value = 0;
    for (uint32_t i = 0; i < 8; i++) value |= (uint64_t)p[i] << i * 8;
    return value;
}

/* The top bit of each byte that is zero in x. */
static inline uint64_t zero_bytes(uint64_t x) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7full;
    return ~(((x & low) + low) | x | low);
}

/* The first place from `at` where TH_DEFLATE_MATCH_MIN bytes equal the byte before them, or
 * `end`. Of eight comparisons five can be such places. */
static inline size_t next_run(const uint8_t *data, size_t at, size_t end) {
    for (; at + 8 <= end; at += 5) {
        const uint64_t same = zero_bytes(load_u64le(data + at) ^ load_u64le(data + at - 1));
        uint64_t runs = same & same >> 8 & same >> 16 & same >> 24;
        if (runs == 0) continue;
        for (; (runs & 0x80) == 0; runs >>= 8) at++;
        return at;
    }
    while (at < end && run_bytes(data, at, end) < TH_DEFLATE_MATCH_MIN) at++;
    return at;
}

#endif

#endif
