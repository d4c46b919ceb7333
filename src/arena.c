/* arena.c - see arena.h. Blocks are a doubly linked list, each with a header of 32
 * bytes in front; a block counts as its size rounded up to 16 plus that header,
 * whatever the width of a pointer, so that all builds report the same figure. */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES 32u
#define ALIGN_BYTES 16u

struct th_arena_block {
    struct th_arena_block *previous, *next;
    struct th_arena *arena; /* NULL: allocated while none was current */
    size_t bytes;           /* as asked */
};
_Static_assert(sizeof(struct th_arena_block) <= HEADER_BYTES, "the header has outgrown its room");

#ifdef __wasm__
static struct th_arena *current;
#else
static _Thread_local struct th_arena *current;
#endif

void th_arena_init(struct th_arena *arena, uint64_t limit_bytes) {
    *arena = (struct th_arena){.limit_bytes = limit_bytes, .fail_after = UINT64_MAX};
}

struct th_arena *th_arena_enter(struct th_arena *arena) {
    struct th_arena *outer = current;
    current = arena;
    return outer;
}

void th_arena_clear(struct th_arena *arena) {
    while (arena->blocks) {
        struct th_arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    arena->used_bytes = 0;
}

bool th_arena_limit_hit(void) {
    return current && current->limit_hit;
}

static uint64_t counted(size_t bytes) {
    return ((uint64_t)bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES + HEADER_BYTES;
}

/* May `add` bytes more be allocated, `drop` bytes less being held? */
static bool may_allocate(struct th_arena *arena, uint64_t add, uint64_t drop) {
    if (!arena) return true;
    if (arena->fail_after == 0) return false;
    if (arena->fail_after != UINT64_MAX) arena->fail_after--;
    if (arena->used_bytes - drop + add <= arena->limit_bytes) return true;
    arena->limit_hit = true;
    return false;
}

static void link_block(struct th_arena_block *block, struct th_arena *arena) {
    block->arena = arena;
    block->previous = NULL;
    block->next = NULL;
    if (!arena) return;
    block->next = arena->blocks;
    if (arena->blocks) arena->blocks->previous = block;
    arena->blocks = block;
    arena->used_bytes += counted(block->bytes);
    if (arena->used_bytes > arena->peak_bytes) arena->peak_bytes = arena->used_bytes;
}

static void unlink_block(struct th_arena_block *block) {
    struct th_arena *arena = block->arena;
    if (!arena) return;
    if (block->previous) block->previous->next = block->next;
    else arena->blocks = block->next;
    if (block->next) block->next->previous = block->previous;
    arena->used_bytes -= counted(block->bytes);
}

static struct th_arena_block *block_of(void *data) {
    return (struct th_arena_block *)(void *)((uint8_t *)data - HEADER_BYTES);
}

static void *allocate(size_t bytes, bool zeroed) {
    if (bytes > SIZE_MAX - HEADER_BYTES || !may_allocate(current, counted(bytes), 0)) return NULL;
    struct th_arena_block *block =
        zeroed ? calloc(1, bytes + HEADER_BYTES) : malloc(bytes + HEADER_BYTES);
    if (!block) return NULL;
    block->bytes = bytes;
    link_block(block, current);
    return (uint8_t *)block + HEADER_BYTES;
}

void *th_malloc(size_t bytes) {
    return allocate(bytes, false);
}

void *th_calloc(size_t count, size_t bytes) {
    if (bytes != 0 && count > SIZE_MAX / bytes) return NULL;
    return allocate(count * bytes, true);
}

void *th_realloc(void *data, size_t bytes) {
    if (!data) return th_malloc(bytes);
    struct th_arena_block *block = block_of(data);
    struct th_arena *arena = block->arena;
    if (bytes > SIZE_MAX - HEADER_BYTES) return NULL;
    if (!may_allocate(arena, counted(bytes), counted(block->bytes))) return NULL;
    unlink_block(block);
    struct th_arena_block *grown = realloc(block, bytes + HEADER_BYTES);
    if (grown) grown->bytes = bytes;
    else grown = block;
    link_block(grown, arena);
    return grown->bytes == bytes ? (uint8_t *)grown + HEADER_BYTES : NULL;
}

void th_free(void *data) {
    if (!data) return;
    struct th_arena_block *block = block_of(data);
    unlink_block(block);
    free(block);
}
