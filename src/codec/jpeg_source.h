/* jpeg_source.h - how a JPEG's bytes reach libjpeg, and what is picked up on the way.
 *
 * libjpeg suspends when the input runs dry; what it has used is consumed, or, while
 * `keeping`, kept in front of it, because the lockstep decoder wants the file from
 * its first byte. Marker handlers of our own take the EXIF orientation (APP1) and
 * the ICC profile (APP2); nothing else of the metadata is kept. */
#ifndef TH_JPEG_SOURCE_H
#define TH_JPEG_SOURCE_H

#include "../bytes.h"
#include "jpeg_error.h"

#define TH_JPEG_PROLOGUE_KEPT_BYTES_MAX (1u << 20) /* a longer one ends the keeping */

struct th_jpeg_source {
    struct jpeg_source_mgr mgr; /* first: jpeg->src points here */
    struct th_input *in;        /* borrowed */
    j_decompress_ptr jpeg;      /* borrowed */
    size_t skip;  /* bytes still to skip of a segment that has not arrived */
    bool keeping; /* the prologue is kept, in case the whole file will be */
    size_t kept;  /* bytes of it that libjpeg has used */
    uint32_t orientation; /* 1..8; 0 when there was no EXIF */
    uint8_t *icc;         /* collected APP2 chunks, owned; NULL when there is no profile */
    size_t icc_bytes;
    uint8_t icc_next; /* sequence number expected; 0 when the profile was given up */
};

/* Connects `jpeg` (created) to `in`, keeping from the start. */
void th_jpeg_source_open(struct th_jpeg_source *source, struct th_input *in, j_decompress_ptr jpeg);
/* Before and after every call into libjpeg: shows it what has arrived, notes what it
 * has used. */
void th_jpeg_source_show(struct th_jpeg_source *source);
void th_jpeg_source_take(struct th_jpeg_source *source);
/* In front of the latter when libjpeg suspended: any number of bytes FF may stand for one, before a
 * marker (B.1.1.2) and in entropy-coded data. libjpeg will take its whole MCU or marker anew
 * when more has come, so that megabytes of them would be read again with every push: one of each
 * row stays. Not inside a segment, where they mean something: libjpeg knows its marker. */
void th_jpeg_source_wait(struct th_jpeg_source *source);
/* What libjpeg has used is consumed from now on. */
void th_jpeg_source_stop_keeping(struct th_jpeg_source *source);
void th_jpeg_source_drop_icc(struct th_jpeg_source *source);
void th_jpeg_source_close(struct th_jpeg_source *source);

#endif
