/* codec.h - the formats: how each is read into rows and written from rows.
 *
 * th_codecs in codec.c is the list that defines which formats exist. Adding one
 * is a reader, a writer and a line. */
#ifndef TH_CODEC_H
#define TH_CODEC_H

#include "../bytes.h"
#include "../rows.h"
#include "../thimble.h"

/* A reader's scales are eighths: TH_SCALE_FULL of them are the size itself. */
#define TH_SCALE_FULL 8u
#define TH_SCALES_FULL (1u << TH_SCALE_FULL)

/* What an image says of itself before any pixel is decoded. */
struct th_header {
    uint32_t width, height; /* as stored, before orientation */
    uint32_t orientation;   /* 1..8, TIFF tag 0x0112 */
    bool has_alpha;         /* some pixel may be transparent */
    enum th_layout layout;  /* what the reader will hand out: GRAY, YCC, RGBX or RGBA */
    bool limited_range;     /* YCC only */
    uint8_t chroma_h, chroma_v; /* YCC only: luma samples per chroma sample, 1, 2 or 4 */
    uint16_t scales; /* bit n: the reader can decode at n/8 of the size */
    bool whole_input;       /* the compressed bytes stay in memory until the end */
    uint64_t memory_bytes; /* upper bound of what decoding holds beside the input, at full size */
    uint64_t work; /* work units of decoding all of it (work.h) */
    uint64_t work_hidden; /* what encoders may add to it that no header tells, units */
    const uint8_t *icc; /* profile to carry over, owned by the reader; NULL when none */
    size_t icc_bytes;
};

/* A reader is a source with a prologue. Life: open, header until TH_OK, start
 * until TH_OK, then source.next; source.close at any time.
 *
 * header: TH_OK when self->header is filled; TH_MORE_INPUT: call again with more.
 * start: `scale` is one of header.scales: decode at scale/8 of the size in both
 *   directions (plane sizes round up). TH_OK: source.shape is set and next may be called.
 *   TH_MORE_INPUT as above.
 * Bands: for a YCC image with chroma_v = 2 a band carries twice as many luma as
 * chroma rows, but for the last. The number of rows in a band is the codec's
 * business (one row, or the rows of one MCU row), at most TH_BAND_ROWS_MAX. */

struct th_reader {
    struct th_source source; /* first: a reader is its source */
    struct th_header header;
    struct th_input *in; /* borrowed from the job */
    enum th_status (*read_header)(struct th_reader *self);
    enum th_status (*start)(struct th_reader *self, uint32_t scale);
};

/* What the writer needs beside the rows. */
struct th_encode {
    struct th_shape shape; /* plane[0] is the image's size */
    uint32_t quality; /* 1..100; PNG ignores it */
    const uint8_t *icc; /* borrowed until finish; NULL when none */
    size_t icc_bytes;
};

/* Shapes a writer accepts (the plan inserts stages so that it gets one):
 *   JPEG  GRAY; YCC full range with chroma planes of ceil(w/2) x ceil(h/2)
 *   WebP  GRAY, YCC, YCCA, limited range, chroma planes of ceil(w/2) x ceil(h/2)
 *   PNG   GRAY, RGBX, RGBA
 * Output never carries metadata other than the ICC profile. */
struct th_codec {
    enum th_format format;
    const char *name; /* "jpeg": the word in options, JSON and messages */
    const char *media_type; /* "image/jpeg" */
    enum th_status (*open_reader)(struct th_input *in, const struct th_limits *limits,
                                  struct th_reader **reader);
    enum th_status (*open_writer)(const struct th_encode *encode, struct th_output *out,
                                  struct th_sink **sink);
    /* Upper bound of what the writer holds, bytes. */
    uint64_t (*writer_memory)(const struct th_encode *encode);
    bool writes_alpha;       /* the format has transparency */
    uint32_t writer_samples; /* work of encoding a pixel at its worst, beside its own samples */
};

const struct th_codec *th_codec_of(enum th_format format); /* NULL for NONE and JSON */

enum th_status th_jpeg_open_reader(struct th_input *in, const struct th_limits *limits,
                                   struct th_reader **reader);
enum th_status th_jpeg_open_writer(const struct th_encode *encode, struct th_output *out,
                                   struct th_sink **sink);
uint64_t th_jpeg_writer_memory(const struct th_encode *encode);
enum th_status th_png_open_reader(struct th_input *in, const struct th_limits *limits,
                                  struct th_reader **reader);
enum th_status th_png_open_writer(const struct th_encode *encode, struct th_output *out,
                                  struct th_sink **sink);
uint64_t th_png_writer_memory(const struct th_encode *encode);
enum th_status th_webp_open_reader(struct th_input *in, const struct th_limits *limits,
                                   struct th_reader **reader);
enum th_status th_webp_open_writer(const struct th_encode *encode, struct th_output *out,
                                   struct th_sink **sink);
uint64_t th_webp_writer_memory(const struct th_encode *encode);

#endif
