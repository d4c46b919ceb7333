/* source.c - see source.h. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool fail(struct edge_source *source, uint32_t status, const char *message) {
    source->status = status;
    th_text_copy(source->message, sizeof source->message, message);
    return false;
}

static bool fail_status(struct edge_source *source) {
    struct th_text text = {.data = source->message, .room = sizeof source->message - 1};
    source->status = 502;
    th_text_put(&text, "origin: status ");
    th_text_put_decimal(&text, source->answer.status);
    return false;
}

static bool fail_length(struct edge_source *source, uint64_t length) {
    struct th_text text = {.data = source->message, .room = sizeof source->message - 1};
    source->status = 502;
    th_text_put(&text, "origin");
    th_text_put(&text, ": ");
    th_text_put_decimal(&text, source->read_bytes);
    th_text_put(&text, " bytes instead of ");
    th_text_put_decimal(&text, length);
    return false;
}

/* Statuses that mean what they say; every other one is the origin's fault. */
static bool is_understood(uint32_t status) {
    return status == 200 || status == 206 || status == 304 || status == 403 || status == 404 ||
           status == 412 || status == 416;
}

static void read_head(struct edge_answer *answer, const struct edge_host *host) {
    char length[24], coding[32];
    const struct {
        const char *name;
        char *to;
        size_t room;
    } header[] = {
        {"Content-Length", length, sizeof length},
        {"Content-Encoding", coding, sizeof coding},
        {"Content-Type", answer->type, sizeof answer->type},
        {"ETag", answer->etag, sizeof answer->etag},
        {"Last-Modified", answer->modified, sizeof answer->modified},
        {"Content-Range", answer->content_range, sizeof answer->content_range},
        {"Accept-Ranges", answer->accept_ranges, sizeof answer->accept_ranges},
    };
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        host->answer_header(host->self, header[i].name, header[i].to, header[i].room);
    }
    answer->length_known = th_text_decimal(length, strlen(length), &answer->length);
    answer->coded = coding[0] != '\0' && strcmp(coding, "identity") != 0;
}

bool edge_source_open(struct edge_source *source, const struct edge_host *host,
                      const struct edge_fetch *fetch) {
    memset(source, 0, sizeof *source);
    source->host = host;
    source->held = malloc(EDGE_HELD_BYTES);
    source->rewindable = source->held != NULL;
    switch (host->fetch(host->self, fetch, &source->answer.status)) {
    case EDGE_NOT_REACHED: return fail(source, 502, "origin: not reached");
    case EDGE_TOO_LATE: return fail(source, 504, "origin: no answer in time");
    case EDGE_ARRIVED: break;
    }
    if (!is_understood(source->answer.status)) return fail_status(source);
    read_head(&source->answer, host);
    return !source->answer.coded || fail(source, 502, "origin: a coding nobody asked for");
}

/* Keeps what was read, as long as it is little. */
static void hold(struct edge_source *source, const uint8_t *data, size_t bytes) {
    size_t head_room = sizeof source->head - source->head_bytes;
    size_t head_bytes = bytes < head_room ? bytes : head_room;
    memcpy(source->head + source->head_bytes, data, head_bytes);
    source->head_bytes += head_bytes;
    if (bytes > EDGE_HELD_BYTES - source->held_bytes) source->rewindable = false;
    if (!source->rewindable) return;
    memcpy(source->held + source->held_bytes, data, bytes);
    source->held_bytes += bytes;
}

bool edge_source_read(struct edge_source *source, uint8_t *to, size_t room, size_t *bytes) {
    const struct edge_host *host = source->host;
    uint64_t length;
    *bytes = 0;
    if (source->status != 0) return false;
    switch (host->read(host->self, to, room, bytes)) {
    case EDGE_NOT_REACHED: return fail(source, 502, "origin: broke off");
    case EDGE_TOO_LATE: return fail(source, 504, "origin: no byte in time");
    case EDGE_ARRIVED: break;
    }
    source->read_bytes += *bytes;
    hold(source, to, *bytes);
    if (*bytes > 0 || !edge_source_length(source, &length) || source->read_bytes >= length) {
        return true;
    }
    return fail_length(source, length);
}

bool edge_source_length(const struct edge_source *source, uint64_t *length) {
    *length = source->answer.length;
    return source->answer.length_known;
}

void edge_source_close(struct edge_source *source) {
    if (source->host) source->host->drop(source->host->self);
}

void edge_source_free(struct edge_source *source) {
    edge_source_close(source);
    free(source->held);
    source->held = NULL;
}
