/* json_text.c - see json_text.h. */
#include "json_text.h"

#include <string.h>

#include "text.h"

static void skip_space(struct edge_json *rest) {
    while (rest->bytes > 0 && memchr(" \t\r\n", rest->text[0], 4)) {
        rest->text++;
        rest->bytes--;
    }
}

static bool starts(struct edge_json rest, char c) {
    return rest.bytes > 0 && rest.text[0] == c;
}

static void skip(struct edge_json *rest, size_t bytes) {
    rest->text += bytes;
    rest->bytes -= bytes;
}

/* Takes `c` off the front, if it is there. */
static bool take(struct edge_json *rest, char c) {
    if (!starts(*rest, c)) return false;
    skip(rest, 1);
    return true;
}

/* ---- the grammar: each takes what it describes off the front, or answers false ---- */

static bool take_escape(struct edge_json *rest) {
    if (rest->bytes == 0 || !memchr("\"\\/bfnrtu", rest->text[0], 9)) return false;
    bool unicode = rest->text[0] == 'u';
    skip(rest, 1);
    for (size_t i = 0; unicode && i < 4; i++) {
        if (rest->bytes == 0 || th_text_hex_digit(rest->text[0]) < 0) return false;
        skip(rest, 1);
    }
    return true;
}

static bool take_string(struct edge_json *rest) {
    if (!take(rest, '"')) return false;
    while (!take(rest, '"')) {
        if (rest->bytes == 0 || (uint8_t)rest->text[0] < 0x20) return false;
        bool escaped = take(rest, '\\');
        if (escaped && !take_escape(rest)) return false;
        if (!escaped) skip(rest, 1);
    }
    return true;
}

static bool take_digits(struct edge_json *rest) {
    size_t before = rest->bytes;
    while (rest->bytes > 0 && rest->text[0] >= '0' && rest->text[0] <= '9') skip(rest, 1);
    return rest->bytes < before;
}

static bool take_number(struct edge_json *rest) {
    take(rest, '-');
    if (!take(rest, '0') && !take_digits(rest)) return false;
    if (take(rest, '.') && !take_digits(rest)) return false;
    if (!take(rest, 'e') && !take(rest, 'E')) return true;
    if (!take(rest, '-')) take(rest, '+');
    return take_digits(rest);
}

static bool take_word(struct edge_json *rest, const char *word) {
    size_t bytes = strlen(word);
    if (rest->bytes < bytes || memcmp(rest->text, word, bytes) != 0) return false;
    skip(rest, bytes);
    return true;
}

static bool take_value(struct edge_json *rest, uint32_t depth);

static bool take_members(struct edge_json *rest, char close, uint32_t depth) {
    skip_space(rest);
    if (take(rest, close)) return true;
    do {
        skip_space(rest);
        if (close == '}') {
            if (!take_string(rest)) return false;
            skip_space(rest);
            if (!take(rest, ':')) return false;
        }
        if (!take_value(rest, depth)) return false;
        skip_space(rest);
    } while (take(rest, ','));
    return take(rest, close);
}

static bool take_value(struct edge_json *rest, uint32_t depth) {
    skip_space(rest);
    if (starts(*rest, '"')) return take_string(rest);
    if (starts(*rest, '{') || starts(*rest, '[')) {
        char close = starts(*rest, '{') ? '}' : ']';
        skip(rest, 1);
        return depth < EDGE_JSON_DEPTH_MAX && take_members(rest, close, depth + 1);
    }
    return take_word(rest, "true") || take_word(rest, "false") || take_word(rest, "null") ||
           take_number(rest);
}

bool edge_json_open(struct edge_json *value, const char *text, size_t bytes) {
    struct edge_json rest = {text, bytes};
    skip_space(&rest);
    *value = rest;
    if (!take_value(&rest, 0)) return false;
    value->bytes -= rest.bytes;
    skip_space(&rest);
    return rest.bytes == 0;
}

/* ---- values that are known to be right ---- */

bool edge_json_is_object(struct edge_json value) {
    return starts(value, '{');
}

bool edge_json_is_list(struct edge_json value) {
    return starts(value, '[');
}

bool edge_json_is_null(struct edge_json value) {
    return starts(value, 'n');
}

static struct edge_json cut_value(struct edge_json *rest) {
    skip_space(rest);
    struct edge_json value = *rest;
    take_value(rest, 0);
    value.bytes -= rest->bytes;
    return value;
}

bool edge_json_next(struct edge_json *rest, struct edge_json *name, struct edge_json *value) {
    bool opened = take(rest, '{') || take(rest, '[');
    skip_space(rest);
    if (!opened) {
        take(rest, ',');
        skip_space(rest);
    }
    if (rest->bytes == 0 || starts(*rest, '}') || starts(*rest, ']')) return false;
    *value = cut_value(rest);
    skip_space(rest);
    struct edge_json key = {"", 0};
    if (take(rest, ':')) {
        key = *value;
        *value = cut_value(rest);
    }
    if (name) *name = key;
    return true;
}

/* ---- characters ---- */

static uint32_t hex4(const char *digits) {
    uint32_t sum = 0;
    for (size_t i = 0; i < 4; i++) sum = sum << 4 | (uint32_t)th_text_hex_digit(digits[i]);
    return sum;
}

/* The code point of \uXXXX, or of two of them that are a surrogate pair; a lone surrogate
 * is U+FFFD. */
static uint32_t take_code_point(struct edge_json *rest) {
    uint32_t high = hex4(rest->text);
    skip(rest, 4);
    if (high < 0xd800 || high > 0xdfff) return high;
    if (high > 0xdbff || rest->bytes < 6 || memcmp(rest->text, "\\u", 2) != 0) return 0xfffd;
    uint32_t low = hex4(rest->text + 2);
    if (low < 0xdc00 || low > 0xdfff) return 0xfffd;
    skip(rest, 6);
    return 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
}

static void put_utf8(struct th_text *out, uint32_t code) {
    char bytes[5] = {0};
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[n] | code);
    th_text_put(out, bytes);
}

/* What stands behind a backslash. False for a NUL. */
static bool put_escaped(struct th_text *out, struct edge_json *rest) {
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char c = rest->text[0];
    skip(rest, 1);
    const char *letter = strchr(letters, c);
    char plain[2] = {letter ? meanings[letter - letters] : c};
    if (c != 'u') th_text_put(out, plain);
    if (c != 'u') return true;
    uint32_t code = take_code_point(rest);
    put_utf8(out, code);
    return code != 0;
}

bool edge_json_copy(struct edge_json value, char *out, size_t room) {
    struct th_text text = {.data = out, .room = room - 1};
    bool is_string = take(&value, '"');
    if (is_string) value.bytes--; /* the closing quote */
    while (value.bytes > 0) {
        if (is_string && take(&value, '\\')) {
            if (!put_escaped(&text, &value)) return false;
            continue;
        }
        char plain[2] = {value.text[0]};
        th_text_put(&text, plain);
        skip(&value, 1);
    }
    out[text.bytes] = '\0';
    return !text.full;
}
