/* main.c - thimble on Fastly Compute: one request, one instance of this module. What is
 * answered is decided in wasm/edge; this directory says how Fastly is spoken to. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/service.h"
#include "platform.h"

#define ABI_VERSION 1u

static uint64_t now_ms(void *self) {
    struct timespec now = {0};
    (void)self;
    timespec_get(&now, TIME_UTC);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint32_t cpu_ms(void *self) {
    uint64_t ms = 0;
    (void)self;
    return fastly_vcpu_ms(&ms) == FASTLY_OK ? (uint32_t)ms : 0;
}

static void write_log(void *self, const char *line, size_t bytes) {
    uint32_t endpoint;
    size_t written;
    (void)self;
    if (fastly_log_open(PLATFORM_NAME, strlen(PLATFORM_NAME), &endpoint) != FASTLY_OK) return;
    fastly_log_write(endpoint, line, bytes, &written);
}

static void leave(void *self) {
    (void)self;
    _Exit(0);
}

int main(void) {
    struct platform platform = {.client_body = FASTLY_NO_HANDLE,
                                .origin_body = FASTLY_NO_HANDLE,
                                .entry = FASTLY_NO_HANDLE,
                                .entry_body = FASTLY_NO_HANDLE};
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
        .cpu_ms = cpu_ms,
        .cache_find = platform_cache_find,
        .cache_read = platform_cache_read,
        .cache_keep = platform_cache_keep,
        .cache_leave = platform_cache_leave,
        .purge = platform_purge,
    };
    uint32_t body;
    fastly_init(ABI_VERSION);
    fastly_downstream_get(&platform.request, &body);
    edge_run(&host, platform_method(platform.request), platform_target(platform.request));
    return 0;
}
