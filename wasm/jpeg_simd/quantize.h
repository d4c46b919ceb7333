/* quantize.h - the divisor tables of quantize.c, filled by libjpeg-turbo's jcdctmgr.c. */
#ifndef TH_JPEG_SIMD_QUANTIZE_H
#define TH_JPEG_SIMD_QUANTIZE_H

#include <stdint.h>

/* Where in a divisor table (64 entries each) the two factors are. */
#define TH_JPEG_RECIPROCAL 0
#define TH_JPEG_SCALE 128

/* Writes the factors for one divisor, 8 * (1..255), at table[..]: a pointer to the
 * divisor's own place in the table. */
void th_jpeg_reciprocal(uint16_t divisor, int16_t *table);

#endif
