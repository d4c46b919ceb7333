/* reading.h - a configuration while it is read: its settings one after the other, and all that
 * is wrong with them. For config.c, origin.c and route.c. */
#ifndef EDGE_READING_H
#define EDGE_READING_H

#include "json_text.h"
#include "text.h"

#define EDGE_SETTING_BYTES_MAX 8192u /* one setting's text; config stores hold 8000 */
#define EDGE_CONFIG_BYTES_MAX 32768u /* all texts of a configuration */

enum edge_setting { EDGE_SETTING_NONE, EDGE_SETTING_FOUND, EDGE_SETTING_TOO_LONG };

/* Where settings come from: copies the one called `name` into value, NUL-terminated. */
typedef enum edge_setting edge_settings(void *from, const char *name, char *value, size_t room);

/* Large: keep it off the stack. */
struct edge_reading {
    edge_settings *settings;
    void *from;
    struct th_text faults;                  /* "configuration: a: ..; b: .." */
    struct th_text kept;                    /* texts that live as long as the configuration */
    char value[EDGE_SETTING_BYTES_MAX + 1]; /* the setting or member being read */
    char where[64];                         /* before its name in faults: "routes[0]." */
};

/* What is wrong with `name`. */
void edge_reading_fault(struct edge_reading *r, const char *name, const char *wanted);
/* `list` and a number or, where it is not NULL, a name: what faults are about from now on. */
void edge_reading_at(struct edge_reading *r, const char *list, const char *name, uint32_t index);

/* A copy that lives as long as the configuration; "" and a fault where there is no room. */
const char *edge_reading_keep(struct edge_reading *r, const char *text);

/* The setting of that name, upper-case or as it is, into r->value; false when there is none. */
bool edge_reading_find(struct edge_reading *r, const char *name);

/* r->value as JSON, kept. False and a fault, and *value untouched: it is none, or no object or
 * list where `open` is '{' or '['. */
bool edge_reading_json(struct edge_reading *r, const char *name, char open,
                       struct edge_json *value);

/* A member's value into r->value, its name into `name`. False for null, which says nothing, and
 * for what is too long, a fault. */
bool edge_reading_member(struct edge_reading *r, struct edge_json member, struct edge_json value,
                         char name[32]);

/* ---- what r->value may be; else a fault ---- */

/* A whole number; *value is untouched on a fault. */
void edge_reading_number(struct edge_reading *r, const char *name, uint64_t least, uint64_t most,
                         uint64_t *value);
bool edge_reading_flag(struct edge_reading *r, const char *name);
/* Index of one of `words`, which ends with NULL; 0 on a fault. */
uint32_t edge_reading_word(struct edge_reading *r, const char *name, const char *const *words,
                           const char *wanted);

#endif
