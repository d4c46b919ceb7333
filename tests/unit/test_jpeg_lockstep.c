/* test_jpeg_lockstep.c - the lockstep reader against libjpeg-turbo: the same
 * coefficients, the same samples at each scale, over made files of every shape; and
 * over damaged ones: what libjpeg takes without a warning ours takes, and what ours
 * takes has libjpeg's samples. */
#include <stdlib.h>

#include "arena.h"
#include "check.h"
#include "codec/jpeg_lockstep.h"
#include "fail.h"
#include "jpeg_compare.h"
#include "jpeg_maker.h"
#include "jpeg_oracle.h"
#include "work.h"

#define PIXELS_MAX 1200000u

/* ---- coefficients ---- */

static bool same_block_line(const struct th_jpeg_blocks *b, uint32_t y,
                            const struct oracle_plane *o, uint32_t row) {
    for (uint32_t x = 0; x < o->block_columns; x++) {
        const int16_t *ours = b->coefficient + ((size_t)y * b->columns + x) * 64;
        const int16_t *want = o->coefficients + ((size_t)row * o->block_columns + x) * 64;
        if (memcmp(ours, want, 64 * sizeof *ours) != 0) return false;
        uint64_t nonzero = 0;
        for (uint32_t k = 1; k < 64; k++) {
            if (ours[th_jpeg_order[k]]) nonzero |= UINT64_C(1) << k;
        }
        if (b->nonzero[y * b->columns + x] != nonzero) return false;
    }
    return true;
}

static bool same_coefficients(struct th_lockstep *l, const struct oracle *o) {
    const struct th_jpeg_frame *f = th_lockstep_frame(l);
    if (th_lockstep_start(l, 8) != TH_OK) return false;
    for (uint32_t row = 0; row < f->mcu_rows; row++) {
        const struct th_jpeg_blocks *blocks;
        if (th_lockstep_blocks(l, &blocks) != TH_OK) return false;
        for (uint32_t i = 0; i < f->component_count; i++) {
            const struct th_jpeg_component *c = &f->component[i];
            for (uint32_t y = 0; y < c->v && row * c->v + y < c->height_blocks; y++) {
                if (!same_block_line(&blocks[i], y, &o->plane[i], row * c->v + y)) return false;
            }
        }
    }
    return true;
}

/* ---- made files ---- */

static const uint32_t scales[] = {1, 2, 3, 4, 8}; /* eighths */
#define SCALES (sizeof scales / sizeof scales[0])

static void report(const struct maker *m, uint32_t scale, const char *what) {
    printf("%s, %u/8: %u x %u, %u components", what, scale, m->width, m->height,
           m->component_count);
    for (uint32_t i = 0; i < m->component_count; i++) {
        printf(" %ux%u", m->component[i].h, m->component[i].v);
    }
    printf(", %s, %u scans: %s\n", m->progressive ? "progressive" : "sequential", m->scan_count,
           th_fail_message());
}

static void check_scale(const struct maker *m, uint32_t scale) {
    struct comparison c;
    jpeg_compare(&c, m->bytes, m->size, scale, PIXELS_MAX);
    bool same = c.clean && c.status == TH_OK && !c.fault[0];
    if (!same) report(m, scale, c.fault);
    CHECK(same);
}

static void check_file(const struct maker *m) {
    struct oracle o;
    struct th_lockstep *l = NULL;
    oracle_decode(&o, m->bytes, m->size, 8, true, PIXELS_MAX);
    th_fail_clear();
    CHECK(th_lockstep_open(&l, m->bytes, m->size) == TH_OK);
    if (l && o.plane[0].coefficients) {
        bool same = same_coefficients(l, &o);
        if (!same) report(m, 8, "coefficients differ");
        CHECK(same);
    }
    th_lockstep_close(l);
    oracle_free(&o);
    for (uint32_t i = 0; i < SCALES; i++) check_scale(m, scales[i]);
}

