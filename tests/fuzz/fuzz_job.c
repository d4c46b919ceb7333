/* fuzz_job.c - any bytes as an image, through the whole job, three times: whole; cut into chunks
 * that the input itself decides, with as small a window for the output; and with tight limits and
 * an allocator that begins to fail.
 *
 * Crashes on INTERNAL or MISUSE, a wait for input behind the end, a failure without words, memory
 * that a closed job still holds, NO_MEMORY where there is memory, and where the second run ends in
 * another status, image or work than the first (of two faults either may be named). What comes out
 * has to be an image of the promised size.
 *
 * The last bytes of the input steer (steer.h); before them stands the file. */
#include "arena.h"
#include "bytes.h"
#include "plan.h"
#include "png_mend.h"
#include "require.h"
#include "steer.h"
#include "thimble.h"

#define STEPS_MAX 2000000u
#define PIXELS_MAX (1u << 16) /* larger pictures only cost time */
#define MEMORY_BYTES_MAX (64u << 20)
#define WORK_MAX 2000u

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed);

static const char *const options[16] = {
    "w=16&f=png",
    "w=20&h=20&f=webp",
    "w=24&h=18&f=jpeg&fit=contain&bg=80ff0080",
    "f=json",
    "w=1",
    "h=33&f=safe",
    "q=1&f=jpeg",
    "w=64&h=8&fit=fill&f=webp&q=100",
    "w=40&h=40&up=1&f=png",
    "w=7&h=9&g=0.1x0.9&f=jpeg&lin=1",
    "f=png",
    "w=50&h=20&fit=outside&up=1&lin=1",
    "w=12&h=12&fit=contain&f=png&lin=1",
    "w=3&f=jpeg&bg=fff",
    "w=100&dpr=2&f=webp",
    "h=5&fit=scale-down&up=1&f=png",
};

struct outcome {
    enum th_status status;
    char message[256];
    struct th_info info;
    uint8_t *out;
    size_t out_bytes, out_room;
};

/* ---- linked in place of the core's own (link.mk, --wrap) ---- */

static uint64_t fail_after = UINT64_MAX;
static uint64_t memory_planned;
static size_t window_taken; /* of the output window: as if so many bytes were queued already */

void __real_th_arena_init(struct th_arena *arena, uint64_t limit_bytes);
void __real_th_arena_clear(struct th_arena *arena);
void __wrap_th_arena_init(struct th_arena *arena, uint64_t limit_bytes);
void __wrap_th_arena_clear(struct th_arena *arena);
enum th_status __real_th_plan_make(struct th_plan *plan, const struct th_header *header,
                                   enum th_format in_format, const struct th_options *wanted,
                                   const struct th_limits *limits, uint64_t input_bytes);
enum th_status __wrap_th_plan_make(struct th_plan *plan, const struct th_header *header,
                                   enum th_format in_format, const struct th_options *wanted,
                                   const struct th_limits *limits, uint64_t input_bytes);
size_t __real_th_output_ready(const struct th_output *out);
size_t __wrap_th_output_ready(const struct th_output *out);

void __wrap_th_arena_init(struct th_arena *arena, uint64_t limit_bytes) {
    __real_th_arena_init(arena, limit_bytes);
    arena->fail_after = fail_after;
}

/* What the arena frees at last should have been freed before. */
void __wrap_th_arena_clear(struct th_arena *arena) {
    REQUIRE(arena->used_bytes == 0);
    __real_th_arena_clear(arena);
}

/* The plan's promise, kept for the run it was made for. */
enum th_status __wrap_th_plan_make(struct th_plan *plan, const struct th_header *header,
                                   enum th_format in_format, const struct th_options *wanted,
                                   const struct th_limits *limits, uint64_t input_bytes) {
    enum th_status status = __real_th_plan_make(plan, header, in_format, wanted, limits,
                                                input_bytes);
    memory_planned = plan->memory_bytes;
    return status;
}

size_t __wrap_th_output_ready(const struct th_output *out) {
    size_t ready = __real_th_output_ready(out);
    return ready > 0 ? ready + window_taken : 0;
}

/* ---- one run ---- */

static void take_output(struct th_job *job, struct outcome *o) {
    const uint8_t *data;
    size_t bytes;
    while ((bytes = th_job_pull(job, &data)) > 0) {
        if (bytes > o->out_room - o->out_bytes) {
            o->out_room = 2 * o->out_room + bytes;
            o->out = realloc(o->out, o->out_room);
            REQUIRE(o->out != NULL);
        }
        memcpy(o->out + o->out_bytes, data, bytes);
        o->out_bytes += bytes;
    }
}

/* A piece of input; chunks == 0: all of it at once. */
static size_t give_input(struct th_job *job, const uint8_t *file, size_t left, uint32_t *chunks) {
    if (left == 0) {
        th_job_end(job);
        return 0;
    }
    size_t bytes = *chunks ? steer_chunk(chunks, left) : left;
    uint8_t *piece = exact_copy(file, bytes);
    th_job_push(job, piece, bytes);
    free(piece);
    return bytes;
}

