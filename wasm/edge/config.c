/* config.c - see config.h. */
#include "config.h"

#include <string.h>

#include "json_text.h"
#include "text.h"

/* One reading of a configuration. */
struct reading {
    struct edge_config *config;
    edge_settings *settings;
    void *from;
    struct th_text faults;
    char value[EDGE_SETTING_BYTES_MAX + 1]; /* the setting being read */
    char where[64];                         /* "routes[0]." */
};

static void fault(struct reading *r, const char *name, const char *wanted) {
    th_text_put(&r->faults, r->faults.bytes == 0 ? "configuration: " : "; ");
    th_text_put(&r->faults, r->where);
    th_text_put(&r->faults, name);
    th_text_put(&r->faults, ": ");
    th_text_put(&r->faults, wanted);
}

/* A copy that lives as long as the configuration. */
static const char *keep(struct reading *r, const char *text) {
    struct edge_config *config = r->config;
    size_t bytes = strlen(text) + 1;
    if (bytes > sizeof config->text - config->text_bytes) {
        fault(r, "all", "more text than 32768 bytes");
        return "";
    }
    char *copy = memcpy(config->text + config->text_bytes, text, bytes);
    config->text_bytes += bytes;
    return copy;
}

/* ---- what a value may be ---- */

static bool is_flag(const char *text, bool *flag) {
    *flag = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *flag || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static bool is_header_text(const char *text) {
    while (*text >= 0x20 && *text <= 0x7e) text++;
    return *text == '\0';
}

static bool is_token(const char *text) {
    const char *at = text;
    while (*at > 0x20 && *at < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", *at)) at++;
    return at > text && *at == '\0';
}

/* A scheme, a host, perhaps a path; nothing that a key appended to it could change. */
static bool is_base(const char *text) {
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    return scheme > 0 && text[scheme] != '\0' && text[scheme] != '/' && is_header_text(text) &&
           strpbrk(text, " ?#@\\") == NULL;
}

/* /dev/x* */
static bool is_route_path(const char *text) {
    size_t bytes = strlen(text);
    return bytes >= 2 && text[0] == '/' && strcspn(text, "*?#") == bytes - 1 &&
           text[bytes - 1] == '*';
}

/* ---- settings ---- */

/* The setting of that name into r->value, false when there is none. */
static bool find(struct reading *r, const char *name) {
    char upper[32] = {0};
    for (size_t i = 0; i < sizeof upper - 1 && name[i] != '\0'; i++) {
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    enum edge_setting found = r->settings(r->from, upper, r->value, sizeof r->value);
    if (found == EDGE_SETTING_NONE) found = r->settings(r->from, name, r->value, sizeof r->value);
    if (found == EDGE_SETTING_TOO_LONG) fault(r, name, "more text than 8192 bytes");
    return found == EDGE_SETTING_FOUND;
}

struct number {
    const char *name;
    uint64_t standard, least, most;
    const char *wanted;
};

static uint64_t read_number(struct reading *r, const struct number *number) {
    uint64_t value;
    if (!find(r, number->name)) return number->standard;
    if (th_text_decimal(r->value, strlen(r->value), &value) && value >= number->least &&
        value <= number->most) {
        return value;
    }
    fault(r, number->name, number->wanted);
    return number->standard;
}

static bool read_flag(struct reading *r, const char *name) {
    bool flag = false;
    if (find(r, name) && !is_flag(r->value, &flag)) fault(r, name, "true or false");
    return flag;
}

static void read_numbers(struct reading *r) {
    static const struct number input = {"input_bytes_max", 64u << 20, 1, TH_INPUT_BYTES_MAX,
                                        "a whole number from 1 to 268435456"};
    static const struct number pixels = {"pixels_max", 120000000, 1, TH_PIXELS_MAX,
                                         "a whole number from 1 to 268402689"};
    static const struct number memory = {"memory_bytes_max", 64u << 20, 1u << 20,
                                         TH_MEMORY_BYTES_MAX,
                                         "a whole number from 1048576 to 92274688"};
    static const struct number side = {"side_max", 4096, 1, TH_OUT_SIDE_MAX,
                                       "a whole number from 1 to 8192"};
    static const struct number work = {"work_max", 12288, 1, TH_WORK_MAX,
                                       "a whole number from 1 to 24576"};
    static const struct number timeout = {"origin_timeout_ms", 10000, 1, 120000,
                                          "a whole number from 1 to 120000"};
    static const struct number stall = {"origin_stall_ms", 10000, 1, 120000,
                                        "a whole number from 1 to 120000"};
    static const struct number cpu = {"cpu_ms_max", 0, 0, 120000,
                                      "a whole number from 0 to 120000"};
    static const struct number pass = {"pass_cache_bytes", 1u << 20, 0, 64u << 20,
                                       "a whole number from 0 to 67108864"};
    static const struct number output = {"output_bytes_max", 16u << 20, 1, 64u << 20,
                                         "a whole number from 1 to 67108864"};
    struct edge_config *config = r->config;
    config->output_bytes_max = read_number(r, &output);
    config->limits.input_bytes_max = read_number(r, &input);
    config->limits.pixels_max = read_number(r, &pixels);
    config->limits.memory_bytes_max = read_number(r, &memory);
    config->limits.side_max = (uint32_t)read_number(r, &side);
    config->limits.work_max = read_number(r, &work);
    config->origin_timeout_ms = (uint32_t)read_number(r, &timeout);
    config->origin_stall_ms = (uint32_t)read_number(r, &stall);
    config->cpu_ms_max = (uint32_t)read_number(r, &cpu);
    config->pass_cache_bytes = read_number(r, &pass);
}

static void read_texts(struct reading *r) {
    r->config->cache_version = find(r, "cache_version") ? keep(r, r->value) : "1";
    r->config->purge_token = find(r, "purge_token") ? keep(r, r->value) : "";
    size_t token_bytes = strlen(r->config->purge_token);
    if (token_bytes > 0 && token_bytes < 16) fault(r, "purge_token", "at least 16 characters");
    r->config->detail = read_flag(r, "detail");
}

/* What other hosts have. Ignoring such a setting would serve what it is meant to refuse. */
static const char *const absent[] = {"presets", "only_presets", "widths", "heights",
                                     "sizes",   "signed",       "cors",   "max_bytes",
                                     "metrics", "signing_keys"};

static bool is_absent(const char *name) {
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (strcmp(name, absent[i]) == 0) return true;
    }
    return false;
}

static void refuse_absent(struct reading *r) {
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (find(r, absent[i])) fault(r, absent[i], "not on this host");
    }
}

/* ---- options of a route, which the top gives defaults for ---- */

/* Reads r->value; false when `name` is none of them. */
static bool read_route_option(struct reading *r, struct edge_route *route, const char *name) {
    bool is_error = strcmp(name, "on_error") == 0, is_busy = strcmp(name, "on_busy") == 0;
    if (is_error || is_busy) {
        bool pass = strcmp(r->value, "pass") == 0;
        if (!pass && strcmp(r->value, "status") != 0) fault(r, name, "one of pass, status");
        *(is_error ? &route->pass_on_error : &route->pass_on_busy) = pass;
        return true;
    }
    bool is_negative = strcmp(name, "negative_cache_control") == 0;
    if (!is_negative && strcmp(name, "cache_control") != 0) return false;
    if (!is_header_text(r->value) || strlen(r->value) > EDGE_CACHE_CONTROL_BYTES_MAX) {
        fault(r, name, "one line of ASCII text");
    }
    *(is_negative ? &route->negative_cache_control : &route->cache_control) = keep(r, r->value);
    return true;
}

static struct edge_route read_defaults(struct reading *r) {
    static const char *const names[] = {"on_error", "on_busy", "cache_control",
                                        "negative_cache_control"};
    struct edge_route route = {
        .prefix = "",
        .pass_on_error = true,
        .cache_control = "public, max-age=86400, stale-while-revalidate=604800",
        .negative_cache_control = "public, max-age=60",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (find(r, names[i])) read_route_option(r, &route, names[i]);
    }
    return route;
}

/* ---- routes and origins: structured ---- */

/* The setting of that name as JSON; its text is kept, because members are read one by one.
 * Where that is none, *value is left as it is. */
static bool find_json(struct reading *r, const char *name, struct edge_json *value) {
    struct edge_json read;
    if (!find(r, name)) return false;
    const char *text = keep(r, r->value);
    if (edge_json_open(&read, text, strlen(text))) {
        *value = read;
        return true;
    }
    fault(r, name, "not valid JSON");
    return false;
}

/* The member's value into r->value, its name into `name`. False for null, which says nothing. */
static bool take_member(struct reading *r, struct edge_json member, struct edge_json value,
                        char name[32]) {
    bool fits = edge_json_copy(member, name, 32);
    if (edge_json_is_null(value)) return false;
    if (fits && edge_json_copy(value, r->value, sizeof r->value)) return true;
    fault(r, fits ? name : "a name", "too long");
    return false;
}

static void set_where(struct reading *r, const char *list, const char *name, uint32_t index) {
    struct th_text where = {.data = r->where, .room = sizeof r->where - 1};
    th_text_put(&where, list);
    if (name)
        th_text_put(&where, name);
    else
        th_text_put_decimal(&where, index);
    th_text_put(&where, name ? "." : "].");
    r->where[where.bytes] = '\0';
}

/* Headers sent with every request to an origin: names and values as they are. */
static void read_headers(struct reading *r, struct edge_origin *origin, struct edge_json table) {
    struct edge_json member, value;
    char name[64];
    if (!edge_json_is_object(table)) {
        fault(r, "headers", "a table");
        return;
    }
    while (edge_json_next(&table, &member, &value)) {
        bool fits = edge_json_copy(member, name, sizeof name) &&
                    edge_json_copy(value, r->value, sizeof r->value);
        if (!fits || !is_token(name) || !is_header_text(r->value)) {
            fault(r, "headers", "names and values of HTTP headers");
        } else if (origin->header_count == EDGE_ORIGIN_HEADERS_MAX) {
            fault(r, "headers", "at most 8");
        } else {
            const char *kept_name = keep(r, name);
            origin->header[origin->header_count++] = (struct edge_header){kept_name,
                                                                          keep(r, r->value)};
        }
    }
}

static void read_base(struct reading *r, struct edge_origin *origin) {
    size_t bytes = strlen(r->value);
    while (bytes > 0 && r->value[bytes - 1] == '/') bytes--;
    r->value[bytes] = '\0';
    if (!is_base(r->value)) fault(r, "base", "a URL such as https://images.example/folder");
    if (bytes > EDGE_BASE_BYTES_MAX) fault(r, "base", "longer than 2048 bytes");
    origin->base = keep(r, r->value);
}

static void read_origin(struct reading *r, const char *origin_name, struct edge_json table) {
    struct edge_json member, value;
    char name[32];
    r->where[0] = '\0';
    if (r->config->origin_count == EDGE_ORIGINS_MAX) {
        fault(r, "origins", "at most 8");
        return;
    }
    struct edge_origin *origin = &r->config->origin[r->config->origin_count++];
    *origin = (struct edge_origin){.name = origin_name, .backend = origin_name};
    set_where(r, "origins.", origin_name, 0);
    if (!edge_json_is_object(table)) {
        fault(r, "kind", "one of http");
        return;
    }
    while (edge_json_next(&table, &member, &value)) {
        if (!take_member(r, member, value, name)) continue;
        if (strcmp(name, "base") == 0)
            read_base(r, origin);
        else if (strcmp(name, "backend") == 0)
            origin->backend = keep(r, r->value);
        else if (strcmp(name, "headers") == 0)
            read_headers(r, origin, value);
        else if (strcmp(name, "kind") != 0)
            fault(r, name, "not on this host");
        else if (strcmp(r->value, "http") != 0)
            fault(r, name, "one of http");
    }
    if (!origin->base) fault(r, "base", "missing");
}

static void read_origins(struct reading *r) {
    struct edge_json table, member, value;
    char name[32];
    if (!find_json(r, "origins", &table)) return;
    if (!edge_json_is_object(table)) {
        fault(r, "origins", "a table");
        return;
    }
    while (edge_json_next(&table, &member, &value)) {
        if (take_member(r, member, value, name)) read_origin(r, keep(r, name), value);
    }
    r->where[0] = '\0';
}

static const struct edge_origin *origin_called(const struct edge_config *config, const char *name) {
    for (uint32_t i = 0; i < config->origin_count; i++) {
        if (strcmp(config->origin[i].name, name) == 0) return &config->origin[i];
    }
    return NULL;
}

/* Reads r->value, a route's own member or an option of any route. */
static void read_route_member(struct reading *r, struct edge_route *route, const char *name) {
    if (strcmp(name, "path") == 0) {
        if (is_route_path(r->value)) route->name = keep(r, r->value);
    } else if (strcmp(name, "origin") == 0) {
        route->origin = origin_called(r->config, r->value);
        if (!route->origin) fault(r, name, "none of origins");
    } else if (strcmp(name, "prefix") == 0) {
        if (strlen(r->value) > EDGE_PREFIX_BYTES_MAX) fault(r, name, "longer than 256 bytes");
        route->prefix = keep(r, r->value);
        route->strip_bytes = SIZE_MAX; /* all of match, once that is known */
    } else if (!read_route_option(r, route, name)) {
        fault(r, name, is_absent(name) ? "not on this host" : "no such option");
    }
}

static void read_route(struct reading *r, struct edge_route route, struct edge_json table) {
    struct edge_json member, value;
    char name[32];
    struct edge_config *config = r->config;
    r->where[0] = '\0';
    if (config->route_count == EDGE_ROUTES_MAX) {
        fault(r, "routes", "at most 32");
        return;
    }
    set_where(r, "routes[", NULL, config->route_count);
    if (!edge_json_is_object(table)) table = (struct edge_json){"{}", 2};
    while (edge_json_next(&table, &member, &value)) {
        if (take_member(r, member, value, name)) read_route_member(r, &route, name);
    }
    if (!route.name) fault(r, "path", "a path such as /dev/* or /*");
    if (!route.origin) fault(r, "origin", "none of origins");
    if (!route.name || route.name[0] == '\0') return; /* no room for it, or no path */
    size_t match_bytes = strlen(route.name) - 2; /* without slash and star */
    memcpy(r->value, route.name + 1, match_bytes);
    r->value[match_bytes] = '\0';
    route.match = keep(r, r->value);
    if (route.strip_bytes > 0) route.strip_bytes = match_bytes;
    config->route[config->route_count++] = route;
}

static void read_routes(struct reading *r) {
    struct edge_route defaults = read_defaults(r);
    struct edge_json list = {"[]", 2}, value;
    if (find_json(r, "routes", &list) && !edge_json_is_list(list)) {
        fault(r, "routes", "a list");
        return;
    }
    while (edge_json_next(&list, NULL, &value)) read_route(r, defaults, value);
    r->where[0] = '\0';
    if (r->config->route_count == 0) fault(r, "routes", "at least one is needed");
}

const char *edge_config_read(struct edge_config *config, edge_settings *settings, void *from) {
    static struct reading reading; /* large; one at a time */
    memset(config, 0, sizeof *config);
    reading = (struct reading){
        .config = config,
        .settings = settings,
        .from = from,
        .faults = {.data = config->faults, .room = sizeof config->faults - 1},
    };
    read_numbers(&reading);
    read_texts(&reading);
    refuse_absent(&reading);
    read_origins(&reading);
    read_routes(&reading);
    return config->faults[0] == '\0' ? NULL : config->faults;
}

/* ---- a JSON file as settings ---- */

static enum edge_setting find_in_json(void *from, const char *name, char *value, size_t room) {
    struct edge_json table = *(const struct edge_json *)from, member, found;
    char member_name[32];
    while (edge_json_next(&table, &member, &found)) {
        if (!edge_json_copy(member, member_name, sizeof member_name)) continue;
        if (strcmp(member_name, name) != 0 || edge_json_is_null(found)) continue;
        return edge_json_copy(found, value, room) ? EDGE_SETTING_FOUND : EDGE_SETTING_TOO_LONG;
    }
    return EDGE_SETTING_NONE;
}

const char *edge_config_read_json(struct edge_config *config, const char *text, size_t bytes) {
    struct edge_json table;
    if (!edge_json_open(&table, text, bytes) || !edge_json_is_object(table)) {
        return "configuration: not a JSON object";
    }
    return edge_config_read(config, find_in_json, &table);
}
