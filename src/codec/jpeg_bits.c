/* jpeg_bits.c - the rare cases of jpeg_bits.h. */
#include "jpeg_bits.h"

/* The next data byte: FF 00 is a byte FF, any number of FFs before the 00; FF and
 * something else is a marker. At a marker and at the end: zero, made up; of the FFs before
 * it only the last is looked at again, because there may be megabytes. */
static uint8_t next_byte(struct th_bits *b) {
    const uint8_t *at = b->at;
    if (at != b->end && *at != 0xFF) {
        b->at++;
        return *at;
    }
    while (at != b->end && *at == 0xFF) at++;
    if (at != b->end && *at == 0) {
        b->at = at + 1;
        return 0xFF;
    }
    if (at != b->at) b->at = at - 1;
    if (b->made_up < UINT32_MAX - 8) b->made_up += 8;
    return 0;
}

struct th_bits th_bits_fill_slowly(struct th_bits b) {
    while (b.count <= 56) {
        b.buffer |= (uint64_t)next_byte(&b) << (56 - b.count);
        b.count += 8;
    }
    return b;
}

bool th_bits_restart(struct th_bits *b, uint32_t index) {
    const uint8_t *at = b->at;
    b->buffer = 0;
    b->count = b->made_up = 0;
    for (;;) {
        at = memchr(at, 0xFF, (size_t)(b->end - at));
        if (!at) return false;
        while (at != b->end && *at == 0xFF) at++;
        if (at == b->end) return false;
        if (*at++ == 0) continue;
        b->at = at;
        return at[-1] == 0xD0 + index;
    }
}
