/* conditional.c - see conditional.h. */
#include "conditional.h"

#include <string.h>

#include "text.h"

static const char *skip_space(const char *at) {
    while (*at == ' ' || *at == '\t') at++;
    return at;
}

/* ---- tags ---- */

/* `list`: tags, weak or not. The weak comparison: W/ does not count. */
static bool tag_listed(const char *list, const char *etag) {
    const char *opaque = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
    size_t bytes = strlen(opaque);
    for (const char *open = strchr(list, '"'); open; open = strchr(open, '"')) {
        const char *close = strchr(open + 1, '"');
        if (!close) return false;
        if (th_text_equal(open, (size_t)(close + 1 - open), opaque)) return bytes > 0;
        open = close + 1;
    }
    return false;
}

static bool is_star(const char *list) {
    list = skip_space(list);
    return *list == '*' && *skip_space(list + 1) == '\0';
}

/* Takes one tag off the front. */
static bool take_tag(const char **at) {
    if (strncmp(*at, "W/", 2) == 0) *at += 2;
    if (**at != '"') return false;
    const char *close = strchr(*at + 1, '"');
    if (close) *at = close + 1;
    return close != NULL;
}

bool edge_may_forward_tags(const struct edge_request *request) {
    const char *at = skip_space(request->if_none_match);
    if (is_star(at)) return true;
    while (take_tag(&at)) {
        at = skip_space(at);
        if (*at == '\0') return true;
        if (*at != ',') return false;
        at = skip_space(at + 1);
    }
    return false;
}

/* ---- dates ---- */

/* Two digits of a number, or -1. */
static int64_t two_digits(const char *at) {
    bool digits = at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9';
    return digits ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}

static int64_t month_of(const char *at) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int64_t i = 0; i < 12; i++) {
        if (strncmp(at, names + 3 * i, 3) == 0) return i;
    }
    return -1;
}

/* A date such as `Tue, 24 Nov 2026 02:00:00 GMT`, the form that every HTTP client writes, as
 * a number that grows with time; -1 when it is none. */
static int64_t date_number(const char *text) {
    static const char form[] = "???, ?? ??? ???? ??:??:?? GMT";
    if (strlen(text) != sizeof form - 1) return -1;
    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] != '?' && text[i] != form[i]) return -1;
    }
    int64_t part[] = {two_digits(text + 12), two_digits(text + 14), month_of(text + 8),
                      two_digits(text + 5),  two_digits(text + 17), two_digits(text + 20),
                      two_digits(text + 23)};
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        if (part[i] < 0) return -1;
        sum = sum * 100 + part[i];
    }
    return sum;
}

bool edge_is_fresh(const struct edge_request *request, const char *etag, const char *modified) {
    const char *tags = request->if_none_match;
    if (request->has_if_none_match) return is_star(tags) || tag_listed(tags, etag);
    int64_t since = date_number(request->if_modified_since), date = date_number(modified);
    return since >= 0 && date >= 0 && since >= date;
}

/* ---- ranges ---- */

struct asked {
    bool has_first, has_last;
    uint64_t first, last;
};

/* The decimal at the front, saturating; false where there is none. */
static bool take_decimal(const char **at, uint64_t *value) {
    size_t bytes = strspn(*at, "0123456789"), zeros = strspn(*at, "0");
    if (bytes == 0) return false;
    if (zeros == bytes) zeros--;
    th_text_decimal(*at + zeros, bytes - zeros, value);
    *at += bytes;
    return true;
}

static bool parse_range(const char *text, struct asked *asked) {
    *asked = (struct asked){.last = UINT64_MAX};
    const char *at = skip_space(text);
    if (strncmp(at, "bytes=", 6) != 0) return false;
    at += 6;
    asked->has_first = take_decimal(&at, &asked->first);
    if (*at++ != '-') return false;
    asked->has_last = take_decimal(&at, &asked->last);
    if (*skip_space(at) != '\0') return false;
    return asked->has_first ? asked->first <= asked->last : asked->has_last;
}

bool edge_may_forward_range(const struct edge_request *request) {
    struct asked asked;
    return parse_range(request->range, &asked) && !request->has_if_range;
}

bool edge_range_of(const struct edge_request *request, const char *etag, uint64_t length,
                   struct edge_range *range) {
    struct asked asked;
    if (!parse_range(request->range, &asked)) return false;
    if (request->has_if_range && strcmp(request->if_range, etag) != 0) return false;
    *range = (struct edge_range){.start = asked.first, .end = length};
    if (!asked.has_first)
        range->start = asked.last < length ? length - asked.last : 0;
    else if (asked.first >= length)
        range->start = length;
    else if (asked.last < length)
        range->end = asked.last + 1;
    return true;
}
