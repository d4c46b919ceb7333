/* route.c - see route.h. */
#include "route.h"

#include <string.h>

#include "address.h"
#include "path.h"

/* ---- what an option may be: each reads r->value into the member of a route at `to` ---- */

static void read_pass(struct edge_reading *r, const char *name, void *to) {
    static const char *const words[] = {"pass", "status", NULL};
    *(bool *)to = edge_reading_word(r, name, words, "one of pass, status") == 0;
}

static void read_refuse(struct edge_reading *r, const char *name, void *to) {
    static const char *const words[] = {"snap", "refuse", NULL};
    *(bool *)to = edge_reading_word(r, name, words, "one of snap, refuse") == 1;
}

static void read_flag(struct edge_reading *r, const char *name, void *to) {
    *(bool *)to = edge_reading_flag(r, name);
}

static void read_line(struct edge_reading *r, const char *name, void *to) {
    if (!edge_header_is_value(r->value) || strlen(r->value) > EDGE_CACHE_CONTROL_BYTES_MAX) {
        edge_reading_fault(r, name, "one line of ASCII text");
    }
    *(const char **)to = edge_reading_keep(r, r->value);
}

/* scheme://host[:port], as browsers name a site in Origin. */
static bool is_site(const char *text) {
    const char *host = edge_url_host(text);
    if (!host) return strcmp(text, "*") == 0;
    const char *usual = host[-4] == 's' ? ":443" : ":80";
    size_t bytes = strlen(host), port = strlen(usual);
    if (bytes == 0 || host[0] == ':') return false;
    if (host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_[]:")] != '\0') return false;
    return bytes < port || strcmp(host + bytes - port, usual) != 0;
}

static void read_sites(struct edge_reading *r, const char *name, void *to) {
    struct edge_json rest, value;
    if (!edge_reading_json(r, name, '[', to)) return;
    for (rest = *(struct edge_json *)to; edge_json_next(&rest, NULL, &value);) {
        if (edge_json_copy(value, r->value, sizeof r->value) && is_site(r->value)) continue;
        edge_reading_fault(r, name, "sites such as https://viewer.example, or *");
        return;
    }
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

static void read_presets(struct edge_reading *r, const char *name, void *to) {
    struct edge_json rest, member, value;
    char preset[32];
    if (!edge_reading_json(r, name, '{', to)) return;
    for (rest = *(struct edge_json *)to; edge_json_next(&rest, &member, &value);) {
        if (edge_reading_member(r, member, value, preset)) check_preset(r, preset);
    }
}

/* Puts it where it belongs. */
static void insert_size(struct edge_sizes *sizes, uint16_t size) {
    uint32_t at = sizes->count++;
    for (; at > 0 && sizes->size[at - 1] > size; at--) sizes->size[at] = sizes->size[at - 1];
    sizes->size[at] = size;
}

static void read_sizes(struct edge_reading *r, const char *name, void *to) {
    struct edge_sizes *sizes = to;
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

/* ---- options, which the top gives defaults for ---- */

static const struct option {
    const char *name;
    void (*read)(struct edge_reading *r, const char *name, void *to);
    size_t at;
} options[] = {
    {"on_error", read_pass, offsetof(struct edge_route, pass_on_error)},
    {"on_busy", read_pass, offsetof(struct edge_route, pass_on_busy)},
    {"cache_control", read_line, offsetof(struct edge_route, cache_control)},
    {"negative_cache_control", read_line, offsetof(struct edge_route, negative_cache_control)},
    {"presets", read_presets, offsetof(struct edge_route, presets)},
    {"only_presets", read_flag, offsetof(struct edge_route, only_presets)},
    {"widths", read_sizes, offsetof(struct edge_route, widths)},
    {"heights", read_sizes, offsetof(struct edge_route, heights)},
    {"sizes", read_refuse, offsetof(struct edge_route, refuse_sizes)},
    {"signed", read_flag, offsetof(struct edge_route, is_signed)},
    {"cors", read_sites, offsetof(struct edge_route, cors)},
};

/* What other hosts have. Ignoring such an option would serve what it is meant to refuse, or leave
 * unsaid what a CDN is meant to be told. */
static const char *const absent[] = {"max_bytes", "cdn", "cdn_cache_control", "spelling"};

/* Reads r->value; false when `name` is no option. */
static bool read_option(struct edge_reading *r, struct edge_route *route, const char *name) {
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(options[i].name, name) != 0) continue;
        options[i].read(r, name, (char *)route + options[i].at);
        return true;
    }
    return false;
}

static struct edge_route read_defaults(struct edge_reading *r) {
    struct edge_route route = {
        .prefix = "",
        .pass_on_error = true,
        .cache_control = "public, max-age=86400, stale-while-revalidate=604800",
        .negative_cache_control = "public, max-age=60",
        .presets = {"{}", 2},
        .cors = {"[]", 2},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (edge_reading_find(r, options[i].name)) read_option(r, &route, options[i].name);
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
    const struct edge_origin *end = origins.origin + origins.count;
    for (const struct edge_origin *origin = origins.origin; origin < end; origin++) {
        if (strcmp(origin->name, name) == 0) return origin;
    }
    return NULL;
}

/* Whether a key may begin so, whatever part of a request's path follows. */
static bool is_key_prefix(const char *prefix) {
    char path[3 * EDGE_PREFIX_BYTES_MAX + 3], key[EDGE_KEY_BYTES_MAX + 1];
    struct th_text out = {.data = path, .room = sizeof path - 1};
    th_text_put(&out, "/");
    edge_path_encode(&out, prefix + strspn(prefix, "/"));
    th_text_put(&out, "x");
    path[out.bytes] = '\0';
    return edge_path_decode(path, key) == NULL;
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
        } else if (!is_key_prefix(r->value)) {
            edge_reading_fault(
                r, name, "the beginning of a key, without dot segments and control characters");
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
