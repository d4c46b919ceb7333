/* service.h - from a request to its answer: out of the cache, made anew, or the original.
 * The counterpart of worker/service.js and worker/handler.js for hosts written in C, with
 * the same statuses, headers and words.
 *
 * One request at a time, in memory of its own; nothing is kept between two. A failure inside
 * libjpeg cannot return in Wasm: it is answered from its hook, and host->leave ends the
 * program. */
#ifndef EDGE_SERVICE_H
#define EDGE_SERVICE_H

#include "host.h"
#include "request.h"

/* All a platform calls: reads configuration and request, and answers. `target` as for
 * edge_request_read. */
void edge_run(const struct edge_host *host, const char *method, char *target);

/* `fault` is what edge_config_read said; not NULL: every request is answered 500. */
void edge_serve(const struct edge_host *host, const struct edge_config *config, const char *fault,
                const struct edge_request *request);

#endif
