/* chunks.h - bytes kept until it is known what they are worth: a list of pieces that grows
 * without ever moving, up to a bound. */
#ifndef EDGE_CHUNKS_H
#define EDGE_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EDGE_CHUNK_BYTES 65536u

struct edge_chunk {
    struct edge_chunk *next;
    size_t bytes;
    uint8_t data[EDGE_CHUNK_BYTES];
};

struct edge_chunks {
    struct edge_chunk *first, *last;
    size_t bytes;
};

/* False when there is no memory. */
bool edge_chunks_append(struct edge_chunks *chunks, const void *data, size_t bytes);
void edge_chunks_free(struct edge_chunks *chunks);

#endif
