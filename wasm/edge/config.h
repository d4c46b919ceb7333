/* config.h - the configuration of the hosts written in C: the names, defaults and bounds
 * of docs/configuration.md, as far as such a host has them. Read from settings that are
 * text, as an environment or Fastly's config store holds them, or from a JSON file.
 *
 * It owns all its texts and holds no pointer to where it was read from. */
#ifndef EDGE_CONFIG_H
#define EDGE_CONFIG_H

#include "route.h"

#define EDGE_FAULTS_BYTES_MAX 1024u /* what is wrong with it, in words; the rest is cut */

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
    const char *purge_token;  /* "": no purging */
    const char *signing_keys; /* between separators; any of them will do */
    bool detail;
    char faults[EDGE_FAULTS_BYTES_MAX];
    char text[EDGE_CONFIG_BYTES_MAX];
};

/* NULL, and *config; or what is wrong, all of it at once, as "configuration: ...".
 * Every name is asked for in upper case first (ON_ERROR), then as it is. Large: keep it
 * off the stack. */
const char *edge_config_read(struct edge_config *config, edge_settings *settings, void *from);

/* The same from the text of a JSON file. */
const char *edge_config_read_json(struct edge_config *config, const char *text, size_t bytes);

#endif
