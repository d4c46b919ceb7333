/* inflate_litlen_simd128.h - inflate_litlen.h's look-up for Wasm.
 *
 * An engine adds a table's address to the offset of an entry before it loads, unless the
 * address is part of the load; that addition is a tenth of the fast loop's time. So the table
 * is copied to where the linker knows it, once for every code, and the load is written in
 * assembly: clang 19 makes an address part of it only where it proves that no sum wraps. */
#ifndef TH_INFLATE_LITLEN_SIMD128_H
#define TH_INFLATE_LITLEN_SIMD128_H

#include "inflate.h"

/* Functions, not inline: no look-up can be moved before them. */
void litlen_changed(void);
void litlen_choose(const struct th_inflate *z);

static inline uint64_t litlen_at(const struct th_inflate *z, uint64_t bits) {
    const uint32_t offset = ((uint32_t)bits & ((1u << TH_INFLATE_LITLEN_BITS) - 1)) * 4;
    uint64_t entry;
    (void)z;
    __asm__("local.get %1\n\t"
            "i64.load32_u th_inflate_litlen\n\t"
            "local.set %0"
            : "=r"(entry)
            : "r"(offset));
    return entry;
}

#endif
