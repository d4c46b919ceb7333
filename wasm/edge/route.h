/* route.h - which requests are answered from where, and how: as it is configured. */
#ifndef EDGE_ROUTE_H
#define EDGE_ROUTE_H

#include "origin.h"

#define EDGE_ROUTES_MAX 32u
#define EDGE_PREFIX_BYTES_MAX 256u
#define EDGE_CACHE_CONTROL_BYTES_MAX 500u
#define EDGE_SIZES_MAX 64u

/* The widths or heights allowed, ascending; none: all are. */
struct edge_sizes {
    uint32_t count;
    uint16_t size[EDGE_SIZES_MAX];
};

struct edge_route {
    const char *name;   /* its path pattern */
    const char *match;  /* what the path without its leading slash begins with */
    size_t strip_bytes; /* of match: taken off the key, and prefix put there */
    const char *prefix;
    const struct edge_origin *origin;
    bool pass_on_error, pass_on_busy; /* the original instead of a status */
    const char *cache_control, *negative_cache_control;
    struct edge_json presets; /* a table of options by name */
    bool only_presets;
    struct edge_sizes widths, heights;
    struct edge_json cors; /* a list of other sites whose scripts may read */
    bool is_signed; /* only signed URLs are answered */
    bool refuse_sizes; /* that are not allowed, rather than snap to the next one */
};

/* Those of the setting `routes`, in order of priority, with the options at the top as their
 * defaults. Texts live as long as the configuration. */
void edge_routes_read(struct edge_reading *r, const struct edge_origin *origin,
                      uint32_t origin_count, struct edge_route route[EDGE_ROUTES_MAX],
                      uint32_t *count);

#endif
