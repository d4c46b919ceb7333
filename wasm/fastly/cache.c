/* cache.c - the core cache, one per data centre, where a request that finds nothing makes the
 * answer for all who wait for the same. Where it says no, the service goes on without. */
#include <string.h>

#include "platform.h"

#define SECOND_NS 1000000000u
#define YEAR_SECONDS 31536000u /* nobody needs more, and nanoseconds stay below 64 bits */

static void close_entry(struct platform *platform) {
    if (platform->entry != FASTLY_NO_HANDLE) fastly_cache_close(platform->entry);
    platform->entry = FASTLY_NO_HANDLE;
}

/* The hit's metadata, and its body opened. */
static bool open_hit(struct platform *platform, char *about, size_t *about_bytes) {
    struct fastly_body_options options = {0, 0};
    return fastly_cache_metadata(platform->entry, about, *about_bytes, about_bytes) == FASTLY_OK &&
           fastly_cache_body(platform->entry, 0, &options, &platform->entry_body) == FASTLY_OK;
}

enum edge_found platform_cache_find(void *self, const char *key, size_t key_bytes, char *about,
                                    size_t *about_bytes) {
    struct platform *platform = self;
    struct fastly_lookup_options options = {FASTLY_NO_HANDLE, "", 0};
    uint32_t state = 0;
    if (fastly_cache_lookup(key, key_bytes, 0, &options, &platform->entry) != FASTLY_OK) {
        platform->entry = FASTLY_NO_HANDLE;
        return EDGE_NO_CACHE;
    }
    int status = fastly_cache_state(platform->entry, &state);
    if (status == FASTLY_OK && (state & FASTLY_MUST_INSERT)) return EDGE_MISS;
    if (status == FASTLY_OK && (state & FASTLY_USABLE) && open_hit(platform, about, about_bytes)) {
        return EDGE_HIT;
    }
    close_entry(platform);
    return EDGE_NO_CACHE;
}

size_t platform_cache_read(void *self, uint8_t *to, size_t room) {
    const struct platform *platform = self;
    size_t bytes = 0;
    int status = fastly_body_read(platform->entry_body, to, room, &bytes);
    return status == FASTLY_OK && bytes <= room ? bytes : 0;
}

static uint64_t nanoseconds(uint64_t seconds) {
    return (seconds < YEAR_SECONDS ? seconds : YEAR_SECONDS) * SECOND_NS;
}

static bool write_chunks(uint32_t body, const struct edge_chunks *bytes) {
    for (const struct edge_chunk *chunk = bytes->first; chunk; chunk = chunk->next) {
        if (!platform_write(body, chunk->data, chunk->bytes)) return false;
    }
    return true;
}

bool platform_cache_keep(void *self, const struct edge_cached *cached,
                         const struct edge_chunks *bytes) {
    struct platform *platform = self;
    uint32_t body;
    struct fastly_write_options options = {
        .max_age_ns = nanoseconds(cached->fresh_seconds),
        .request = FASTLY_NO_HANDLE,
        .stale_while_revalidate_ns = nanoseconds(cached->stale_seconds),
        .surrogate_keys = cached->object,
        .surrogate_keys_bytes = strlen(cached->object),
        .length = cached->length,
        .user_metadata = cached->about,
        .user_metadata_bytes = cached->about_bytes,
    };
    uint32_t mask = FASTLY_STALE_WHILE_REVALIDATE | FASTLY_SURROGATE_KEYS | FASTLY_LENGTH |
                    FASTLY_USER_METADATA;
    if (fastly_cache_insert(platform->entry, mask, &options, &body) != FASTLY_OK) return false;
    bool whole = write_chunks(body, bytes);
    if (whole)
        fastly_body_close(body);
    else
        fastly_body_abandon(body);
    close_entry(platform);
    return whole;
}

void platform_cache_leave(void *self) {
    struct platform *platform = self;
    if (platform->entry != FASTLY_NO_HANDLE) fastly_cache_cancel(platform->entry);
    close_entry(platform);
}

bool platform_purge(void *self, const char *object) {
    struct fastly_purge_options options = {0};
    (void)self;
    return fastly_purge(object, strlen(object), 0, &options) == FASTLY_OK;
}
