/* origin.c - see origin.h. */
#include "origin.h"

#include <string.h>

/* A scheme, a host, perhaps a path; nothing that a key appended to it could change. */
static bool is_base(const char *text) {
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    return scheme > 0 && text[scheme] != '\0' && text[scheme] != '/' &&
           edge_header_is_value(text) && strpbrk(text, " ?#@\\") == NULL;
}

/* Headers sent with every request to an origin: names and values as they are. */
static void read_headers(struct edge_reading *r, struct edge_origin *origin,
                         struct edge_json table) {
    struct edge_json member, value;
    char name[64];
    if (!edge_json_is_object(table)) {
        edge_reading_fault(r, "headers", "a table");
        return;
    }
    while (edge_json_next(&table, &member, &value)) {
        bool fits = edge_json_copy(member, name, sizeof name) &&
                    edge_json_copy(value, r->value, sizeof r->value);
        if (!fits || !edge_header_is_name(name) || !edge_header_is_value(r->value)) {
            edge_reading_fault(r, "headers", "names and values of HTTP headers");
        } else if (origin->header_count == EDGE_ORIGIN_HEADERS_MAX) {
            edge_reading_fault(r, "headers", "at most 8");
        } else {
            struct edge_header *header = &origin->header[origin->header_count++];
            header->name = edge_reading_keep(r, name);
            header->value = edge_reading_keep(r, r->value);
        }
    }
}

static void read_base(struct edge_reading *r, struct edge_origin *origin) {
    size_t bytes = strlen(r->value);
    while (bytes > 0 && r->value[bytes - 1] == '/') bytes--;
    r->value[bytes] = '\0';
    if (!is_base(r->value))
        edge_reading_fault(r, "base", "a URL such as https://images.example/folder");
    if (bytes > EDGE_BASE_BYTES_MAX) edge_reading_fault(r, "base", "longer than 2048 bytes");
    origin->base = edge_reading_keep(r, r->value);
}

static void read_origin(struct edge_reading *r, struct edge_origin *origin,
                        struct edge_json table) {
    struct edge_json member, value;
    char name[32];
    edge_reading_at(r, "origins.", origin->name, 0);
    if (!edge_json_is_object(table)) {
        edge_reading_fault(r, "kind", "one of http");
        return;
    }
    while (edge_json_next(&table, &member, &value)) {
        if (!edge_reading_member(r, member, value, name)) continue;
        if (strcmp(name, "base") == 0)
            read_base(r, origin);
        else if (strcmp(name, "backend") == 0)
            origin->backend = edge_reading_keep(r, r->value);
        else if (strcmp(name, "headers") == 0)
            read_headers(r, origin, value);
        else if (strcmp(name, "kind") != 0)
            edge_reading_fault(r, name, "not on this host");
        else if (strcmp(r->value, "http") != 0)
            edge_reading_fault(r, name, "one of http");
    }
    if (!origin->base) edge_reading_fault(r, "base", "missing");
}

void edge_origins_read(struct edge_reading *r, struct edge_origin origin[EDGE_ORIGINS_MAX],
                       uint32_t *count) {
    struct edge_json table, member, value;
    char name[32];
    if (!edge_reading_find(r, "origins") || !edge_reading_json(r, "origins", '{', &table)) return;
    while (edge_json_next(&table, &member, &value)) {
        edge_reading_at(r, "", NULL, 0);
        if (!edge_reading_member(r, member, value, name)) continue;
        if (*count == EDGE_ORIGINS_MAX) {
            edge_reading_fault(r, "origins", "at most 8");
            return;
        }
        struct edge_origin *next = &origin[(*count)++];
        next->name = next->backend = edge_reading_keep(r, name);
        read_origin(r, next, value);
    }
    edge_reading_at(r, "", NULL, 0);
}
