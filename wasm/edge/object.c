/* object.c - see object.h. */
#include "object.h"

#include "cache.h"
#include "reply.h"
#include "text.h"

bool edge_object_fetch(struct edge_visit *v, struct edge_conditions conditions) {
    struct edge_fetch fetch = {.timeout_ms = v->config->origin_timeout_ms,
                               .stall_ms = v->config->origin_stall_ms};
    uint64_t begun_ms = v->host->now_ms(v->host->self);
    edge_fetch_make(&fetch, v->decision.route->origin, v->decision.key, conditions);
    edge_source_free(&v->source);
    v->replaying = false;
    bool opened = edge_source_open(&v->source, v->host, &fetch);
    v->trace.origin_ms += edge_visit_ms_since(v, begun_ms);
    if (!opened) edge_reply_fault(v);
    return opened;
}

bool edge_object_fetch_again(struct edge_visit *v) {
    char etag[sizeof v->source.answer.etag];
    th_text_copy(etag, sizeof etag, v->source.answer.etag);
    struct edge_conditions same = {.if_match = etag[0] == '"' ? etag : ""};
    if (!edge_object_fetch(v, same)) return false;
    if (v->source.answer.status == 200) return true;
    edge_reply_refuse(v, 502, "origin: the object changed meanwhile");
    return false;
}

bool edge_object_answer_no(struct edge_visit *v) {
    uint32_t status = v->source.answer.status;
    if (status == 404) edge_cache_deliver_line(v, status, "not found");
    if (status == 403) edge_cache_deliver_line(v, status, "the origin forbids it");
    return status == 404 || status == 403;
}
