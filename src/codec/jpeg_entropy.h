/* jpeg_entropy.h - the entropy decoder of one scan, able to stop after any row of MCUs.
 *
 * A scan's whole state is some 100 bytes: where it reads, the EOB run it is in, its
 * DC predictions and restart count. So all scans of a file can be decoded side by
 * side, each by one row of MCUs at a time, into the same blocks (jpeg_lockstep.h).
 *
 * Decodes Huffman coded DC and AC bands, first and refining (ITU-T T.81 G.1.2, G.2),
 * and blocks of sequential scans (F.2.2). Nothing here allocates. */
#ifndef TH_JPEG_ENTROPY_H
#define TH_JPEG_ENTROPY_H

#include "jpeg_bits.h"
#include "jpeg_huffman.h"
#include "jpeg_scans.h"

/* One component's blocks of one row of MCUs: `v` rows of `columns` blocks, dummy
 * blocks of interleaved scans at the right and bottom included. */
struct th_jpeg_blocks {
    int16_t *coefficient; /* `stride` of them a block, row by row as IDCTs want them */
    uint64_t *nonzero;    /* a mask a block: bit k = AC coefficient k in zigzag order */
    uint32_t columns;
    uint32_t stride;      /* 64; or 1 when only DC is wanted, and nonzero is not used */
};

/* For each byte, whose set bits are nonzero coefficients: at[byte][run] is the position
 * of zero number `run`, counted from 0; or, when it is not in the byte, 8 + the number it
 * has behind the byte. */
struct th_entropy_zeros {
    uint8_t at[256][16];
};

void th_entropy_zeros_make(struct th_entropy_zeros *z);

struct th_entropy {
    const struct th_entropy_zeros *zeros; /* borrowed */
    const struct th_jpeg_frame *frame; /* borrowed */
    const struct th_jpeg_scan *scan;   /* borrowed */
    const struct th_huffman *dc_table[TH_JPEG_COMPONENTS_MAX]; /* in scan order; borrowed */
    const struct th_huffman *ac_table[TH_JPEG_COMPONENTS_MAX];
    struct th_bits bits;
    uint32_t eob_run;       /* blocks of the band still to come that have no symbols */
    uint32_t restarts_left; /* MCUs until the next restart marker */
    uint32_t restart_index; /* of that marker, 0..7 */
    int32_t prediction[TH_JPEG_COMPONENTS_MAX];
};

/* Sets `e` to the beginning of `scan`; the caller sets the tables the scan uses. */
void th_entropy_begin(struct th_entropy *e, const struct th_jpeg_frame *frame,
                      const struct th_jpeg_scan *scan, const struct th_entropy_zeros *zeros);

/* Decodes row `mcu_row` (0, 1, 2 ... in turn) into `blocks`, one entry per component of
 * the frame. TH_CORRUPT: a wrong code, not enough data, a missing restart marker. */
enum th_status th_entropy_row(struct th_entropy *e, uint32_t mcu_row,
                              const struct th_jpeg_blocks *blocks);

#endif
