/* icc.h - what thimble needs to know of an ICC profile: may it be dropped?
 *
 * Nothing is transformed here. An RGB profile that is not sRGB is carried over
 * to the output; sRGB is dropped because it is what an untagged image means; a
 * profile of another colour space (CMYK, GRAY) never fits RGB output. */
#ifndef TH_ICC_H
#define TH_ICC_H

#include "../thimble.h"

enum th_icc_kind {
    TH_ICC_INVALID = 0, /* not a profile: header or tag table is wrong */
    TH_ICC_SRGB,        /* RGB whose primaries and curves are sRGB's within tolerance */
    TH_ICC_RGB,         /* another RGB space: carry it over */
    TH_ICC_OTHER,       /* CMYK, GRAY, Lab ...: drop it */
};

enum th_icc_kind th_icc_classify(const uint8_t *profile, size_t bytes);

#endif
