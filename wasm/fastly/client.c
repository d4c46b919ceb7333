/* client.c - the client: its request, and the answer to it. */
#include <string.h>

#include "platform.h"

const char *platform_method(uint32_t request) {
    static char method[32];
    size_t bytes = 0;
    int status = fastly_method_get(request, method, sizeof method - 1, &bytes);
    method[status == FASTLY_OK ? bytes : 0] = '\0';
    return method;
}

/* Of https://host/path?query what follows the host. */
char *platform_target(uint32_t request) {
    static char uri[EDGE_URL_BYTES_MAX + 1];
    size_t bytes = 0;
    if (fastly_uri_get(request, uri, sizeof uri - 1, &bytes) != FASTLY_OK) return NULL;
    uri[bytes] = '\0';
    char *authority = strstr(uri, "://");
    if (!authority) return uri;
    authority += 3;
    return authority + strcspn(authority, "/?#");
}

bool platform_request_header(void *self, const char *name, char *to, size_t room) {
    const struct platform *platform = self;
    size_t used = 0, bytes = 0;
    int64_t next = 0;
    do {
        int status = fastly_request_values(platform->request, name, strlen(name), to + used,
                                           room - used, (uint32_t)next, &next, &bytes);
        if (status != FASTLY_OK || bytes > room - used) used = bytes = 0, next = -1;
        used += bytes;
    } while (next >= 0 && bytes > 0);
    for (size_t i = 0; i + 1 < used; i++) {
        if (to[i] == '\0') to[i] = ',';
    }
    to[used > 0 ? used - 1 : 0] = '\0'; /* each has a NUL behind it */
    return used > 0;
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
