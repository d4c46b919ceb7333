/* jpeg_scans.h - where the scans of a JPEG file lie, and with which tables.
 *
 * One walk over the markers of a whole file (ITU-T T.81 annex B) finds the frame
 * header and every scan: its entropy-coded bytes, its parameters, and the Huffman
 * tables, quantisation tables and restart interval as they stand at that place.
 * Nothing is decoded and nothing allocated: tables are pointers into the file,
 * which is borrowed until the struct is dropped.
 *
 * What is accepted is what libjpeg accepts, warnings included (garbage between
 * segments, odd progressions), except that data without an end of image is a
 * failure here: more scans could come. */
#ifndef TH_JPEG_SCANS_H
#define TH_JPEG_SCANS_H

#include "../thimble.h"

#define TH_JPEG_SCANS_MAX 100u     /* a real encoder writes about ten */
#define TH_JPEG_COMPONENTS_MAX 4u
#define TH_JPEG_MCU_BLOCKS_MAX 10u /* T.81 B.2.3: of an interleaved scan */
#define TH_JPEG_SIDE_MAX 65500u    /* libjpeg's JPEG_MAX_DIMENSION */

/* Position in zigzag order -> position in a block of eight rows (T.81 figure A.6).
 * The 16 entries behind the 64 catch runs that leave the block. */
extern const uint8_t th_jpeg_order[64 + 16];

struct th_jpeg_component {
    uint8_t id;
    uint8_t h, v;              /* sampling factors, 1..4 */
    uint8_t quant_index;
    bool seen;                 /* some scan carries it, so quant is set; else that is zeros */
    uint32_t width_blocks;     /* blocks that carry samples of the image */
    uint32_t height_blocks;
    uint16_t quant[64];        /* row by row; as it stood at the component's first scan */
};

struct th_jpeg_frame {
    uint32_t width, height;    /* pixels, 1..TH_JPEG_SIDE_MAX */
    bool progressive;          /* SOF2; otherwise sequential, SOF0 or SOF1 */
    uint8_t component_count;   /* 1..TH_JPEG_COMPONENTS_MAX */
    uint8_t h_max, v_max;
    uint32_t mcu_columns;      /* MCUs of an interleaved scan: h_max x v_max blocks */
    uint32_t mcu_rows;
    struct th_jpeg_component component[TH_JPEG_COMPONENTS_MAX];
};

/* A Huffman table in the file: 16 counts, then the symbols. */
struct th_jpeg_table {
    const uint8_t *counts; /* NULL: never defined */
    const uint8_t *symbols;
    uint32_t symbol_count; /* 0..256 */
};

struct th_jpeg_scan {
    const uint8_t *begin, *end; /* entropy-coded bytes; end is at a marker that is not RSTn */
    uint32_t restart_interval;  /* MCUs; 0 = none */
    uint8_t component_count;
    uint8_t component[TH_JPEG_COMPONENTS_MAX]; /* indices into the frame's, in scan order */
    uint8_t ss, se, ah, al;     /* a sequential scan has 0, 63, 0, 0, whatever the file says */
    struct th_jpeg_table dc[TH_JPEG_COMPONENTS_MAX]; /* in scan order; only those the scan uses */
    struct th_jpeg_table ac[TH_JPEG_COMPONENTS_MAX];
};

struct th_jpeg_scans {
    struct th_jpeg_frame frame;
    uint32_t count;
    struct th_jpeg_scan scan[TH_JPEG_SCANS_MAX];
};

/* Finds everything in `data`, a whole file from SOI on. TH_TRUNCATED: it ends
 * before its end of image. TH_UNSUPPORTED: arithmetic, lossless, hierarchical,
 * 12-bit, more than four components. TH_TOO_LARGE: more than TH_JPEG_SCANS_MAX. */
enum th_status th_jpeg_scans_find(struct th_jpeg_scans *scans, const uint8_t *data, size_t bytes);

#endif
