/* job.c - one image from bytes to bytes: sniff, header, plan, rows. The public
 * face of the core (thimble.h); a state machine whose states are below. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bytes.h"
#include "codec/codec.h"
#include "codec/sniff.h"
#include "fail.h"
#include "json.h"
#include "options.h"
#include "pipeline.h"
#include "plan.h"
#include "text.h"
#include "work.h"

enum state {
    STATE_SNIFF,  /* which format? */
    STATE_HEADER, /* its header, then the plan */
    STATE_COUNT,  /* f=json: only count what still comes */
    STATE_START,  /* make the decoder ready, build the pipeline */
    STATE_ROWS,
    STATE_DONE,
};

struct th_job {
    struct th_arena arena;
    struct th_limits limits;
    struct th_options options;
    struct th_info info;
    char message[TH_MESSAGE_BYTES_MAX];
    struct th_input in;
    struct th_output out;
    enum state state;
    struct th_reader *reader; /* until the pipeline owns it */
    struct th_plan plan;
    struct th_pipeline pipeline;
};

/* ---- steps: each does one state's work and says what is next ---- */

static enum th_status refuse(enum th_status status, const char *what) {
    char message[TH_MESSAGE_BYTES_MAX] = {0};
    struct th_text text = {.data = message, .room = sizeof message - 1};
    if (status != TH_UNSUPPORTED) return th_fail(status, what);
    th_text_put(&text, "image: not jpeg, png or webp but ");
    th_text_put(&text, what);
    return th_fail(status, message);
}

static enum th_status sniff(struct th_job *job) {
    const char *what = NULL;
    enum th_status status = th_sniff(th_input_data(&job->in), th_input_ready(&job->in),
                                     job->in.closed, &job->info.in_format, &what);
    if (status == TH_MORE_INPUT) return status;
    if (status != TH_OK) return refuse(status, what);
    TH_TRY(th_codec_of(job->info.in_format)->open_reader(&job->in, &job->limits, &job->reader));
    job->state = STATE_HEADER;
    return TH_OK;
}

static void record_plan(struct th_job *job) {
    job->info.in_width = job->plan.in_width;
    job->info.in_height = job->plan.in_height;
    job->info.out_format = job->plan.out_format;
    job->info.out_width = job->plan.out_width;
    job->info.out_height = job->plan.out_height;
}

static enum th_status header(struct th_job *job) {
    TH_TRY(job->reader->read_header(job->reader));
    uint64_t expected = job->in.expected > job->in.total ? job->in.expected : job->in.total;
    TH_TRY(th_plan_make(&job->plan, &job->reader->header, job->info.in_format, &job->options,
                        &job->limits, expected));
    record_plan(job);
    th_work_expect(job->plan.work, job->reader->header.work_hidden);
    job->state = job->plan.out_format == TH_FORMAT_JSON ? STATE_COUNT : STATE_START;
    return TH_OK;
}

/* Metadata is complete when the length of the input is known. */
static enum th_status count(struct th_job *job) {
    th_input_consume(&job->in, th_input_ready(&job->in));
    if (!job->in.closed) return TH_MORE_INPUT;
    TH_TRY(th_json_write(&job->out, &job->reader->header, th_codec_of(job->info.in_format)->name,
                         job->in.total));
    job->state = STATE_DONE;
    return TH_OK;
}

static enum th_status start(struct th_job *job) {
    TH_TRY(job->reader->start(job->reader, job->plan.scale));
    struct th_reader *reader = job->reader;
    job->reader = NULL;
    job->state = STATE_ROWS;
    return th_pipeline_open(&job->pipeline, &job->plan, reader, &job->out);
}

static enum th_status rows(struct th_job *job) {
    enum th_status status = th_pipeline_step(&job->pipeline);
    if (status != TH_DONE) return status;
    job->state = STATE_DONE;
    return TH_OK;
}

static enum th_status run(struct th_job *job) {
    for (;;) {
        switch (job->state) {
        case STATE_SNIFF: TH_TRY(sniff(job)); break;
        case STATE_HEADER: TH_TRY(header(job)); break;
        case STATE_COUNT: TH_TRY(count(job)); break;
        case STATE_START: TH_TRY(start(job)); break;
        case STATE_ROWS: TH_TRY(rows(job)); break;
        case STATE_DONE: return TH_DONE;
        }
    }
}

