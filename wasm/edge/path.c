/* path.c - see path.h. */
#include "path.h"

#include <string.h>

static const char bad_encoding[] = "path: bad percent-encoding";

/* Undoes %XX from *at up to a slash or the end, at most `room` bytes; SIZE_MAX when
 * that is malformed. What does not fit is counted, not written. */
static size_t decode_segment(const char **at, char *out, size_t room) {
    size_t n = 0;
    for (; **at != '\0' && **at != '/'; (*at)++) {
        char c = **at;
        if (c == '%') {
            int32_t high = th_text_hex_digit((*at)[1]);
            int32_t low = high < 0 ? -1 : th_text_hex_digit((*at)[2]);
            if (low < 0) return SIZE_MAX;
            c = (char)(high * 16 + low);
            *at += 2;
        }
        if (n < room) out[n] = c;
        n++;
    }
    return n;
}

/* Bytes of the UTF-8 sequence at the start, 0 when it is none: overlong forms,
 * surrogates and what is beyond U+10FFFF are none. */
static size_t utf8_bytes(const uint8_t *text, size_t bytes) {
    static const struct {
        uint8_t first, last, second_least, second_most, bytes;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last) continue;
        if (forms[i].bytes > bytes) return 0;
        if (forms[i].bytes == 1) return 1;
        if (text[1] < forms[i].second_least || text[1] > forms[i].second_most) return 0;
        for (size_t k = 2; k < forms[i].bytes; k++) {
            if ((text[k] & 0xc0) != 0x80) return 0;
        }
        return forms[i].bytes;
    }
    return 0;
}

static bool is_utf8(const char *text, size_t bytes) {
    for (size_t at = 0, n; at < bytes; at += n) {
        n = utf8_bytes((const uint8_t *)text + at, bytes - at);
        if (n == 0) return false;
    }
    return true;
}

static bool is_forbidden(char c) {
    return (uint8_t)c < 0x20 || c == 0x7f || c == '\\' || c == '/';
}

static const char *check_segment(const char *text, size_t bytes) {
    if (!is_utf8(text, bytes)) return bad_encoding;
    for (size_t i = 0; i < bytes; i++) {
        if (is_forbidden(text[i])) return "path: forbidden character";
    }
    if (th_text_equal(text, bytes, ".") || th_text_equal(text, bytes, "..")) {
        return "path: dot segment";
    }
    return NULL;
}

const char *edge_path_decode(const char *pathname, char key[EDGE_KEY_BYTES_MAX + 1]) {
    size_t n = 0;
    const char *at = pathname;
    if (*at != '/') return "path: begins with no slash";
    do {
        at++; /* a slash */
        size_t bytes = decode_segment(&at, key + n, EDGE_KEY_BYTES_MAX - n);
        if (bytes == SIZE_MAX) return bad_encoding;
        if (bytes > EDGE_KEY_BYTES_MAX - n) return "path: longer than 1024 bytes";
        const char *fault = check_segment(key + n, bytes);
        if (fault) return fault;
        n += bytes;
        if (*at == '/' && n == EDGE_KEY_BYTES_MAX) return "path: longer than 1024 bytes";
        if (*at == '/') key[n++] = '/';
    } while (*at != '\0');
    if (key[0] == '/' && n > 0) return "path: begins with two slashes";
    key[n] = '\0';
    return NULL;
}

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

void edge_path_encode(struct th_text *out, const char *key) {
    static const char digits[] = "0123456789ABCDEF";
    for (; *key != '\0'; key++) {
        char plain[2] = {*key};
        char coded[4] = {'%', digits[(uint8_t)*key >> 4], digits[(uint8_t)*key & 15]};
        th_text_put(out, is_unreserved(*key) || *key == '/' ? plain : coded);
    }
}
