/* exif.h - the one thing thimble wants from EXIF: the orientation.
 *
 * The parser is bounded: it looks at IFD0 only, follows no chain and reads
 * through a cursor that fails closed. Bad EXIF means orientation 1. */
#ifndef TH_EXIF_H
#define TH_EXIF_H

#include "../thimble.h"

/* `data` is a TIFF structure, with or without the "Exif\0\0" header. Returns
 * 1..8 (TIFF 6.0 tag 0x0112); 1 when absent, out of range or malformed. */
uint32_t th_exif_orientation(const uint8_t *data, size_t bytes);

#endif
