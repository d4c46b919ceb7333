/* cache.c - see cache.h. */
#include "cache.h"

#include <string.h>

#include "reply.h"
#include "text.h"

#define CACHE_KEY_BYTES_MAX 4096u

bool edge_cache_answer(struct edge_visit *v) {
    const struct edge_host *host = v->host;
    char key[CACHE_KEY_BYTES_MAX], about[EDGE_ABOUT_BYTES_MAX];
    struct th_text text = {.data = key, .room = sizeof key};
    size_t about_bytes = sizeof about;
    edge_decision_key(&text, &v->decision, v->config);
    if (!host->cache_find || text.full) return false;
    enum edge_found found = host->cache_find(host->self, key, text.bytes, about, &about_bytes);
    v->trace.cache_ms = edge_visit_ms_since(v, v->trace.begun_ms);
    v->must_make = found == EDGE_MISS;
    if (found != EDGE_HIT || !edge_entity_read(&v->entity, about, about_bytes)) return false;
    v->trace.cache = "hit";
    edge_head_set_number(&v->head, "Age", edge_visit_ms_since(v, v->entity.made_ms) / 1000);
    edge_reply_entity(v, NULL);
    return true;
}

static void keep(struct edge_visit *v, const struct edge_chunks *body) {
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

void edge_cache_deliver(struct edge_visit *v, const struct edge_chunks *body) {
    v->trace.cache = "miss";
    v->entity.bytes = body->bytes;
    v->entity.made_ms = v->trace.begun_ms;
    keep(v, body);
    edge_reply_entity(v, body);
}

void edge_cache_deliver_line(struct edge_visit *v, uint32_t status, const char *reason) {
    v->entity = (struct edge_entity){.status = status};
    th_text_copy(v->entity.type, sizeof v->entity.type, "text/plain; charset=utf-8");
    th_text_copy(v->entity.cache_control, sizeof v->entity.cache_control,
                 v->decision.route->negative_cache_control);
    th_text_copy(v->entity.reason, sizeof v->entity.reason, reason);
    edge_chunks_free(&v->body);
    if (!edge_chunks_append(&v->body, reason, strlen(reason)) ||
        !edge_chunks_append(&v->body, "\n", 1)) {
        edge_reply_refuse(v, 503, "busy, try again");
        return;
    }
    edge_cache_deliver(v, &v->body);
}
