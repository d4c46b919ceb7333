/* fuzz_jpeg_lockstep.c - any bytes to the lockstep JPEG reader, against libjpeg.
 *
 * Crashes on purpose where the rule of tests/unit/jpeg_compare.h is broken. Needs no
 * seeds: now and then the mutator puts a whole made file in the input's place.
 *
 *   make test-build && mkdir -p build/fuzz_jpeg_lockstep_corpus
 *   clang-19 -O1 -g -fsanitize=fuzzer,address,undefined -Isrc -Itests/unit \
 *     -isystem wasm/third_party/libjpeg-turbo -isystem build/src/libjpeg-turbo/src \
 *     tests/fuzz/fuzz_jpeg_lockstep.c tests/unit/jpeg_*.c src/arena.c src/bytes.c src/fail.c \
 *     src/work.c src/codec/jpeg_{scans,bits,huffman,entropy,idct,lockstep}.c \
 *     build/asan/libjpeg.a -o build/fuzz_jpeg_lockstep
 *   build/fuzz_jpeg_lockstep -max_len=20000 build/fuzz_jpeg_lockstep_corpus */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jpeg_compare.h"
#include "jpeg_maker.h"
#include "steer.h"
#include "work.h"

#define PIXELS_MAX 16384u /* larger pictures are only opened: speed */

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t bytes_max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static size_t make_file(uint8_t *data, size_t bytes_max, uint32_t seed) {
    static const uint32_t factors[][4] = {
        {1, 1, 1, 1}, {2, 1, 1, 2}, {4, 1, 1, 1}, {1, 2, 1, 1}, {3, 2, 1, 1}};
    struct maker m = {.random = seed * 747796405u | 1};
    for (uint32_t i = 0; i < 8; i++) maker_random(&m, 2);
    const uint32_t *h = factors[maker_random(&m, 5)], *v = factors[maker_random(&m, 5)];
    uint32_t count = maker_random(&m, 3) ? 3 : 1 + maker_random(&m, 4);
    uint32_t width = 1 + maker_random(&m, 48), height = 1 + maker_random(&m, 48);
    uint32_t density = 1 + maker_random(&m, 120);
    uint32_t kind = maker_random(&m, 6);
    maker_init(&m, seed, width, height, count, h, v, density);
    if (kind == 0)
        maker_script_sequential(&m);
    else
        maker_script_progressive(&m, kind == 1);
    maker_write(&m);
    size_t bytes = m.size < bytes_max ? m.size : bytes_max;
    memcpy(data, m.bytes, bytes);
    maker_free(&m);
    return bytes;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed) {
    if (bytes < 4 || seed % 64 == 0) bytes = make_file(data, bytes_max, seed);
    return LLVMFuzzerMutate(data, bytes, bytes_max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    struct comparison c;
    th_work_begin(1u << 20);
    jpeg_compare(&c, data, bytes, steer_scale(bytes), PIXELS_MAX);
    if (c.fault[0]) {
        fprintf(stderr, "%u/8: %s\n", steer_scale(bytes), c.fault);
        abort();
    }
    return 0;
}
