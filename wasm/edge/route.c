/* route.c - see route.h. */
#include "route.h"

#include <string.h>

/* ---- options, which the top gives defaults for ---- */

/* What other hosts have. Ignoring such an option would serve what it is meant to refuse. */
static const char *const absent[] = {"signed", "cors", "max_bytes"};

static void read_line(struct edge_reading *r, const char *name, const char **line) {
    if (!edge_header_is_value(r->value) || strlen(r->value) > EDGE_CACHE_CONTROL_BYTES_MAX) {
        edge_reading_fault(r, name, "one line of ASCII text");
    }
    *line = edge_reading_keep(r, r->value);
}

/* Presets are options texts, which only the core can judge. */
static void check_preset(struct edge_reading *r, const char *preset) {
    char name[64] = "presets.", canon[TH_CANON_BYTES_MAX + 1];
    struct th_text full = {.data = name, .room = sizeof name - 1, .bytes = strlen(name)};
    size_t bytes;
    th_text_put(&full, preset);
    name[full.bytes] = '\0';
    enum th_status status = th_canon(r->value, strlen(r->value), "", 0, canon, TH_CANON_BYTES_MAX,
                                     &bytes);
    canon[bytes] = '\0';
    if (status != TH_OK) edge_reading_fault(r, name, canon);
}

static void read_presets(struct edge_reading *r, struct edge_json *presets) {
    struct edge_json member, value;
    char name[32];
    if (!edge_reading_json(r, "presets", '{', presets)) return;
    for (struct edge_json rest = *presets; edge_json_next(&rest, &member, &value);) {
        if (edge_reading_member(r, member, value, name)) check_preset(r, name);
    }
}

/* Puts it where it belongs. */
static void insert_size(struct edge_sizes *sizes, uint16_t size) {
    uint32_t at = sizes->count++;
    for (; at > 0 && sizes->size[at - 1] > size; at--) sizes->size[at] = sizes->size[at - 1];
    sizes->size[at] = size;
}

static void read_sizes(struct edge_reading *r, const char *name, struct edge_sizes *sizes) {
    struct edge_json list, value;
    sizes->count = 0;
    if (!edge_reading_json(r, name, '[', &list)) return;
    while (edge_json_next(&list, NULL, &value)) {
        uint64_t size = 0;
        if (sizes->count == EDGE_SIZES_MAX) {
            edge_reading_fault(r, name, "at most 64");
            return;
        }
        if (!edge_json_copy(value, r->value, sizeof r->value)) r->value[0] = '\0';
        edge_reading_number(r, name, 1, TH_OUT_SIDE_MAX, &size);
        if (size > 0) insert_size(sizes, (uint16_t)size);
    }
}

static void read_pass(struct edge_reading *r, const char *name, bool *pass) {
    static const char *const words[] = {"pass", "status", NULL};
    *pass = edge_reading_word(r, name, words, "one of pass, status") == 0;
}

static void read_refuse(struct edge_reading *r, const char *name, bool *refuse) {
    static const char *const words[] = {"snap", "refuse", NULL};
    *refuse = edge_reading_word(r, name, words, "one of snap, refuse") == 1;
}

static const char *const options[] = {
    "on_error", "on_busy", "cache_control", "negative_cache_control", "presets", "only_presets",
    "widths",   "heights", "sizes"};

/* Reads r->value; false when `name` is no option. */
static bool read_option(struct edge_reading *r, struct edge_route *route, const char *name) {
    if (strcmp(name, "on_error") == 0)
        read_pass(r, name, &route->pass_on_error);
    else if (strcmp(name, "on_busy") == 0)
        read_pass(r, name, &route->pass_on_busy);
    else if (strcmp(name, "cache_control") == 0)
        read_line(r, name, &route->cache_control);
    else if (strcmp(name, "negative_cache_control") == 0)
        read_line(r, name, &route->negative_cache_control);
    else if (strcmp(name, "presets") == 0)
        read_presets(r, &route->presets);
    else if (strcmp(name, "only_presets") == 0)
        route->only_presets = edge_reading_flag(r, name);
    else if (strcmp(name, "widths") == 0)
        read_sizes(r, name, &route->widths);
    else if (strcmp(name, "heights") == 0)
        read_sizes(r, name, &route->heights);
    else if (strcmp(name, "sizes") == 0)
        read_refuse(r, name, &route->refuse_sizes);
    else
        return false;
    return true;
}

