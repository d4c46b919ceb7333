/* jpeg_maker_codes.h - Huffman tables made for given frequencies (ITU-T T.81, K.2). */
#ifndef TH_TEST_JPEG_MAKER_CODES_H
#define TH_TEST_JPEG_MAKER_CODES_H

#include <stdint.h>

struct maker_codes {
    uint8_t counts[17]; /* codes of each length */
    uint8_t symbols[256];
    uint32_t symbol_count;
    uint8_t length[256]; /* by symbol */
    uint16_t code[256];
};

/* `frequency`: 256 of them, one at least not 0. */
void maker_codes_make(struct maker_codes *t, const uint32_t *frequency);

#endif
