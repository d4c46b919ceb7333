/* original.c - see original.h. */
#include "original.h"

#include <string.h>

#include "cache.h"
#include "conditional.h"
#include "object.h"
#include "reply.h"
#include "text.h"

/* The next piece of the original: what is held, then what still comes. */
static bool next_piece(struct edge_visit *v, const uint8_t **data, size_t *bytes) {
    if (v->replaying) {
        v->replaying = false;
        *data = v->source.held;
        *bytes = v->source.held_bytes;
        if (*bytes > 0) return true;
    }
    *data = v->buffer;
    return edge_source_read(&v->source, v->buffer, sizeof v->buffer, bytes);
}

/* As it comes, but for its headers: only those that describe the bytes are taken over. */
static void stream_original(struct edge_visit *v, const char *type, const char *cache_control) {
    const struct edge_answer *answer = &v->source.answer;
    const uint8_t *data;
    size_t bytes;
    v->trace.cache = "miss";
    v->head.status = answer->status;
    bool outside = answer->status == 416; /* a range: nobody else's answer */
    edge_head_set(&v->head, "Cache-Control", outside ? "no-store" : cache_control);
    edge_head_set(&v->head, "ETag", answer->etag);
    edge_head_set(&v->head, "Last-Modified", answer->modified);
    edge_head_set(&v->head, "Content-Range", answer->content_range);
    edge_head_set(&v->head, "Accept-Ranges", answer->accept_ranges);
    if (answer->length_known) edge_head_set_number(&v->head, "Content-Length", answer->length);
    edge_head_set(&v->head, "Content-Type", type);
    edge_head_protect(&v->head);
    bool fresh = answer->status == 200 && edge_is_fresh(v->request, answer->etag, answer->modified);
    if (fresh || answer->status == 304) edge_head_not_modified(&v->head);
    bool whole = edge_reply_head(v);
    bool more = whole && !edge_reply_is_bare(v);
    while (more) {
        whole = next_piece(v, &data, &bytes);
        more = whole && bytes > 0 && v->host->send(v->host->self, data, bytes);
    }
    if (v->source.status != 0) v->trace.error = v->source.message;
    v->host->finish(v->host->self, whole);
}

/* Reads all of a small original. False when that was answered with a refusal. */
static bool read_original(struct edge_visit *v) {
    const uint8_t *data;
    size_t bytes;
    edge_chunks_free(&v->body);
    do {
        if (!next_piece(v, &data, &bytes)) {
            edge_reply_fault(v);
            return false;
        }
        if (!edge_chunks_append(&v->body, data, bytes)) {
            edge_reply_refuse(v, 503, "busy, try again");
            return false;
        }
    } while (bytes > 0);
    return true;
}

/* Small originals are kept like anything made here, larger ones streamed. */
static void pass_original(struct edge_visit *v, const char *type, const char *reason,
                          bool lasting) {
    const struct edge_answer *answer = &v->source.answer;
    const char *cache_control = lasting ? v->decision.route->cache_control : "no-store";
    uint64_t length;
    th_text_copy(v->trace.reason, sizeof v->trace.reason, reason);
    bool known = edge_source_length(&v->source, &length);
    if (answer->status != 200 || !known || length > v->config->pass_cache_bytes) {
        stream_original(v, type, cache_control);
        return;
    }
    v->entity = (struct edge_entity){.status = 200};
    th_text_copy(v->entity.type, sizeof v->entity.type, type);
    th_text_copy(v->entity.etag, sizeof v->entity.etag, answer->etag);
    th_text_copy(v->entity.modified, sizeof v->entity.modified, answer->modified);
    th_text_copy(v->entity.cache_control, sizeof v->entity.cache_control, cache_control);
    th_text_copy(v->entity.reason, sizeof v->entity.reason, reason);
    if (read_original(v)) edge_cache_deliver(v, &v->body);
}

void edge_original_answer(struct edge_visit *v) {
    const struct edge_request *request = v->request;
    struct edge_conditions conditions = {
        .if_none_match = edge_may_forward_tags(request) ? request->if_none_match : "",
        .range = edge_may_forward_range(request) ? request->range : "",
    };
    if (!edge_object_fetch(v, conditions) || edge_object_answer_no(v)) return;
    const char *type = v->source.answer.type;
    pass_original(v, type[0] != '\0' ? type : "application/octet-stream", "", true);
}

void edge_original_instead(struct edge_visit *v, const char *reason, bool lasting) {
    size_t bytes;
    char text[128], type[sizeof v->source.answer.type];
    th_text_copy(text, sizeof text, reason);
    if (v->source.read_bytes == 0 &&
        !edge_source_read(&v->source, v->buffer, sizeof v->buffer, &bytes)) {
        edge_reply_fault(v);
        return;
    }
    const char *proven = edge_media_of(v->source.head, v->source.head_bytes);
    th_text_copy(type, sizeof type, proven ? proven : edge_media_passed(v->source.answer.type));
    v->replaying = v->source.rewindable;
    if (v->replaying || edge_object_fetch_again(v)) pass_original(v, type, text, lasting);
}
