/* reply.h - what the client is sent: a head, once, and what belongs behind it. Each function
 * but edge_reply_head answers the request to its end. */
#ifndef EDGE_REPLY_H
#define EDGE_REPLY_H

#include "visit.h"

/* Sends visit->head, as every answer has it. Who waited for what is not kept waits no longer.
 * False: the client is gone. */
bool edge_reply_head(struct edge_visit *v);

/* Is what follows the head nothing, whatever the answer is? */
bool edge_reply_is_bare(const struct edge_visit *v);
/* visit->head alone. */
void edge_reply_bare(struct edge_visit *v);

/* One line of text that nobody keeps. */
void edge_reply_text(struct edge_visit *v, uint32_t status, const char *text);
/* The same instead of an image. */
void edge_reply_refuse(struct edge_visit *v, uint32_t status, const char *message);
/* 500, and `error` in the log: it is nobody's business outside. */
void edge_reply_internal(struct edge_visit *v, const char *error);
/* What is wrong with visit->source. */
void edge_reply_fault(struct edge_visit *v);

/* visit->entity, or what of it was asked for; body NULL: its bytes come out of the cache. */
void edge_reply_entity(struct edge_visit *v, const struct edge_chunks *body);

#endif
