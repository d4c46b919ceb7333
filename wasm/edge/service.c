/* service.c - see service.h. */
#include "service.h"

#include <string.h>

#include "codec/jpeg_error.h"
#include "conditional.h"
#include "decision.h"
#include "entity.h"
#include "resize.h"
#include "trace.h"

#define CACHE_KEY_BYTES_MAX 4096u

/* One request on its way. There is one, because the hook of libjpeg is told nothing. */
static struct visit {
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
} visit;

static void copy(char *to, size_t room, const char *from) {
    size_t bytes = strlen(from);
    if (bytes >= room) bytes = room - 1;
    memcpy(to, from, bytes);
    to[bytes] = '\0';
}

static uint64_t elapsed_ms(struct visit *v, uint64_t since_ms) {
    uint64_t now = v->host->now_ms(v->host->self);
    return now > since_ms ? now - since_ms : 0;
}

/* ---- sending ---- */

static bool is_head_only(const struct visit *v) {
    return strcmp(v->request->method, "HEAD") == 0 || v->head.status == 304 ||
           v->head.status == 204;
}

/* Who waited for what cannot be kept waits no longer. */
static void let_others_go(struct visit *v) {
    if (v->must_make) v->host->cache_leave(v->host->self);
    v->must_make = false;
}

static bool send_head(struct visit *v) {
    let_others_go(v);
    if (v->trace.cache && v->decision.varies) edge_head_set(&v->head, "Vary", "Accept");
    v->trace.total_ms = elapsed_ms(v, v->trace.begun_ms);
    edge_trace_seal(&v->trace, &v->head, v->config->detail);
    return v->host->send_head(v->host->self, &v->head);
}

/* A head without a body. */
static void send_bare(struct visit *v) {
    send_head(v);
    v->host->finish(v->host->self, true);
}

/* One line of text that nobody keeps. */
static void send_text(struct visit *v, uint32_t status, const char *text) {
    v->head.status = status;
    edge_head_set(&v->head, "Content-Type", "text/plain; charset=utf-8");
    edge_head_set(&v->head, "Cache-Control", "no-store");
    edge_head_set_number(&v->head, "Content-Length", strlen(text) + 1);
    edge_head_protect(&v->head);
    bool there = send_head(v);
    if (there && !is_head_only(v)) {
        v->host->send(v->host->self, text, strlen(text));
        v->host->send(v->host->self, "\n", 1);
    }
    v->host->finish(v->host->self, true);
}

/* Instead of an image. What is nobody's business outside is logged, not shown. */
static void refuse(struct visit *v, uint32_t status, const char *message) {
    v->head.count = 0;
    if (status == 405) edge_head_set(&v->head, "Allow", "GET, HEAD, OPTIONS");
    if (status == 503) edge_head_set(&v->head, "Retry-After", "1");
    copy(v->trace.reason, sizeof v->trace.reason, message);
    send_text(v, status, message);
}

static void refuse_internal(struct visit *v, const char *error) {
    v->trace.error = error;
    refuse(v, 500, "internal error");
}

static void refuse_source(struct visit *v) {
    refuse(v, v->source.status, v->source.message);
}

/* Sends of a piece what lies in the range; *at is where the piece begins. */
static bool send_part(struct visit *v, const struct edge_range *range, uint64_t *at,
                      const uint8_t *data, size_t bytes) {
    uint64_t start = *at < range->start ? range->start - *at : 0;
    uint64_t end = range->end > *at ? range->end - *at : 0;
    *at += bytes;
    if (end > bytes) end = bytes;
    return start >= end || v->host->send(v->host->self, data + start, (size_t)(end - start));
}

static bool send_chunks(struct visit *v, const struct edge_chunks *body,
                        const struct edge_range *range) {
    uint64_t at = 0;
    for (const struct edge_chunk *chunk = body->first; chunk; chunk = chunk->next) {
        if (!send_part(v, range, &at, chunk->data, chunk->bytes)) return false;
    }
    return true;
}

/* The hit's bytes as they come out of the cache; false where it ends too early. */
static bool send_cached(struct visit *v, const struct edge_range *range) {
    uint64_t at = 0;
    size_t bytes;
    while (at < range->end) {
        bytes = v->host->cache_read(v->host->self, v->buffer, sizeof v->buffer);
        if (bytes == 0 || !send_part(v, range, &at, v->buffer, bytes)) return false;
    }
    return true;
}

/* 206 or 416: the range's headers over those of the whole. */
static void set_range(struct visit *v, const struct edge_range *range) {
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
}

