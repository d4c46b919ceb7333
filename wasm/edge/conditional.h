/* conditional.h - conditional requests and ranges (RFC 9110 sections 13 and 14), as far as a
 * GET needs them. Pure. The same as worker/request/conditional.js. */
#ifndef EDGE_CONDITIONAL_H
#define EDGE_CONDITIONAL_H

#include "request.h"
#include "thimble.h"

/* Is the client's copy still good? `etag` and `modified` are "" where unknown. */
bool edge_is_fresh(const struct edge_request *request, const char *etag, const char *modified);

/* May an origin be given the request's If-None-Match, or Range? Some stumble over malformed
 * ones, and a range that depends on a version is ours to judge. */
bool edge_may_forward_tags(const struct edge_request *request);
bool edge_may_forward_range(const struct edge_request *request);

/* Bytes of a range, end exclusive; start == end: it lies outside. */
struct edge_range {
    uint64_t start, end;
};

/* The one range asked for. False when the whole is to be sent: none, several, malformed,
 * or of another version. */
bool edge_range_of(const struct edge_request *request, const char *etag, uint64_t length,
                   struct edge_range *range);

#endif