static void run(struct outcome *o, const char *text, const struct th_limits *limits,
                const uint8_t *file, size_t file_bytes, uint32_t chunks) {
    struct th_job *job;
    size_t at = 0;
    bool ended = false;
    *o = (struct outcome){.status = th_job_open(&job, limits, text, strlen(text))};
    REQUIRE(o->status == TH_OK);
    if (chunks & 1) th_job_expect(job, chunks & 2 ? file_bytes : chunks);
    for (uint32_t step = 0; o->status >= 0 && o->status != TH_DONE; step++) {
        REQUIRE(step < STEPS_MAX);
        o->status = th_job_step(job);
        if (o->status == TH_MORE_INPUT) {
            REQUIRE(!ended);
            ended = at == file_bytes;
            at += give_input(job, file + at, file_bytes - at, &chunks);
        }
        if (o->status == TH_MORE_OUTPUT) REQUIRE(th_job_step(job) == TH_MORE_OUTPUT);
        if (o->status == TH_MORE_OUTPUT || o->status == TH_DONE) take_output(job, o);
    }
    REQUIRE(th_job_step(job) == o->status);
    o->info = *th_job_info(job);
    strncpy(o->message, o->info.message, sizeof o->message - 1);
    REQUIRE(o->status != TH_INTERNAL && o->status != TH_MISUSE && o->status != TH_BAD_OPTION);
    REQUIRE(o->status == TH_DONE || o->message[0] != '\0');
    REQUIRE(o->status != TH_NO_MEMORY || fail_after != UINT64_MAX);
    REQUIRE(o->info.peak_memory_bytes <= limits->memory_bytes_max);
    /* Here all input may lie in memory, whether the decoder wants it to or not. There is no plan
     * for JSON, and no bound of a lossless WebP (webp_vp8l.h). */
    bool planned = memory_planned > 0 && o->info.in_format != TH_FORMAT_WEBP;
    if (o->status == TH_DONE && planned && fail_after == UINT64_MAX)
        REQUIRE(o->info.peak_memory_bytes <= memory_planned + 2 * file_bytes);
    th_job_close(job);
}

/* ---- three of them ---- */

static void check_image(const struct outcome *o, const struct th_limits *limits) {
    struct outcome seen;
    char size[64];
    REQUIRE(o->out_bytes > 0);
    if (o->info.out_format == TH_FORMAT_JSON) return;
    run(&seen, "f=json", limits, o->out, o->out_bytes, 0);
    REQUIRE(seen.status == TH_DONE);
    int length = snprintf(size, sizeof size, "{\"width\":%u,\"height\":%u,", o->info.out_width,
                          o->info.out_height);
    REQUIRE(seen.out_bytes > (size_t)length && memcmp(seen.out, size, (size_t)length) == 0);
    free(seen.out);
}

static bool by_memory(const struct outcome *o) {
    return o->status == TH_TOO_LARGE && strstr(o->message, "memory") != NULL;
}

static void check_same(const struct outcome *a, const struct outcome *b) {
    /* The whole file at once holds more of it. */
    if (by_memory(a) || by_memory(b)) return;
    if (a->status != b->status) {
        fprintf(stderr, "whole: %d %s\ncut:   %d %s\n", (int)a->status, a->message, (int)b->status,
                b->message);
    }
    REQUIRE(a->status == b->status);
    if (a->status != TH_DONE) return;
    REQUIRE(a->info.work == b->info.work);
    REQUIRE(a->out_bytes == b->out_bytes && memcmp(a->out, b->out, a->out_bytes) == 0);
}

static void check_failing(const struct outcome *whole, const struct steer *steer, const char *text,
                          const struct th_limits *loose, const uint8_t *file, size_t file_bytes) {
    struct outcome o;
    struct th_limits limits = *loose;
    if (steer->limits & 1) limits.memory_bytes_max = (uint64_t)(steer->limits | 15u) << 12;
    if (steer->limits & 2) limits.work_max = 1 + (steer->limits >> 2);
    if (steer->limits & 4) limits.pixels_max = (uint64_t)steer->limits << 4;
    if (steer->limits & 8) limits.input_bytes_max = (uint64_t)steer->limits << 4;
    fail_after = steer->limits & 128 ? UINT64_MAX : steer->fail_after;
    run(&o, text, &limits, file, file_bytes, steer->chunks);
    fail_after = UINT64_MAX;
    bool fine = o.status == TH_DONE || o.status == whole->status || o.status == TH_NO_MEMORY ||
                o.status == TH_TOO_LARGE;
    if (!fine) {
        fprintf(stderr, "whole: %d %s\nfailing: %d %s\n", (int)whole->status, whole->message,
                (int)o.status, o.message);
    }
    REQUIRE(fine);
    free(o.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    struct outcome whole, cut;
    struct steer steer;
    struct th_limits limits;
    if (!steer_take(&steer, data, &bytes)) return 0;
    const char *text = options[steer.choice % 16];
    th_limits_default(&limits);
    limits.pixels_max = PIXELS_MAX;
    limits.memory_bytes_max = MEMORY_BYTES_MAX;
    limits.work_max = WORK_MAX;
    run(&whole, text, &limits, data, bytes, 0);
    if (whole.status == TH_DONE) check_image(&whole, &limits);
    window_taken = TH_OUT_WINDOW_BYTES - 1 - (steer.chunks >> 24);
    run(&cut, text, &limits, data, bytes, steer.chunks | 4);
    check_same(&whole, &cut);
    check_failing(&whole, &steer, text, &limits, data, bytes);
    window_taken = 0;
    free(whole.out);
    free(cut.out);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed) {
    return png_mutate(data, bytes, bytes_max, seed, STEER_BYTES);
}
