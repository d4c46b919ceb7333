/* reply.c - see reply.h. */
#include "reply.h"

#include <string.h>

#include "conditional.h"
#include "cors.h"
#include "text.h"

bool edge_reply_is_bare(const struct edge_visit *v) {
    return strcmp(v->request->method, "HEAD") == 0 || v->head.status == 304 ||
           v->head.status == 204;
}

/* Who waited for what cannot be kept waits no longer. */
static void let_others_go(struct edge_visit *v) {
    if (v->must_make) v->host->cache_leave(v->host->self);
    v->must_make = false;
}

bool edge_reply_head(struct edge_visit *v) {
    let_others_go(v);
    const struct edge_route *route = v->decision.route;
    if (v->trace.cache && v->decision.ask.varies) edge_head_set(&v->head, "Vary", "Accept");
    if (route) edge_cors_allow(&v->head, route->cors, v->request->origin);
    v->trace.total_ms = edge_visit_ms_since(v, v->trace.begun_ms);
    edge_trace_seal(&v->trace, &v->head, v->config->detail);
    return v->host->send_head(v->host->self, &v->head);
}

void edge_reply_bare(struct edge_visit *v) {
    edge_reply_head(v);
    v->host->finish(v->host->self, true);
}

void edge_reply_text(struct edge_visit *v, uint32_t status, const char *text) {
    v->head.status = status;
    edge_head_set(&v->head, "Content-Type", "text/plain; charset=utf-8");
    edge_head_set(&v->head, "Cache-Control", "no-store");
    edge_head_set_number(&v->head, "Content-Length", strlen(text) + 1);
    edge_head_protect(&v->head);
    bool there = edge_reply_head(v);
    if (there && !edge_reply_is_bare(v)) {
        v->host->send(v->host->self, text, strlen(text));
        v->host->send(v->host->self, "\n", 1);
    }
    v->host->finish(v->host->self, true);
}

void edge_reply_refuse(struct edge_visit *v, uint32_t status, const char *message) {
    v->head.count = 0;
    if (status == 405) edge_head_set(&v->head, "Allow", "GET, HEAD, OPTIONS");
    if (status == 503) edge_head_set(&v->head, "Retry-After", "1");
    th_text_copy(v->trace.reason, sizeof v->trace.reason, message);
    edge_reply_text(v, status, message);
}

void edge_reply_internal(struct edge_visit *v, const char *error) {
    v->trace.error = error;
    edge_reply_refuse(v, 500, "internal error");
}

void edge_reply_fault(struct edge_visit *v) {
    edge_reply_refuse(v, v->source.status, v->source.message);
}

/* Sends of a piece what lies in the range; *at is where the piece begins. */
static bool send_part(struct edge_visit *v, const struct edge_range *range, uint64_t *at,
                      const uint8_t *data, size_t bytes) {
    uint64_t start = *at < range->start ? range->start - *at : 0;
    uint64_t end = range->end > *at ? range->end - *at : 0;
    *at += bytes;
    if (end > bytes) end = bytes;
    return start >= end || v->host->send(v->host->self, data + start, (size_t)(end - start));
}

static bool send_chunks(struct edge_visit *v, const struct edge_chunks *body,
                        const struct edge_range *range) {
    uint64_t at = 0;
    for (const struct edge_chunk *chunk = body->first; chunk; chunk = chunk->next) {
        if (!send_part(v, range, &at, chunk->data, chunk->bytes)) return false;
    }
    return true;
}

/* The hit's bytes as they come out of the cache; false where it ends too early. */
static bool send_cached(struct edge_visit *v, const struct edge_range *range) {
    uint64_t at = 0;
    size_t bytes;
    while (at < range->end) {
        bytes = v->host->cache_read(v->host->self, v->buffer, sizeof v->buffer);
        if (bytes == 0 || !send_part(v, range, &at, v->buffer, bytes)) return false;
    }
    return true;
}

/* 206 or 416: the range's headers over those of the whole. */
static void set_range(struct edge_visit *v, const struct edge_range *range) {
    char text[96] = {0};
    struct th_text out = {.data = text, .room = sizeof text - 1};
    bool outside = range->start == range->end;
    th_text_put(&out, "bytes ");
    if (outside) th_text_put(&out, "*");
    if (!outside) th_text_put_decimal(&out, range->start);
    if (!outside) th_text_put(&out, "-");
    if (!outside) th_text_put_decimal(&out, range->end - 1);
    th_text_put(&out, "/");
    th_text_put_decimal(&out, v->entity.bytes);
    edge_head_set(&v->head, "Content-Range", text);
    edge_head_set_number(&v->head, "Content-Length", range->end - range->start);
    v->head.status = outside ? 416 : 206;
    if (outside) edge_head_set(&v->head, "Cache-Control", "no-store"); /* a CDN may keep a 416 */
}

void edge_reply_entity(struct edge_visit *v, const struct edge_chunks *body) {
    const struct edge_entity *entity = &v->entity;
    struct edge_range range = {0, entity->bytes};
    v->trace.bytes_known = true;
    v->trace.bytes = entity->bytes;
    th_text_copy(v->trace.reason, sizeof v->trace.reason, entity->reason);
    edge_entity_head(&v->head, entity);
    if (entity->status == 200 && edge_is_fresh(v->request, entity->etag, entity->modified)) {
        edge_head_not_modified(&v->head);
    } else if (entity->status == 200) {
        edge_head_set(&v->head, "Accept-Ranges", "bytes");
        if (edge_range_of(v->request, entity->etag, entity->bytes, &range)) set_range(v, &range);
    }
    bool whole = edge_reply_head(v);
    if (whole && !edge_reply_is_bare(v)) {
        whole = body ? send_chunks(v, body, &range) : send_cached(v, &range);
    }
    v->host->finish(v->host->self, whole);
}
