/* deflate_runs.c - finds where in a block a byte repeats itself, and nothing else.
 *
 * What is left of a photo's rows after a PNG filter has no other repeats worth their
 * distance: looking for them takes most of a deflater's time there, and the short
 * ones it finds cost more bits than their literals. */
#include <string.h>

#include "deflate_inner.h"
#include "deflate_run.h"

/* About what a run costs: a length symbol, and a distance code that has only one symbol. */
#define RUN_BITS 8u

void th_deflate_find_runs(struct th_deflate *z) {
    const uint8_t *data = z->buffer;
    size_t literals_at = z->block_at, at = z->block_at > 0 ? z->block_at : 1;
    z->sequences = 0;
    while ((at = next_run(data, at, z->end)) < z->end) {
        const uint32_t length = run_bytes(data, at, z->end);
        if (length * z->literal_bits[data[at]] > RUN_BITS) {
            z->sequence[z->sequences++] = (struct th_deflate_sequence){(uint32_t)(at - literals_at),
                                                                       (uint16_t)length, 1};
            literals_at = at + length;
        }
        at += length;
    }
    z->sequence[z->sequences++] = (struct th_deflate_sequence){
        .literals = (uint32_t)(z->end - literals_at)};
}
