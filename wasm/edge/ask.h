/* ask.h - what a query means on a route, once presets are expanded and sizes are fitted to those
 * allowed. Pure. The counterpart of worker/request/ask.js (tests/edge compares them). */
#ifndef EDGE_ASK_H
#define EDGE_ASK_H

#include "pairs.h"
#include "route.h"

struct edge_ask {
    char options[TH_CANON_BYTES_MAX + 1]; /* canonical; "": the original is asked for */
    bool varies;                          /* the Accept header decided */
    char message[TH_CANON_BYTES_MAX + 1]; /* why it is refused (400), one line */
};

/* `pairs` may be none. False when it is refused. */
bool edge_ask_read(struct edge_ask *ask, const struct edge_route *route,
                   const struct edge_pairs *pairs, const char *accept);

#endif
