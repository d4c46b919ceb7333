/* decision.h - what a request means: which object, which image, or why neither. Pure: the
 * same request and configuration, the same decision. The counterpart of worker/request/
 * and worker/image/verdict.js (tests/edge compares them). */
#ifndef EDGE_DECISION_H
#define EDGE_DECISION_H

#include "ask.h"
#include "config.h"
#include "path.h"
#include "request.h"

enum edge_action {
    EDGE_REFUSE,    /* `status` and `message` */
    EDGE_HEALTHY,   /* /healthz: ok */
    EDGE_PREFLIGHT, /* OPTIONS */
    EDGE_PURGE,     /* forget every answer about the object; the token is checked */
    EDGE_ORIGINAL,  /* the object as it is */
    EDGE_IMAGE,     /* the object, resized by `ask.options` */
};

struct edge_decision {
    enum edge_action action;
    uint32_t status;                       /* of a refusal */
    char message[TH_CANON_BYTES_MAX + 1];  /* of a refusal, one line */
    const struct edge_route *route;        /* NULL before one was found */
    char key[EDGE_PREFIX_BYTES_MAX + EDGE_KEY_BYTES_MAX + 1]; /* of the object at the origin */
    struct edge_ask ask;                   /* of an image or original */
};

void edge_decide(struct edge_decision *decision, const struct edge_config *config,
                 const struct edge_request *request);

/* What a cache knows the answer by: route, object, options, output epoch. The route is in
 * it because two may lead to different origins; Host and every header are not. */
void edge_decision_key(struct th_text *out, const struct edge_decision *decision,
                       const struct edge_config *config);

/* What all answers about one object have in common, to be purged together: its key, encoded,
 * or where that is longer than EDGE_OBJECT_BYTES_MAX, sha256- and a digest of it. */
#define EDGE_OBJECT_BYTES_MAX 1000u
void edge_decision_object(char object[EDGE_OBJECT_BYTES_MAX + 1],
                          const struct edge_decision *decision);

#endif
