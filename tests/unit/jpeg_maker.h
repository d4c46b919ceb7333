/* jpeg_maker.h - writes JPEG files of any shape from coefficients, for tests.
 *
 * No picture and no libjpeg: coefficients are given (or random), and so are the
 * scans, in any order and number, with any sampling and restarts; so also shapes
 * that encoders do not make. Huffman tables are made for each scan. */
#ifndef TH_TEST_JPEG_MAKER_H
#define TH_TEST_JPEG_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maker_component {
    uint32_t h, v;
    uint32_t columns, rows; /* blocks, whole MCUs */
    uint32_t width_blocks, height_blocks; /* blocks that belong to the picture */
    int16_t (*block)[64];   /* zigzag order; owned */
};

struct maker_scan {
    uint32_t component_count;
    uint32_t component[4];
    uint32_t ss, se, ah, al;
    uint32_t restart_interval; /* MCUs, 0 = none */
};

#define MAKER_SCANS_MAX 120

struct maker {
    uint32_t random; /* state, not 0 */
    uint32_t width, height;
    uint32_t component_count;
    bool progressive;
    struct maker_component component[4];
    uint32_t scan_count;
    struct maker_scan scan[MAKER_SCANS_MAX];
    uint8_t *bytes; /* the file; owned */
    size_t size, capacity;
};

uint32_t maker_random(struct maker *m, uint32_t below);

/* Sampling factors are h[i], v[i]. Coefficients are random: `density` of 256 are not zero. */
void maker_init(struct maker *m, uint32_t seed, uint32_t width, uint32_t height,
                uint32_t component_count, const uint32_t *h, const uint32_t *v, uint32_t density);

/* Fills `scan`: one scan with everything, when its MCU allows; or sequential ones,
 * any number of components each; or a random progression, DC first, each band from
 * some Al down to 0, or not quite to 0 when `complete` is false. */
void maker_script_sequential(struct maker *m);
void maker_script_progressive(struct maker *m, bool complete);

/* Makes `bytes`. */
void maker_write(struct maker *m);
void maker_free(struct maker *m);

#endif
