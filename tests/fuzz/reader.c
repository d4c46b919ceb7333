/* reader.c - see reader.h. */
#include "reader.h"

#include "arena.h"
#include "fail.h"
#include "steer.h"
#include "work.h"

struct feeder {
    struct th_input in;
    const uint8_t *data;
    size_t bytes;
    uint32_t chunks; /* 0: all at once */
};

/* What one run ended with. */
struct reading {
    enum th_status status;
    char message[TH_MESSAGE_BYTES_MAX];
    uint64_t pixels[TH_PLANES_MAX]; /* a sum of each plane's rows */
    uint64_t work;
};

static void feed(struct feeder *f) {
    size_t left = f->bytes - (size_t)f->in.total;
    REQUIRE(!f->in.closed); /* it waits for what will not come */
    size_t bytes = f->chunks ? steer_chunk(&f->chunks, left) : left;
    uint8_t *room = bytes > 0 ? th_input_reserve(&f->in, bytes) : NULL;
    if (room == NULL) {
        f->in.closed = true;
        return;
    }
    memcpy(room, f->data + f->in.total, bytes);
    th_input_push(&f->in, bytes);
}

static uint64_t sum_row(uint64_t sum, const uint8_t *row, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) sum = (sum ^ row[i]) * 1099511628211u; /* FNV-1a */
    return sum;
}

static void sum_band(struct reading *r, const struct th_shape *shape, const struct th_band *band) {
    for (uint32_t p = 0; p < th_layout_planes(shape->layout); p++) {
        size_t bytes = (size_t)shape->plane[p].width * th_layout_pixel_bytes(shape->layout);
        for (uint32_t y = 0; y < band->rows[p]; y++) {
            r->pixels[p] = sum_row(r->pixels[p], band->data[p] + y * band->stride[p], bytes);
        }
    }
}

/* Takes all rows; of each plane there are exactly as many as its shape says. */
static enum th_status drain(struct reading *r, struct feeder *f, struct th_reader *reader,
                            const struct th_arena *arena, uint64_t bound) {
    struct th_source *source = &reader->source;
    uint32_t rows[TH_PLANES_MAX] = {0};
    for (;;) {
        struct th_band band;
        enum th_status status = source->next(source, &band);
        REQUIRE(arena->used_bytes - f->in.capacity <= bound);
        if (status == TH_MORE_INPUT) {
            feed(f);
            continue;
        }
        for (uint32_t p = 0; p < th_layout_planes(source->shape.layout); p++) {
            if (status == TH_OK) {
                REQUIRE(band.rows[p] <= TH_BAND_ROWS_MAX);
                rows[p] += band.rows[p];
            }
            if (status == TH_DONE) REQUIRE(rows[p] == source->shape.plane[p].height);
        }
        if (status != TH_OK) return status;
        sum_band(r, &source->shape, &band);
    }
}

static enum th_status run_reader(struct reading *r, struct feeder *f, struct th_reader *reader,
                                 const struct th_arena *arena, uint32_t scale, bool bounded) {
    const struct th_header *h = &reader->header;
    const uint64_t before = arena->used_bytes - f->in.capacity;
    enum th_status status;
    while ((status = reader->read_header(reader)) == TH_MORE_INPUT) feed(f);
    if (status != TH_OK) return status;
    if ((uint64_t)h->width * h->height > READER_PIXELS_MAX) return TH_DONE;
    if (!(h->scales >> scale & 1)) scale = TH_SCALE_FULL;
    while ((status = reader->start(reader, scale)) == TH_MORE_INPUT) feed(f);
    if (status != TH_OK) return status;
    return drain(r, f, reader, arena, bounded ? before + h->memory_bytes : UINT64_MAX);
}

