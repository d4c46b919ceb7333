/* origin.c - backends: the object as Fastly fetches it, past its own HTTP cache, with our
 * patience rather than the backend's. */
#include <string.h>

#include "platform.h"

static bool prepare(uint32_t request, const struct edge_fetch *fetch) {
    bool set = fastly_uri_set(request, fetch->url, strlen(fetch->url)) == FASTLY_OK;
    for (uint32_t i = 0; set && i < fetch->header_count; i++) {
        const struct edge_header *header = &fetch->header[i];
        set = fastly_request_insert(request, header->name, strlen(header->name), header->value,
                                    strlen(header->value)) == FASTLY_OK;
    }
    /* For an origin that gzips although it was asked not to. */
    return set && fastly_auto_decompress(request, FASTLY_GZIP) == FASTLY_OK;
}

/* False when it is not ready in time; what went wrong otherwise shows in what comes next. */
static bool wait_for(uint32_t handle, uint32_t timeout_ms) {
    uint32_t ready = 0;
    return fastly_select(&handle, 1, timeout_ms, &ready) != FASTLY_OK || ready != FASTLY_TIMED_OUT;
}

enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch, uint32_t *status) {
    struct platform *platform = self;
    struct fastly_send_error error = {0};
    uint32_t request, body, pending;
    uint16_t answered = 0;
    platform_drop(self);
    if (fastly_request_new(&request) != FASTLY_OK || fastly_body_new(&body) != FASTLY_OK ||
        !prepare(request, fetch) ||
        fastly_send(request, body, fetch->backend, strlen(fetch->backend), 0, &pending) !=
            FASTLY_OK) {
        return EDGE_NOT_REACHED;
    }
    if (!wait_for(pending, fetch->timeout_ms)) return EDGE_TOO_LATE;
    if (fastly_wait(pending, &error, &platform->answer, &platform->origin_body) != FASTLY_OK) {
        platform->origin_body = FASTLY_NO_HANDLE;
        return EDGE_NOT_REACHED;
    }
    platform->stall_ms = fetch->stall_ms;
    fastly_status_get(platform->answer, &answered);
    *status = answered;
    return EDGE_ARRIVED;
}

bool platform_answer_header(void *self, const char *name, char *to, size_t room) {
    const struct platform *platform = self;
    size_t bytes = 0;
    int status = fastly_response_value(platform->answer, name, strlen(name), to, room - 1, &bytes);
    bool fits = status == FASTLY_OK && bytes < room;
    to[fits ? bytes : 0] = '\0';
    return fits;
}

enum edge_arrival platform_read(void *self, uint8_t *to, size_t room, size_t *bytes) {
    const struct platform *platform = self;
    *bytes = 0;
    if (platform->origin_body == FASTLY_NO_HANDLE) return EDGE_NOT_REACHED;
    if (!wait_for(platform->origin_body, platform->stall_ms)) return EDGE_TOO_LATE;
    bool read = fastly_body_read(platform->origin_body, to, room, bytes) == FASTLY_OK;
    return read && *bytes <= room ? EDGE_ARRIVED : EDGE_NOT_REACHED;
}

void platform_drop(void *self) {
    struct platform *platform = self;
    if (platform->origin_body != FASTLY_NO_HANDLE) fastly_body_close(platform->origin_body);
    platform->origin_body = FASTLY_NO_HANDLE;
}
