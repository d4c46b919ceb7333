/* png_mend.c - see png_mend.h. */
#include "png_mend.h"

#include <string.h>

#include "zlib.h"

#define SIGNATURE_BYTES 8u
#define CHUNK_FRAME_BYTES 12u /* length, type, CRC */

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t bytes_max);

static uint32_t u32be(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void png_mend(uint8_t *file, size_t bytes) {
    if (bytes < SIGNATURE_BYTES || memcmp(file, "\x89PNG", 4) != 0) return;
    for (size_t at = SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= bytes;) {
        const uint32_t length = u32be(file + at);
        if (length > bytes - at - CHUNK_FRAME_BYTES) return;
        const uint32_t crc = (uint32_t)crc32(0, file + at + 4, length + 4);
        for (uint32_t i = 0; i < 4; i++) file[at + 8 + length + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += CHUNK_FRAME_BYTES + length;
    }
}

size_t png_mutate(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed, size_t tail_bytes) {
    bytes = LLVMFuzzerMutate(data, bytes, bytes_max);
    if (seed % 4 != 0 && bytes > tail_bytes) png_mend(data, bytes - tail_bytes);
    return bytes;
}
