/* inflate.h - decompresses a zlib stream (RFC 1950, 1951) into a sliding buffer.
 *
 * Input comes as spans that lie in memory; output goes to a buffer of the caller
 * that holds at least the last 32 KiB already made, so matches copy from there
 * and nothing is copied twice. It accepts exactly what zlib accepts, except that
 * the Adler-32 at the end is not read: PNG has a CRC on every chunk. */
#ifndef TH_INFLATE_H
#define TH_INFLATE_H

#include "../thimble.h"

#define TH_INFLATE_WINDOW_BYTES 32768u
/* Room at the end of the buffer that is never filled: a match (258 bytes) never
 * has to stop in its middle, and its last 16-byte store may run over. */
#define TH_INFLATE_SLACK_BYTES 320u

/* Bits one lookup takes at most, and the entries for the longer codes behind
 * them: a complete code has at most symbols/2 prefixes that need a second lookup. */
#define TH_INFLATE_LITLEN_BITS 11u
#define TH_INFLATE_DIST_BITS 8u
#define TH_INFLATE_LITLEN_ENTRIES ((1u << TH_INFLATE_LITLEN_BITS) + 143u * 16u)
#define TH_INFLATE_DIST_ENTRIES ((1u << TH_INFLATE_DIST_BITS) + 15u * 128u)

#define TH_INFLATE_CODELEN_ENTRIES 128u
#define TH_INFLATE_LENGTHS_MAX 320u /* of litlen codes, then of dist codes */

/* The next span of input, borrowed until the following call or th_inflate_forget. *bytes = 0:
 * no more. What it returns other than TH_OK, th_inflate_run returns; after
 * TH_MORE_INPUT it may be called again and goes on where it was. */
typedef enum th_status th_inflate_more(void *user, const uint8_t **data, size_t *bytes);

struct th_inflate {
    uint32_t litlen[TH_INFLATE_LITLEN_ENTRIES]; /* see inflate_table.h; first: no offset to add */
    uint32_t dist[TH_INFLATE_DIST_ENTRIES];
    th_inflate_more *more;
    void *user;
    const uint8_t *in, *in_end; /* what is left of the current span */
    uint64_t bits;              /* not yet used, the next one lowest */
    uint32_t bit_count;
    uint32_t past_end_bytes; /* zero bytes in `bits` that stand for input that ended */
    uint32_t state;          /* enum in inflate_symbol.h */
    bool last_block;
    bool codes_fixed;      /* the tables are those of the fixed codes */
    uint32_t stored_bytes; /* left of a stored block */
    /* A dynamic block's head, while it is read. */
    uint32_t litlens, dists, codelens;
    uint32_t lengths_at; /* how many are known */
    uint32_t codes_used; /* how many of these are not zero */
    uint32_t codelen[TH_INFLATE_CODELEN_ENTRIES];
    uint8_t lengths[TH_INFLATE_LENGTHS_MAX];
};

void th_inflate_init(struct th_inflate *z, th_inflate_more *more, void *user);

/* Writes to buffer[*at ..] and advances *at. buffer[0 .. *at) must be what was
 * written before, or the end of it, at least TH_INFLATE_WINDOW_BYTES if there was so
 * much. TH_OK: fewer than TH_INFLATE_SLACK_BYTES are left before `room`: slide or grow
 * the buffer and call again. TH_DONE: the stream has ended. TH_CORRUPT: no
 * valid stream. TH_TRUNCATED: the input ended first. Neither sets a failure text. TH_TOO_LARGE:
 * the blocks' codes were more work than the job may take (work.h). */
enum th_status th_inflate_run(struct th_inflate *z, uint8_t *buffer, size_t *at, size_t room);

/* Lets go of the current span, whose memory is about to move: returns how many bytes
 * at its end were not read; the next span has to begin with them. */
size_t th_inflate_forget(struct th_inflate *z);

#endif
