/* png_rows.h - PNG rows by our own inflater and filters: images of 8 bits a sample,
 * not interlaced, which is nearly all of them. png_spng.h does the others.
 *
 * Holds a sliding buffer of inflated bytes and two rows. */
#ifndef TH_PNG_ROWS_H
#define TH_PNG_ROWS_H

#include "png_chunks.h"

struct th_png_rows;

bool th_png_rows_fit(const struct th_png_info *info);
/* `in` is closed and checked by th_png_idat_check; both arguments stay put until close. */
enum th_status th_png_rows_open(const struct th_png_info *info, const struct th_input *in,
                                struct th_png_rows **rows);
/* The next row, borrowed until the following call: one byte a pixel for grey without
 * tRNS, else R G B A (255 where opaque). At most `height` calls. */
enum th_status th_png_rows_next(struct th_png_rows *rows, const uint8_t **row);
void th_png_rows_close(struct th_png_rows *rows); /* accepts NULL */
/* Upper bound of what it holds, bytes. */
uint64_t th_png_rows_memory(const struct th_png_info *info);

#endif
