/* pairs.c - see pairs.h. */
#include "pairs.h"

#include <string.h>

static size_t find(const char *text, size_t bytes, char c) {
    const char *at = bytes > 0 ? memchr(text, c, bytes) : NULL;
    return at ? (size_t)(at - text) : bytes;
}

static void add(struct edge_pairs *pairs, const char *text, size_t bytes) {
    size_t name_bytes = find(text, bytes, '=');
    size_t value_at = name_bytes < bytes ? name_bytes + 1 : bytes;
    const char *known;
    const struct th_option *option = th_query_option(text, name_bytes, &known);
    if (!option || pairs->count == EDGE_PAIRS_MAX) return;
    pairs->pair[pairs->count++] = (struct edge_pair){option, text + value_at, bytes - value_at};
}

void edge_pairs_read(struct edge_pairs *pairs, const char *query, size_t bytes) {
    pairs->count = 0;
    for (size_t at = 0; at < bytes;) {
        size_t pair_bytes = find(query + at, bytes - at, '&');
        add(pairs, query + at, pair_bytes);
        at += pair_bytes + 1;
    }
}

const struct edge_pair *edge_pairs_find(const struct edge_pairs *pairs, enum th_option_id id) {
    for (size_t i = 0; i < pairs->count; i++) {
        if (pairs->pair[i].option == &th_option_table[id]) return &pairs->pair[i];
    }
    return NULL;
}

const struct edge_pair *edge_pairs_first_own(const struct edge_pairs *pairs) {
    for (size_t i = 0; i < pairs->count; i++) {
        if (pairs->pair[i].option->kind != TH_OPTION_HOST) return &pairs->pair[i];
    }
    return NULL;
}

void edge_pairs_put(struct th_text *out, const struct edge_pairs *pairs) {
    for (size_t i = 0; i < pairs->count; i++) {
        const struct edge_pair *pair = &pairs->pair[i];
        if (i > 0) th_text_put(out, "&");
        th_text_put(out, pair->option->name);
        th_text_put(out, "=");
        th_text_put_bytes(out, pair->value, pair->value_bytes);
    }
}

void edge_pair_put_value(struct th_text *out, const struct edge_pair *pair) {
    for (size_t i = 0; i < pair->value_bytes; i++) {
        const char *at = pair->value + i;
        int32_t high = -1, low = -1;
        if (*at == '%' && pair->value_bytes - i > 2) {
            high = th_text_hex_digit(at[1]);
            low = th_text_hex_digit(at[2]);
        }
        bool coded = high >= 0 && low >= 0;
        char c = coded ? (char)(high * 16 + low) : *at == '+' ? ' ' : *at;
        th_text_put_bytes(out, &c, 1);
        if (coded) i += 2;
    }
}
