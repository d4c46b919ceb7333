/* arena.c - see arena.h. Each block is a malloc of its own, header in front, so
 * that AddressSanitizer sees a read one byte past it. */
#include "arena.h"

#include <assert.h>
#include <stdlib.h>

#include "per_thread.h"

struct th_arena_block {
    _Alignas(16) struct th_arena_block *newer;
    struct th_arena_block *older;
    struct th_arena *arena; /* NULL: allocated outside any */
    uint64_t bytes;         /* asked for, without the header */
};

_Static_assert(sizeof(struct th_arena_block) == TH_ARENA_BLOCK_BYTES, "counted as 32 bytes");

TH_PER_THREAD struct th_arena *current;

void th_arena_init(struct th_arena *arena, uint64_t limit_bytes) {
    *arena = (struct th_arena){.limit_bytes = limit_bytes, .fail_after = UINT64_MAX};
}

void th_arena_clear(struct th_arena *arena) {
    while (arena->blocks) {
        struct th_arena_block *older = arena->blocks->older;
        free(arena->blocks);
        arena->blocks = older;
    }
    arena->used_bytes = 0;
}

struct th_arena *th_arena_enter(struct th_arena *arena) {
    struct th_arena *outer = current;
    current = arena;
    return outer;
}

bool th_arena_limit_hit(void) {
    return current && current->limit_hit;
}

static struct th_arena_block *block_of(void *memory) {
    return (struct th_arena_block *)memory - 1;
}

/* What a block counts; `bytes` is far from wrapping, or admit says no. */
static uint64_t cost(size_t bytes) {
    return (((uint64_t)bytes + 15) & ~(uint64_t)15) + TH_ARENA_BLOCK_BYTES;
}

/* Remembers whose refusal it was: the limit's or the system's. */
static bool refuse(struct th_arena *arena, bool by_limit) {
    if (arena) arena->limit_hit = by_limit;
    return false;
}

/* May the arena hold `add` more after giving back `drop`? An injected failure
 * counts as the system's. */
static bool admit(struct th_arena *arena, size_t bytes, uint64_t add, uint64_t drop) {
    if (bytes > SIZE_MAX - TH_ARENA_BLOCK_BYTES - 15) return refuse(arena, true);
    if (!arena) return true;
    uint64_t rest = arena->used_bytes - drop;
    if (rest > arena->limit_bytes || add > arena->limit_bytes - rest) return refuse(arena, true);
    if (arena->fail_after == 0) return refuse(arena, false);
    if (arena->fail_after != UINT64_MAX) arena->fail_after--;
    return true;
}

static void count(struct th_arena *arena, uint64_t add, uint64_t drop) {
    if (!arena) return;
    assert(arena->used_bytes >= drop);
    arena->used_bytes += add - drop;
    if (arena->used_bytes > arena->peak_bytes) arena->peak_bytes = arena->used_bytes;
}

static void link_block(struct th_arena_block *block, struct th_arena *arena) {
    block->arena = arena;
    block->newer = NULL;
    block->older = arena ? arena->blocks : NULL;
    if (block->older) block->older->newer = block;
    if (arena) arena->blocks = block;
}

/* Its neighbours take note of the place a block has moved to; NULL: it is gone. */
static void relink_block(const struct th_arena_block *block, struct th_arena_block *now) {
    struct th_arena *arena = block->arena;
    if (block->older) block->older->newer = now ? now : block->newer;
    if (block->newer)
        block->newer->older = now ? now : block->older;
    else if (arena)
        arena->blocks = now ? now : block->older;
}

static void *allocate(size_t bytes, bool zeroed) {
    if (!admit(current, bytes, cost(bytes), 0)) return NULL;
    size_t total = sizeof(struct th_arena_block) + bytes;
    struct th_arena_block *block = zeroed ? calloc(1, total) : malloc(total);
    if (!block) {
        refuse(current, false);
        return NULL;
    }
    link_block(block, current);
    block->bytes = bytes;
    count(current, cost(bytes), 0);
    return block + 1;
}

void *th_malloc(size_t bytes) {
    return allocate(bytes, false);
}

void *th_calloc(size_t count_of, size_t bytes) {
    if (bytes > 0 && count_of > SIZE_MAX / bytes) return NULL;
    return allocate(count_of * bytes, true);
}

#ifdef __wasm__
#define HOLES_MAX 8u

/* wasi-libc's allocator (dlmalloc) lets a block grow in place into what lies free
 * behind it, but does not ask the host for more memory to make that possible: it
 * would copy, and linear memory, which never shrinks, would hold both copies. So
 * something is allocated behind the block and freed again: then there is room. A
 * piece that fills a hole elsewhere is held until one lands behind the block.
 * 10 MB in steps of 64 KiB: 10.2 MB of linear memory in node, 26.8 without this. */
static void make_room_behind(const struct th_arena_block *block, size_t add) {
    void *held[HOLES_MAX];
    uint32_t held_count = 0;
    uintptr_t end = (uintptr_t)(block + 1) + (uintptr_t)block->bytes;
    while (held_count < HOLES_MAX) {
        void *piece = malloc(add);
        if (!piece) break;
        held[held_count++] = piece;
        if ((uintptr_t)piece > end) break; /* behind it, or the block is not the last and moves */
    }
    while (held_count > 0) free(held[--held_count]);
}
#else
/* Others' realloc moves pages instead of bytes, or returns what it copied. */
static void make_room_behind(const struct th_arena_block *block, size_t add) {
    (void)block;
    (void)add;
}
#endif

/* Below this a copy is nothing. */
#define ROOM_BEHIND_BYTES_MIN 65536u

void *th_realloc(void *memory, size_t bytes) {
    if (!memory) return allocate(bytes, false);
    struct th_arena_block *block = block_of(memory);
    struct th_arena_block old = *block;
    uint64_t drop = cost((size_t)old.bytes), add = cost(bytes);
    if (!admit(old.arena, bytes, add, drop)) return NULL;
    if (bytes >= ROOM_BEHIND_BYTES_MIN && bytes > old.bytes) {
        make_room_behind(block, bytes - (size_t)old.bytes);
    }
    block = realloc(block, sizeof *block + bytes);
    if (!block) {
        refuse(old.arena, false);
        return NULL;
    }
    relink_block(&old, block);
    block->bytes = bytes;
    count(old.arena, add, drop);
    return block + 1;
}

void th_free(void *memory) {
    if (!memory) return;
    struct th_arena_block *block = block_of(memory);
    relink_block(block, NULL);
    count(block->arena, 0, cost((size_t)block->bytes));
    free(block);
}
