/* origin.c - see origin.h. */
#include "origin.h"

#include <string.h>

#include "address.h"

/* A scheme, a host, perhaps a port and a path; nothing that a key appended to it could change. */
static enum edge_host_kind kind_of_base(const char *text) {
    const char *host = edge_url_host(text);
    if (!host || !edge_header_is_value(text) || strpbrk(text, " ?#@\\")) return EDGE_HOST_WRONG;
    size_t bytes = host[0] == '[' ? strcspn(host, "]/") + 1 : strcspn(host, ":/");
    const char *port = host + bytes;
    if (strcspn(host, "/") < bytes) return EDGE_HOST_WRONG;
    if (*port == ':') port += 1 + strspn(port + 1, "0123456789");
    return *port == '\0' || *port == '/' ? edge_host_kind(host, bytes) : EDGE_HOST_WRONG;
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
    if (bytes > EDGE_BASE_BYTES_MAX) edge_reading_fault(r, "base", "longer than 2048 bytes");
    origin->base = edge_reading_keep(r, r->value);
}

/* Nobody reads from this machine or its network by mistake. */
static void check_base(struct edge_reading *r, const char *base, bool allow_private) {
    enum edge_host_kind kind = kind_of_base(base);
    if (kind == EDGE_HOST_WRONG) {
        edge_reading_fault(r, "base", "a URL such as https://images.example/folder");
    } else if (kind == EDGE_HOST_NEVER) {
        edge_reading_fault(r, "base", "a link-local, multicast or reserved address");
    } else if (kind == EDGE_HOST_PRIVATE && !allow_private) {
        edge_reading_fault(r, "base", "a private address: allow_private = true, if that is meant");
    }
}

static void read_origin(struct edge_reading *r, struct edge_origin *origin,
                        struct edge_json table) {
    struct edge_json member, value;
    char name[32];
    bool allow_private = false;
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
        else if (strcmp(name, "allow_private") == 0)
            allow_private = edge_reading_flag(r, name);
        else if (strcmp(name, "headers") == 0)
            read_headers(r, origin, value);
        else if (strcmp(name, "kind") != 0)
            edge_reading_fault(r, name, "not on this host");
        else if (strcmp(r->value, "http") != 0)
            edge_reading_fault(r, name, "one of http");
    }
    if (!origin->base)
        edge_reading_fault(r, "base", "missing");
    else
        check_base(r, origin->base, allow_private);
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