/* Sends the entity, or what of it was asked for; body NULL: out of the cache. */
static void respond(struct visit *v, const struct edge_chunks *body) {
    const struct edge_entity *entity = &v->entity;
    struct edge_range range = {0, entity->bytes};
    v->trace.bytes_known = true;
    v->trace.bytes = entity->bytes;
    copy(v->trace.reason, sizeof v->trace.reason, entity->reason);
    edge_entity_head(&v->head, entity);
    if (entity->status == 200 && edge_is_fresh(v->request, entity->etag, entity->modified)) {
        edge_head_not_modified(&v->head);
    } else if (entity->status == 200) {
        edge_head_set(&v->head, "Accept-Ranges", "bytes");
        if (edge_range_of(v->request, entity->etag, entity->bytes, &range)) set_range(v, &range);
    }
    bool whole = send_head(v);
    if (whole && !is_head_only(v)) {
        whole = body ? send_chunks(v, body, &range) : send_cached(v, &range);
    }
    v->host->finish(v->host->self, whole);
}

/* ---- the cache ---- */

/* False when there is nothing to be had. */
static bool answer_from_cache(struct visit *v) {
    const struct edge_host *host = v->host;
    char key[CACHE_KEY_BYTES_MAX], about[EDGE_ABOUT_BYTES_MAX];
    struct th_text text = {.data = key, .room = sizeof key};
    size_t about_bytes = sizeof about;
    edge_decision_key(&text, &v->decision, v->config);
    if (!host->cache_find || text.full) return false;
    enum edge_found found = host->cache_find(host->self, key, text.bytes, about, &about_bytes);
    v->trace.cache_ms = elapsed_ms(v, v->trace.begun_ms);
    v->must_make = found == EDGE_MISS;
    if (found != EDGE_HIT || !edge_entity_read(&v->entity, about, about_bytes)) return false;
    v->trace.cache = "hit";
    edge_head_set_number(&v->head, "Age", elapsed_ms(v, v->entity.made_ms) / 1000);
    respond(v, NULL);
    return true;
}

static void keep(struct visit *v, const struct edge_chunks *body) {
    char about[EDGE_ABOUT_BYTES_MAX], object[EDGE_OBJECT_BYTES_MAX + 1];
    struct th_text text = {.data = about, .room = sizeof about};
    struct edge_cached cached = {.about = about, .object = object, .length = body->bytes};
    edge_entity_lifetime(v->entity.cache_control, &cached.fresh_seconds, &cached.stale_seconds);
    if (!v->must_make || cached.fresh_seconds == 0) return;
    edge_decision_object(object, &v->decision);
    edge_entity_write(&text, &v->entity);
    cached.about_bytes = text.bytes;
    if (v->host->cache_keep(v->host->self, &cached, body))
        v->must_make = false;
    else
        v->trace.error = "the cache refused it";
}

/* The entity is complete: for the cache, and for the client. */
static void deliver(struct visit *v, const struct edge_chunks *body) {
    v->trace.cache = "miss";
    v->entity.bytes = body->bytes;
    v->entity.made_ms = v->trace.begun_ms;
    keep(v, body);
    respond(v, body);
}

/* A failure that lasts, kept for a short while. */
static void deliver_line(struct visit *v, uint32_t status, const char *reason) {
    v->entity = (struct edge_entity){.status = status};
    copy(v->entity.type, sizeof v->entity.type, "text/plain; charset=utf-8");
    copy(v->entity.cache_control, sizeof v->entity.cache_control,
         v->decision.route->negative_cache_control);
    copy(v->entity.reason, sizeof v->entity.reason, reason);
    edge_chunks_free(&v->body);
    if (!edge_chunks_append(&v->body, reason, strlen(reason)) ||
        !edge_chunks_append(&v->body, "\n", 1)) {
        refuse(v, 503, "busy, try again");
        return;
    }
    deliver(v, &v->body);
}

/* ---- the origin ---- */

/* Asks for the object anew. False when that was answered with a refusal. */
static bool fetch(struct visit *v, struct edge_fetch with) {
    char path[3 * sizeof v->decision.key];
    struct th_text out = {.data = path, .room = sizeof path - 1};
    uint64_t begun_ms = v->host->now_ms(v->host->self);
    edge_path_encode(&out, v->decision.key);
    path[out.bytes] = '\0';
    with.origin = v->decision.route->origin;
    with.path = path;
    with.timeout_ms = v->config->origin_timeout_ms;
    with.stall_ms = v->config->origin_stall_ms;
    edge_source_free(&v->source);
    v->replaying = false;
    bool opened = edge_source_open(&v->source, v->host, &with);
    v->trace.origin_ms += elapsed_ms(v, begun_ms);
    if (!opened) refuse_source(v);
    return opened;
}

