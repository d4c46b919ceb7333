/* request.h - what of an HTTP request matters. Texts are NUL-terminated, "" where the
 * request has no such header, and live as long as the request is served. */
#ifndef EDGE_REQUEST_H
#define EDGE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#define EDGE_URL_BYTES_MAX 8192u
#define EDGE_HEADER_BYTES_MAX 4096u /* longer ones are taken for empty */

struct edge_host;

struct edge_request {
    const char *method;
    const char *path;  /* as it came, encoded; NULL: the URL is over EDGE_URL_BYTES_MAX */
    const char *query; /* without its question mark */
    const char *accept;
    bool has_if_none_match; /* empty is not the same as absent */
    const char *if_none_match, *if_modified_since;
    bool has_if_range;
    const char *range, *if_range;
    const char *authorization, *origin;
    uint64_t came_ms; /* since 1970 */
};

/* Fills it in with the client's headers. `target` is path and query, perhaps with a fragment; it
 * is cut up in place. NULL: it is longer than EDGE_URL_BYTES_MAX. The headers' texts are static:
 * there is one request at a time. */
void edge_request_read(struct edge_request *request, const struct edge_host *host,
                       const char *method, char *target);

#endif
