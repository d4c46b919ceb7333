/* cache.h - answers that are kept: one that was found, and one that was just made. */
#ifndef EDGE_CACHE_H
#define EDGE_CACHE_H

#include "visit.h"

/* Answers from the cache. False when there is nothing to be had. */
bool edge_cache_answer(struct edge_visit *v);

/* visit->entity but for its size and time, and its bytes: for the cache, and for the client. */
void edge_cache_deliver(struct edge_visit *v, const struct edge_chunks *body);
/* A failure that lasts, kept for a short while. */
void edge_cache_deliver_line(struct edge_visit *v, uint32_t status, const char *reason);

#endif