/* One run in an arena of its own, of which nothing may be left. */
static struct reading run(enum th_format format, struct feeder f, struct th_arena *arena,
                          uint32_t scale) {
    struct reading r = {0};
    struct th_limits limits;
    struct th_reader *reader = NULL;
    struct th_arena *outer = th_arena_enter(arena);
    th_limits_default(&limits);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    f.in.limit = UINT64_MAX;
    r.status = th_codec_of(format)->open_reader(&f.in, &limits, &reader);
    if (r.status == TH_OK) {
        /* Of a lossless WebP the header gives no bound (webp_vp8l.h); one who lacks memory may
         * keep a block that he wanted to make smaller. */
        bool bounded = format != TH_FORMAT_WEBP && arena->fail_after == UINT64_MAX;
        r.status = run_reader(&r, &f, reader, arena, scale, bounded);
        reader->source.close(&reader->source);
    }
    r.work = th_work_units();
    th_input_free(&f.in);
    REQUIRE(arena->used_bytes == 0);
    REQUIRE(r.status == TH_DONE || (r.status <= TH_UNSUPPORTED && r.status >= TH_NO_MEMORY));
    REQUIRE(r.status == TH_DONE || th_fail_message()[0] != '\0');
    strncpy(r.message, th_fail_message(), sizeof r.message - 1);
    th_arena_enter(outer);
    return r;
}

/* Says which two runs are about to be found to differ. */
static void tell(const char *name, const struct reading *whole, const struct reading *other) {
    if (whole->status == other->status) return;
    fprintf(stderr, "whole: %d %s\n%s: %d %s\n", (int)whole->status, whole->message, name,
            (int)other->status, other->message);
}

static void require_same(const struct reading *a, const struct reading *b) {
    REQUIRE(memcmp(a->pixels, b->pixels, sizeof a->pixels) == 0);
    REQUIRE(a->work == b->work);
}

void reader_check(enum th_format format, const uint8_t *data, size_t bytes) {
    struct steer steer;
    struct th_arena arena;
    if (!steer_take(&steer, data, &bytes)) return;
    uint32_t scale = steer_scale(steer.choice);
    uint8_t *file = exact_copy(data, bytes);
    struct feeder f = {.data = file, .bytes = bytes};
    th_arena_init(&arena, READER_MEMORY_BYTES_MAX);
    struct reading whole = run(format, f, &arena, scale);
    REQUIRE(whole.status != TH_NO_MEMORY);

    f.chunks = steer.chunks | 1;
    th_arena_init(&arena, READER_MEMORY_BYTES_MAX);
    struct reading cut = run(format, f, &arena, scale);
    tell("cut", &whole, &cut);
    REQUIRE(cut.status == whole.status);
    if (whole.status == TH_DONE) require_same(&whole, &cut);

    th_arena_init(&arena,
                  steer.limits & 1 ? (uint64_t)steer.limits << 12 : READER_MEMORY_BYTES_MAX);
    arena.fail_after = steer.fail_after;
    struct reading failing = run(format, f, &arena, scale);
    tell("failing", &whole, &failing);
    /* Without memory for input the file is a shorter one. */
    REQUIRE(failing.status == whole.status || failing.status == TH_TRUNCATED ||
            failing.status == TH_NO_MEMORY || failing.status == TH_TOO_LARGE);
    if (failing.status == TH_DONE) require_same(&whole, &failing);
    free(file);
}

bool reader_frame(enum th_format format, const uint8_t *file, size_t bytes, struct frame *frame) {
    struct th_arena arena;
    struct th_limits limits;
    struct th_reader *reader = NULL;
    struct feeder f = {.in = {.limit = UINT64_MAX}, .data = file, .bytes = bytes};
    th_limits_default(&limits);
    th_arena_init(&arena, READER_MEMORY_BYTES_MAX);
    struct th_arena *outer = th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    while (!f.in.closed) feed(&f);
    enum th_status status = th_codec_of(format)->open_reader(&f.in, &limits, &reader);
    REQUIRE(status == TH_OK);
    const struct th_header *h = &reader->header;
    status = reader->read_header(reader);
    if (status == TH_OK && (uint64_t)h->width * h->height > READER_PIXELS_MAX)
        status = TH_TOO_LARGE;
    if (status == TH_OK) status = reader->start(reader, TH_SCALE_FULL);
    if (status == TH_OK) {
        *frame = frame_collect(&reader->source, &status);
        if (status != TH_DONE) frame_free(frame);
    }
    reader->source.close(&reader->source);
    th_input_free(&f.in);
    th_arena_clear(&arena);
    th_arena_enter(outer);
    return status == TH_DONE;
}
