/* png_icc.h - the ICC profile inside an iCCP chunk: packing and unpacking. */
#ifndef TH_PNG_ICC_H
#define TH_PNG_ICC_H

#include "../thimble.h"
#include "deflate.h"

/* Inflates the profile of an iCCP chunk's payload into memory of its own
 * (*profile, to be freed with th_free). A malformed chunk, or a profile over
 * TH_ICC_BYTES_MAX, is TH_OK with *profile = NULL: metadata never fails an image. */
enum th_status th_png_icc_unpack(const uint8_t *chunk, size_t chunk_bytes, uint8_t **profile,
                                 size_t *profile_bytes);

/* The payload of an iCCP chunk for `profile`, in memory of its own. `deflate` is used
 * for it and left in no state. */
enum th_status th_png_icc_pack(const uint8_t *profile, size_t profile_bytes,
                               struct th_deflate *deflate, uint8_t **chunk, size_t *chunk_bytes);

#endif
