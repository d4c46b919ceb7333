/* canon.c - th_canon: one text for all texts that ask for the same.
 *
 * Every cache key holds it, so it must never join two requests whose results
 * differ; splitting two that are alike only costs a cache entry. It is empty when
 * no option of the core was given, which is how a host knows to pass the original
 * through. Were options given and all dropped, it is `q=80`: asking for the default
 * is still asking for a new encoding. Canonical text is its own canonical text. */
#include <string.h>

#include "accept.h"
#include "fail.h"
#include "query.h"
#include "text.h"
#include "thimble.h"

static uint64_t standard_fit(const struct th_query *query) {
    bool both = query->given[TH_OPTION_W] && query->given[TH_OPTION_H];
    return both ? TH_FIT_COVER : TH_FIT_INSIDE;
}

/* These say how w and h are meant. */
static bool needs_a_size(enum th_option_id id) {
    return id == TH_OPTION_FIT || id == TH_OPTION_G || id == TH_OPTION_DPR || id == TH_OPTION_UP;
}

/* Only a crop and a padding have a place to choose. */
static bool gravity_matters(const struct th_query *query) {
    uint64_t fit = query->given[TH_OPTION_FIT] ? query->value[TH_OPTION_FIT] : standard_fit(query);
    return fit == TH_FIT_COVER || fit == TH_FIT_CONTAIN;
}

/* Does the option change anything, given the others? */
static bool matters(const struct th_query *query, enum th_option_id id) {
    const struct th_option *option = &th_option_table[id];
    if (!query->given[id] || option->kind == TH_OPTION_HOST) return false;
    if (option->has_standard && query->value[id] == option->standard) return false;
    bool sized = query->given[TH_OPTION_W] || query->given[TH_OPTION_H];
    if (needs_a_size(id) && !sized) return false;
    if (id == TH_OPTION_FIT) return query->value[id] != standard_fit(query);
    if (id == TH_OPTION_G) return gravity_matters(query);
    return true;
}

/* ---- writing values, the counterpart of query.c's reading ---- */

static void put_colour(struct th_text *out, uint64_t rgba) {
    for (uint32_t shift = 32; shift > 8; shift -= 8) {
        th_text_put_hex_byte(out, (uint8_t)(rgba >> (shift - 8)));
    }
    if ((rgba & 0xff) != 0xff) th_text_put_hex_byte(out, (uint8_t)rgba);
}

static void put_word(struct th_text *out, const struct th_option *option, uint64_t value) {
    const struct th_word *at = option->word;
    while (at->word && at->value != value) at++;
    if (at->word) {
        th_text_put(out, at->word);
    } else {
        th_text_put_fixed(out, value >> 16, 4);
        th_text_put(out, "x");
        th_text_put_fixed(out, value & 0xffff, 4);
    }
}

static void put_option(struct th_text *out, const struct th_option *option, uint64_t value) {
    if (out->bytes > 0) th_text_put(out, "&");
    th_text_put(out, option->name);
    th_text_put(out, "=");
    switch (option->kind) {
    case TH_OPTION_NUMBER:
    case TH_OPTION_FLAG: th_text_put_decimal(out, value); break;
    case TH_OPTION_MILLI: th_text_put_fixed(out, value, 3); break;
    case TH_OPTION_COLOUR: put_colour(out, value); break;
    case TH_OPTION_WORD:
    case TH_OPTION_POINT: put_word(out, option, value); break;
    case TH_OPTION_HOST: break;
    }
}

/* ---- the text ---- */

/* The option whose name follows `previous` ("" at first) in byte order, or NULL. */
static const struct th_option *next_by_name(const char *previous) {
    const struct th_option *next = NULL;
    for (uint32_t i = 0; i < TH_OPTION_COUNT; i++) {
        const struct th_option *option = &th_option_table[i];
        if (strcmp(option->name, previous) <= 0) continue;
        if (!next || strcmp(option->name, next->name) < 0) next = option;
    }
    return next;
}

static bool asks_for_anything(const struct th_query *query) {
    for (uint32_t i = 0; i < TH_OPTION_COUNT; i++) {
        if (query->given[i] && th_option_table[i].kind != TH_OPTION_HOST) return true;
    }
    return false;
}

static void write_query(struct th_text *out, const struct th_query *query) {
    const struct th_option *option = next_by_name("");
    for (; option; option = next_by_name(option->name)) {
        enum th_option_id id = (enum th_option_id)(option - th_option_table);
        if (matters(query, id)) put_option(out, option, query->value[id]);
    }
    if (out->bytes == 0 && asks_for_anything(query)) {
        put_option(out, &th_option_table[TH_OPTION_Q], th_option_table[TH_OPTION_Q].standard);
    }
}

enum th_status th_canon(const char *query, size_t query_bytes, const char *accept,
                        size_t accept_bytes, char *out, size_t room, size_t *out_bytes) {
    struct th_query asked;
    struct th_text text = {.data = out, .room = room};
    char message[TH_MESSAGE_BYTES_MAX];
    enum th_status status = th_query_read(&asked, query, query_bytes, message, sizeof message);
    if (status == TH_OK && asked.value[TH_OPTION_F] == TH_WORD_AUTO) {
        bool webp = th_accept_lists(accept, accept_bytes, "image/webp");
        asked.value[TH_OPTION_F] = webp ? TH_OUT_WEBP : TH_OUT_SAFE;
    }
    if (status == TH_OK)
        write_query(&text, &asked);
    else
        th_text_put(&text, message);
    *out_bytes = text.bytes;
    return status == TH_OK && text.full ? TH_MISUSE : status;
}