struct sampling {
    uint32_t count, h[4], v[4];
};

/* 4:4:4, 4:2:2, 4:4:0, 4:2:0, 4:1:1, 4:1:0, grey, grey with factors, odd ones, two and
 * four components. */
static const struct sampling samplings[] = {
    {3, {1, 1, 1}, {1, 1, 1}},
    {3, {2, 1, 1}, {1, 1, 1}},
    {3, {1, 1, 1}, {2, 1, 1}},
    {3, {2, 1, 1}, {2, 1, 1}},
    {3, {4, 1, 1}, {1, 1, 1}},
    {3, {4, 1, 1}, {2, 1, 1}},
    {1, {1}, {1}},
    {1, {2}, {2}},
    {3, {3, 1, 1}, {1, 1, 1}},
    {3, {3, 2, 1}, {1, 1, 1}},
    {3, {1, 2, 1}, {1, 2, 2}},
    {3, {2, 2, 1}, {2, 1, 2}},
    {3, {1, 1, 1}, {4, 1, 2}},
    {3, {4, 4, 4}, {4, 4, 4}},
    {2, {2, 1}, {1, 1}},
    {4, {1, 1, 1, 1}, {1, 1, 1, 1}},
    {4, {2, 1, 1, 2}, {2, 1, 1, 2}},
    {3, {3, 1, 1}, {3, 1, 1}},
};
#define SAMPLINGS (sizeof samplings / sizeof samplings[0])

static void make_file(struct maker *m, uint32_t seed) {
    const struct sampling *s = &samplings[seed % SAMPLINGS];
    uint32_t round = seed / (uint32_t)SAMPLINGS;
    struct maker sizes = {.random = seed * 747796405u | 1};
    for (uint32_t i = 0; i < 8; i++) maker_random(&sizes, 2);
    uint32_t width = 1 + maker_random(&sizes, 70), height = 1 + maker_random(&sizes, 70);
    uint32_t density = 1 + maker_random(&sizes, round % 2 ? 30 : 200);
    maker_init(m, seed + 1, width, height, s->count, s->h, s->v, density);
    if (round % 4 == 0)
        maker_script_sequential(m);
    else
        maker_script_progressive(m, round % 4 != 1);
    maker_write(m);
}

static void test_made_files(uint32_t files) {
    for (uint32_t seed = 0; seed < files; seed++) {
        struct maker m;
        make_file(&m, seed);
        check_file(&m);
        maker_free(&m);
    }
}

/* AC coefficients up to 15 bits, which no encoder makes. */
static void test_large_coefficients(void) {
    const uint32_t one = 1;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        struct maker m;
        maker_init(&m, seed, 40, 40, 1, &one, &one, 200);
        for (uint32_t i = 0; i < 25 * 63; i++) {
            int16_t *at = &m.component[0].block[i / 63][1 + i % 63];
            *at = (int16_t)(*at * 32 + (*at & 31));
        }
        maker_script_progressive(&m, true);
        maker_write(&m);
        check_file(&m);
        maker_free(&m);
    }
}

/* The file: all AC coefficients in one scan, refined bit by bit from `al` to 0. */
static void write_refined(struct maker *m, uint32_t al) {
    m->progressive = true;
    m->scan[m->scan_count++] = (struct maker_scan){.component_count = 1};
    m->scan[m->scan_count++] = (struct maker_scan){
        .component_count = 1, .ss = 1, .se = 63, .al = al};
    for (; al > 0; al--)
        m->scan[m->scan_count++] = (struct maker_scan){
            .component_count = 1, .ss = 1, .se = 63, .ah = al, .al = al - 1};
    maker_write(m);
}

/* Blocks without a zero: many corrections before a symbol, and behind the last. In two blocks
 * of three some coefficients come as late as the refining scans. */