static bool is_negative(const struct visit *v) {
    return v->source.answer.status == 404 || v->source.answer.status == 403;
}

static void deliver_negative(struct visit *v) {
    uint32_t status = v->source.answer.status;
    deliver_line(v, status, status == 404 ? "not found" : "the origin forbids it");
}

/* The next piece of the original: what is held, then what still comes. */
static bool next_piece(struct visit *v, const uint8_t **data, size_t *bytes) {
    if (v->replaying) {
        v->replaying = false;
        *data = v->source.held;
        *bytes = v->source.held_bytes;
        if (*bytes > 0) return true;
    }
    *data = v->buffer;
    return edge_source_read(&v->source, v->buffer, sizeof v->buffer, bytes);
}

/* ---- the original ---- */

/* As it comes, but for its headers: only those that describe the bytes are taken over. */
static void stream_original(struct visit *v, const char *type, const char *cache_control) {
    const struct edge_answer *answer = &v->source.answer;
    const uint8_t *data;
    size_t bytes;
    v->trace.cache = "miss";
    v->head.status = answer->status;
    edge_head_set(&v->head, "Cache-Control", cache_control);
    edge_head_set(&v->head, "ETag", answer->etag);
    edge_head_set(&v->head, "Last-Modified", answer->modified);
    edge_head_set(&v->head, "Content-Range", answer->content_range);
    edge_head_set(&v->head, "Accept-Ranges", answer->accept_ranges);
    if (answer->length_known) edge_head_set_number(&v->head, "Content-Length", answer->length);
    edge_head_set(&v->head, "Content-Type", type);
    edge_head_protect(&v->head);
    bool fresh = answer->status == 200 && edge_is_fresh(v->request, answer->etag, answer->modified);
    if (fresh || answer->status == 304) edge_head_not_modified(&v->head);
    bool whole = send_head(v);
    bool more = whole && !is_head_only(v);
    while (more) {
        whole = next_piece(v, &data, &bytes);
        more = whole && bytes > 0 && v->host->send(v->host->self, data, bytes);
    }
    if (v->source.status != 0) v->trace.error = v->source.message;
    v->host->finish(v->host->self, whole);
}

/* Reads all of a small original. False when that was answered with a refusal. */
static bool read_original(struct visit *v) {
    const uint8_t *data;
    size_t bytes;
    edge_chunks_free(&v->body);
    do {
        if (!next_piece(v, &data, &bytes)) {
            refuse_source(v);
            return false;
        }
        if (!edge_chunks_append(&v->body, data, bytes)) {
            refuse(v, 503, "busy, try again");
            return false;
        }
    } while (bytes > 0);
    return true;
}

/* Small originals are kept like anything made here, larger ones streamed. */
static void pass_original(struct visit *v, const char *type, const char *reason, bool lasting) {
    const struct edge_answer *answer = &v->source.answer;
    const char *cache_control = lasting ? v->decision.route->cache_control : "no-store";
    uint64_t length;
    copy(v->trace.reason, sizeof v->trace.reason, reason);
    bool known = edge_source_length(&v->source, &length);
    if (answer->status != 200 || !known || length > v->config->pass_cache_bytes) {
        stream_original(v, type, cache_control);
        return;
    }
    v->entity = (struct edge_entity){.status = 200};
    copy(v->entity.type, sizeof v->entity.type, type);
    copy(v->entity.etag, sizeof v->entity.etag, answer->etag);
    copy(v->entity.modified, sizeof v->entity.modified, answer->modified);
    copy(v->entity.cache_control, sizeof v->entity.cache_control, cache_control);
    copy(v->entity.reason, sizeof v->entity.reason, reason);
    if (read_original(v)) deliver(v, &v->body);
}

static void answer_original(struct visit *v) {
    const struct edge_request *request = v->request;
    struct edge_fetch with = {
        .if_none_match = edge_may_forward_tags(request) ? request->if_none_match : "",
        .if_match = "",
        .range = edge_may_forward_range(request) ? request->range : "",
    };
    if (!fetch(v, with)) return;
    const char *type = v->source.answer.type;
    if (is_negative(v))
        deliver_negative(v);
    else
        pass_original(v, type[0] != '\0' ? type : "application/octet-stream", "", true);
}

