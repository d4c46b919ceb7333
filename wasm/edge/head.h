/* head.h - the head of an answer: its status and its headers, as text. */
#ifndef EDGE_HEAD_H
#define EDGE_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "header.h"

#define EDGE_HEADERS_MAX 24u
#define EDGE_HEAD_BYTES_MAX 6144u /* all values */

struct edge_head {
    uint32_t status;
    struct edge_header header[EDGE_HEADERS_MAX];
    uint32_t count;
    char text[EDGE_HEAD_BYTES_MAX];
    size_t text_bytes;
};

/* Sets a header, in place of one of that name. `name` is static text, `value` is copied; ""
 * removes it. A value with a control character in it is not set: nothing that came from
 * outside may end a line. */
void edge_head_set(struct edge_head *head, const char *name, const char *value);
/* Behind the values of that name that are there, after a comma. */
void edge_head_add(struct edge_head *head, const char *name, const char *value);
void edge_head_set_number(struct edge_head *head, const char *name, uint64_t value);
const char *edge_head_get(const struct edge_head *head, const char *name); /* "": not there */

/* What every answer with that Content-Type has: nosniff, and a sandbox where scripts could be. */
void edge_head_protect(struct edge_head *head);
/* The client's copy is good: 304 with what of the headers makes sense then. */
void edge_head_not_modified(struct edge_head *head);

#endif
