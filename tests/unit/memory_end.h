/* memory_end.h - for the tests that run as Wasm, where no AddressSanitizer is: rows with nothing
 * behind them, and around what is written bytes that must stay. */
#ifndef TH_MEMORY_END_H
#define TH_MEMORY_END_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MARGIN_BYTES 64u
#define MARGIN_BYTE 0xA5

/* The end of linear memory, with a page in front of it that is nobody else's; reading on traps.
 * Once in a program, before it allocates. */
static inline uint8_t *memory_end(void) {
    const size_t pages = __builtin_wasm_memory_grow(0, 1);
    return (uint8_t *)((pages + 1) << 16);
}

/* Of a buffer together with its margins. */
static inline void set_margins(uint8_t *buffer, size_t bytes) {
    memset(buffer, MARGIN_BYTE, bytes);
}

/* Is the margin at `from` as it was? */
static inline bool margin_is_whole(const uint8_t *from) {
    for (size_t i = 0; i < MARGIN_BYTES; i++)
        if (from[i] != MARGIN_BYTE) return false;
    return true;
}

#endif
