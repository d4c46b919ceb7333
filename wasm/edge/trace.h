/* trace.h - what happened to one request, for the log line, Server-Timing, X-Cache and
 * X-Thimble. The same words as worker/log/trace.js and worker/handler.js write. */
#ifndef EDGE_TRACE_H
#define EDGE_TRACE_H

#include "decision.h"
#include "head.h"

#define EDGE_LOG_BYTES_MAX 8192u

struct edge_trace {
    uint64_t begun_ms;
    uint64_t cache_ms, origin_ms, resize_ms, total_ms;
    const char *cache;     /* "hit", "miss"; NULL: never got that far */
    const char *failure;   /* a status by name; NULL */
    const char *error;     /* what the client is not told; NULL */
    const struct th_info *info; /* of the job; NULL */
    uint64_t in_bytes;
    bool bytes_known;
    uint64_t bytes; /* of the answer's entity */
    uint32_t cpu_ms;
    char reason[128]; /* why not, or why the original; "" */
};

const char *edge_trace_status_name(enum th_status status);

/* The headers every answer has. */
void edge_trace_seal(const struct edge_trace *trace, struct edge_head *head, bool detail);

/* One JSON object and a line feed, at most EDGE_LOG_BYTES_MAX bytes. */
void edge_trace_log(const struct edge_trace *trace, struct th_text *out,
                    const struct edge_decision *decision, const char *method, uint32_t status);

#endif
