/* inflate_litlen_simd128.c - the copied table, see inflate_litlen_simd128.h. */
#include "inflate_litlen.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>

uint32_t th_inflate_litlen[1u << TH_INFLATE_LITLEN_BITS];

static const struct th_inflate *copied; /* whose table it is, NULL: nobody's */

void litlen_changed(void) {
    copied = NULL;
}

void litlen_choose(const struct th_inflate *z) {
    if (copied == z) return;
    memcpy(th_inflate_litlen, z->litlen, sizeof th_inflate_litlen);
    copied = z;
}

#endif
