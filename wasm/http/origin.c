/* origin.c - origins, by outgoing HTTP, with our patience. */
#include <stdlib.h>
#include <string.h>

#include "platform.h"
#include "text.h"

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

static bool add(uint32_t fields, const char *name, const char *value) {
    return value[0] == '\0' || platform_add_header(fields, name, value);
}

static uint32_t make_fields(const struct edge_fetch *fetch) {
    uint32_t fields = wasi_fields_new();
    bool added = add(fields, "accept-encoding", "identity") &&
                 add(fields, "if-none-match", fetch->if_none_match) &&
                 add(fields, "if-match", fetch->if_match) && add(fields, "range", fetch->range);
    for (uint32_t i = 0; added && i < fetch->origin->header_count; i++) {
        added = add(fields, fetch->origin->header[i].name, fetch->origin->header[i].value);
    }
    if (added) return fields;
    wasi_fields_drop(fields);
    return WASI_NO_HANDLE;
}

/* base/path: scheme, authority, and the rest. */
static bool set_url(uint32_t request, const struct edge_fetch *fetch) {
    char path[EDGE_URL_BYTES_MAX];
    struct th_text text = {.data = path, .room = sizeof path};
    const char *authority = strstr(fetch->origin->base, "://");
    if (!authority) return false;
    bool secure = strncmp(fetch->origin->base, "https:", 6) == 0;
    authority += 3;
    size_t bytes = strcspn(authority, "/");
    th_text_put(&text, authority + bytes);
    th_text_put(&text, "/");
    th_text_put(&text, fetch->path);
    return !text.full && wasi_fetch_set_scheme(request, true, secure, NULL, 0) == 0 &&
           wasi_fetch_set_authority(request, true, authority, bytes) == 0 &&
           wasi_fetch_set_path(request, true, path, text.bytes) == 0;
}

/* The future of the answer, or WASI_NO_HANDLE. */
static uint32_t ask(const struct edge_fetch *fetch) {
    struct wasi_http_result future = {0};
    uint32_t fields = make_fields(fetch);
    if (fields == WASI_NO_HANDLE) return WASI_NO_HANDLE;
    uint32_t request = wasi_fetch_new(fields);
    if (!set_url(request, fetch)) {
        wasi_fetch_drop(request);
        return WASI_NO_HANDLE;
    }
    wasi_fetch_send(request, false, 0, &future);
    return future.failed ? WASI_NO_HANDLE : future.handle;
}

/* ---- the answer ---- */

static void read_head(uint32_t response, struct edge_answer *answer) {
    char length[24], coding[32];
    uint32_t fields = wasi_answer_headers(response);
    answer->status = wasi_answer_status(response);
    platform_header(fields, "content-length", length, sizeof length);
    platform_header(fields, "content-encoding", coding, sizeof coding);
    platform_header(fields, "content-type", answer->type, sizeof answer->type);
    platform_header(fields, "etag", answer->etag, sizeof answer->etag);
    platform_header(fields, "last-modified", answer->modified, sizeof answer->modified);
    platform_header(fields, "content-range", answer->content_range, sizeof answer->content_range);
    platform_header(fields, "accept-ranges", answer->accept_ranges, sizeof answer->accept_ranges);
    answer->length_known = th_text_decimal(length, strlen(length), &answer->length);
    answer->coded = coding[0] != '\0' && strcmp(coding, "identity") != 0;
    wasi_fields_drop(fields);
}

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

enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch,
                                 struct edge_answer *answer) {
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
    read_head(platform->answer, answer);
    return open_body(platform) ? EDGE_ARRIVED : EDGE_NOT_REACHED;
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
