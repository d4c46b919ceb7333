/* query.c - see query.h. */
#include "query.h"

#include <string.h>

#include "text.h"

#define VALUE_BYTES_MAX 256u /* decoded; a signature or a preset's name is the longest */

/* Where the words for a person go. */
struct message {
    char *text;
    size_t room;
};

static enum th_status refuse(struct message *message, const char *name, const char *wanted) {
    struct th_text out = {.data = message->text, .room = message->room - 1};
    th_text_put(&out, name);
    th_text_put(&out, ": ");
    th_text_put(&out, wanted);
    message->text[out.bytes] = '\0';
    return TH_BAD_OPTION;
}

/* Undoes %XX and +. False when that is malformed, not printable ASCII, or longer
 * than `room`. */
static bool decode(const char *text, size_t bytes, char *out, size_t room, size_t *out_bytes) {
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        int32_t c = text[i] == '+' ? ' ' : (uint8_t)text[i];
        if (c == '%') {
            if (bytes - i < 3) return false;
            int32_t high = th_text_hex_digit(text[i + 1]), low = th_text_hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return false;
            c = high * 16 + low;
            i += 2;
        }
        if (c < 0x20 || c > 0x7e || n == room) return false;
        out[n++] = (char)c;
    }
    *out_bytes = n;
    return true;
}

/* ---- values, one function per kind that is more than a call ---- */

static bool read_word(const struct th_word *words, const char *text, size_t bytes,
                      uint64_t *value) {
    for (; words->word; words++) {
        if (!th_text_equal(text, bytes, words->word)) continue;
        *value = words->value;
        return true;
    }
    return false;
}

static bool read_colour(const char *text, size_t bytes, uint64_t *value) {
    if (bytes != 3 && bytes != 6 && bytes != 8) return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i++) {
        int32_t digit = th_text_hex_digit(text[i]);
        if (digit < 0) return false;
        sum = sum << 4 | (uint64_t)digit;
        if (bytes == 3) sum = sum << 4 | (uint64_t)digit; /* f80 is ff8800 */
    }
    *value = bytes == 8 ? sum : sum << 8 | 0xff;
    return true;
}

static bool read_point(const char *text, size_t bytes, uint64_t *value) {
    const char *cross = memchr(text, 'x', bytes);
    uint64_t x, y;
    if (!cross) return false;
    size_t x_bytes = (size_t)(cross - text);
    if (!th_text_fixed(text, x_bytes, 4, &x)) return false;
    if (!th_text_fixed(cross + 1, bytes - x_bytes - 1, 4, &y)) return false;
    if (x > TH_POINT_ONE || y > TH_POINT_ONE) return false;
    *value = TH_POINT(x, y);
    return true;
}

static bool read_value(const struct th_option *option, const char *text, size_t bytes,
                       uint64_t *value) {
    if (bytes == 0) return false;
    switch (option->kind) {
    case TH_OPTION_NUMBER:
    case TH_OPTION_FLAG:
        if (!th_text_decimal(text, bytes, value)) return false;
        return *value >= option->least && *value <= option->most;
    case TH_OPTION_MILLI:
        if (!th_text_fixed(text, bytes, 3, value)) return false;
        return *value >= option->least && *value <= option->most;
    case TH_OPTION_WORD: return read_word(option->word, text, bytes, value);
    case TH_OPTION_COLOUR: return read_colour(text, bytes, value);
    case TH_OPTION_POINT:
        return read_word(option->word, text, bytes, value) || read_point(text, bytes, value);
    case TH_OPTION_HOST: *value = 0; return true;
    }
    return false;
}

/* ---- pairs ---- */

const struct th_option *th_query_option(const char *name, size_t bytes, const char **known) {
    char plain[TH_OPTION_NAME_BYTES_MAX];
    size_t plain_bytes;
    if (!decode(name, bytes, plain, sizeof plain, &plain_bytes)) return NULL;
    for (uint32_t i = 0; i < TH_OPTION_COUNT; i++) {
        const struct th_option *option = &th_option_table[i];
        *known = option->name;
        if (th_text_equal(plain, plain_bytes, *known)) return option;
        for (uint32_t k = 0; k < TH_OPTION_ALIASES_MAX && option->alias[k]; k++) {
            *known = option->alias[k];
            if (th_text_equal(plain, plain_bytes, *known)) return option;
        }
    }
    return NULL;
}

/* One `name=value`. Names that cannot be ours are dropped whatever they are made of. */
static enum th_status read_pair(struct th_query *query, const char *text, size_t bytes,
                                struct message *message) {
    const char *equals = memchr(text, '=', bytes), *known;
    size_t raw_bytes = equals ? (size_t)(equals - text) : bytes;
    char value[VALUE_BYTES_MAX];
    size_t value_bytes;
    const struct th_option *option = th_query_option(text, raw_bytes, &known);
    if (!option) return TH_OK;
    size_t id = (size_t)(option - th_option_table);
    if (query->given[id]) return refuse(message, known, "given more than once");
    query->given[id] = true;
    if (!equals || !decode(equals + 1, bytes - raw_bytes - 1, value, sizeof value, &value_bytes) ||
        !read_value(option, value, value_bytes, &query->value[id])) {
        return refuse(message, known, option->wanted);
    }
    return TH_OK;
}

enum th_status th_query_read(struct th_query *query, const char *text, size_t text_bytes,
                             char *message, size_t message_room) {
    struct message words = {message, message_room};
    *query = (struct th_query){0};
    message[0] = '\0';
    if (text_bytes > TH_OPTIONS_BYTES_MAX) {
        return refuse(&words, "options", "at most 2048 bytes of text");
    }
    for (size_t at = 0; at < text_bytes;) {
        const char *amp = memchr(text + at, '&', text_bytes - at);
        size_t bytes = amp ? (size_t)(amp - text) - at : text_bytes - at;
        if (bytes > 0) TH_TRY(read_pair(query, text + at, bytes, &words));
        at += bytes + 1;
    }
    return TH_OK;
}
