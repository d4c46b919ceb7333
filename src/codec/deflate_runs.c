/* deflate_runs.c - finds where in a block a byte repeats itself, and nothing else.
 *
 * What is left of a photo's rows after a PNG filter has no other repeats worth their
 * distance: looking for them takes most of a deflater's time there, and the short
 * ones it finds cost more bits than their literals. */
#include <string.h>

#include "deflate_inner.h"

/* About what a run costs: a length symbol, and a distance code that has only one symbol. */
#define RUN_BITS 8u

static inline uint64_t load_u64le(const uint8_t *p) {
    uint64_t value = 0;
    for (uint32_t i = 0; i < 8; i++) value |= (uint64_t)p[i] << i * 8;
    return value;
}

/* The top bit of each byte that is zero in x. */
static inline uint64_t zero_bytes(uint64_t x) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7full;
    return ~(((x & low) + low) | x | low);
}

static uint32_t run_bytes(const uint8_t *data, size_t at, size_t end) {
    const uint8_t value = data[at - 1];
    uint32_t length = 0;
    while (length < TH_DEFLATE_MATCH_MAX && at + length < end && data[at + length] == value)
        length++;
    return length;
}

/* The first place from `at` where TH_DEFLATE_MATCH_MIN bytes equal the byte before them, or
 * `end`. Of eight comparisons five can be such places. */
static size_t next_run(const uint8_t *data, size_t at, size_t end) {
    for (; at + 8 <= end; at += 5) {
        const uint64_t same = zero_bytes(load_u64le(data + at) ^ load_u64le(data + at - 1));
        uint64_t runs = same & same >> 8 & same >> 16 & same >> 24;
        if (runs == 0) continue;
        for (; (runs & 0x80) == 0; runs >>= 8) at++;
        return at;
    }
    while (at < end && run_bytes(data, at, end) < TH_DEFLATE_MATCH_MIN) at++;
    return at;
}

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