/* The same version of the object once more, where its tag is strong enough to ask for. */
static bool fetch_again(struct visit *v) {
    char etag[sizeof v->source.answer.etag];
    copy(etag, sizeof etag, v->source.answer.etag);
    struct edge_fetch with = {.if_none_match = "", .range = "", .if_match = etag};
    if (etag[0] != '"') with.if_match = "";
    if (!fetch(v, with)) return false;
    if (v->source.answer.status == 200) return true;
    refuse(v, 502, "origin: the object changed meanwhile");
    return false;
}

/* The original after all: from the held bytes on, else fetched again. */
static void pass_instead(struct visit *v, const char *reason, bool lasting) {
    size_t bytes;
    char text[128], type[sizeof v->source.answer.type];
    copy(text, sizeof text, reason);
    if (v->source.read_bytes == 0 &&
        !edge_source_read(&v->source, v->buffer, sizeof v->buffer, &bytes)) {
        refuse_source(v);
        return;
    }
    const char *proven = edge_media_of(v->source.head, v->source.head_bytes);
    copy(type, sizeof type, proven ? proven : edge_media_passed(v->source.answer.type));
    v->replaying = v->source.rewindable;
    if (v->replaying || fetch_again(v)) pass_original(v, type, text, lasting);
}

/* ---- the image ---- */

static uint32_t http_status(enum th_status status) {
    static const uint32_t of[] = {400, 415, 422, 422, 413, 503, 500, 500};
    return status < 0 && status >= TH_INTERNAL ? of[-status - 1] : 500;
}

/* What to do about a job that failed: the original, or its status. */
static void answer_failure(struct visit *v, enum th_status status, const char *message) {
    const struct edge_route *route = v->decision.route;
    bool lasting = status > TH_NO_MEMORY;
    bool pass = status == TH_NO_MEMORY ? route->pass_on_busy : route->pass_on_error;
    v->trace.failure = edge_trace_status_name(status);
    if (status == TH_BAD_OPTION)
        refuse(v, 400, message);
    else if (pass || status == TH_UNSUPPORTED)
        pass_instead(v, message, lasting);
    else if (lasting)
        deliver_line(v, http_status(status), message);
    else if (status == TH_NO_MEMORY)
        refuse(v, 503, "busy, try again");
    else
        refuse_internal(v, message);
}

/* Another time it may be quicker, so nobody keeps that. */
static void answer_over_cpu(struct visit *v, const char *message) {
    v->trace.failure = "TOO_LARGE";
    if (v->decision.route->pass_on_error)
        pass_instead(v, message, false);
    else
        refuse(v, 503, message);
}

/* Nothing about the image changed and it did not get smaller: then the original is the
 * better answer. */
static bool is_vain(struct visit *v) {
    const struct th_info *info = &v->result.info;
    uint64_t in_bytes;
    if (!edge_source_length(&v->source, &in_bytes)) in_bytes = v->source.read_bytes;
    return info->in_width == info->out_width && info->in_height == info->out_height &&
           info->in_format == info->out_format && v->result.bytes.bytes >= in_bytes;
}

static void deliver_image(struct visit *v, const char *etag) {
    if (is_vain(v)) {
        pass_instead(v, "the original is not larger", true);
        return;
    }
    v->entity = (struct edge_entity){.status = 200};
    copy(v->entity.type, sizeof v->entity.type, edge_media_of_format(v->result.info.out_format));
    copy(v->entity.etag, sizeof v->entity.etag, etag);
    copy(v->entity.modified, sizeof v->entity.modified, v->source.answer.modified);
    copy(v->entity.cache_control, sizeof v->entity.cache_control, v->decision.route->cache_control);
    deliver(v, &v->result.bytes);
}

static void resize(struct visit *v, const char *etag) {
    uint64_t length, begun_ms = v->host->now_ms(v->host->self);
    char message[64] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    if (edge_source_length(&v->source, &length) && length > v->config->limits.input_bytes_max) {
        th_text_put(&text, "input");
        th_text_put(&text, ": ");
        th_text_put_decimal(&text, length);
        th_text_put(&text, " bytes");
        answer_failure(v, TH_TOO_LARGE, message);
        return;
    }
    v->trace.info = &v->result.info;
    enum edge_end end = edge_resize(&v->result, &v->source, v->decision.options, v->config);
    v->trace.resize_ms = elapsed_ms(v, begun_ms);
    v->trace.in_bytes = v->source.read_bytes;
    switch (end) {
    case EDGE_MADE: deliver_image(v, etag); break;
    case EDGE_JOB_FAILED: answer_failure(v, v->result.info.status, v->result.info.message); break;
    case EDGE_SOURCE_FAILED: refuse_source(v); break;
    case EDGE_OVER_CPU: answer_over_cpu(v, v->result.info.message); break;
    }
}

