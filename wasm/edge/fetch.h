/* fetch.h - a request to an origin: a GET of one object, with all its headers. */
#ifndef EDGE_FETCH_H
#define EDGE_FETCH_H

#include "path.h"
#include "route.h"

#define EDGE_FETCH_HEADERS_MAX (EDGE_ORIGIN_HEADERS_MAX + 4u)
#define EDGE_FETCH_URL_BYTES_MAX                                                                   \
    (EDGE_BASE_BYTES_MAX + 1u + 3u * (EDGE_PREFIX_BYTES_MAX + EDGE_KEY_BYTES_MAX))

struct edge_fetch {
    const char *backend; /* what the platform calls the origin */
    char url[EDGE_FETCH_URL_BYTES_MAX + 1];
    struct edge_header header[EDGE_FETCH_HEADERS_MAX]; /* names and values live elsewhere */
    uint32_t header_count;
    uint32_t timeout_ms, stall_ms;
};

/* What it depends on; "" or NULL: it does not. */
struct edge_conditions {
    const char *if_none_match, *if_match, *range;
};

/* All but the times. Texts that come in must live as long as the fetch. */
void edge_fetch_make(struct edge_fetch *fetch, const struct edge_origin *origin, const char *key,
                     struct edge_conditions conditions);

#endif
