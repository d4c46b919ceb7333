/* object.h - the object that was asked for, at its origin: visit->source. */
#ifndef EDGE_OBJECT_H
#define EDGE_OBJECT_H

#include "visit.h"

/* Asks for it anew. False when that was answered with a refusal. */
bool edge_object_fetch(struct edge_visit *v, struct edge_conditions conditions);
/* The same version once more, where its tag is strong enough to ask for. */
bool edge_object_fetch_again(struct edge_visit *v);

/* Answers a clear no of the origin. False: it is none. */
bool edge_object_answer_no(struct edge_visit *v);

#endif