static void make_dense(struct maker *m, uint32_t seed) {
    const uint32_t one = 1;
    maker_init(m, seed, 24, 24, 1, &one, &one, 0);
    for (uint32_t i = 0; i < 9 * 63; i++) {
        bool late = i / 63 % 3 != 0 && maker_random(m, 20) == 0;
        int32_t magnitude = (int32_t)(late ? 1 + maker_random(m, 7) : 8 + maker_random(m, 1000));
        m->component[0].block[i / 63][1 + i % 63] = (int16_t)(maker_random(m, 2) ? magnitude
                                                                                 : -magnitude);
    }
    write_refined(m, 3);
}

static void test_dense_blocks(uint32_t files) {
    for (uint32_t seed = 1; seed <= files; seed++) {
        struct maker m;
        make_dense(&m, seed);
        check_file(&m);
        maker_free(&m);
    }
}

/* A refining scan that is one run of 2^14 blocks, and corrects a coefficient in the first. */
static void test_longest_run(void) {
    const uint32_t one = 1;
    struct maker m;
    maker_init(&m, 1, 1032, 1024, 1, &one, &one, 0);
    for (uint32_t i = 0; i < 129 * 128; i++) m.component[0].block[i][1 + i % 63] = 3;
    write_refined(&m, 1);
    check_scale(&m, 8);
    maker_free(&m);
}

/* ---- damaged files ---- */

static void damage(struct maker *m, uint8_t *bytes, size_t *size) {
    uint32_t hits = 1 + maker_random(m, 3);
    if (maker_random(m, 4) == 0) *size = maker_random(m, (uint32_t)*size);
    /* Tables are dense in such small files: half of the time only the second half is hit. */
    size_t from = maker_random(m, 2) ? *size / 2 : 0;
    for (uint32_t i = 0; i < hits && *size > 0; i++) {
        size_t at = from + maker_random(m, (uint32_t)(*size - from));
        if (maker_random(m, 2))
            bytes[at] ^= (uint8_t)(1u << maker_random(m, 8));
        else
            bytes[at] = (uint8_t)maker_random(m, 256);
    }
}

/* Ends an AC scan's band early, so that runs of zeros leave it. */
static void shorten_band(struct maker *m, uint8_t *bytes, size_t size) {
    uint32_t before = maker_random(m, m->scan_count);
    for (size_t at = 0; at + 8 <= size; at++) {
        if (bytes[at] != 0xff || bytes[at + 1] != 0xda || before-- > 0) continue;
        uint8_t *band = bytes + at + 5 + (size_t)bytes[at + 4] * 2; /* Ss, Se */
        if (band[0] > 0) band[1] -= (uint8_t)maker_random(m, band[1] - band[0] + 1u);
        return;
    }
}

/* The band of the last scan in a file. */
static uint8_t *last_band(const struct maker *m) {
    size_t at = m->size;
    while (m->bytes[--at] != 0xda || m->bytes[at - 1] != 0xff) continue;
    return m->bytes + at + 4 + (size_t)m->bytes[at + 3] * 2;
}

/* One block with two coefficients, of which the second is just behind the band of the scan that
 * brings it: a first one, or one that refines. */
static void check_run_out_of_band(uint32_t first, uint32_t second, bool refining) {
    const uint32_t one = 1;
    struct maker m;
    maker_init(&m, 1, 8, 8, 1, &one, &one, 0);
    m.component[0].block[0][first] = 700;
    m.component[0].block[0][second] = 300;
    m.progressive = true;
    m.scan[m.scan_count++] = (struct maker_scan){.component_count = 1};
    if (refining)
        m.scan[m.scan_count++] = (struct maker_scan){
            .component_count = 1, .ss = 1, .se = 63, .al = 9};
    m.scan[m.scan_count++] = (struct maker_scan){
        .component_count = 1, .ss = 1, .se = 63, .ah = refining ? 9 : 0, .al = 8};
    maker_write(&m);
    last_band(&m)[1] = (uint8_t)(second - 1);
    check_scale(&m, 8);
    maker_free(&m);
}

