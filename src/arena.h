/* arena.h - every byte a job holds, counted, limited, and freed at once.
 *
 * All allocation of the core and of the linked libraries (compiled with malloc
 * renamed to th_malloc) comes from the arena that is current. So a job has one
 * figure for its peak memory, the same natively and in Wasm, one limit that no
 * library can pass, and no leak after a codec bailed out in the middle.
 *
 * There is one current arena per thread (per instance in Wasm): the only
 * mutable global of the core. th_job_* set it on entry. */
#ifndef TH_ARENA_H
#define TH_ARENA_H

#include "thimble.h"

/* What a block counts beside its bytes, which are rounded up to 16: its header,
 * the same on 32- and 64-bit machines, so that a job's peak is the same too. */
#define TH_ARENA_BLOCK_BYTES 32u

struct th_arena {
    struct th_arena_block *blocks; /* doubly linked, newest first */
    uint64_t used_bytes;
    uint64_t peak_bytes;
    uint64_t limit_bytes;  /* an allocation past it answers NULL */
    bool limit_hit;        /* the last refusal came from the limit, not from the system */
    uint64_t fail_after;   /* tests: this many allocations succeed, then none; UINT64_MAX = off */
};

void th_arena_init(struct th_arena *arena, uint64_t limit_bytes);
/* Frees every block. The arena may be used again. */
void th_arena_clear(struct th_arena *arena);
/* Makes `arena` current and returns the one that was (NULL at first). */
struct th_arena *th_arena_enter(struct th_arena *arena);

/* Was the current arena's limit the reason for a NULL? */
bool th_arena_limit_hit(void);

/* malloc & co. on the current arena; without one, plain and unlimited.
 * Blocks are 16-byte aligned. A block belongs to the arena it came from. */
void *th_malloc(size_t bytes);
void *th_calloc(size_t count, size_t bytes);
void *th_realloc(void *block, size_t bytes);
void th_free(void *block);

#endif
