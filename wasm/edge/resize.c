/* resize.c - see resize.h. */
#include "resize.h"

#include <string.h>

#include "work.h"

/* The next piece of the source into the job, or its end. False on a fault of the source. */
static bool feed(struct th_job *job, struct edge_source *source) {
    size_t bytes;
    uint8_t *room = th_job_reserve(job, EDGE_CHUNK_BYTES);
    if (!room) return true; /* the job has failed, the next step says so */
    if (!edge_source_read(source, room, EDGE_CHUNK_BYTES, &bytes)) return false;
    if (bytes > 0)
        th_job_push(job, room, bytes);
    else
        th_job_end(job);
    return true;
}

static enum th_status drain(struct th_job *job, struct edge_result *result, const char **message) {
    const uint8_t *data;
    size_t bytes;
    while ((bytes = th_job_pull(job, &data)) > 0) {
        *message = "output: more bytes than the limit (output_bytes_max)";
        if (bytes > result->bytes_max - result->bytes.bytes) return TH_TOO_LARGE;
        *message = "output: no memory";
        if (!edge_chunks_append(&result->bytes, data, bytes)) return TH_NO_MEMORY;
    }
    *message = "";
    return TH_OK;
}

/* The budget of the one job there is: the meter is told nothing. */
static struct {
    const struct edge_host *host;
    uint32_t ms_max;
    bool over;
} budget;

static bool within_budget(void) {
    budget.over = budget.host->cpu_ms(budget.host->self) > budget.ms_max;
    return !budget.over;
}

static void set_budget(const struct edge_host *host, const struct edge_config *config) {
    budget.host = host;
    budget.ms_max = config->cpu_ms_max;
    budget.over = false;
    th_work_set_meter(host->cpu_ms && config->cpu_ms_max > 0 ? within_budget : NULL);
}

/* Steps until the job is done or has failed, or a reason outside of it ends it. */
static enum edge_end run(struct th_job *job, struct edge_result *result,
                         struct edge_source *source) {
    for (;;) {
        enum th_status status = th_job_step(job);
        const char *message = th_job_info(job)->message;
        if (status == TH_MORE_INPUT && !feed(job, source)) return EDGE_SOURCE_FAILED;
        if (status == TH_MORE_OUTPUT || status == TH_DONE) {
            enum th_status drained = drain(job, result, &message);
            if (drained != TH_OK) status = drained;
        }
        result->info = *th_job_info(job);
        result->info.status = status;
        th_text_copy(result->message, sizeof result->message, message);
        result->info.message = result->message;
        if (status == TH_DONE) return EDGE_MADE;
        if (status < 0) return budget.over ? EDGE_OVER_CPU : EDGE_JOB_FAILED;
    }
}

enum edge_end edge_resize(struct edge_result *result, struct edge_source *source,
                          const char *options, const struct edge_config *config) {
    struct th_job *job;
    uint64_t length;
    memset(result, 0, sizeof *result);
    result->bytes_max = config->output_bytes_max;
    result->info.message = "job: no memory";
    result->info.status = th_job_open(&job, &config->limits, options, strlen(options));
    if (result->info.status != TH_OK) return EDGE_JOB_FAILED;
    set_budget(source->host, config);
    if (edge_source_length(source, &length)) th_job_expect(job, length);
    enum edge_end end = run(job, result, source);
    th_work_set_meter(NULL);
    th_job_close(job);
    return end;
}
