/* header.h - one header of HTTP, and what it may be made of. */
#ifndef EDGE_HEADER_H
#define EDGE_HEADER_H

#include <stdbool.h>

struct edge_header {
    const char *name, *value;
};

bool edge_header_is_name(const char *text);
/* One line of ASCII. */
bool edge_header_is_value(const char *text);

#endif
