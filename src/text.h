/* text.h - small text, read strictly and written without stdio.
 *
 * One meaning of "number" for options and limits alike: digits only. No sign, no
 * space, no exponent, no leading zero, no locale. */
#ifndef TH_TEXT_H
#define TH_TEXT_H

#include "thimble.h"

bool th_text_equal(const char *text, size_t bytes, const char *word);
/* ASCII letters of either case are the same. */
bool th_text_equal_fold(const char *text, size_t bytes, const char *word);
/* NUL-terminated in any case; what does not fit is left out. */
void th_text_copy(char *to, size_t room, const char *from);
/* 0..15, or -1. */
int32_t th_text_hex_digit(char c);

/* A plain decimal; beyond 64 bits *value is UINT64_MAX. */
bool th_text_decimal(const char *text, size_t bytes, uint64_t *value);
/* A plain decimal with at most `places` digits behind a point: *value is 10^places
 * times it. At least one digit on either side of the point. */
bool th_text_fixed(const char *text, size_t bytes, uint32_t places, uint64_t *value);

/* Text being written into a buffer of the caller's. What does not fit is left out
 * and `full` is set. */
struct th_text {
    char *data;
    size_t bytes, room;
    bool full;
};

void th_text_put(struct th_text *out, const char *text);
void th_text_put_bytes(struct th_text *out, const char *text, size_t bytes);
void th_text_put_decimal(struct th_text *out, uint64_t value);
/* value / 10^places, without needless zeros: 1500 with 3 places is "1.5". */
void th_text_put_fixed(struct th_text *out, uint64_t value, uint32_t places);
void th_text_put_hex_byte(struct th_text *out, uint8_t byte); /* two lower-case digits */

#endif
