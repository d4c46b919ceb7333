/* client.c - the client: its request, and the answer to it. */
#include <stdlib.h>
#include <string.h>

#include "platform.h"

const char *platform_method(uint32_t request) {
    static const char *const names[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                        "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    struct wasi_method method = {0};
    wasi_request_method(request, &method);
    return method.which < sizeof names / sizeof names[0] ? names[method.which] : "other";
}

char *platform_target(uint32_t request) {
    static char target[EDGE_URL_BYTES_MAX + 1];
    struct wasi_optional_text path = {0};
    wasi_request_path(request, &path);
    target[0] = '\0';
    if (!path.given) return target;
    const bool fits = path.text.count <= EDGE_URL_BYTES_MAX;
    if (fits) memcpy(target, path.text.data, path.text.count);
    if (fits) target[path.text.count] = '\0';
    free(path.text.data);
    return fits ? target : NULL;
}

bool platform_request_header(void *self, const char *name, char *to, size_t room) {
    const struct platform *platform = self;
    return platform_header(platform->request_fields, name, to, room);
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
