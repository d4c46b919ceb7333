/* chunks.c - see chunks.h. */
#include "chunks.h"

#include <stdlib.h>
#include <string.h>

/* The last chunk, with room in it; NULL when there is no memory. */
static struct edge_chunk *open_chunk(struct edge_chunks *chunks) {
    struct edge_chunk *last = chunks->last;
    if (last && last->bytes < EDGE_CHUNK_BYTES) return last;
    struct edge_chunk *chunk = malloc(sizeof *chunk);
    if (!chunk) return NULL;
    chunk->next = NULL;
    chunk->bytes = 0;
    *(last ? &last->next : &chunks->first) = chunk;
    chunks->last = chunk;
    return chunk;
}

bool edge_chunks_append(struct edge_chunks *chunks, const void *data, size_t bytes) {
    const uint8_t *from = data;
    while (bytes > 0) {
        struct edge_chunk *chunk = open_chunk(chunks);
        if (!chunk) return false;
        size_t room = EDGE_CHUNK_BYTES - chunk->bytes, n = bytes < room ? bytes : room;
        memcpy(chunk->data + chunk->bytes, from, n);
        chunk->bytes += n;
        chunks->bytes += n;
        from += n;
        bytes -= n;
    }
    return true;
}

void edge_chunks_free(struct edge_chunks *chunks) {
    for (struct edge_chunk *chunk = chunks->first, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *chunks = (struct edge_chunks){0};
}
