/* png_maker.h - PNG files made from samples, with every choice an encoder has, and
 * the pixels a reader must find in them, straight from the specification. */
#ifndef TH_PNG_MAKER_H
#define TH_PNG_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PNG_MAKER_BYTES_MAX (1u << 20)

struct png_recipe {
    uint32_t width, height;
    uint32_t depth, colour; /* as in IHDR */
    bool interlaced;
    bool trns;          /* palette alpha, or the first pixel's colour as key */
    uint32_t filter;    /* 0..4; 5: another for each row */
    int level;          /* zlib's, 0..9 */
    int strategy;       /* zlib's */
    uint32_t idat_max;  /* bytes in an IDAT chunk */
    uint32_t palette;   /* entries in PLTE; samples stay below it */
    uint32_t seed;      /* of the samples */
};

struct png_made {
    size_t bytes;
    uint8_t file[2 * PNG_MAKER_BYTES_MAX];
    size_t idat_at; /* the first IDAT chunk */
    bool gray;      /* the reader hands out one byte a pixel, else R G B A */
    uint8_t pixels[PNG_MAKER_BYTES_MAX];
};

void png_make(struct png_made *made, const struct png_recipe *recipe);

/* Parts, for files with something wrong in them. */
void png_put_signature(struct png_made *made);
void png_put_ihdr(struct png_made *made, uint32_t width, uint32_t height, uint32_t depth,
                  uint32_t colour, uint32_t interlace);
void png_put_chunk(struct png_made *made, const char *name, const void *data, size_t bytes);
/* A zlib stream of `data` as one chunk, behind `head_bytes` bytes of `head`. */
void png_put_packed(struct png_made *made, const char *name, const void *head, size_t head_bytes,
                    const void *data, size_t bytes);

#endif
