/* jpeg_lockstep.h - a JPEG of many scans in the memory of one row of MCUs.
 *
 * A progressive file describes the whole picture again and again, each scan adding
 * coefficients or bits; decoders keep all coefficients (two bytes each) until the
 * last scan. But scans only meet inside a block. So with all compressed bytes at
 * hand, every scan gets a decoder of its own, and all are advanced together, in
 * file order, by one row of MCUs; the blocks of that row are then complete, are
 * transformed, and their memory is used again for the next. The coefficients are
 * exactly the sequential decoder's. docs/progressive.md explains it with a drawing.
 *
 * Holds one row of MCUs (128 bytes a block), a Huffman table of 6 KiB for each
 * different table in the file, and borrows the file itself.
 *
 *     th_lockstep_open(&l, data, bytes);    scans and geometry: th_lockstep_frame(l)
 *     th_lockstep_start(l, 4);              sizes of the planes: th_lockstep_plane_of(l, i)
 *     while (th_lockstep_row(l, plane, stride) == TH_OK) ...
 *     th_lockstep_close(l);
 *
 * Refused (TH_UNSUPPORTED): arithmetic coding, lossless, 12 bits, more than four
 * components. Sequential files, of one scan or several, are taken like any other. */
#ifndef TH_JPEG_LOCKSTEP_H
#define TH_JPEG_LOCKSTEP_H

#include "jpeg_entropy.h"
#include "jpeg_scans.h"

struct th_lockstep; /* opaque */

/* The samples of a component at the scale chosen. */
struct th_lockstep_plane {
    uint32_t width, height;  /* samples that belong to the picture */
    uint32_t padded_width;   /* samples written per row: whole blocks; the least stride */
    uint32_t rows;          /* of a row of MCUs; the last one may have fewer */
};

/* Finds scans and geometry in `data`, a whole file, borrowed until close. */
enum th_status th_lockstep_open(struct th_lockstep **lockstep, const uint8_t *data, size_t bytes);

const struct th_jpeg_frame *th_lockstep_frame(const struct th_lockstep *l);

/* Decodes at scale/8 (1, 2, 3, 4, 8) of each plane's size, rounded up. Only scans that the
 * scale needs are read. Their work is known now, from their lengths and the number of
 * blocks, and is counted now (th_work_add): TH_TOO_LARGE before anything is decoded. */
enum th_status th_lockstep_start(struct th_lockstep *l, uint32_t scale);

/* After start. */
struct th_lockstep_plane th_lockstep_plane_of(const struct th_lockstep *l, uint32_t component);

/* Decodes the next row of MCUs into plane[i], rows stride[i] bytes apart, for each
 * component; plane_of(i).rows rows must fit, the last call may leave some untouched.
 * TH_DONE after the last one. A failure stays. */
enum th_status th_lockstep_row(struct th_lockstep *l, uint8_t *const *plane, const size_t *stride);

/* For tests: decodes the next row and leaves the coefficients in blocks[i], borrowed
 * until the next call, instead of transforming them. Start with scale 8. */
enum th_status th_lockstep_blocks(struct th_lockstep *l, const struct th_jpeg_blocks **blocks);

void th_lockstep_close(struct th_lockstep *l); /* accepts NULL */

#endif
