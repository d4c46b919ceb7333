/* adler.c - see adler.h. */
#include "adler.h"

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

#include "zlib.h"

uint32_t th_adler(uint32_t adler, const uint8_t *data, size_t bytes) {
    if (bytes == 0) return adler; /* zlib has another answer where `data` is NULL */
    return (uint32_t)adler32(adler, data, (uInt)bytes);
}

#endif
