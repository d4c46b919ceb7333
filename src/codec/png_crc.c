/* png_crc.c - see png_crc.h. */
#include "png_crc.h"

#if !defined(__wasm_simd128__) || defined(TH_SCALAR)

#include "zlib.h"

uint32_t th_png_crc(uint32_t crc, const uint8_t *data, size_t bytes) {
    if (bytes == 0) return crc; /* zlib has another answer where `data` is NULL */
    return (uint32_t)crc32(crc, data, (uInt)bytes);
}

#endif
