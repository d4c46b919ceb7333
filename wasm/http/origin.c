/* origin.c - origins, by outgoing HTTP, with our patience. */
#include <stdlib.h>
#include <string.h>

#include "platform.h"

#define NANOSECONDS_PER_MS UINT64_C(1000000)

/* Gives `pollable` up. False when it is not ready in time. */
static bool wait_for(uint32_t pollable, uint32_t timeout_ms) {
    uint32_t both[2] = {pollable, wasi_timer(timeout_ms * NANOSECONDS_PER_MS)};
    struct wasi_list ready = {0};
    bool in_time = false;
    wasi_poll(both, 2, &ready);
    for (size_t i = 0; i < ready.count; i++) in_time |= ((const uint32_t *)ready.data)[i] == 0;
    free(ready.data);
    wasi_pollable_drop(both[0]);
    wasi_pollable_drop(both[1]);
    return in_time;
}

/* ---- asking ---- */

static uint32_t make_fields(const struct edge_fetch *fetch) {
    uint32_t fields = wasi_fields_new();
    bool added = true;
    for (uint32_t i = 0; added && i < fetch->header_count; i++) {
        added = platform_add_header(fields, fetch->header[i].name, fetch->header[i].value);
    }
    if (added) return fields;
    wasi_fields_drop(fields);
    return WASI_NO_HANDLE;
}

/* Scheme, authority, and the rest. */
static bool set_url(uint32_t request, const char *url) {
    const char *authority = strstr(url, "://");
    if (!authority) return false;
    bool secure = strncmp(url, "https:", 6) == 0;
    authority += 3;
    size_t bytes = strcspn(authority, "/");
    const char *path = authority + bytes;
    return wasi_fetch_set_scheme(request, true, secure, NULL, 0) == 0 &&
           wasi_fetch_set_authority(request, true, authority, bytes) == 0 &&
           wasi_fetch_set_path(request, true, path, strlen(path)) == 0;
}

/* The future of the answer, or WASI_NO_HANDLE. */
static uint32_t ask(const struct edge_fetch *fetch) {
    struct wasi_http_result future = {0};
    uint32_t fields = make_fields(fetch);
    if (fields == WASI_NO_HANDLE) return WASI_NO_HANDLE;
    uint32_t request = wasi_fetch_new(fields);
    if (!set_url(request, fetch->url)) {
        wasi_fetch_drop(request);
        return WASI_NO_HANDLE;
    }
    wasi_fetch_send(request, false, 0, &future);
    return future.failed ? WASI_NO_HANDLE : future.handle;
}

/* ---- the answer ---- */

static bool open_body(struct platform *platform) {
    struct wasi_result body = {0}, stream = {0};
    wasi_answer_consume(platform->answer, &body);
    if (body.failed) return false;
    platform->origin_body = body.handle;
    wasi_incoming_stream(body.handle, &stream);
    if (stream.failed) return false;
    platform->origin_stream = stream.handle;
    return true;
}

enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch, uint32_t *status) {
    struct platform *platform = self;
    struct wasi_arrived arrived = {0};
    platform_drop(self);
    uint32_t future = ask(fetch);
    if (future == WASI_NO_HANDLE) return EDGE_NOT_REACHED;
    bool in_time = wait_for(wasi_future_ready(future), fetch->timeout_ms);
    if (in_time) wasi_future_get(future, &arrived);
    wasi_future_drop(future);
    if (!in_time) return EDGE_TOO_LATE;
    if (!arrived.there || arrived.taken || arrived.response.failed) return EDGE_NOT_REACHED;
    platform->answer = arrived.response.handle;
    platform->stall_ms = fetch->stall_ms;
    *status = wasi_answer_status(platform->answer);
    return open_body(platform) ? EDGE_ARRIVED : EDGE_NOT_REACHED;
}

bool platform_answer_header(void *self, const char *name, char *to, size_t room) {
    const struct platform *platform = self;
    uint32_t fields = wasi_answer_headers(platform->answer);
    bool there = platform_header(fields, name, to, room);
    wasi_fields_drop(fields);
    return there;
}

enum edge_arrival platform_read(void *self, uint8_t *to, size_t room, size_t *bytes) {
    struct platform *platform = self;
    *bytes = 0;
    if (platform->origin_stream == WASI_NO_HANDLE) return EDGE_NOT_REACHED;
    for (;;) {
        struct wasi_stream_result result = {0};
        wasi_stream_read(platform->origin_stream, room, &result);
        if (result.failed && result.error == WASI_STREAM_CLOSED) return EDGE_ARRIVED;
        if (result.failed) {
            wasi_error_drop(result.why);
            return EDGE_NOT_REACHED;
        }
        *bytes = result.bytes.count;
        if (*bytes > 0) {
            memcpy(to, result.bytes.data, *bytes);
            free(result.bytes.data);
            return EDGE_ARRIVED;
        }
        if (!wait_for(wasi_stream_ready(platform->origin_stream), platform->stall_ms)) {
            return EDGE_TOO_LATE;
        }
    }
}

void platform_drop(void *self) {
    struct platform *platform = self;
    if (platform->origin_stream != WASI_NO_HANDLE) wasi_input_drop(platform->origin_stream);
    if (platform->origin_body != WASI_NO_HANDLE) wasi_incoming_drop(platform->origin_body);
    if (platform->answer != WASI_NO_HANDLE) wasi_answer_drop(platform->answer);
    platform->origin_stream = platform->origin_body = platform->answer = WASI_NO_HANDLE;
}
