/* config.h - the configuration of the hosts written in C: the names, defaults and bounds
 * of docs/configuration.md, as far as such a host has them. Read from settings that are
 * text, as an environment or Fastly's config store holds them, or from a JSON file.
 *
 * It owns all its texts and holds no pointer to where it was read from. */
#ifndef EDGE_CONFIG_H
#define EDGE_CONFIG_H

#include "thimble.h"

#define EDGE_ROUTES_MAX 32u
#define EDGE_ORIGINS_MAX 8u
#define EDGE_ORIGIN_HEADERS_MAX 8u
#define EDGE_SETTING_BYTES_MAX 8192u /* one setting's text; config stores hold 8000 */
#define EDGE_CONFIG_BYTES_MAX 32768u /* all texts of a configuration */
#define EDGE_PREFIX_BYTES_MAX 256u
#define EDGE_BASE_BYTES_MAX 2048u
#define EDGE_CACHE_CONTROL_BYTES_MAX 500u
#define EDGE_FAULTS_BYTES_MAX 1024u  /* what is wrong with it, in words; the rest is cut */

struct edge_header {
    const char *name, *value;
};

struct edge_origin {
    const char *name;
    const char *backend; /* what the platform calls it; the name where nothing is said */
    const char *base;    /* https://images.example/folder, no slash at its end */
    struct edge_header header[EDGE_ORIGIN_HEADERS_MAX];
    uint32_t header_count;
};

struct edge_route {
    const char *name;   /* its path pattern */
    const char *match;  /* what the path without its leading slash begins with */
    size_t strip_bytes; /* of match: taken off the key, and prefix put there */
    const char *prefix;
    const struct edge_origin *origin;
    bool pass_on_error, pass_on_busy; /* the original instead of a status */
    const char *cache_control, *negative_cache_control;
};

struct edge_config {
    struct edge_origin origin[EDGE_ORIGINS_MAX];
    uint32_t origin_count;
    struct edge_route route[EDGE_ROUTES_MAX]; /* in order of priority */
    uint32_t route_count;
    struct th_limits limits;
    uint32_t origin_timeout_ms, origin_stall_ms;
    uint32_t cpu_ms_max; /* 0: none */
    uint64_t pass_cache_bytes;
    uint64_t output_bytes_max; /* of a result, which is held until it is whole */
    const char *cache_version;
    const char *purge_token; /* "": no purging */
    bool detail;
    char faults[EDGE_FAULTS_BYTES_MAX];
    char text[EDGE_CONFIG_BYTES_MAX];
    size_t text_bytes;
};

enum edge_setting { EDGE_SETTING_NONE, EDGE_SETTING_FOUND, EDGE_SETTING_TOO_LONG };

/* Where settings come from: copies the one called `name` into value, NUL-terminated. */
typedef enum edge_setting edge_settings(void *from, const char *name, char *value, size_t room);

/* NULL, and *config; or what is wrong, all of it at once, as "configuration: ...".
 * Every name is asked for in upper case first (ON_ERROR), then as it is. Large: keep it
 * off the stack. */
const char *edge_config_read(struct edge_config *config, edge_settings *settings, void *from);

/* The same from the text of a JSON file. */
const char *edge_config_read_json(struct edge_config *config, const char *text, size_t bytes);

#endif
