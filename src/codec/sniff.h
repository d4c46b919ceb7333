/* sniff.h - which format do these first bytes announce? Decided by magic only,
 * never by name or Content-Type. */
#ifndef TH_SNIFF_H
#define TH_SNIFF_H

#include "../thimble.h"

/* Bytes that are enough to decide, whatever the format. */
#define TH_SNIFF_BYTES 32u

/* TH_OK and *format; TH_MORE_INPUT when `bytes` is too short to decide and
 * `closed` is false; TH_UNSUPPORTED with *what = static text naming what was
 * recognised instead ("gif", "avif", "svg", "pdf", "animated ..", "unknown"),
 * TH_TRUNCATED for an empty input. */
enum th_status th_sniff(const uint8_t *data, size_t bytes, bool closed, enum th_format *format,
                        const char **what);

#endif
