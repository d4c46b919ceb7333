/* source.h - an origin's answer while it is read, with its beginning held: what the header
 * decides can still be answered with the whole original, from the held bytes on. Errors of
 * origins become statuses here (worker/origin/object.js, worker/image/tape.js). */
#ifndef EDGE_SOURCE_H
#define EDGE_SOURCE_H

#include "host.h"
#include "media.h"

#define EDGE_HELD_BYTES 65536u /* past that the beginning is let go */

/* The head of an origin's answer; texts are "" where it has no such header. */
struct edge_answer {
    uint32_t status;
    bool coded; /* still has a Content-Encoding, which nobody asked for */
    bool length_known;
    uint64_t length;
    char type[128], etag[256], modified[64], content_range[96], accept_ranges[32];
};

struct edge_source {
    const struct edge_host *host;
    struct edge_answer answer;
    uint64_t read_bytes;
    uint8_t *held; /* all that was read, while it is little; owned */
    size_t held_bytes;
    bool rewindable;
    uint8_t head[EDGE_MEDIA_HEAD_BYTES]; /* the first bytes */
    size_t head_bytes;
    uint32_t status;  /* of a fault: 502, 504; 0: none */
    char message[96]; /* of a fault, one line */
};

/* Asks the origin. False on a fault, or a status that is neither the object nor a clear no. */
bool edge_source_open(struct edge_source *source, const struct edge_host *host,
                      const struct edge_fetch *fetch);

/* The next piece: *bytes is 0 at the end. False on a fault: broken off, too late, or shorter
 * than its Content-Length. */
bool edge_source_read(struct edge_source *source, uint8_t *to, size_t room, size_t *bytes);

/* Bytes of the whole body, if that is known. */
bool edge_source_length(const struct edge_source *source, uint64_t *length);

/* Nobody wants the rest; the held bytes stay. */
void edge_source_close(struct edge_source *source);
void edge_source_free(struct edge_source *source);

#endif
