/* png_crc.h - the CRC-32 of PNG's chunks.
 *
 * zlib's in png_crc.c, which defines the result; for Wasm simd128, which has no carry-less
 * product to make one from, its equal in png_crc_simd128.c. */
#ifndef TH_PNG_CRC_H
#define TH_PNG_CRC_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of what `crc` stands for and these bytes behind it; 0 stands for nothing. At most
 * UINT32_MAX bytes. */
uint32_t th_png_crc(uint32_t crc, const uint8_t *data, size_t bytes);

#endif
