/* png_chunks.h - the outer layer of a PNG file: which chunks there are and what
 * they say, up to the first byte of image data, and where that data lies.
 *
 * Reads the input region through cursors, keeps an offset between calls and can
 * stop anywhere for more input. Text chunks are stepped over, never inflated; an
 * ICC profile is inflated to TH_ICC_BYTES_MAX at most. A fault in a chunk that
 * makes pixels (IHDR, PLTE, tRNS, IDAT) fails the image; one in iCCP, eXIf or acTL
 * only loses that chunk. What is behind the image data, IEND included, is not looked at. */
#ifndef TH_PNG_CHUNKS_H
#define TH_PNG_CHUNKS_H

#include "../bytes.h"
#include "../thimble.h"

#define TH_PNG_SIGNATURE_BYTES 8u
#define TH_PNG_CHUNK_BYTES_MAX 0x7fffffffu

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
    bool icc_seen;            /* a whole iCCP chunk went by */
    size_t ihdr_at, plte_at, trns_at; /* chunk headers, from the start of the input; 0 = absent */
    size_t idat_at;                   /* the first IDAT's header */
    size_t idat_end_at; /* behind the last one; this and the next th_png_idat_check finds out */
    bool idat_cut;      /* the file ends there, or goes on with less than a chunk's header */
    size_t at;                        /* the next chunk to look at */
};

/* Fills *info (all zero at first) from the input's unconsumed region, which must
 * begin with the file. TH_OK: the first IDAT's header is reached. TH_MORE_INPUT:
 * call again with the same *info and more. */
enum th_status th_png_info_read(struct th_png_info *info, const struct th_input *in);
void th_png_info_free(struct th_png_info *info);

uint32_t th_png_channels(enum th_png_colour colour);   /* samples a pixel has, 1..4 */
uint32_t th_png_pixel_bits(const struct th_png_info *info);
/* Bytes of a scanline of `width` pixels, without the filter byte. */
size_t th_png_line_bytes(const struct th_png_info *info, uint32_t width);

/* ---- the image data of a file that is all there ---- */

/* Walks the consecutive IDAT chunks and notes where they end. TH_TRUNCATED when the file ends
 * inside one, TH_CORRUPT when one fails its CRC. */
enum th_status th_png_idat_check(struct th_png_info *info, const struct th_input *in);

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

/* Consumes what is before the image data. */
struct th_png_idat th_png_idat_make(const struct th_png_info *info, struct th_input *in);
/* The next bytes, borrowed until the next call on this or on the input; the ones before have
 * been used. *bytes = 0: there are no more. TH_MORE_INPUT: call again. */
enum th_status th_png_idat_next(struct th_png_idat *idat, const uint8_t **data, size_t *bytes);
/* The last `unused` of the bytes handed out were not used and come again. */
void th_png_idat_give_back(struct th_png_idat *idat, size_t unused);
/* Reads on to the end of the last of these chunks, once nobody wants their bytes. */
enum th_status th_png_idat_finish(struct th_png_idat *idat);

#endif