/* ---- the public face ---- */

void th_job_measure(struct th_job *job) {
    job->info.peak_memory_bytes = job->arena.peak_bytes;
    job->info.work = th_work_units();
}

/* Keeps the first error for ever, with its text. */
static enum th_status settle(struct th_job *job, enum th_status status) {
    if (status < 0 && job->info.status >= 0) {
        job->info.status = status;
        size_t length = strlen(th_fail_message());
        memcpy(job->message, th_fail_message(), length + 1);
    }
    if (status >= 0) job->info.status = status;
    th_job_measure(job);
    return status;
}

enum th_status th_job_open(struct th_job **result, const struct th_limits *limits,
                           const char *options, size_t options_bytes) {
    struct th_job *job = calloc(1, sizeof *job);
    *result = job;
    if (!job) return TH_NO_MEMORY;
    th_arena_init(&job->arena, limits->memory_bytes_max);
    th_fail_clear();
    th_work_begin(limits->work_max);
    th_work_expect(0, 0);
    job->limits = *limits;
    job->in.limit = limits->input_bytes_max;
    job->out.limit = UINT64_MAX;
    job->info.message = job->message;
    char message[TH_MESSAGE_BYTES_MAX];
    enum th_status status = th_options_parse(&job->options, options, options_bytes, message,
                                             sizeof message);
    if (status != TH_OK) settle(job, th_fail(status, message));
    return TH_OK;
}

uint8_t *th_job_reserve(struct th_job *job, size_t bytes) {
    if (job->info.status < 0) return NULL;
    struct th_arena *outer = th_arena_enter(&job->arena);
    uint8_t *room = NULL;
    if (bytes > job->in.limit || job->in.total > job->in.limit - bytes) {
        settle(job, th_fail(TH_TOO_LARGE, "input: more bytes than the limit (input)"));
    } else {
        room = th_input_reserve(&job->in, bytes);
        if (!room) settle(job, th_fail_memory());
    }
    th_arena_enter(outer);
    return room;
}

enum th_status th_job_push(struct th_job *job, const uint8_t *data, size_t bytes) {
    if (job->info.status < 0) return job->info.status;
    if (job->in.closed) return settle(job, th_fail(TH_MISUSE, "push after end"));
    if (job->state == STATE_DONE || bytes == 0) return TH_OK;
    uint8_t *room = th_job_reserve(job, bytes);
    if (!room) return job->info.status;
    if (room != data) memcpy(room, data, bytes);
    th_input_push(&job->in, bytes);
    return TH_OK;
}

enum th_status th_job_end(struct th_job *job) {
    if (job->info.status < 0) return job->info.status;
    job->in.closed = true;
    return TH_OK;
}

void th_job_expect(struct th_job *job, uint64_t input_bytes) {
    job->in.expected = input_bytes <= job->in.limit ? input_bytes : 0;
}

enum th_status th_job_step(struct th_job *job) {
    if (job->info.status < 0) return job->info.status;
    struct th_arena *outer = th_arena_enter(&job->arena);
    enum th_status status = run(job);
    if (status == TH_MORE_INPUT && job->in.closed) {
        status = th_fail(TH_INTERNAL, "more input wanted after the end");
    }
    settle(job, status);
    th_arena_enter(outer);
    return status;
}

size_t th_job_pull(struct th_job *job, const uint8_t **data) {
    return th_output_take(&job->out, data);
}

const struct th_info *th_job_info(const struct th_job *job) {
    return &job->info;
}

void th_job_close(struct th_job *job) {
    if (!job) return;
    struct th_arena *outer = th_arena_enter(&job->arena);
    th_pipeline_close(&job->pipeline);
    if (job->reader) job->reader->source.close(&job->reader->source);
    th_input_free(&job->in);
    th_output_free(&job->out);
    th_arena_enter(outer);
    th_arena_clear(&job->arena);
    free(job);
}
