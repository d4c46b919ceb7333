/* test_deflate_run_simd128.c - runs found by simd128 against their scalar definition: bytes of
 * few values, every length and place. Runs as a WASI command. */
#include "check.h"
#include "codec/deflate_run.h"

/* The definition under another name, beside the twin. */
#undef TH_DEFLATE_RUN_H
#define TH_SCALAR
#define next_run scalar_next_run
#define run_bytes scalar_run_bytes
#include "codec/deflate_run.h"
#undef next_run
#undef run_bytes

#define ROOM 300u

static uint32_t seed = 5;

static uint32_t random_below(uint32_t n) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* Every run from `begin` on, one after another. Returns how many. */
static uint32_t check_runs(const uint8_t *data, size_t begin, size_t end) {
    uint32_t runs = 0;
    for (size_t at = begin; at < end; runs++) {
        const size_t found = next_run(data, at, end);
        CHECK_EQ(found, scalar_next_run(data, at, end));
        if (found >= end) break;
        CHECK(run_bytes(data, found, end) >= TH_DEFLATE_MATCH_MIN);
        at = found + run_bytes(data, found, end);
    }
    return runs;
}

int main(void) {
    uint8_t data[ROOM] = {0};
    uint32_t runs = 0;
    for (uint32_t round = 0; round < 4000; round++) {
        const uint32_t values = 1 + random_below(round % 16 + 1), sticks = random_below(8);
        for (uint32_t i = 0; i < ROOM; i++)
            data[i] = i > 0 && random_below(8) < sticks ? data[i - 1]
                                                        : (uint8_t)random_below(values);
        runs += check_runs(data, 1 + random_below(20), ROOM - random_below(ROOM - 20));
    }
    CHECK(runs > 10000);
    return check_done();
}
