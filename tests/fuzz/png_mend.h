/* png_mend.h - makes the checksums of a damaged PNG right again: otherwise a fuzzer would get
 * past none of them. */
#ifndef TH_FUZZ_PNG_MEND_H
#define TH_FUZZ_PNG_MEND_H

#include <stddef.h>
#include <stdint.h>

/* Leaves what is no PNG as it is. */
void png_mend(uint8_t *file, size_t bytes);

/* A mutation by libFuzzer's own ways; of four PNGs three are mended, all but their last
 * `tail_bytes`. */
size_t png_mutate(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed, size_t tail_bytes);

#endif
