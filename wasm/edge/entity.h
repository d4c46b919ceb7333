/* entity.h - a finished answer, as it is cached: all but its bytes. Plain data: it belongs
 * to no request. The counterpart of worker/cache/entity.js. */
#ifndef EDGE_ENTITY_H
#define EDGE_ENTITY_H

#include "head.h"
#include "route.h"
#include "text.h"

struct edge_entity {
    uint32_t status; /* 200; of what lasts: 403, 404, 413, 415, 422 */
    uint64_t bytes;  /* of its body */
    uint64_t made_ms; /* when, since 1970 */
    char type[128];
    char etag[256];    /* "" when there is none */
    char modified[64]; /* Last-Modified, "" when not known */
    char cache_control[EDGE_CACHE_CONTROL_BYTES_MAX + 1];
    char reason[128]; /* why it is the original or a failure, "" when it is neither */
};

/* The validator of a resized image: equal for equal bytes, new with a new source. `version`
 * is the source's ETag, or whatever stands for it. */
void edge_entity_tag(char etag[256], const char *version, const char *options);

void edge_entity_head(struct edge_head *head, const struct edge_entity *entity);

/* As text beside the bytes in a cache, and back; false when it is not such text. */
void edge_entity_write(struct th_text *out, const struct edge_entity *entity);
bool edge_entity_read(struct edge_entity *entity, const char *text, size_t bytes);

/* Seconds that a Cache-Control lets a shared cache keep an answer, and serve it while a new
 * one is made; both 0: not at all. */
void edge_entity_lifetime(const char *cache_control, uint64_t *fresh_seconds,
                          uint64_t *stale_seconds);

#endif
