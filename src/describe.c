/* describe.c - th_describe: the table of options as JSON.
 *
 *     [{"name":"w","aliases":["width"],"type":"integer","min":1,"max":8192,
 *       "default":null,"help":"Width in pixels."}, ...]
 *
 * type: integer, number (decimals allowed), flag (0 or 1), word (one of `values`),
 * color, point (one of `values` or XxY), text. default: as one would write it, or
 * null when there is none or it depends on the others. same: further spellings of
 * values. host: true when the host takes care of the option, not the core. */
#include "option_table.h"
#include "per_thread.h"
#include "text.h"
#include "thimble.h"

/* Texts of the table are plain ASCII without quotes and backslashes. */
static void put_quoted(struct th_text *out, const char *text) {
    th_text_put(out, "\"");
    th_text_put(out, text);
    th_text_put(out, "\"");
}

static void put_key(struct th_text *out, const char *key) {
    th_text_put(out, ",");
    put_quoted(out, key);
    th_text_put(out, ":");
}

static const char *type_name(enum th_option_kind kind) {
    switch (kind) {
    case TH_OPTION_NUMBER: return "integer";
    case TH_OPTION_FLAG: return "flag";
    case TH_OPTION_MILLI: return "number";
    case TH_OPTION_WORD: return "word";
    case TH_OPTION_COLOUR: return "color";
    case TH_OPTION_POINT: return "point";
    case TH_OPTION_HOST: break;
    }
    return "text";
}

static void put_aliases(struct th_text *out, const struct th_option *option) {
    put_key(out, "aliases");
    th_text_put(out, "[");
    for (uint32_t i = 0; i < TH_OPTION_ALIASES_MAX && option->alias[i]; i++) {
        if (i > 0) th_text_put(out, ",");
        put_quoted(out, option->alias[i]);
    }
    th_text_put(out, "]");
}

static void put_range(struct th_text *out, const struct th_option *option) {
    uint32_t places = option->kind == TH_OPTION_MILLI ? 3 : 0;
    if (option->most == 0) return;
    put_key(out, "min");
    th_text_put_fixed(out, option->least, places);
    put_key(out, "max");
    th_text_put_fixed(out, option->most, places);
}

/* The first word of that value, which is the canonical one. */
static const struct th_word *first_word(const struct th_option *option, uint64_t value) {
    const struct th_word *at = option->word;
    while (at->value != value) at++;
    return at;
}

static void put_values(struct th_text *out, const struct th_option *option) {
    put_key(out, "values");
    th_text_put(out, "[");
    for (const struct th_word *at = option->word; at->word; at++) {
        if (first_word(option, at->value) != at) continue;
        if (at != option->word) th_text_put(out, ",");
        put_quoted(out, at->word);
    }
    th_text_put(out, "]");
    for (const struct th_word *at = option->word; at->word; at++) {
        const struct th_word *first = first_word(option, at->value);
        if (first == at) continue;
        put_key(out, "same");
        th_text_put(out, "{"); /* one option has one of these */
        put_quoted(out, at->word);
        th_text_put(out, ":");
        put_quoted(out, first->word);
        th_text_put(out, "}");
    }
}

static void put_default(struct th_text *out, const struct th_option *option) {
    put_key(out, "default");
    if (!option->has_standard) {
        th_text_put(out, "null");
    } else if (option->word) {
        put_quoted(out, first_word(option, option->standard)->word);
    } else {
        uint32_t places = option->kind == TH_OPTION_MILLI ? 3 : 0;
        th_text_put(out, "\"");
        th_text_put_fixed(out, option->standard, places);
        th_text_put(out, "\"");
    }
}

static void put_option(struct th_text *out, const struct th_option *option) {
    th_text_put(out, "{\"name\":");
    put_quoted(out, option->name);
    put_aliases(out, option);
    put_key(out, "type");
    put_quoted(out, type_name(option->kind));
    put_range(out, option);
    if (option->word) put_values(out, option);
    put_default(out, option);
    if (option->kind == TH_OPTION_HOST) th_text_put(out, ",\"host\":true");
    put_key(out, "help");
    put_quoted(out, option->help);
    th_text_put(out, "}");
}

const char *th_describe(void) {
    /* Written once, the same for ever; per thread, so that nobody has to wait. */
    TH_PER_THREAD char json[4096];
    if (json[0] != '\0') return json;
    struct th_text out = {.data = json, .room = sizeof json - 1};
    th_text_put(&out, "[");
    for (uint32_t i = 0; i < TH_OPTION_COUNT; i++) {
        if (i > 0) th_text_put(&out, ",\n");
        put_option(&out, &th_option_table[i]);
    }
    th_text_put(&out, "]");
    return json;
}
