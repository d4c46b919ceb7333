/* sniff.h - which format do these first bytes announce? Decided by magic only,
 * never by name or Content-Type. */
#ifndef TH_SNIFF_H
#define TH_SNIFF_H

#include "../thimble.h"

/* Bytes that are enough to decide, whatever the format, and how many of a text
 * are searched for markup: an SVG may begin with comments. */
#define TH_SNIFF_BYTES 32u
#define TH_SNIFF_TEXT_BYTES 1024u

/* TH_OK and *format; TH_MORE_INPUT when `bytes` is too short to decide and
 * `closed` is false; TH_UNSUPPORTED with *what = static text naming what was
 * recognised instead ("gif", "avif", "svg", "pdf", "animated webp", "unknown"),
 * TH_TRUNCATED for an empty input and for one that ends inside a signature. The
 * answer does not depend on how the bytes are cut into calls. */
enum th_status th_sniff(const uint8_t *data, size_t bytes, bool closed, enum th_format *format,
                        const char **what);

#endif
