/* deflate.h - compresses to a zlib stream (RFC 1950, 1951), made for the rows of a PNG.
 *
 * Streams: holds 32 KiB of history and a block of input. Filtered rows are searched for
 * runs of one byte only, and the Huffman code does the work. In rows as they are,
 * chains are followed and a match waits for a longer one a byte later; but where the
 * last block hardly repeated itself, matches are only looked for here and there. A match
 * is taken only when it is expected to cost fewer bits than its literals.
 *
 * The same input in the same pieces or in others gives the same bytes everywhere. */
#ifndef TH_DEFLATE_H
#define TH_DEFLATE_H

#include "../thimble.h"

#define TH_DEFLATE_WINDOW_BYTES 32768u
#define TH_DEFLATE_BLOCK_BYTES 61440u /* at most 65535, what one stored block holds */
#define TH_DEFLATE_MATCH_MIN 4u       /* what the hash sees */
#define TH_DEFLATE_MATCH_MAX 258u
#define TH_DEFLATE_HASH_BITS 15u

#define TH_DEFLATE_LITLENS 286u
#define TH_DEFLATE_DISTS 30u

/* Compressed bytes of a block, borrowed for the call; what it returns other than TH_OK
 * comes back. */
typedef enum th_status th_deflate_emit(void *user, const uint8_t *data, size_t bytes);

/* Some literals, then a match. The last one of a block may have no match (length 0). */
struct th_deflate_sequence {
    uint32_t literals;
    uint16_t length, distance;
};

struct th_deflate {
    th_deflate_emit *emit;
    void *user;
    uint64_t bits; /* not yet written, the first one lowest */
    uint32_t bit_count;
    uint32_t adler;
    uint32_t period;         /* bytes; a distance that is always tried, 0 = none */
    uint32_t position;       /* of buffer[0] in the stream, plus a constant; wraps */
    size_t block_at;         /* history before it, the block's input from it */
    size_t end;              /* of the input */
    bool repeats;            /* this block is searched for matches, not for runs only */
    uint32_t block_bits;     /* of the last block that was searched */
    uint32_t saved_bits;     /* by its matches, against literals */
    bool thorough;           /* how it was searched */
    uint8_t literal_bits[256]; /* what each literal cost in it */
    bool begun;              /* the header is written */
    size_t sequences;        /* in the block */
    struct th_deflate_sequence sequence[TH_DEFLATE_BLOCK_BYTES / TH_DEFLATE_MATCH_MIN + 1];
    uint32_t head[1u << TH_DEFLATE_HASH_BITS]; /* latest position of each hash */
    uint16_t chain[TH_DEFLATE_WINDOW_BYTES]; /* from a position back to the one before; 0 = end */
    uint8_t buffer[TH_DEFLATE_WINDOW_BYTES + TH_DEFLATE_BLOCK_BYTES];
    uint8_t out[TH_DEFLATE_BLOCK_BYTES + 64]; /* a block never grows by more than a stored one */
};

/* `period`: what lies so many bytes back is likely to repeat (the row above); 0: nothing is. */
void th_deflate_init(struct th_deflate *z, uint32_t period, th_deflate_emit *emit, void *user);
/* `repeats`: these bytes may be what was there before. Else (a filtered row) their block is
 * only searched for runs of one byte, unless others in it say so. */
enum th_status th_deflate_put(struct th_deflate *z, const uint8_t *data, size_t bytes,
                              bool repeats);
/* Ends the stream. Once. */
enum th_status th_deflate_finish(struct th_deflate *z);

#endif
