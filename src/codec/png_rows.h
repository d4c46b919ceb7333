/* png_rows.h - PNG rows by our own inflater and filters: every image that is not
 * interlaced. png_spng.h does the others.
 *
 * Consumes the input as it arrives; holds a sliding buffer of inflated bytes and two
 * rows. */
#ifndef TH_PNG_ROWS_H
#define TH_PNG_ROWS_H

#include "png_chunks.h"

struct th_png_rows;

bool th_png_rows_fit(const struct th_png_info *info);
/* Both arguments are borrowed until close; nothing else may consume the input. */
enum th_status th_png_rows_open(const struct th_png_info *info, struct th_input *in,
                                struct th_png_rows **rows);
/* The next row, borrowed until the following call: th_png_pixel_bytes a pixel, A 255
 * where opaque. TH_MORE_INPUT: call again. At most `height` rows;
 * the last one comes when the file's end has been seen. */
enum th_status th_png_rows_next(struct th_png_rows *rows, const uint8_t **row);
void th_png_rows_close(struct th_png_rows *rows); /* accepts NULL */
/* Upper bound of what it holds, bytes. */
uint64_t th_png_rows_memory(const struct th_png_info *info);

#endif
