/* png_widen.h - PNG samples as they are stored, to the pixels a reader hands out. */
#ifndef TH_PNG_WIDEN_H
#define TH_PNG_WIDEN_H

#include "png_chunks.h"

/* Bytes of a pixel handed out: 1 for grey without tRNS, else 4 (R G B A). */
uint32_t th_png_pixel_bytes(const struct th_png_info *info);
/* False when unfiltered rows are such pixels already: grey and RGBA of 8 bits, and RGB of
 * 8 bits, which th_png_unfilter_rgbx widens. */
bool th_png_is_widened(const struct th_png_info *info);
/* One unfiltered row to info->width pixels. 16-bit samples keep their high byte. */
void th_png_widen(uint8_t *out, const uint8_t *row, const struct th_png_info *info);
/* Makes pixels of the transparent colour transparent: R G B of 8 bits, already widened. */
void th_png_clear_key(uint8_t *pixels, const struct th_png_info *info);

#endif
