/* host.h - what a platform gives the service (service.h): a client to answer, an origin to
 * read, settings, a clock, and perhaps a cache. One request at a time, everything blocks.
 *
 * `self` is the platform's own and passed to every function. Optional ones are NULL where
 * the platform has no such thing. */
#ifndef EDGE_HOST_H
#define EDGE_HOST_H

#include "chunks.h"
#include "config.h"
#include "fetch.h"
#include "head.h"

/* Copies the values of a header, joined by commas, NUL-terminated. False, and "": it is not
 * there, or does not fit. */
typedef bool edge_read_header(void *self, const char *name, char *to, size_t room);

enum edge_arrival {
    EDGE_ARRIVED,
    EDGE_NOT_REACHED, /* no connection, no HTTP; or what came broke off */
    EDGE_TOO_LATE,    /* timeout_ms, stall_ms */
};

enum edge_found {
    EDGE_MISS, /* whoever asks now makes it: cache_keep or cache_leave must follow */
    EDGE_HIT,
    EDGE_NO_CACHE, /* not now: go on without */
};

/* What a cache keeps beside the bytes; texts live until cache_keep returns. */
struct edge_cached {
    const char *about; /* the service's own, handed back by cache_find */
    size_t about_bytes;
    const char *object; /* all entries with the same are purged together */
    uint64_t length, fresh_seconds, stale_seconds;
};

#define EDGE_ABOUT_BYTES_MAX 2000u

struct edge_host {
    void *self;

    edge_settings *setting;

    /* The client. Head once, then pieces, then finish. `whole` false: the client must see that
     * the body is not complete. False: the client is gone. */
    edge_read_header *request_header;
    bool (*send_head)(void *self, const struct edge_head *head);
    bool (*send)(void *self, const void *data, size_t bytes);
    void (*finish)(void *self, bool whole);

    /* One answer of an origin at a time: fetch ends the last one. */
    enum edge_arrival (*fetch)(void *self, const struct edge_fetch *fetch, uint32_t *status);
    edge_read_header *answer_header;
    /* At least one byte, at most `room`; *bytes is 0 at the end. */
    enum edge_arrival (*read)(void *self, uint8_t *to, size_t room, size_t *bytes);
    void (*drop)(void *self); /* nobody wants the rest; harmless without one */

    uint64_t (*now_ms)(void *self); /* since 1970 */
    void (*log)(void *self, const char *line, size_t bytes);
    /* Ends the program after everything was answered: a failure inside libjpeg cannot return. */
    void (*leave)(void *self);

    /* Optional: CPU time of this request so far. */
    uint32_t (*cpu_ms)(void *self);

    /* Optional, all or none. cache_find waits while another request makes the same. */
    enum edge_found (*cache_find)(void *self, const char *key, size_t key_bytes, char *about,
                                  size_t *about_bytes);
    size_t (*cache_read)(void *self, uint8_t *to, size_t room); /* of the hit; 0 at the end */
    bool (*cache_keep)(void *self, const struct edge_cached *cached,
                       const struct edge_chunks *bytes);
    void (*cache_leave)(void *self); /* it cannot be kept */
    bool (*purge)(void *self, const char *object);
};

#endif
