/* steer.h - what the last bytes of an input decide: how the file before them is cut, which
 * choice is taken, and which limits and failing allocations it meets. */
#ifndef TH_FUZZ_STEER_H
#define TH_FUZZ_STEER_H

#include "require.h"

#define STEER_BYTES 8u

struct steer {
    uint32_t chunks; /* random numbers for chunk sizes come from here */
    uint8_t choice, limits;
    uint16_t fail_after; /* allocations that succeed */
};

_Static_assert(sizeof(struct steer) == STEER_BYTES, "the bytes that steer");

/* Takes them off the end of `data`; false when there are not so many. */
static inline bool steer_take(struct steer *steer, const uint8_t *data, size_t *bytes) {
    if (*bytes < STEER_BYTES) return false;
    *bytes -= STEER_BYTES;
    memcpy(steer, data + *bytes, STEER_BYTES);
    return true;
}

/* One of the scales of JPEG readers, eighths (codec.h). */
static inline uint32_t steer_scale(size_t choice) {
    static const uint8_t scales[8] = {8, 4, 2, 1, 3, 4, 2, 1};
    return scales[choice % 8];
}

static inline uint32_t steer_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The length of the next chunk of `left` bytes: often tiny, never more than 16 KiB. */
static inline size_t steer_chunk(uint32_t *chunks, size_t left) {
    uint32_t kind = steer_random(chunks) % 8;
    size_t bytes = kind < 3 ? kind + 1 : 1 + steer_random(chunks) % (1u << (2 * kind));
    return bytes < left ? bytes : left;
}

#endif
