/* adler.h - the Adler-32 checksum at the end of a zlib stream (RFC 1950).
 *
 * zlib's in adler.c, which defines the result; for Wasm simd128 its equal in adler_simd128.c. */
#ifndef TH_ADLER_H
#define TH_ADLER_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `adler` stands for and these bytes behind it; 1 stands for nothing. At
 * most UINT32_MAX bytes. */
uint32_t th_adler(uint32_t adler, const uint8_t *data, size_t bytes);

#endif
