/* platform.h - Fastly Compute as a host of the service (edge/host.h): its handles, and the
 * files that know what to do with them. */
#ifndef FASTLY_PLATFORM_H
#define FASTLY_PLATFORM_H

#include "edge/host.h"
#include "edge/request.h"
#include "fastly.h"

/* What the stores and the log endpoint are called on Fastly. */
#define PLATFORM_NAME "thimble"

struct platform {
    uint32_t request;             /* the client's */
    uint32_t client_body;         /* what is being sent */
    uint32_t answer, origin_body; /* what is being read */
    uint32_t stall_ms;
    uint32_t entry;      /* of the core cache */
    uint32_t entry_body; /* a hit's bytes */
};

/* client.c */
const char *platform_method(uint32_t request); /* texts are static */
char *platform_target(uint32_t request);       /* NULL: longer than EDGE_URL_BYTES_MAX */
bool platform_request_header(void *self, const char *name, char *to, size_t room);
bool platform_send_head(void *self, const struct edge_head *head);
bool platform_send(void *self, const void *data, size_t bytes);
void platform_finish(void *self, bool whole);

/* origin.c */
enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch, uint32_t *status);
bool platform_answer_header(void *self, const char *name, char *to, size_t room);
enum edge_arrival platform_read(void *self, uint8_t *to, size_t room, size_t *bytes);
void platform_drop(void *self);

/* cache.c */
enum edge_found platform_cache_find(void *self, const char *key, size_t key_bytes, char *about,
                                    size_t *about_bytes);
size_t platform_cache_read(void *self, uint8_t *to, size_t room);
bool platform_cache_keep(void *self, const struct edge_cached *cached,
                         const struct edge_chunks *bytes);
void platform_cache_leave(void *self);
bool platform_purge(void *self, const char *object);

/* settings.c */
enum edge_setting platform_setting(void *self, const char *name, char *value, size_t room);

/* Writes all of it to a body; false when that is no longer possible. */
static inline bool platform_write(uint32_t body, const void *data, size_t bytes) {
    const uint8_t *from = data;
    size_t written = 0;
    for (; bytes > 0; bytes -= written, from += written) {
        if (fastly_body_write(body, from, bytes, 0, &written) != FASTLY_OK) return false;
        if (written == 0 || written > bytes) return false;
    }
    return true;
}

#endif
