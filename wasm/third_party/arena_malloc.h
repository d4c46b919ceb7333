/* arena_malloc.h - included in front of every third-party file (-include), so that
 * their malloc is the arena's: one limit and one figure for all memory of a job,
 * and nothing leaks when a codec bails out in the middle.
 *
 * The system headers come first: they declare the real names, which must not be
 * renamed. The prototypes are src/arena.h's. */
#ifndef TH_ARENA_MALLOC_H
#define TH_ARENA_MALLOC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *th_malloc(size_t bytes);
void *th_calloc(size_t count, size_t bytes);
void *th_realloc(void *block, size_t bytes);
void th_free(void *block);

#define malloc th_malloc
#define calloc th_calloc
#define realloc th_realloc
#define free th_free

#endif
