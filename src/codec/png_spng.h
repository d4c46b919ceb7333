/* png_spng.h - interlaced PNG frames by libspng. (It would do the others too; the fuzzer
 * holds png_rows.c against it.)
 *
 * libspng is given a file that holds only what makes pixels (IHDR, PLTE, tRNS,
 * IDAT, IEND), so that no text, profile or unknown chunk ever reaches it. */
#ifndef TH_PNG_SPNG_H
#define TH_PNG_SPNG_H

#include "png_chunks.h"

/* Work (work.h) that a compressed byte stands for. What comes out is counted by the rows; this is
 * for deflate blocks that are tables and nothing else, of which zlib does not tell: they take
 * 0.1 us a byte, pixels a tenth of that. */
#define TH_PNG_SPNG_WORK_PER_BYTE 10u

struct th_png_spng;

/* `in` is closed and at the first IDAT, as th_png_info_read leaves it; both arguments stay put
 * until close. Checks the chunks of image data first. */
enum th_status th_png_spng_open(const struct th_png_info *info, const struct th_input *in,
                                struct th_png_spng **spng);
/* Decodes all rows into `frame`: pixels of one byte where th_png_spng_narrow says so, else of
 * four (R G B A). Once. */
enum th_status th_png_spng_frame(struct th_png_spng *spng, uint8_t *frame, size_t stride);
void th_png_spng_close(struct th_png_spng *spng); /* accepts NULL */
/* Upper bound of what it holds, bytes. */
uint64_t th_png_spng_memory(const struct th_png_info *info);
/* Grey without tRNS to 8 bits comes in one byte a pixel, all else in four. */
bool th_png_spng_narrow(const struct th_png_info *info);

#endif
