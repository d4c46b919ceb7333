/* webp_alpha.h - packing an alpha plane losslessly into the payload of ALPH.
 *
 * libwebp packs alpha by its lossless encoder for pictures: three times the work
 * of the lossy picture itself, and 40 bytes a pixel. Alpha planes are mostly flat,
 * so this one predicts (the filter that costs least), counts which values occur,
 * packs 2, 4 or 8 pixels into a byte when they are few, and writes runs of the
 * sample before or of the row above. It holds one byte a pixel and the result. */
#ifndef TH_WEBP_ALPHA_H
#define TH_WEBP_ALPHA_H

#include "../bytes.h"

/* Appends the payload to `out`. */
enum th_status th_webp_alpha_pack(const uint8_t *alpha, size_t stride, uint32_t width,
                                  uint32_t height, struct th_output *out);

/* Upper bound of what it allocates, the payload included. */
uint64_t th_webp_alpha_memory(uint32_t width, uint32_t height);

#endif
