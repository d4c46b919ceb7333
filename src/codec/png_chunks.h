/* png_chunks.h - the outer layer of a PNG file: which chunks there are and what
 * they say, up to the first byte of image data, and where that data lies.
 *
 * Consumes the input chunk by chunk and can stop anywhere for more. Text chunks are
 * stepped over as they arrive, never held or inflated; so are an eXIf and an iCCP
 * larger than anybody's. An ICC profile is inflated to TH_ICC_BYTES_MAX at most. A
 * fault in a chunk that makes pixels (IHDR, PLTE, tRNS, IDAT) fails the image; one in
 * iCCP, eXIf or acTL only loses that chunk. What is behind the image data, IEND included,
 * is not looked at. */
#ifndef TH_PNG_CHUNKS_H
#define TH_PNG_CHUNKS_H

#include "../bytes.h"
#include "../thimble.h"

#define TH_PNG_SIGNATURE_BYTES 8u
#define TH_PNG_CHUNK_BYTES_MAX 0x7fffffffu
/* Of a chunk that has to be in memory as a whole; longer ones are stepped over. */
#define TH_PNG_ICCP_BYTES_MAX ((1u << 20) + 4096u) /* TH_ICC_BYTES_MAX stored, with its name */
#define TH_PNG_EXIF_BYTES_MAX (1u << 20)

/* The four letters of a chunk's name as one big-endian number. */
#define TH_PNG_NAME(a, b, c, d)                                                                    \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
#define TH_PNG_IHDR TH_PNG_NAME('I', 'H', 'D', 'R')
#define TH_PNG_PLTE TH_PNG_NAME('P', 'L', 'T', 'E')
#define TH_PNG_IDAT TH_PNG_NAME('I', 'D', 'A', 'T')
#define TH_PNG_IEND TH_PNG_NAME('I', 'E', 'N', 'D')
#define TH_PNG_TRNS TH_PNG_NAME('t', 'R', 'N', 'S')
#define TH_PNG_ICCP TH_PNG_NAME('i', 'C', 'C', 'P')
#define TH_PNG_EXIF TH_PNG_NAME('e', 'X', 'I', 'f')
#define TH_PNG_ACTL TH_PNG_NAME('a', 'c', 'T', 'L')

enum th_png_colour {
    TH_PNG_GRAY = 0,
    TH_PNG_RGB = 2,
    TH_PNG_PALETTE = 3,
    TH_PNG_GRAY_ALPHA = 4,
    TH_PNG_RGB_ALPHA = 6,
};

extern const uint8_t th_png_signature[TH_PNG_SIGNATURE_BYTES];

/* A whole chunk of at most `max` bytes of payload, as it stood in the file. */
#define TH_PNG_KEPT(max)                                                                           \
    struct {                                                                                       \
        size_t bytes; /* 0: there was none */                                                      \
        uint8_t data[12 + (max)];                                                                  \
    }

struct th_png_info {
    uint32_t width, height;
    uint8_t depth; /* bits per sample: 1, 2, 4, 8, 16 */
    enum th_png_colour colour;
    bool interlaced;
    bool has_palette;
    bool has_trns;            /* palette alpha or a colour key; never with an alpha channel */
    uint8_t palette[256 * 4]; /* R G B A; entries the file does not have are opaque black */
    uint16_t key[3];          /* the transparent colour (grey: key[0]), in samples of `depth` */
    uint32_t orientation;     /* 1..8 */
    uint8_t *icc;             /* owned; NULL when there is none to carry over */
    size_t icc_bytes;
    bool icc_seen, exif_seen; /* the first counts */
    bool complete;            /* the next chunk is the first IDAT */
    uint64_t skip_bytes;      /* still to be consumed of what was looked at */
    /* What libspng is to see again. */
    TH_PNG_KEPT(13) ihdr;
    TH_PNG_KEPT(256 * 3) plte;
    TH_PNG_KEPT(256) trns;
};

/* Fills *info (all zero at first) from the input, which must begin with the file, and
 * consumes it. TH_OK: the first IDAT's header is the next byte. TH_MORE_INPUT: call again
 * with the same *info and more. */
enum th_status th_png_info_read(struct th_png_info *info, struct th_input *in);
void th_png_info_free(struct th_png_info *info);

uint32_t th_png_channels(enum th_png_colour colour);   /* samples a pixel has, 1..4 */
uint32_t th_png_pixel_bits(const struct th_png_info *info);
/* Bytes of a scanline of `width` pixels, without the filter byte. */
size_t th_png_line_bytes(const struct th_png_info *info, uint32_t width);

/* ---- the image data of a file that is all there ---- */

struct th_png_idat_extent {
    size_t bytes; /* from the first IDAT's header to behind the last one */
    bool cut;     /* the file ends there, or goes on with less than a chunk's header */
};

/* Walks the consecutive IDAT chunks, where the input is. TH_TRUNCATED when the file ends inside
 * one, TH_CORRUPT when one fails its CRC. */
enum th_status th_png_idat_check(const struct th_input *in, struct th_png_idat_extent *extent);

/* ---- the image data as it arrives ----
 *
 * The payloads of consecutive IDAT chunks, one after the other, consumed from the
 * input as they are used. A chunk's CRC is checked when its end is reached. */
struct th_png_idat {
    struct th_input *in;  /* borrowed; the next byte is the first not used */
    uint32_t chunk_bytes; /* left of the current chunk's payload */
    uint32_t crc;         /* of the current chunk so far */
    size_t given_bytes;   /* handed out and not yet consumed */
    bool in_chunk;        /* its CRC is still to come */
    bool over;            /* the next chunk is none of image data, or there is none: */
    bool cut;             /* the file ends here */
};

/* `in` is at the first IDAT's header. */
struct th_png_idat th_png_idat_make(struct th_input *in);
/* The next bytes, borrowed until the next call on this or on the input; the ones before have
 * been used. *bytes = 0: there are no more. TH_MORE_INPUT: call again. */
enum th_status th_png_idat_next(struct th_png_idat *idat, const uint8_t **data, size_t *bytes);
/* The last `unused` of the bytes handed out were not used and come again. */
void th_png_idat_give_back(struct th_png_idat *idat, size_t unused);
/* Reads on to the end of the last of these chunks, once nobody wants their bytes. */
enum th_status th_png_idat_finish(struct th_png_idat *idat);

#endif
