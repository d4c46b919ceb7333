/* fuzz_icc.c - any bytes as an ICC profile, and as a PNG's iCCP chunk, with and without memory; and
 * packed into such a chunk, from which they come back. */
#include "arena.h"
#include "codec/icc.h"
#include "codec/png_icc.h"
#include "fail.h"
#include "require.h"

static void unpack(const uint8_t *chunk, size_t bytes, uint64_t fail_after) {
    struct th_arena arena;
    uint8_t *profile = NULL;
    size_t profile_bytes = 0;
    th_arena_init(&arena, 8u << 20);
    arena.fail_after = fail_after;
    struct th_arena *outer = th_arena_enter(&arena);
    th_fail_clear();
    enum th_status status = th_png_icc_unpack(chunk, bytes, &profile, &profile_bytes);
    REQUIRE(status == TH_OK || (status == TH_NO_MEMORY && fail_after != UINT64_MAX));
    REQUIRE(profile_bytes <= TH_ICC_BYTES_MAX);
    REQUIRE((profile == NULL) == (profile_bytes == 0));
    if (profile) REQUIRE(th_icc_classify(profile, profile_bytes) <= TH_ICC_OTHER);
    th_free(profile);
    REQUIRE(arena.used_bytes == 0);
    th_arena_enter(outer);
    th_arena_clear(&arena);
}

static void pack_and_unpack(const uint8_t *profile, size_t bytes) {
    static struct th_deflate deflate;
    struct th_arena arena;
    uint8_t *chunk = NULL, *again = NULL;
    size_t chunk_bytes = 0, again_bytes = 0;
    th_arena_init(&arena, 8u << 20);
    struct th_arena *outer = th_arena_enter(&arena);
    REQUIRE(th_png_icc_pack(profile, bytes, &deflate, &chunk, &chunk_bytes) == TH_OK);
    REQUIRE(th_png_icc_unpack(chunk, chunk_bytes, &again, &again_bytes) == TH_OK);
    REQUIRE(again_bytes == bytes && memcmp(again, profile, bytes) == 0);
    th_free(chunk);
    th_free(again);
    REQUIRE(arena.used_bytes == 0);
    th_arena_enter(outer);
    th_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    uint8_t *profile = exact_copy(data, bytes);
    REQUIRE(th_icc_classify(profile, bytes) <= TH_ICC_OTHER);
    unpack(profile, bytes, UINT64_MAX);
    unpack(profile, bytes, bytes % 8);
    /* Deflate clears its tables first: that takes longer than all else. */
    if (bytes % 8 == 1) pack_and_unpack(profile, bytes);
    free(profile);
    return 0;
}
