/* test_arena.c - what an arena counts, refuses and frees. Leaks and overreads are
 * AddressSanitizer's to find. */
#include "arena.h"
#include "check.h"
#include "fail.h"

#define HEADER TH_ARENA_BLOCK_BYTES

static void test_counts(void) {
    struct th_arena arena;
    th_arena_init(&arena, 1000);
    struct th_arena *outer = th_arena_enter(&arena);
    CHECK(outer == NULL);
    void *a = th_malloc(1); /* 16 + header */
    void *b = th_malloc(16);
    void *c = th_malloc(0);
    CHECK(a && b && c && a != b && b != c);
    CHECK_EQ((uintptr_t)a % 16, 0);
    CHECK_EQ((uintptr_t)c % 16, 0);
    CHECK_EQ(arena.used_bytes, 32 + 3 * HEADER);
    th_free(b);
    CHECK_EQ(arena.used_bytes, 16 + 2 * HEADER);
    CHECK_EQ(arena.peak_bytes, 32 + 3 * HEADER);
    th_free(NULL);
    th_arena_clear(&arena);
    CHECK_EQ(arena.used_bytes, 0);
    CHECK_EQ(arena.peak_bytes, 32 + 3 * HEADER);
    CHECK(arena.blocks == NULL);
    CHECK(th_arena_enter(outer) == &arena);
}

static void test_limit(void) {
    struct th_arena arena;
    th_arena_init(&arena, 100 + HEADER);
    th_arena_enter(&arena);
    CHECK(th_malloc(101) == NULL); /* counts as 112 */
    CHECK(th_arena_limit_hit());
    void *a = th_malloc(96);
    CHECK(a != NULL);
    CHECK(th_malloc(0) == NULL); /* a header is too much */
    CHECK(th_realloc(a, 97) == NULL);
    memset(a, 7, 96); /* still there after the refusal */
    th_free(a);
    CHECK(th_malloc(SIZE_MAX) == NULL);
    CHECK(th_malloc(SIZE_MAX - HEADER) == NULL);
    CHECK(th_calloc(SIZE_MAX / 2, 3) == NULL);
    CHECK(th_calloc(SIZE_MAX, SIZE_MAX) == NULL);
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_clear(&arena);
    th_arena_enter(NULL);
}

static void test_realloc(void) {
    struct th_arena arena;
    th_arena_init(&arena, 1u << 20);
    th_arena_enter(&arena);
    uint8_t *first = th_malloc(10), *grown = th_realloc(NULL, 3), *last = th_malloc(10);
    CHECK(first && grown && last);
    memcpy(grown, "abc", 3);
    for (size_t bytes = 4; bytes < 200000; bytes = bytes * 3 / 2) {
        grown = th_realloc(grown, bytes);
        CHECK(grown != NULL);
        CHECK_BYTES(grown, "abc", 3);
        grown[bytes - 1] = 'z';
    }
    grown = th_realloc(grown, 3);
    CHECK_BYTES(grown, "abc", 3);
    CHECK_EQ(arena.used_bytes, 3 * 16 + 3 * HEADER);
    /* The middle block moved about; its neighbours still find it. */
    th_free(first);
    th_free(last);
    th_free(grown);
    CHECK(arena.blocks == NULL);
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_enter(NULL);
}

static void test_calloc(void) {
    struct th_arena arena;
    th_arena_init(&arena, 1u << 20);
    th_arena_enter(&arena);
    uint8_t *zeroed = th_calloc(100, 3);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 300; i++) sum += zeroed[i];
    CHECK_EQ(sum, 0);
    CHECK(th_calloc(0, 0) != NULL);
    CHECK(th_calloc(0, SIZE_MAX) != NULL);
    th_arena_clear(&arena);
    th_arena_enter(NULL);
}

/* A block belongs to the arena it came from, whichever is current when it goes. */
static void test_nesting(void) {
    struct th_arena one, two;
    th_arena_init(&one, 4096);
    th_arena_init(&two, 4096);
    void *outside = th_malloc(50);
    th_arena_enter(&one);
    void *a = th_malloc(64);
    CHECK(th_arena_enter(&two) == &one);
    void *b = th_malloc(16);
    a = th_realloc(a, 128);
    outside = th_realloc(outside, 10000); /* no limit there */
    CHECK(a && b && outside);
    CHECK_EQ(one.used_bytes, 128 + HEADER);
    CHECK_EQ(two.used_bytes, 16 + HEADER);
    th_free(a);
    th_free(outside);
    CHECK_EQ(one.used_bytes, 0);
    th_arena_enter(NULL);
    CHECK(!th_arena_limit_hit());
    th_arena_clear(&two);
}

static void test_fail_after(void) {
    struct th_arena arena;
    th_arena_init(&arena, 4096);
    arena.fail_after = 2;
    th_arena_enter(&arena);
    void *a = th_malloc(8);
    a = th_realloc(a, 9);
    CHECK(a != NULL);
    CHECK(th_malloc(1) == NULL);
    CHECK(th_calloc(1, 1) == NULL);
    CHECK(th_realloc(a, 10) == NULL);
    CHECK(!th_arena_limit_hit());
    th_free(a);
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_enter(NULL);
}

static void test_failure_texts(void) {
    struct th_arena arena;
    char longer[2 * TH_MESSAGE_BYTES_MAX];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    th_arena_init(&arena, 64);
    th_arena_enter(&arena);
    th_fail_clear();
    CHECK_STR(th_fail_message(), "");
    CHECK_EQ(th_fail(TH_CORRUPT, "png: bad IHDR"), TH_CORRUPT);
    CHECK_EQ(th_fail(TH_INTERNAL, "later"), TH_INTERNAL);
    CHECK_STR(th_fail_message(), "png: bad IHDR");
    th_fail_clear();
    th_fail(TH_CORRUPT, longer);
    CHECK_EQ(strlen(th_fail_message()), TH_MESSAGE_BYTES_MAX - 1);
    CHECK(th_malloc(100) == NULL);
    CHECK_EQ(th_fail_memory(), TH_TOO_LARGE);
    arena.fail_after = 0;
    CHECK(th_malloc(1) == NULL);
    CHECK_EQ(th_fail_memory(), TH_NO_MEMORY);
    th_arena_enter(NULL);
    CHECK_EQ(th_fail_memory(), TH_NO_MEMORY);
    th_fail_clear();
}

int main(void) {
    test_counts();
    test_limit();
    test_realloc();
    test_calloc();
    test_nesting();
    test_fail_after();
    test_failure_texts();
    return check_done();
}
