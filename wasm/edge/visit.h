/* visit.h - one request on its way through the service: what was asked, what was learnt, and
 * what is being made of it. Shared by the files that answer: service.c decides who does, cache.c,
 * original.c and image.c find or make the answer, object.c asks the origin, reply.c sends.
 *
 * It owns source, result and body; the service gives them back at the end. Large: static. */
#ifndef EDGE_VISIT_H
#define EDGE_VISIT_H

#include "decision.h"
#include "entity.h"
#include "host.h"
#include "resize.h"
#include "trace.h"

struct edge_visit {
    const struct edge_host *host;
    const struct edge_config *config;
    const struct edge_request *request;
    struct edge_decision decision;
    struct edge_trace trace;
    struct edge_head head;
    struct edge_source source;
    bool replaying; /* the source's held bytes are to be sent first */
    struct edge_result result;
    struct edge_entity entity;
    struct edge_chunks body; /* of the entity, where it is no result */
    bool must_make;          /* others wait for what this request makes */
    uint8_t buffer[EDGE_CHUNK_BYTES];
};

static inline uint64_t edge_visit_ms_since(const struct edge_visit *v, uint64_t since_ms) {
    uint64_t now_ms = v->host->now_ms(v->host->self);
    return now_ms > since_ms ? now_ms - since_ms : 0;
}

#endif
