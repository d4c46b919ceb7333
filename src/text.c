/* text.c - see text.h. */
#include "text.h"

#include <string.h>

bool th_text_equal(const char *text, size_t bytes, const char *word) {
    return bytes == strlen(word) && memcmp(text, word, bytes) == 0;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool th_text_equal_fold(const char *text, size_t bytes, const char *word) {
    if (bytes != strlen(word)) return false;
    for (size_t i = 0; i < bytes; i++) {
        if (lower(text[i]) != lower(word[i])) return false;
    }
    return true;
}

void th_text_copy(char *to, size_t room, const char *from) {
    size_t bytes = strlen(from);
    if (bytes >= room) bytes = room - 1;
    memcpy(to, from, bytes);
    to[bytes] = '\0';
}

int32_t th_text_hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool digits_only(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
    }
    return bytes > 0;
}

/* value * 10 + digit, or UINT64_MAX when that does not fit. */
static uint64_t append_digit(uint64_t value, uint64_t digit) {
    return value <= (UINT64_MAX - digit) / 10 ? value * 10 + digit : UINT64_MAX;
}

bool th_text_decimal(const char *text, size_t bytes, uint64_t *value) {
    if (!digits_only(text, bytes) || (bytes > 1 && text[0] == '0')) return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i++) sum = append_digit(sum, (uint64_t)(text[i] - '0'));
    *value = sum;
    return true;
}

bool th_text_fixed(const char *text, size_t bytes, uint32_t places, uint64_t *value) {
    const char *point = bytes > 0 ? memchr(text, '.', bytes) : NULL;
    size_t whole_bytes = point ? (size_t)(point - text) : bytes;
    size_t behind = point ? bytes - whole_bytes - 1 : 0;
    uint64_t sum;
    if (!th_text_decimal(text, whole_bytes, &sum)) return false;
    if (point && (behind > places || !digits_only(point + 1, behind))) return false;
    for (size_t i = 0; i < places; i++) {
        sum = append_digit(sum, i < behind ? (uint64_t)(point[1 + i] - '0') : 0);
    }
    *value = sum;
    return true;
}

void th_text_put_bytes(struct th_text *out, const char *text, size_t bytes) {
    if (bytes > out->room - out->bytes) {
        bytes = out->room - out->bytes;
        out->full = true;
    }
    if (bytes > 0) memcpy(out->data + out->bytes, text, bytes);
    out->bytes += bytes;
}

void th_text_put(struct th_text *out, const char *text) {
    th_text_put_bytes(out, text, strlen(text));
}

void th_text_put_decimal(struct th_text *out, uint64_t value) {
    char digits[20], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    th_text_put_bytes(out, at, (size_t)(digits + sizeof digits - at));
}

void th_text_put_fixed(struct th_text *out, uint64_t value, uint32_t places) {
    uint64_t one = 1;
    for (uint32_t i = 0; i < places; i++) one *= 10;
    th_text_put_decimal(out, value / one);
    value %= one;
    if (value > 0) th_text_put(out, ".");
    while (value > 0) {
        one /= 10;
        th_text_put_decimal(out, value / one);
        value %= one;
    }
}

void th_text_put_hex_byte(struct th_text *out, uint8_t byte) {
    static const char digits[] = "0123456789abcdef";
    char pair[2] = {digits[byte >> 4], digits[byte & 15]};
    th_text_put_bytes(out, pair, sizeof pair);
}
