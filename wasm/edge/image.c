/* image.c - see image.h. */
#include "image.h"

#include <string.h>

#include "cache.h"
#include "conditional.h"
#include "object.h"
#include "original.h"
#include "reply.h"
#include "text.h"

static uint32_t http_status(enum th_status status) {
    static const uint32_t of[] = {400, 415, 422, 422, 413, 503, 500, 500};
    return status < 0 && status >= TH_INTERNAL ? of[-status - 1] : 500;
}

/* Who asks what the image is, never gets the image. The options are canonical. */
static bool asks_for_image(const struct edge_visit *v) {
    return strstr(v->decision.ask.options, "f=json") == NULL;
}

void edge_image_fail(struct edge_visit *v, enum th_status status, const char *message) {
    const struct edge_route *route = v->decision.route;
    bool lasting = status > TH_NO_MEMORY;
    bool pass = status == TH_NO_MEMORY ? route->pass_on_busy : route->pass_on_error;
    v->trace.failure = edge_trace_status_name(status);
    if (status == TH_BAD_OPTION)
        edge_reply_refuse(v, 400, message);
    else if (asks_for_image(v) && (pass || status == TH_UNSUPPORTED))
        edge_original_instead(v, message, lasting);
    else if (lasting)
        edge_cache_deliver_line(v, http_status(status), message);
    else if (status == TH_NO_MEMORY)
        edge_reply_refuse(v, 503, "busy, try again");
    else
        edge_reply_internal(v, message);
}

/* Another time it may be quicker, so nobody keeps that. */
static void answer_over_cpu(struct edge_visit *v, const char *message) {
    v->trace.failure = "TOO_LARGE";
    if (asks_for_image(v) && v->decision.route->pass_on_error)
        edge_original_instead(v, message, false);
    else
        edge_reply_refuse(v, 503, message);
}

/* Nothing about the image changed and it did not get smaller: then the original is the
 * better answer. */
static bool is_vain(struct edge_visit *v) {
    const struct th_info *info = &v->result.info;
    uint64_t in_bytes;
    if (!edge_source_length(&v->source, &in_bytes)) in_bytes = v->source.read_bytes;
    return info->in_width == info->out_width && info->in_height == info->out_height &&
           info->in_format == info->out_format && v->result.bytes.bytes >= in_bytes;
}

static void deliver_image(struct edge_visit *v, const char *etag) {
    if (is_vain(v)) {
        edge_original_instead(v, "the original is not larger", true);
        return;
    }
    v->entity = (struct edge_entity){.status = 200};
    th_text_copy(v->entity.type, sizeof v->entity.type,
                 edge_media_of_format(v->result.info.out_format));
    th_text_copy(v->entity.etag, sizeof v->entity.etag, etag);
    th_text_copy(v->entity.modified, sizeof v->entity.modified, v->source.answer.modified);
    th_text_copy(v->entity.cache_control, sizeof v->entity.cache_control,
                 v->decision.route->cache_control);
    edge_cache_deliver(v, &v->result.bytes);
}

static void resize(struct edge_visit *v, const char *etag) {
    uint64_t length, begun_ms = v->host->now_ms(v->host->self);
    char message[64] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    if (edge_source_length(&v->source, &length) && length > v->config->limits.input_bytes_max) {
        th_text_put(&text, "input: ");
        th_text_put_decimal(&text, length);
        th_text_put(&text, " bytes");
        edge_image_fail(v, TH_TOO_LARGE, message);
        return;
    }
    v->trace.info = &v->result.info;
    enum edge_end end = edge_resize(&v->result, &v->source, v->decision.ask.options, v->config);
    v->trace.resize_ms = edge_visit_ms_since(v, begun_ms);
    v->trace.in_bytes = v->source.read_bytes;
    switch (end) {
    case EDGE_MADE: deliver_image(v, etag); break;
    case EDGE_JOB_FAILED: edge_image_fail(v, v->result.info.status, v->result.info.message); break;
    case EDGE_SOURCE_FAILED: edge_reply_fault(v); break;
    case EDGE_OVER_CPU: answer_over_cpu(v, v->result.info.message); break;
    }
}

static void refuse_plain_status(struct edge_visit *v) {
    char message[96] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    th_text_put(&text, "origin: status ");
    th_text_put_decimal(&text, v->source.answer.status);
    th_text_put(&text, " to a plain request");
    edge_reply_refuse(v, 502, message);
}

void edge_image_answer(struct edge_visit *v) {
    char etag[256] = "";
    if (!edge_object_fetch(v, (struct edge_conditions){0}) || edge_object_answer_no(v)) return;
    const struct edge_answer *answer = &v->source.answer;
    if (answer->status != 200) {
        refuse_plain_status(v);
        return;
    }
    const char *version = answer->etag[0] != '\0' ? answer->etag : answer->modified;
    if (version[0] != '\0') edge_entity_tag(etag, version, v->decision.ask.options);
    if (etag[0] == '\0' || !edge_is_fresh(v->request, etag, answer->modified)) {
        resize(v, etag);
        return;
    }
    v->trace.cache = "miss";
    edge_head_set(&v->head, "ETag", etag);
    edge_head_set(&v->head, "Cache-Control", v->decision.route->cache_control);
    edge_head_not_modified(&v->head);
    edge_reply_bare(v);
}
