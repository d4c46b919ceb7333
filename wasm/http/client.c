/* client.c - the client: its request, and the answer to it. */
#include <stdlib.h>
#include <string.h>

#include "platform.h"

#define HEADER_BYTES_MAX 4096u /* longer ones are taken for empty */

static const char *get_method(uint32_t handle) {
    static const char *const names[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                        "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    struct wasi_method method = {0};
    wasi_request_method(handle, &method);
    return method.which < sizeof names / sizeof names[0] ? names[method.which] : "other";
}

/* Path and query; no path when it is too long. */
static void get_path(uint32_t handle, struct edge_request *request) {
    static char url[EDGE_URL_BYTES_MAX + 1];
    static char nothing[] = "";
    struct wasi_optional_text path = {0};
    wasi_request_path(handle, &path);
    request->path = path.given ? NULL : "/";
    request->query = nothing;
    if (!path.given || path.text.count > EDGE_URL_BYTES_MAX) return;
    memcpy(url, path.text.data, path.text.count);
    url[path.text.count] = '\0';
    free(path.text.data);
    char *query = strchr(url, '?');
    if (query) *query = '\0';
    if (query) request->query = query + 1;
    request->path = url[0] == '/' ? url : "/";
}

void platform_request(uint32_t handle, struct edge_request *request) {
    static char accept[HEADER_BYTES_MAX], none_match[HEADER_BYTES_MAX];
    static char modified_since[HEADER_BYTES_MAX], range[HEADER_BYTES_MAX];
    static char if_range[HEADER_BYTES_MAX], authorization[HEADER_BYTES_MAX];
    uint32_t fields = wasi_request_headers(handle);
    request->method = get_method(handle);
    get_path(handle, request);
    platform_header(fields, "accept", accept, sizeof accept);
    request->has_if_none_match = platform_header(fields, "if-none-match", none_match,
                                                 sizeof none_match);
    platform_header(fields, "if-modified-since", modified_since, sizeof modified_since);
    platform_header(fields, "range", range, sizeof range);
    request->has_if_range = platform_header(fields, "if-range", if_range, sizeof if_range);
    platform_header(fields, "authorization", authorization, sizeof authorization);
    request->accept = accept;
    request->if_none_match = none_match;
    request->if_modified_since = modified_since;
    request->range = range;
    request->if_range = if_range;
    request->authorization = authorization;
    wasi_fields_drop(fields);
    wasi_request_drop(handle);
}

bool platform_send_head(void *self, const struct edge_head *head) {
    struct platform *platform = self;
    struct wasi_result body = {0}, stream = {0};
    uint32_t fields = wasi_fields_new();
    for (uint32_t i = 0; i < head->count; i++) {
        platform_add_header(fields, head->header[i].name, head->header[i].value);
    }
    uint32_t response = wasi_response_new(fields);
    wasi_response_set_status(response, head->status);
    wasi_response_body(response, &body);
    wasi_response_send(platform->outparam, false, response, 0, 0, 0, 0, 0, 0);
    if (body.failed) return false;
    platform->client_body = body.handle;
    wasi_body_write(body.handle, &stream);
    if (stream.failed) return false;
    platform->client_stream = stream.handle;
    return true;
}

bool platform_send(void *self, const void *data, size_t bytes) {
    const struct platform *platform = self;
    return platform_write(platform->client_stream, data, bytes);
}

/* A body that is dropped, not finished, is seen as broken off. */
void platform_finish(void *self, bool whole) {
    struct platform *platform = self;
    struct wasi_http_result result = {0};
    if (platform->client_stream != WASI_NO_HANDLE) wasi_output_drop(platform->client_stream);
    platform->client_stream = WASI_NO_HANDLE;
    if (platform->client_body == WASI_NO_HANDLE) return;
    if (whole)
        wasi_body_finish(platform->client_body, false, 0, &result);
    else
        wasi_body_drop(platform->client_body);
    platform->client_body = WASI_NO_HANDLE;
}
