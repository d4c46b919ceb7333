/* cors.c - see cors.h. */
#include "cors.h"

#include <string.h>

#define ORIGIN_BYTES_MAX 256u

static bool lists(struct edge_json allowed, const char *origin) {
    struct edge_json value;
    char one[ORIGIN_BYTES_MAX];
    while (edge_json_next(&allowed, NULL, &value)) {
        if (edge_json_copy(value, one, sizeof one) && strcmp(one, origin) == 0) return true;
    }
    return false;
}

void edge_cors_allow(struct edge_head *head, struct edge_json allowed, const char *origin) {
    struct edge_json rest = allowed, value;
    if (!edge_json_next(&rest, NULL, &value)) return;
    if (lists(allowed, "*"))
        edge_head_set(head, "Access-Control-Allow-Origin", "*");
    else
        edge_head_add(head, "Vary", "Origin");
    if (origin[0] != '\0' && lists(allowed, origin)) {
        edge_head_set(head, "Access-Control-Allow-Origin", origin);
    }
    if (edge_head_get(head, "Access-Control-Allow-Origin")[0] == '\0') return;
    edge_head_set(head, "Access-Control-Expose-Headers",
                  "Content-Length, Content-Range, ETag, Server-Timing, X-Cache, X-Thimble");
}

void edge_cors_preflight(struct edge_head *head) {
    head->status = 204;
    edge_head_set(head, "Allow", "GET, HEAD");
    edge_head_set(head, "Access-Control-Allow-Methods", "GET, HEAD");
    edge_head_set(head, "Access-Control-Allow-Headers",
                  "Range, If-None-Match, If-Modified-Since, If-Range");
    edge_head_set(head, "Access-Control-Max-Age", "86400");
    edge_head_set(head, "Cache-Control", "no-store");
}
