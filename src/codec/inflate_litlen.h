/* inflate_litlen.h - the fast loop's look-up of a literal or length, one step of the chain that
 * its time is.
 *
 * The definition here; for Wasm its twin in inflate_litlen_simd128.h, which finds the same
 * entries in a copy of the table. */
#ifndef TH_INFLATE_LITLEN_H
#define TH_INFLATE_LITLEN_H

#include "inflate.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include "inflate_litlen_simd128.h"

#else

/* A table was made. */
static inline void litlen_changed(void) {
}

/* Look-ups are in this inflater's table from now on, until it changes. */
static inline void litlen_choose(const struct th_inflate *z) {
    (void)z;
}

/* The entry of the lowest bits. */
static inline uint64_t litlen_at(const struct th_inflate *z, uint64_t bits) {
    return z->litlen[bits & ((1u << TH_INFLATE_LITLEN_BITS) - 1)];
}

#endif

#endif
