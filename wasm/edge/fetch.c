/* fetch.c - see fetch.h. */
#include "fetch.h"

#include "text.h"

static void add(struct edge_fetch *fetch, const char *name, const char *value) {
    if (!value || value[0] == '\0') return;
    fetch->header[fetch->header_count++] = (struct edge_header){name, value};
}

void edge_fetch_make(struct edge_fetch *fetch, const struct edge_origin *origin, const char *key,
                     struct edge_conditions conditions) {
    struct th_text url = {.data = fetch->url, .room = sizeof fetch->url - 1};
    fetch->backend = origin->backend;
    fetch->header_count = 0;
    add(fetch, "Accept-Encoding", "identity");
    add(fetch, "If-None-Match", conditions.if_none_match);
    add(fetch, "If-Match", conditions.if_match);
    add(fetch, "Range", conditions.range);
    for (uint32_t i = 0; i < origin->header_count; i++) {
        add(fetch, origin->header[i].name, origin->header[i].value);
    }
    th_text_put(&url, origin->base);
    th_text_put(&url, "/");
    edge_path_encode(&url, key);
    fetch->url[url.bytes] = '\0';
}
