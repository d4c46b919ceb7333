/* service.c - see service.h. */
#include "service.h"

#include <string.h>

#include "cache.h"
#include "codec/jpeg_error.h"
#include "cors.h"
#include "image.h"
#include "original.h"
#include "reply.h"

/* One request on its way. There is one, because the hook of libjpeg is told nothing. */
static struct edge_visit visit;

static void answer_purge(struct edge_visit *v) {
    char object[EDGE_OBJECT_BYTES_MAX + 1];
    edge_decision_object(object, &v->decision);
    if (v->host->purge && v->host->purge(v->host->self, object))
        edge_reply_text(v, 200, "purged");
    else
        edge_reply_internal(v, "purge: the platform refused it");
}

static void answer(struct edge_visit *v) {
    edge_decide(&v->decision, v->config, v->request);
    switch (v->decision.action) {
    case EDGE_REFUSE: edge_reply_refuse(v, v->decision.status, v->decision.message); break;
    case EDGE_HEALTHY: edge_reply_text(v, 200, "ok"); break;
    case EDGE_PREFLIGHT:
        edge_cors_preflight(&v->head);
        edge_reply_bare(v);
        break;
    case EDGE_PURGE: answer_purge(v); break;
    case EDGE_ORIGINAL:
        if (!edge_cache_answer(v)) edge_original_answer(v);
        break;
    case EDGE_IMAGE:
        if (!edge_cache_answer(v)) edge_image_answer(v);
        break;
    }
}

/* The log line, and everything given back. */
static void end(struct edge_visit *v) {
    char line[EDGE_LOG_BYTES_MAX];
    struct th_text out = {.data = line, .room = sizeof line};
    v->trace.total_ms = edge_visit_ms_since(v, v->trace.begun_ms);
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
    edge_image_fail(&visit, status, message);
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
        edge_reply_internal(&visit, fault);
    else
        answer(&visit);
    end(&visit);
}

void edge_run(const struct edge_host *host, const char *method, char *target) {
    static struct edge_config config;
    struct edge_request request;
    const char *fault = edge_config_read(&config, host->setting, host->self);
    edge_request_read(&request, host, method, target);
    edge_serve(host, &config, fault, &request);
}
