/* origin.c - backends: the object as Fastly fetches it, past its own HTTP cache, with our
 * patience rather than the backend's. */
#include <string.h>

#include "platform.h"
#include "text.h"

static bool insert(uint32_t request, const char *name, const char *value) {
    return value[0] == '\0' ||
           fastly_request_insert(request, name, strlen(name), value, strlen(value)) == FASTLY_OK;
}

/* base/path, within what a URI may be long. */
static bool set_uri(uint32_t request, const struct edge_fetch *fetch) {
    char uri[EDGE_URL_BYTES_MAX];
    struct th_text text = {.data = uri, .room = sizeof uri};
    th_text_put(&text, fetch->origin->base);
    th_text_put(&text, "/");
    th_text_put(&text, fetch->path);
    return !text.full && fastly_uri_set(request, uri, text.bytes) == FASTLY_OK;
}

static bool prepare(uint32_t request, const struct edge_fetch *fetch) {
    bool set = set_uri(request, fetch) && insert(request, "Accept-Encoding", "identity") &&
               insert(request, "If-None-Match", fetch->if_none_match) &&
               insert(request, "If-Match", fetch->if_match) &&
               insert(request, "Range", fetch->range);
    for (uint32_t i = 0; set && i < fetch->origin->header_count; i++) {
        set = insert(request, fetch->origin->header[i].name, fetch->origin->header[i].value);
    }
    /* For an origin that gzips although it was asked not to. */
    return set && fastly_auto_decompress(request, FASTLY_GZIP) == FASTLY_OK;
}

/* "" where there is none, or it does not fit. */
static void get(uint32_t response, const char *name, char *to, size_t room) {
    size_t bytes = 0;
    int status = fastly_response_value(response, name, strlen(name), to, room - 1, &bytes);
    to[status == FASTLY_OK && bytes < room ? bytes : 0] = '\0';
}

static void read_head(uint32_t response, struct edge_answer *answer) {
    uint16_t status = 0;
    char length[24], coding[32];
    fastly_status_get(response, &status);
    answer->status = status;
    get(response, "Content-Length", length, sizeof length);
    get(response, "Content-Encoding", coding, sizeof coding);
    get(response, "Content-Type", answer->type, sizeof answer->type);
    get(response, "ETag", answer->etag, sizeof answer->etag);
    get(response, "Last-Modified", answer->modified, sizeof answer->modified);
    get(response, "Content-Range", answer->content_range, sizeof answer->content_range);
    get(response, "Accept-Ranges", answer->accept_ranges, sizeof answer->accept_ranges);
    answer->length_known = th_text_decimal(length, strlen(length), &answer->length);
    answer->coded = coding[0] != '\0' && strcmp(coding, "identity") != 0;
}

/* False when it is not ready in time; what went wrong otherwise shows in what comes next. */
static bool wait_for(uint32_t handle, uint32_t timeout_ms) {
    uint32_t ready = 0;
    return fastly_select(&handle, 1, timeout_ms, &ready) != FASTLY_OK || ready != FASTLY_TIMED_OUT;
}

enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch,
                                 struct edge_answer *answer) {
    struct platform *platform = self;
    const char *backend = fetch->origin->backend;
    struct fastly_send_error error = {0};
    uint32_t request, body, pending, response;
    platform_drop(self);
    if (fastly_request_new(&request) != FASTLY_OK || fastly_body_new(&body) != FASTLY_OK ||
        !prepare(request, fetch) ||
        fastly_send(request, body, backend, strlen(backend), 0, &pending) != FASTLY_OK) {
        return EDGE_NOT_REACHED;
    }
    if (!wait_for(pending, fetch->timeout_ms)) return EDGE_TOO_LATE;
    if (fastly_wait(pending, &error, &response, &platform->origin_body) != FASTLY_OK) {
        platform->origin_body = FASTLY_NO_HANDLE;
        return EDGE_NOT_REACHED;
    }
    platform->stall_ms = fetch->stall_ms;
    read_head(response, answer);
    return EDGE_ARRIVED;
}

enum edge_arrival platform_read(void *self, uint8_t *to, size_t room, size_t *bytes) {
    struct platform *platform = self;
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
