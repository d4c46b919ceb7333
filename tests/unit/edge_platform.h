/* edge_platform.h - a platform made of memory for the service of the hosts written in C: an
 * origin with faults, a client that goes away, a cache of one entry. It checks what every
 * platform may rely on: one head, then pieces, one end, nobody left waiting. */
#ifndef EDGE_PLATFORM_H
#define EDGE_PLATFORM_H

#include "edge/decision.h"
#include "edge/service.h"
#include "edge/trace.h"

#define EDGE_PLATFORM_NEVER UINT32_MAX

struct edge_platform {
    /* the origin */
    const uint8_t *file;
    size_t file_bytes, piece_bytes, at;
    uint32_t status;
    bool length_known;
    uint64_t length_lie; /* added to Content-Length */
    const char *etag, *type;
    enum edge_arrival arrival;
    uint32_t reads, fail_read, fetches;
    enum edge_arrival read_failure;
    bool if_match_asked;
    uint32_t second_status; /* of the second fetch */
    /* the client */
    struct edge_head head;
    uint8_t body[1u << 21];
    size_t body_bytes;
    uint32_t heads, sends, fail_send, finished;
    bool whole;
    /* the cache */
    enum edge_found found;
    bool asked;
    uint32_t kept, left;
    bool refuses;
    char about[EDGE_ABOUT_BYTES_MAX];
    size_t about_bytes;
    uint8_t stored[1u << 21];
    size_t stored_bytes, stored_at;
    uint64_t fresh_seconds;
    /* clocks, log */
    uint64_t ms;
    uint32_t cpu_ms, cpu_step;
    char log[EDGE_LOG_BYTES_MAX + 1];
    char purged[EDGE_OBJECT_BYTES_MAX + 1];
    uint32_t faults; /* what the service did that no platform has to bear */
};

extern const struct edge_host edge_platform_host; /* without settings and request headers */
extern struct edge_platform edge_platform;        /* the one there is */

#endif
