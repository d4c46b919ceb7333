/* edge_platform.c - see edge_platform.h. */
#include "edge_platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct edge_platform edge_platform;

static void require(bool holds) {
    if (!holds) edge_platform.faults++;
}

static enum edge_arrival fetch(void *self, const struct edge_fetch *asked, uint32_t *status) {
    (void)self;
    edge_platform.at = 0;
    edge_platform.fetches++;
    require(strcmp(asked->url, "http://o/dev/a.png") == 0 ||
            strcmp(asked->url, "http://o/prod/a.png") == 0);
    edge_platform.if_match_asked = false;
    for (uint32_t i = 0; i < asked->header_count; i++) {
        if (strcmp(asked->header[i].name, "If-Match") == 0) edge_platform.if_match_asked = true;
    }
    bool second = edge_platform.fetches > 1 && edge_platform.second_status;
    *status = second ? edge_platform.second_status : edge_platform.status;
    return edge_platform.arrival;
}

static bool answer_header(void *self, const char *name, char *to, size_t room) {
    char length[24];
    (void)self;
    snprintf(length, sizeof length, "%" PRIu64,
             edge_platform.file_bytes + edge_platform.length_lie);
    const char *value = strcmp(name, "ETag") == 0            ? edge_platform.etag
                        : strcmp(name, "Content-Type") == 0  ? edge_platform.type
                        : strcmp(name, "Last-Modified") == 0 ? "Tue, 24 Nov 2026 02:00:00 GMT"
                        : strcmp(name, "Content-Length") == 0 && edge_platform.length_known ? length
                                                                                            : "";
    snprintf(to, room, "%s", value);
    return value[0] != '\0';
}

static enum edge_arrival read_origin(void *self, uint8_t *to, size_t room, size_t *bytes) {
    (void)self;
    if (edge_platform.reads++ == edge_platform.fail_read) return edge_platform.read_failure;
    *bytes = edge_platform.file_bytes - edge_platform.at;
    if (*bytes > edge_platform.piece_bytes) *bytes = edge_platform.piece_bytes;
    if (*bytes > room) *bytes = room;
    memcpy(to, edge_platform.file + edge_platform.at, *bytes);
    edge_platform.at += *bytes;
    return EDGE_ARRIVED;
}

static void drop(void *self) {
    (void)self;
}

static bool send_head(void *self, const struct edge_head *head) {
    (void)self;
    edge_platform.head = *head;
    for (uint32_t i = 0; i < head->count; i++) { /* the copy's texts are its own */
        edge_platform.head.header[i].value = edge_platform.head.text +
                                             (head->header[i].value - head->text);
    }
    require(++edge_platform.heads == 1);
    const bool waited_for = edge_platform.asked && edge_platform.found == EDGE_MISS;
    require(edge_platform.kept + edge_platform.left == waited_for); /* not behind a slow client */
    return edge_platform.sends++ != edge_platform.fail_send;
}

static bool send_bytes(void *self, const void *data, size_t bytes) {
    (void)self;
    require(edge_platform.heads == 1 && !edge_platform.finished);
    memcpy(edge_platform.body + edge_platform.body_bytes, data, bytes);
    edge_platform.body_bytes += bytes;
    return edge_platform.sends++ != edge_platform.fail_send;
}

static void finish(void *self, bool whole) {
    (void)self;
    require(++edge_platform.finished == 1);
    edge_platform.whole = whole;
}

static uint64_t now_ms(void *self) {
    (void)self;
    return edge_platform.ms += 1;
}

static uint32_t cpu_ms(void *self) {
    (void)self;
    return edge_platform.cpu_ms += edge_platform.cpu_step;
}

static void write_log(void *self, const char *line, size_t bytes) {
    (void)self;
    memcpy(edge_platform.log, line, bytes);
    edge_platform.log[bytes] = '\0';
}

static void leave(void *self) {
    (void)self;
    exit(1); /* natively libjpeg returns */
}

static enum edge_found cache_find(void *self, const char *key, size_t key_bytes, char *about,
                                  size_t *about_bytes) {
    (void)self;
    require(key_bytes > 0 && key != NULL);
    edge_platform.asked = true;
    if (edge_platform.found != EDGE_HIT) return edge_platform.found;
    memcpy(about, edge_platform.about, edge_platform.about_bytes);
    *about_bytes = edge_platform.about_bytes;
    edge_platform.stored_at = 0;
    return EDGE_HIT;
}

static size_t cache_read(void *self, uint8_t *to, size_t room) {
    (void)self;
    size_t bytes = edge_platform.stored_bytes - edge_platform.stored_at < 1000
                       ? edge_platform.stored_bytes - edge_platform.stored_at
                       : 1000;
    if (bytes > room) bytes = room;
    memcpy(to, edge_platform.stored + edge_platform.stored_at, bytes);
    edge_platform.stored_at += bytes;
    return bytes;
}

static bool cache_keep(void *self, const struct edge_cached *cached,
                       const struct edge_chunks *bytes) {
    (void)self;
    if (edge_platform.refuses) return false;
    edge_platform.kept++;
    edge_platform.fresh_seconds = cached->fresh_seconds;
    require(strstr(cached->object, "/a.png") != NULL);
    memcpy(edge_platform.about, cached->about, cached->about_bytes);
    edge_platform.about_bytes = cached->about_bytes;
    edge_platform.stored_bytes = 0;
    for (const struct edge_chunk *chunk = bytes->first; chunk; chunk = chunk->next) {
        memcpy(edge_platform.stored + edge_platform.stored_bytes, chunk->data, chunk->bytes);
        edge_platform.stored_bytes += chunk->bytes;
    }
    require(edge_platform.stored_bytes == cached->length);
    return true;
}

static void cache_leave(void *self) {
    (void)self;
    edge_platform.left++;
}

static bool purge(void *self, const char *object) {
    (void)self;
    strcpy(edge_platform.purged, object);
    return true;
}

const struct edge_host edge_platform_host = {
    .fetch = fetch,
    .answer_header = answer_header,
    .read = read_origin,
    .drop = drop,
    .send_head = send_head,
    .send = send_bytes,
    .finish = finish,
    .now_ms = now_ms,
    .log = write_log,
    .leave = leave,
    .cpu_ms = cpu_ms,
    .cache_find = cache_find,
    .cache_read = cache_read,
    .cache_keep = cache_keep,
    .cache_leave = cache_leave,
    .purge = purge,
};
