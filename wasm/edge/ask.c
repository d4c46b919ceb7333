/* ask.c - see ask.h. */
#include "ask.h"

#include <string.h>

static bool refuse(struct edge_ask *ask, const char *name, const char *why) {
    struct th_text message = {.data = ask->message, .room = sizeof ask->message - 1};
    th_text_put(&message, name);
    th_text_put(&message, ": ");
    th_text_put(&message, why);
    ask->message[message.bytes] = '\0';
    return false;
}

/* The canonical text of pairs into ask->options; false when they are refused. */
static bool canonise(struct edge_ask *ask, const struct edge_pairs *pairs, const char *accept) {
    char text[TH_OPTIONS_BYTES_MAX + 1]; /* one byte too long is refused by its length */
    struct th_text query = {.data = text, .room = sizeof text};
    size_t bytes = 0;
    edge_pairs_put(&query, pairs);
    enum th_status status = th_canon(text, query.bytes, accept, strlen(accept), ask->options,
                                     sizeof ask->options - 1, &bytes);
    ask->options[bytes] = '\0';
    if (status == TH_OK) return true;
    th_text_copy(ask->message, sizeof ask->message, ask->options);
    return false;
}

/* ---- presets ---- */

/* The options behind a name; false when there is no such preset. */
static bool find_preset(const struct edge_route *route, const struct edge_pair *asked,
                        char *options, size_t room) {
    char name[256], known[256];
    struct th_text text = {.data = name, .room = sizeof name - 1};
    struct edge_json rest = route->presets, member, value;
    edge_pair_put_value(&text, asked);
    name[text.bytes] = '\0';
    while (!text.full && edge_json_next(&rest, &member, &value)) {
        if (!edge_json_copy(member, known, sizeof known) || strcmp(known, name) != 0) continue;
        return edge_json_copy(value, options, room);
    }
    return false;
}

/* What a preset stands for, with what was given beside it on top. */
static void expand(struct edge_pairs *wanted, const char *preset, const struct edge_pairs *given) {
    struct edge_pairs own;
    edge_pairs_read(&own, preset, strlen(preset));
    wanted->count = 0;
    for (size_t i = 0; i < own.count; i++) {
        enum th_option_id id = (enum th_option_id)(own.pair[i].option - th_option_table);
        if (!edge_pairs_find(given, id)) wanted->pair[wanted->count++] = own.pair[i];
    }
    for (size_t i = 0; i < given->count && wanted->count < EDGE_PAIRS_MAX; i++) {
        if (given->pair[i].option->kind == TH_OPTION_HOST) continue;
        wanted->pair[wanted->count++] = given->pair[i];
    }
}

static bool wants_auto(const struct edge_pairs *pairs) {
    char value[8] = {0};
    struct th_text text = {.data = value, .room = sizeof value - 1};
    const struct edge_pair *format = edge_pairs_find(pairs, TH_OPTION_F);
    if (format) edge_pair_put_value(&text, format);
    return strcmp(value, "auto") == 0;
}

/* ---- sizes ---- */

/* The next one allowed: itself, or a larger one, or the largest. */
static uint64_t fit(const struct edge_sizes *sizes, uint64_t asked) {
    if (sizes->count == 0) return asked;
    for (uint32_t i = 0; i < sizes->count; i++) {
        if (sizes->size[i] >= asked) return sizes->size[i];
    }
    return sizes->size[sizes->count - 1];
}

static bool refuse_size(struct edge_ask *ask, const char *name, const struct edge_sizes *sizes) {
    char list[TH_CANON_BYTES_MAX] = "one of ";
    struct th_text text = {.data = list, .bytes = strlen(list), .room = sizeof list - 1};
    for (uint32_t i = 0; i < sizes->count; i++) {
        if (i > 0) th_text_put(&text, ", ");
        th_text_put_decimal(&text, sizes->size[i]);
    }
    list[text.bytes] = '\0';
    return refuse(ask, name, list);
}

/* Writes the value of a canonical pair, fitted. False when it is refused. */
static bool put_fitted(struct th_text *out, struct edge_ask *ask, const struct edge_route *route,
                       const struct edge_pair *pair) {
    bool is_width = pair->option == &th_option_table[TH_OPTION_W];
    bool is_height = pair->option == &th_option_table[TH_OPTION_H];
    uint64_t asked;
    if (pair->option == &th_option_table[TH_OPTION_DPR]) {
        /* Half steps would bring back by another door what the lists keep out. */
        th_text_fixed(pair->value, pair->value_bytes, 3, &asked);
        th_text_put_decimal(out, (asked + 999) / 1000);
        return true;
    }
    if (!is_width && !is_height) {
        th_text_put_bytes(out, pair->value, pair->value_bytes);
        return true;
    }
    const struct edge_sizes *sizes = is_width ? &route->widths : &route->heights;
    th_text_decimal(pair->value, pair->value_bytes, &asked);
    uint64_t fitted = fit(sizes, asked);
    th_text_put_decimal(out, fitted);
    return fitted == asked || !route->refuse_sizes || refuse_size(ask, pair->option->name, sizes);
}

/* Snaps w and h up to the next allowed one, or refuses, as configured. */
static bool fit_sizes(struct edge_ask *ask, const struct edge_route *route) {
    char canonical[TH_CANON_BYTES_MAX + 1], fitted[TH_CANON_BYTES_MAX + 1];
    struct th_text text = {.data = fitted, .room = sizeof fitted};
    struct edge_pairs pairs, after;
    if (route->widths.count == 0 && route->heights.count == 0) return true;
    th_text_copy(canonical, sizeof canonical, ask->options);
    edge_pairs_read(&pairs, canonical, strlen(canonical));
    for (size_t i = 0; i < pairs.count; i++) {
        if (i > 0) th_text_put(&text, "&");
        th_text_put(&text, pairs.pair[i].option->name);
        th_text_put(&text, "=");
        if (!put_fitted(&text, ask, route, &pairs.pair[i])) return false;
    }
    edge_pairs_read(&after, fitted, text.bytes);
    return canonise(ask, &after, "");
}

bool edge_ask_read(struct edge_ask *ask, const struct edge_route *route,
                   const struct edge_pairs *pairs, const char *accept) {
    char preset[TH_OPTIONS_BYTES_MAX + 1];
    struct edge_pairs wanted = *pairs;
    ask->options[0] = ask->message[0] = '\0';
    ask->varies = false;
    if (pairs->count == 0) return true;
    const struct edge_pair *own = edge_pairs_first_own(pairs);
    const struct edge_pair *asked = edge_pairs_find(pairs, TH_OPTION_P);
    if (route->only_presets && own) {
        return refuse(ask, own->option->name, "only presets are allowed here");
    }
    if (asked && !find_preset(route, asked, preset, sizeof preset)) {
        return refuse(ask, "p", "no such preset");
    }
    if (asked) expand(&wanted, preset, pairs);
    /* Repeated and wrong ones end here, whatever a preset says. */
    bool right = canonise(ask, pairs, accept) && (!asked || canonise(ask, &wanted, accept)) &&
                 fit_sizes(ask, route);
    ask->varies = right && wants_auto(&wanted);
    if (!right) ask->options[0] = '\0';
    return right;
}
