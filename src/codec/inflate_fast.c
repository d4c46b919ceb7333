/* inflate_fast.c - the inner loop of inflate, in a file of its own so that no
 * caller's variables take its registers.
 *
 * Its time is one chain of dependent steps per symbol: look up, shift, mask, look
 * up. Everything here serves that chain: `bits` is kept two places to the left
 * (two used bits lie below), so that masking gives the byte offset of an entry;
 * entries are 64 bits wide, so that no machine masks the shift count again; and
 * the next entry is fetched before bits are refilled. */
#include "inflate_litlen.h"
#include "inflate_symbol.h"

#define BELOW 2u /* log2 of an entry's size */
#define TURN_IN_BYTES 16u /* a turn refills up to twice, from 8 bytes each time */

/* Bits above `filled` may be set: they are the true next ones. At least 54 are filled
 * after it. Of `filled` only the low 6 bits count. */
#define REFILL()                                                                                   \
    (bits |= th_inflate_load(in) << (filled & 63), in += 7 - (filled >> 3 & 7), filled |= 56)
#define USE() (bits >>= entry & 63, filled -= entry)
#define LOOK_UP() (entry = litlen_at(z, bits >> BELOW))
#define PUT() (out = put_literals(out, (uint32_t)entry), USE(), LOOK_UP())

/* Longer than a screen because its variables must stay in registers. */
enum th_status th_inflate_fast(struct th_inflate *z, uint8_t *buffer, size_t *at, size_t at_max) {
    const uint8_t *in = z->in;
    const uint8_t *const in_stop = z->in_end - TURN_IN_BYTES;
    uint8_t *out = buffer + *at;
    uint8_t *const out_stop = buffer + at_max;
    uint64_t bits = z->bits << BELOW;
    uint64_t filled = z->bit_count + BELOW; /* at most 58 */
    uint64_t entry;
    enum th_status status = TH_OK;

    REFILL();
    LOOK_UP();
    while (in <= in_stop && out < out_stop) {
        /* Four times at most 11 bits. */
        if (entry & TH_ENTRY_LITERAL) {
            PUT();
            if (entry & TH_ENTRY_LITERAL) {
                PUT();
                if (entry & TH_ENTRY_LITERAL) {
                    PUT();
                    if (entry & TH_ENTRY_LITERAL) {
                        PUT();
                        REFILL();
                        continue;
                    }
                }
            }
        }
        REFILL(); /* for a length of at most 20 bits, a distance of 28, and a look-up */
        if (entry & TH_ENTRY_LONGER) {
            entry = look_up(z->litlen, LITLEN_MASK, bits >> BELOW);
            if (entry & TH_ENTRY_LITERAL) {
                PUT();
                REFILL();
                continue;
            }
        }
        const uint32_t length = value_of((uint32_t)entry, bits >> BELOW);
        USE();
        if (!(entry & TH_ENTRY_BASE)) {
            if (entry & TH_ENTRY_END)
                z->state = TH_INFLATE_BLOCK_HEAD;
            else
                status = TH_CORRUPT;
            break;
        }
        entry = look_up(z->dist, DIST_MASK, bits >> BELOW);
        const uint32_t distance = value_of((uint32_t)entry, bits >> BELOW);
        USE();
        if (!(entry & TH_ENTRY_BASE) || distance > (size_t)(out - buffer)) {
            status = TH_CORRUPT;
            break;
        }
        LOOK_UP(); /* of bits above `filled` at worst: 62 - 48 are there */
        REFILL();
        out = copy_match(out, distance, length);
    }
    z->in = in;
    z->bit_count = (uint32_t)(filled & 63) - BELOW;
    z->bits = bits >> BELOW & ((1ull << z->bit_count) - 1);
    *at = (size_t)(out - buffer);
    return status;
}
