/* cors.h - which other sites' scripts may read the answers. A viewer that fetches a PDF needs it,
 * an <img> does not. Pure. The counterpart of worker/answer/cors.js. */
#ifndef EDGE_CORS_H
#define EDGE_CORS_H

#include "head.h"
#include "json_text.h"

/* Adds what lets the asking site read the answer, if it may. `allowed`: a list of origins, whole
 * (https://viewer.example), or *; `origin`: the request's, "" where it has none. */
void edge_cors_allow(struct edge_head *head, struct edge_json allowed, const char *origin);

/* The answer to OPTIONS. */
void edge_cors_preflight(struct edge_head *head);

#endif