static struct edge_route read_defaults(struct edge_reading *r) {
    struct edge_route route = {
        .prefix = "",
        .pass_on_error = true,
        .cache_control = "public, max-age=86400, stale-while-revalidate=604800",
        .negative_cache_control = "public, max-age=60",
        .presets = {"{}", 2},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (edge_reading_find(r, options[i])) read_option(r, &route, options[i]);
    }
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (edge_reading_find(r, absent[i])) edge_reading_fault(r, absent[i], "not on this host");
    }
    return route;
}

/* ---- what a route itself says ---- */

static bool is_absent(const char *name) {
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (strcmp(name, absent[i]) == 0) return true;
    }
    return false;
}

/* /dev/x* */
static bool is_path(const char *text) {
    size_t bytes = strlen(text);
    return bytes >= 2 && text[0] == '/' && strcspn(text, "*?#") == bytes - 1 &&
           text[bytes - 1] == '*';
}

struct origins {
    const struct edge_origin *origin;
    uint32_t count;
};

static const struct edge_origin *origin_called(struct origins origins, const char *name) {
    for (uint32_t i = 0; i < origins.count; i++) {
        if (strcmp(origins.origin[i].name, name) == 0) return &origins.origin[i];
    }
    return NULL;
}

/* Reads r->value, one of the route's own or an option. */
static void read_member(struct edge_reading *r, struct origins origins, struct edge_route *route,
                        const char *name) {
    if (strcmp(name, "path") == 0) {
        if (is_path(r->value)) route->name = edge_reading_keep(r, r->value);
    } else if (strcmp(name, "origin") == 0) {
        route->origin = origin_called(origins, r->value);
    } else if (strcmp(name, "prefix") == 0) {
        if (strlen(r->value) > EDGE_PREFIX_BYTES_MAX) {
            edge_reading_fault(r, name, "longer than 256 bytes");
        }
        route->prefix = edge_reading_keep(r, r->value);
        route->strip_bytes = SIZE_MAX; /* all of match, once that is known */
    } else if (!read_option(r, route, name)) {
        edge_reading_fault(r, name, is_absent(name) ? "not on this host" : "no such option");
    }
}

/* False when it has no path, or there was no room for it. */
static bool read_route(struct edge_reading *r, struct origins origins, struct edge_route *route,
                       struct edge_json table) {
    struct edge_json member, value;
    char name[32];
    if (!edge_json_is_object(table)) table = (struct edge_json){"{}", 2};
    while (edge_json_next(&table, &member, &value)) {
        if (edge_reading_member(r, member, value, name)) read_member(r, origins, route, name);
    }
    if (!route->name) edge_reading_fault(r, "path", "a path such as /dev/* or /*");
    if (!route->origin) edge_reading_fault(r, "origin", "none of origins");
    if (!route->name || route->name[0] == '\0') return false;
    size_t match_bytes = strlen(route->name) - 2; /* without slash and star */
    memcpy(r->value, route->name + 1, match_bytes);
    r->value[match_bytes] = '\0';
    route->match = edge_reading_keep(r, r->value);
    if (route->strip_bytes > 0) route->strip_bytes = match_bytes;
    return true;
}

void edge_routes_read(struct edge_reading *r, const struct edge_origin *origin,
                      uint32_t origin_count, struct edge_route route[EDGE_ROUTES_MAX],
                      uint32_t *count) {
    struct edge_route defaults = read_defaults(r);
    struct edge_json list = {"[]", 2}, value;
    if (edge_reading_find(r, "routes") && !edge_reading_json(r, "routes", '[', &list)) return;
    while (edge_json_next(&list, NULL, &value)) {
        edge_reading_at(r, "", NULL, 0);
        if (*count == EDGE_ROUTES_MAX) {
            edge_reading_fault(r, "routes", "at most 32");
            return;
        }
        edge_reading_at(r, "routes[", NULL, *count);
        route[*count] = defaults;
        if (read_route(r, (struct origins){origin, origin_count}, &route[*count], value)) ++*count;
    }
    edge_reading_at(r, "", NULL, 0);
    if (*count == 0) edge_reading_fault(r, "routes", "at least one is needed");
}
