/* reading.c - see reading.h. */
#include "reading.h"

#include <string.h>

void edge_reading_fault(struct edge_reading *r, const char *name, const char *wanted) {
    th_text_put(&r->faults, r->faults.bytes == 0 ? "configuration: " : "; ");
    th_text_put(&r->faults, r->where);
    th_text_put(&r->faults, name);
    th_text_put(&r->faults, ": ");
    th_text_put(&r->faults, wanted);
}

void edge_reading_at(struct edge_reading *r, const char *list, const char *name, uint32_t index) {
    struct th_text where = {.data = r->where, .room = sizeof r->where - 1};
    th_text_put(&where, list);
    if (name)
        th_text_put(&where, name);
    else if (list[0] != '\0')
        th_text_put_decimal(&where, index);
    if (list[0] != '\0') th_text_put(&where, name ? "." : "].");
    r->where[where.bytes] = '\0';
}

const char *edge_reading_keep(struct edge_reading *r, const char *text) {
    size_t bytes = strlen(text) + 1;
    if (bytes > r->kept.room - r->kept.bytes) {
        edge_reading_fault(r, "all", "more text than 32768 bytes");
        return "";
    }
    char *copy = r->kept.data + r->kept.bytes;
    th_text_put_bytes(&r->kept, text, bytes);
    return copy;
}

bool edge_reading_find(struct edge_reading *r, const char *name) {
    char upper[64] = {0};
    for (size_t i = 0; i < sizeof upper - 1 && name[i] != '\0'; i++) {
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    enum edge_setting found = r->settings(r->from, upper, r->value, sizeof r->value);
    if (found == EDGE_SETTING_NONE) found = r->settings(r->from, name, r->value, sizeof r->value);
    if (found == EDGE_SETTING_TOO_LONG) edge_reading_fault(r, name, "more text than 8192 bytes");
    return found == EDGE_SETTING_FOUND;
}

bool edge_reading_json(struct edge_reading *r, const char *name, char open,
                       struct edge_json *value) {
    struct edge_json read;
    const char *text = edge_reading_keep(r, r->value);
    bool valid = edge_json_open(&read, text, strlen(text));
    bool right = valid && read.text[0] == open;
    if (right) *value = read;
    if (!right)
        edge_reading_fault(r, name, !valid ? "not valid JSON" : open == '{' ? "a table" : "a list");
    return right;
}

bool edge_reading_member(struct edge_reading *r, struct edge_json member, struct edge_json value,
                         char name[32]) {
    bool fits = edge_json_copy(member, name, 32);
    if (edge_json_is_null(value)) return false;
    if (fits && edge_json_copy(value, r->value, sizeof r->value)) return true;
    edge_reading_fault(r, fits ? name : "a name", "too long");
    return false;
}

/* ---- what a value may be ---- */

void edge_reading_number(struct edge_reading *r, const char *name, uint64_t least, uint64_t most,
                         uint64_t *value) {
    char wanted[80] = {0};
    struct th_text text = {.data = wanted, .room = sizeof wanted - 1};
    uint64_t read;
    bool valid = th_text_decimal(r->value, strlen(r->value), &read);
    if (valid && read >= least && read <= most) {
        *value = read;
        return;
    }
    th_text_put(&text, "a whole number from ");
    th_text_put_decimal(&text, least);
    th_text_put(&text, " to ");
    th_text_put_decimal(&text, most);
    edge_reading_fault(r, name, wanted);
}

bool edge_reading_flag(struct edge_reading *r, const char *name) {
    static const char *const words[] = {"false", "true", "0", "1", NULL};
    return edge_reading_word(r, name, words, "true or false") % 2 == 1;
}

uint32_t edge_reading_word(struct edge_reading *r, const char *name, const char *const *words,
                           const char *wanted) {
    for (uint32_t i = 0; words[i]; i++) {
        if (strcmp(r->value, words[i]) == 0) return i;
    }
    edge_reading_fault(r, name, wanted);
    return 0;
}
