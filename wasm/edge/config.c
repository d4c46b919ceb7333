/* config.c - see config.h. */
#include "config.h"

#include <string.h>

#include "signature.h"

static uint64_t read_number(struct edge_reading *r, const char *name, uint64_t standard,
                            uint64_t least, uint64_t most) {
    uint64_t value = standard;
    if (edge_reading_find(r, name)) edge_reading_number(r, name, least, most, &value);
    return value;
}

static void read_numbers(struct edge_reading *r, struct edge_config *config) {
    struct th_limits *limits = &config->limits;
    limits->input_bytes_max = read_number(r, "input_bytes_max", 64u << 20, 1, TH_INPUT_BYTES_MAX);
    limits->pixels_max = read_number(r, "pixels_max", 120000000, 1, TH_PIXELS_MAX);
    limits->memory_bytes_max = read_number(r, "memory_bytes_max", 64u << 20, 1u << 20,
                                           TH_MEMORY_BYTES_MAX);
    limits->side_max = (uint32_t)read_number(r, "side_max", 4096, 1, TH_OUT_SIDE_MAX);
    limits->work_max = read_number(r, "work_max", 12288, 1, TH_WORK_MAX);
    config->origin_timeout_ms = (uint32_t)read_number(r, "origin_timeout_ms", 10000, 1, 120000);
    config->origin_stall_ms = (uint32_t)read_number(r, "origin_stall_ms", 10000, 1, 120000);
    config->cpu_ms_max = (uint32_t)read_number(r, "cpu_ms_max", 0, 0, 120000);
    config->pass_cache_bytes = read_number(r, "pass_cache_bytes", 1u << 20, 0, 64u << 20);
    config->output_bytes_max = read_number(r, "output_bytes_max", 16u << 20, 1, 64u << 20);
}

static const char *read_text(struct edge_reading *r, const char *name, const char *standard) {
    return edge_reading_find(r, name) ? edge_reading_keep(r, r->value) : standard;
}

static void check_secret(struct edge_reading *r, const char *name, const char *text, size_t bytes) {
    if (!edge_secret_is_long(text, bytes)) edge_reading_fault(r, name, "at least 16 characters");
}

static void read_secrets(struct edge_reading *r, struct edge_config *config) {
    const char *token = config->purge_token = read_text(r, "purge_token", "");
    const char *rest = config->signing_keys = read_text(r, "signing_keys", ""), *key;
    if (token[0] != '\0') check_secret(r, "purge_token", token, strlen(token));
    for (size_t bytes; (bytes = edge_signing_key_next(&rest, &key)) > 0;) {
        check_secret(r, "signing_keys", key, bytes);
    }
}

/* Ignoring it would show nothing where counters are expected, and leave a CDN with what was purged.
 */
static void refuse_absent(struct edge_reading *r) {
    static const char *const absent[] = {"metrics", "cdn_purge"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (edge_reading_find(r, absent[i])) edge_reading_fault(r, absent[i], "not on this host");
    }
}

/* A signed route without keys would refuse all. */
static void check_signed(struct edge_reading *r, const struct edge_config *config) {
    const char *rest = config->signing_keys, *key;
    if (edge_signing_key_next(&rest, &key) > 0) return;
    for (uint32_t i = 0; i < config->route_count; i++) {
        if (!config->route[i].is_signed) continue;
        edge_reading_fault(r, "signing_keys", "a signed route needs one");
        return;
    }
}

const char *edge_config_read(struct edge_config *config, edge_settings *settings, void *from) {
    static struct edge_reading reading; /* large; one at a time */
    memset(config, 0, sizeof *config);
    reading = (struct edge_reading){
        .settings = settings,
        .from = from,
        .faults = {.data = config->faults, .room = sizeof config->faults - 1},
        .kept = {.data = config->text, .room = sizeof config->text},
    };
    read_numbers(&reading, config);
    read_secrets(&reading, config);
    config->cache_version = read_text(&reading, "cache_version", "1");
    config->detail = edge_reading_find(&reading, "detail") && edge_reading_flag(&reading, "detail");
    refuse_absent(&reading);
    edge_origins_read(&reading, config->origin, &config->origin_count);
    edge_routes_read(&reading, config->origin, config->origin_count, config->route,
                     &config->route_count);
    check_signed(&reading, config);
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
