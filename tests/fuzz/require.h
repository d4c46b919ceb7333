/* require.h - what a fuzz target does about a broken promise: it crashes on purpose. */
#ifndef TH_FUZZ_REQUIRE_H
#define TH_FUZZ_REQUIRE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly these bytes, so that AddressSanitizer sees a read behind them. */
static inline uint8_t *exact_copy(const uint8_t *data, size_t bytes) {
    uint8_t *copy = malloc(bytes > 0 ? bytes : 1);
    REQUIRE(copy != NULL);
    if (bytes > 0) memcpy(copy, data, bytes);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#endif