static void test_runs_out_of_bands(void) {
    for (uint32_t first = 1; first < 63; first++) {
        for (uint32_t second = first + 1; second < 64 && second < first + 17; second++) {
            check_run_out_of_band(first, second, false);
            check_run_out_of_band(first, second, true);
        }
    }
}

static struct {
    uint32_t files, libjpeg_clean, libjpeg_warned, libjpeg_failed, ours_ok, stricter;
} counts;

static void check_damaged(const uint8_t *bytes, size_t size, uint32_t scale, uint32_t seed) {
    struct comparison c;
    jpeg_compare(&c, bytes, size, scale, PIXELS_MAX);
    counts.files++;
    counts.libjpeg_clean += c.clean;
    counts.libjpeg_failed += c.oracle_failed;
    counts.libjpeg_warned += !c.clean && !c.oracle_failed;
    counts.ours_ok += c.status == TH_OK;
    counts.stricter += c.stricter;
    if (c.fault[0]) printf("seed %u, %u/8: %s\n", seed, scale, c.fault);
    CHECK(!c.fault[0]);
}

/* A file, damaged so many times. */
static void check_damages(struct maker *m, uint32_t times, uint32_t seed) {
    uint8_t *copy = malloc(m->size);
    for (uint32_t i = 0; i < times; i++) {
        size_t size = m->size;
        memcpy(copy, m->bytes, size);
        if (m->progressive && i % 4 == 0)
            shorten_band(m, copy, size);
        else
            damage(m, copy, &size);
        /* Its own block, so that a byte read too far is found. */
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, copy, size);
        check_damaged(exact, size, scales[i % SCALES], seed);
        free(exact);
    }
    free(copy);
}

static void test_damaged_files(uint32_t files, uint32_t times) {
    for (uint32_t seed = 0; seed < files; seed++) {
        struct maker m;
        if (seed % 10 == 9)
            make_dense(&m, seed);
        else
            make_file(&m, seed + 7);
        check_damages(&m, times, seed);
        maker_free(&m);
    }
}

/* ---- memory ---- */

/* Wherever memory runs out, there is a status and nothing is left behind. */
static void test_no_memory(void) {
    struct maker m;
    struct th_arena arena;
    make_file(&m, 21);
    enum th_status status = TH_NO_MEMORY;
    for (uint64_t after = 0; status != TH_OK && after < 500; after++) {
        struct th_lockstep *l = NULL;
        th_arena_init(&arena, UINT64_MAX);
        arena.fail_after = after;
        struct th_arena *outer = th_arena_enter(&arena);
        status = th_lockstep_open(&l, m.bytes, m.size);
        if (status == TH_OK) status = th_lockstep_start(l, 4);
        CHECK(status == TH_OK || status == TH_NO_MEMORY);
        th_lockstep_close(l);
        CHECK_EQ(arena.used_bytes, 0);
        th_arena_enter(outer);
        th_arena_clear(&arena);
    }
    CHECK_EQ(status, TH_OK);
    maker_free(&m);
}

int main(int argc, char **argv) {
    uint32_t more = argc > 1 ? (uint32_t)atoi(argv[1]) : 1;
    th_work_begin(UINT64_MAX / 2);
    test_made_files(300 * more);
    test_large_coefficients();
    test_dense_blocks(12 * more);
    test_longest_run();
    test_runs_out_of_bands();
    test_damaged_files(100 * more, 40);
    test_no_memory();
    printf("damaged: %u files; libjpeg: %u clean, %u with warnings, %u failed; ours: %u, stricter "
           "%u\n",
           counts.files, counts.libjpeg_clean, counts.libjpeg_warned, counts.libjpeg_failed,
           counts.ours_ok, counts.stricter);
    return check_done();
}
