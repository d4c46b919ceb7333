/* reader.h - any bytes into one decoder, as the job would drive it.
 *
 * Crashes on a bug's status, a wait for input behind the end, a failure without words, missing
 * rows or too many in a band, memory over the header's bound or left behind, a status, pixels or
 * work that depend on how the bytes are cut, and a failing allocation that ends in anything but
 * a clean refusal. */
#ifndef TH_FUZZ_READER_H
#define TH_FUZZ_READER_H

#include "codec/codec.h"
#include "frame.h"

#define READER_MEMORY_BYTES_MAX (64u << 20)
#define READER_PIXELS_MAX (1u << 16) /* larger pictures are only opened: they only cost time */

/* The file stands before the bytes that steer (steer.h). */
void reader_check(enum th_format format, const uint8_t *data, size_t bytes);

/* The picture of the file, undivided and at full size; false when it is refused or too large. */
bool reader_frame(enum th_format format, const uint8_t *file, size_t bytes, struct frame *frame);

#endif
