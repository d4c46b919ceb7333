/* request.h - what of an HTTP request matters. Texts are NUL-terminated, "" where the
 * request has no such header, and live as long as the request is served. */
#ifndef EDGE_REQUEST_H
#define EDGE_REQUEST_H

#include <stdbool.h>

#define EDGE_URL_BYTES_MAX 8192u

struct edge_request {
    const char *method;
    const char *path;  /* as it came, encoded; NULL: the URL is over EDGE_URL_BYTES_MAX */
    const char *query; /* without its question mark */
    const char *accept;
    bool has_if_none_match; /* empty is not the same as absent */
    const char *if_none_match, *if_modified_since;
    bool has_if_range;
    const char *range, *if_range;
    const char *authorization;
};

#endif
