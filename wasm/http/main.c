/* main.c - thimble as a wasi:http component: one request, one call of handle. What is answered
 * is decided in wasm/edge; this directory says how such a host is spoken to. */
#include <stdlib.h>

#include "edge/service.h"
#include "platform.h"

static uint64_t now_ms(void *self) {
    struct wasi_time now = {0};
    (void)self;
    wasi_now(&now);
    return now.seconds * 1000 + now.nanoseconds / 1000000;
}

bool platform_write(uint32_t stream, const void *data, size_t bytes) {
    const uint8_t *from = data;
    while (bytes > 0) {
        struct wasi_stream_result result = {0};
        size_t piece = bytes < WASI_WRITE_BYTES_MAX ? bytes : WASI_WRITE_BYTES_MAX;
        wasi_stream_write(stream, from, piece, &result);
        if (result.failed && result.error != WASI_STREAM_CLOSED) wasi_error_drop(result.why);
        if (result.failed) return false;
        from += piece;
        bytes -= piece;
    }
    return true;
}

static void write_log(void *self, const char *line, size_t bytes) {
    uint32_t stream = wasi_stderr();
    (void)self;
    platform_write(stream, line, bytes);
    wasi_output_drop(stream);
}

/* Everything was answered; the host throws the instance away. */
static void leave(void *self) {
    (void)self;
    __builtin_trap();
}

/* What the host allocates with. */
__attribute__((export_name("cabi_realloc"))) void *http_realloc(void *block, size_t old_bytes,
                                                                size_t align, size_t bytes) {
    (void)old_bytes; /* alignments of the interfaces here are those of malloc, or less */
    if (bytes == 0) return (void *)align;
    void *grown = realloc(block, bytes);
    if (!grown) __builtin_trap();
    return grown;
}

__attribute__((export_name("wasi:http/incoming-handler@0.2.0#handle"))) void
http_handle(uint32_t request, uint32_t outparam) {
    struct platform platform = {.request_fields = wasi_request_headers(request),
                                .outparam = outparam,
                                .client_body = WASI_NO_HANDLE,
                                .client_stream = WASI_NO_HANDLE,
                                .answer = WASI_NO_HANDLE,
                                .origin_body = WASI_NO_HANDLE,
                                .origin_stream = WASI_NO_HANDLE};
    const struct edge_host host = {
        .self = &platform,
        .setting = platform_setting,
        .request_header = platform_request_header,
        .send_head = platform_send_head,
        .send = platform_send,
        .finish = platform_finish,
        .fetch = platform_fetch,
        .answer_header = platform_answer_header,
        .read = platform_read,
        .drop = platform_drop,
        .now_ms = now_ms,
        .log = write_log,
        .leave = leave,
    };
    edge_run(&host, platform_method(request), platform_target(request));
    platform_drop(&platform);
    wasi_fields_drop(platform.request_fields);
    wasi_request_drop(request);
}
