/* client.c - the client: its request, and the answer to it. */
#include <string.h>

#include "platform.h"

#define HEADER_BYTES_MAX 4096u /* longer ones are taken for empty */

/* All values of a header, joined by commas as they may be. False: there is none. */
static bool get(uint32_t request, const char *name, char to[HEADER_BYTES_MAX]) {
    size_t used = 0, bytes = 0;
    int64_t next = 0;
    do {
        int status = fastly_request_values(request, name, strlen(name), to + used,
                                           HEADER_BYTES_MAX - used, (uint32_t)next, &next, &bytes);
        if (status != FASTLY_OK || bytes > HEADER_BYTES_MAX - used) used = bytes = 0, next = -1;
        used += bytes;
    } while (next >= 0 && bytes > 0);
    for (size_t i = 0; i + 1 < used; i++) {
        if (to[i] == '\0') to[i] = ',';
    }
    to[used > 0 ? used - 1 : 0] = '\0'; /* each has a NUL behind it */
    return used > 0;
}

static const char *get_method(uint32_t request) {
    static char method[32];
    size_t bytes = 0;
    int status = fastly_method_get(request, method, sizeof method - 1, &bytes);
    method[status == FASTLY_OK ? bytes : 0] = '\0';
    return method;
}

/* Path and query of https://host/path?query; no path when it is too long. */
static void get_url(uint32_t handle, struct edge_request *request) {
    static char uri[EDGE_URL_BYTES_MAX + 1];
    static char nothing[] = "";
    size_t bytes = 0;
    request->path = NULL;
    request->query = nothing;
    if (fastly_uri_get(handle, uri, sizeof uri - 1, &bytes) != FASTLY_OK) return;
    uri[bytes] = '\0';
    char *authority = strstr(uri, "://");
    char *path = authority ? strpbrk(authority + 3, "/?#") : uri;
    request->path = "/";
    if (!path) return;
    char *fragment = strchr(path, '#'), *query = strchr(path, '?');
    if (fragment) *fragment = '\0';
    if (query && (!fragment || query < fragment)) request->query = query + 1;
    if (path[0] == '/') request->path = path;
    if (query) *query = '\0';
}

void platform_request(struct edge_request *request) {
    static char accept[HEADER_BYTES_MAX], none_match[HEADER_BYTES_MAX];
    static char modified_since[HEADER_BYTES_MAX], range[HEADER_BYTES_MAX];
    static char if_range[HEADER_BYTES_MAX], authorization[HEADER_BYTES_MAX];
    uint32_t handle = FASTLY_NO_HANDLE, body = FASTLY_NO_HANDLE;
    fastly_downstream_get(&handle, &body);
    request->method = get_method(handle);
    get_url(handle, request);
    get(handle, "Accept", accept);
    request->has_if_none_match = get(handle, "If-None-Match", none_match);
    get(handle, "If-Modified-Since", modified_since);
    get(handle, "Range", range);
    request->has_if_range = get(handle, "If-Range", if_range);
    get(handle, "Authorization", authorization);
    request->accept = accept;
    request->if_none_match = none_match;
    request->if_modified_since = modified_since;
    request->range = range;
    request->if_range = if_range;
    request->authorization = authorization;
}

bool platform_send_head(void *self, const struct edge_head *head) {
    struct platform *platform = self;
    uint32_t response;
    if (fastly_response_new(&response) != FASTLY_OK) return false;
    if (fastly_body_new(&platform->client_body) != FASTLY_OK) return false;
    fastly_status_set(response, (uint16_t)head->status);
    for (uint32_t i = 0; i < head->count; i++) {
        const struct edge_header *header = &head->header[i];
        fastly_response_insert(response, header->name, strlen(header->name), header->value,
                               strlen(header->value));
    }
    if (edge_head_get(head, "Content-Length")[0] != '\0') {
        fastly_framing_set(response, FASTLY_FRAMED_BY_HEADERS);
    }
    return fastly_send_downstream(response, platform->client_body, 1) == FASTLY_OK;
}

bool platform_send(void *self, const void *data, size_t bytes) {
    const struct platform *platform = self;
    return platform_write(platform->client_body, data, bytes);
}

void platform_finish(void *self, bool whole) {
    const struct platform *platform = self;
    if (whole)
        fastly_body_close(platform->client_body);
    else
        fastly_body_abandon(platform->client_body);
}
