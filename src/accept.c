/* accept.c - see accept.h. */
#include "accept.h"

#include "text.h"

/* A piece of the header, borrowed. */
struct piece {
    const char *text;
    size_t bytes;
};

static struct piece trimmed(struct piece p) {
    while (p.bytes > 0 && (p.text[0] == ' ' || p.text[0] == '\t')) {
        p.text++;
        p.bytes--;
    }
    while (p.bytes > 0 && (p.text[p.bytes - 1] == ' ' || p.text[p.bytes - 1] == '\t')) p.bytes--;
    return p;
}

/* Cuts the piece up to the next `mark` off *rest. A mark inside a quoted string is
 * none; a backslash there quotes the next character. */
static struct piece cut(struct piece *rest, char mark) {
    bool quoted = false;
    size_t n = 0;
    for (; n < rest->bytes && (quoted || rest->text[n] != mark); n++) {
        if (rest->text[n] == '"') quoted = !quoted;
        if (quoted && rest->text[n] == '\\' && n + 1 < rest->bytes) n++;
    }
    struct piece first = {rest->text, n};
    size_t used = n < rest->bytes ? n + 1 : n;
    rest->text += used;
    rest->bytes -= used;
    return trimmed(first);
}

/* A weight that is not a number from 0 to 1 counts as 0: not being sent what one
 * cannot show matters more than being sent the best. */
static bool is_zero(struct piece weight) {
    uint64_t thousandths;
    if (weight.bytes == 2 && weight.text[1] == '.') weight.bytes = 1; /* "0." is allowed */
    return !th_text_fixed(weight.text, weight.bytes, 3, &thousandths) || thousandths == 0 ||
           thousandths > 1000;
}

/* One element: a media range and its parameters, of which the first q counts. */
static bool lists(struct piece element, const char *media_type) {
    struct piece range = cut(&element, ';');
    if (!th_text_equal_fold(range.text, range.bytes, media_type)) return false;
    while (element.bytes > 0) {
        struct piece parameter = cut(&element, ';');
        struct piece name = cut(&parameter, '=');
        if (th_text_equal_fold(name.text, name.bytes, "q")) return !is_zero(trimmed(parameter));
    }
    return true;
}

bool th_accept_lists(const char *accept, size_t bytes, const char *media_type) {
    if (bytes > TH_ACCEPT_BYTES_MAX) return false;
    struct piece rest = {accept, bytes};
    while (rest.bytes > 0) {
        if (lists(cut(&rest, ','), media_type)) return true;
    }
    return false;
}
