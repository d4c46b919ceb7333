/* jpeg_oracle.h - what libjpeg-turbo makes of a JPEG file, whole, for tests. */
#ifndef TH_TEST_JPEG_ORACLE_H
#define TH_TEST_JPEG_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oracle_plane {
    uint32_t width, height; /* downsampled_width and _height */
    size_t stride;
    uint8_t *samples;       /* owned; whole MCUs */
    uint32_t block_columns, block_rows; /* of the picture */
    int16_t *coefficients;  /* owned; block_columns * block_rows blocks, row by row; or NULL */
};

struct oracle {
    bool failed;       /* libjpeg gave up */
    uint32_t warnings; /* it went on, but warned */
    bool damaged;      /* .. of missing data, a code there is none of, or restarts out of order */
    char message[200]; /* of the failure, or of the first warning */
    uint32_t width, height, component_count;
    bool progressive;
    struct oracle_plane plane[4];
};

/* Raw planes at scale/8, block smoothing off. `coefficients`: also those, of files
 * with several scans. Over `pixels_max`: failed. Free in any case. */
void oracle_decode(struct oracle *o, const uint8_t *data, size_t bytes, uint32_t scale,
                   bool coefficients, uint64_t pixels_max);
void oracle_free(struct oracle *o);

#endif
