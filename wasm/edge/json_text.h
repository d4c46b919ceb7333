/* json_text.h - JSON, read in place: a value is a piece of text, its members are
 * pieces of that piece. Nothing is allocated. For configuration: small and trusted to
 * be what its owner wrote, but not to be right. */
#ifndef EDGE_JSON_TEXT_H
#define EDGE_JSON_TEXT_H

#include "thimble.h"

#define EDGE_JSON_DEPTH_MAX 8u

struct edge_json {
    const char *text;
    size_t bytes;
};

/* Is the text one JSON value (RFC 8259), not nested deeper than EDGE_JSON_DEPTH_MAX? *value
 * is that value without the space around it. */
bool edge_json_open(struct edge_json *value, const char *text, size_t bytes);

/* The functions below want values that edge_json_open or they themselves gave. */
bool edge_json_is_object(struct edge_json value);
bool edge_json_is_list(struct edge_json value);
bool edge_json_is_null(struct edge_json value);

/* Steps through an object or a list: *rest is the value at first. False at the end.
 * *name is a JSON string, empty in lists; NULL when nobody asks for it. */
bool edge_json_next(struct edge_json *rest, struct edge_json *name, struct edge_json *value);

/* A string's characters, or any other value's text, NUL-terminated. False when that does
 * not fit or holds a NUL. */
bool edge_json_copy(struct edge_json value, char *out, size_t room);

#endif
