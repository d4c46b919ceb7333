/* original.h - answering with the object as it is: because that was asked for, or because no
 * better image can be made of it. */
#ifndef EDGE_ORIGINAL_H
#define EDGE_ORIGINAL_H

#include "visit.h"

void edge_original_answer(struct edge_visit *v);

/* The original after all: from the held bytes on, else fetched again. `lasting`: the same
 * request would end here again, so that it may be kept. */
void edge_original_instead(struct edge_visit *v, const char *reason, bool lasting);

#endif