static void refuse_plain_status(struct visit *v) {
    char message[96] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    th_text_put(&text, "origin: status ");
    th_text_put_decimal(&text, v->source.answer.status);
    th_text_put(&text, " to a plain request");
    refuse(v, 502, message);
}

static void answer_image(struct visit *v) {
    char etag[256] = "";
    if (!fetch(v, (struct edge_fetch){.if_none_match = "", .if_match = "", .range = ""})) return;
    const struct edge_answer *answer = &v->source.answer;
    if (is_negative(v)) {
        deliver_negative(v);
        return;
    }
    if (answer->status != 200) {
        refuse_plain_status(v);
        return;
    }
    const char *version = answer->etag[0] != '\0' ? answer->etag : answer->modified;
    if (version[0] != '\0') edge_entity_tag(etag, version, v->decision.options);
    if (etag[0] == '\0' || !edge_is_fresh(v->request, etag, answer->modified)) {
        resize(v, etag);
        return;
    }
    v->trace.cache = "miss";
    edge_head_set(&v->head, "ETag", etag);
    edge_head_set(&v->head, "Cache-Control", v->decision.route->cache_control);
    edge_head_not_modified(&v->head);
    send_bare(v);
}

/* ---- the request ---- */

static void answer_preflight(struct visit *v) {
    v->head.status = 204;
    edge_head_set(&v->head, "Allow", "GET, HEAD");
    edge_head_set(&v->head, "Access-Control-Allow-Methods", "GET, HEAD");
    edge_head_set(&v->head, "Access-Control-Allow-Headers",
                  "Range, If-None-Match, If-Modified-Since, If-Range");
    edge_head_set(&v->head, "Access-Control-Max-Age", "86400");
    edge_head_set(&v->head, "Cache-Control", "no-store");
    send_bare(v);
}

static void answer_purge(struct visit *v) {
    char object[EDGE_OBJECT_BYTES_MAX + 1];
    edge_decision_object(object, &v->decision);
    if (v->host->purge && v->host->purge(v->host->self, object))
        send_text(v, 200, "purged");
    else
        refuse_internal(v, "purge: the platform refused it");
}

static void answer(struct visit *v) {
    edge_decide(&v->decision, v->config, v->request);
    switch (v->decision.action) {
    case EDGE_REFUSE: refuse(v, v->decision.status, v->decision.message); break;
    case EDGE_HEALTHY: send_text(v, 200, "ok"); break;
    case EDGE_PREFLIGHT: answer_preflight(v); break;
    case EDGE_PURGE: answer_purge(v); break;
    case EDGE_ORIGINAL:
        if (!answer_from_cache(v)) answer_original(v);
        break;
    case EDGE_IMAGE:
        if (!answer_from_cache(v)) answer_image(v);
        break;
    }
}

/* The log line, and everything given back. */
static void end(struct visit *v) {
    char line[EDGE_LOG_BYTES_MAX];
    struct th_text out = {.data = line, .room = sizeof line};
    v->trace.total_ms = elapsed_ms(v, v->trace.begun_ms);
    if (v->host->cpu_ms) v->trace.cpu_ms = v->host->cpu_ms(v->host->self);
    edge_trace_log(&v->trace, &out, &v->decision, v->request->method, v->head.status);
    v->host->log(v->host->self, line, out.bytes);
    edge_source_free(&v->source);
    edge_chunks_free(&v->result.bytes);
    edge_chunks_free(&v->body);
}

/* libjpeg gave up and cannot return: answer from here, and leave. */
static void on_fatal(enum th_status status, const char *message) {
    visit.trace.in_bytes = visit.source.read_bytes;
    answer_failure(&visit, status, message);
    end(&visit);
    visit.host->leave(visit.host->self);
}

void edge_serve(const struct edge_host *host, const struct edge_config *config, const char *fault,
                const struct edge_request *request) {
    memset(&visit, 0, sizeof visit);
    visit.host = host;
    visit.config = config;
    visit.request = request;
    visit.trace.begun_ms = host->now_ms(host->self);
    th_jpeg_set_fatal_hook(on_fatal);
    if (fault)
        refuse_internal(&visit, fault);
    else
        answer(&visit);
    end(&visit);
}
