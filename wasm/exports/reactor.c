/* reactor.c - the ABI of thimble.wasm (docs/abi.md): the exports are the core's
 * calls with addresses for pointers. No logic of images is here.
 *
 * One job per instance at a time. A failure inside libjpeg ends in a trap: the
 * record th_info points to is filled before it, so that the host can still read
 * what happened; the instance is then of no more use. */
#include <stdlib.h>
#include <string.h>

#include "codec/jpeg_error.h"
#include "fail.h"
#include "thimble.h"

/* The C names differ from the exported ones, which the core uses itself. */
#define EXPORT(name) __attribute__((export_name("th_" #name))) abi_##name
#define ABI_MAJOR 1u
#define ABI_MINOR 0u

/* Grows at its end only. */
static struct {
    uint32_t bytes; /* of this record */
    int32_t status;
    const char *message;
    uint32_t message_bytes;
    uint32_t in_format, out_format;
    uint32_t in_width, in_height;
    uint32_t out_width, out_height;
    uint32_t peak_memory_bytes;
    uint32_t work;
} info = {.bytes = sizeof info, .message = ""};

static struct th_job *job;
static struct th_limits limits;
static bool limits_set;

/* What th_reserve gave last: the job's input, or `scratch` for texts. */
static uint8_t *reserved;
static uint32_t reserved_bytes;
static uint8_t *scratch;

/* What th_pull gives when no job is open: a text. */
static const char *text;
static size_t text_bytes;
static char canon[TH_CANON_BYTES_MAX];

static const uint8_t *out;

static int32_t report(enum th_status status, const char *message) {
    info.status = status;
    info.message = message;
    info.message_bytes = strlen(message);
    return status;
}

static int32_t report_job(enum th_status status) {
    const struct th_info *of = th_job_info(job);
    info.in_format = of->in_format;
    info.out_format = of->out_format;
    info.in_width = of->in_width;
    info.in_height = of->in_height;
    info.out_width = of->out_width;
    info.out_height = of->out_height;
    info.peak_memory_bytes = (uint32_t)of->peak_memory_bytes;
    info.work = (uint32_t)of->work;
    return report(status, of->message);
}

/* Inside a step, whose job goes no further. */
static void on_fatal(enum th_status status, const char *message) {
    th_job_measure(job);
    report_job(status);
    report(status, message);
}

static struct th_limits *current_limits(void) {
    if (!limits_set) th_limits_default(&limits);
    limits_set = true;
    return &limits;
}

static bool job_takes_input(void) {
    return job && th_job_info(job)->status >= 0 && th_job_info(job)->status != TH_DONE;
}

static void close_job(void) {
    th_job_close(job);
    job = NULL;
}

/* Takes the `n` bytes of text the host wrote after th_reserve; NULL is misuse. */
static const char *take_text(uint32_t n) {
    const char *from = (const char *)reserved;
    if (n > reserved_bytes) return NULL;
    reserved_bytes = 0;
    return from ? from : "";
}

uint32_t EXPORT(abi)(void) {
    return ABI_MAJOR << 16 | ABI_MINOR;
}

const void *EXPORT(info)(void) {
    return &info;
}

void *EXPORT(reserve)(uint32_t n) {
    out = NULL;
    if (job_takes_input()) {
        reserved = th_job_reserve(job, n);
        if (!reserved) report_job(th_job_info(job)->status);
    } else {
        free(scratch);
        scratch = n <= TH_OPTIONS_BYTES_MAX + TH_ACCEPT_BYTES_MAX ? malloc(n ? n : 1) : NULL;
        reserved = scratch;
        if (!scratch) report(TH_BAD_OPTION, "options: the text is too long");
    }
    reserved_bytes = reserved ? n : 0;
    return reserved;
}

int32_t EXPORT(limits)(uint32_t n) {
    const char *message = "";
    const char *from = take_text(n);
    if (!from) return report(TH_MISUSE, "limits: more bytes than reserved");
    return report(th_limits_parse(current_limits(), from, n, &message), message);
}

int32_t EXPORT(describe)(void) {
    if (job_takes_input()) return report(TH_MISUSE, "describe: a job is open");
    close_job();
    text = th_describe();
    text_bytes = strlen(text);
    return report(TH_OK, "");
}

int32_t EXPORT(canon)(uint32_t n, uint32_t m) {
    if (job_takes_input()) return report(TH_MISUSE, "canon: a job is open");
    const char *query = m <= UINT32_MAX - n ? take_text(n + m) : NULL;
    if (!query) return report(TH_MISUSE, "canon: more bytes than reserved");
    close_job();
    text = canon;
    text_bytes = 0;
    enum th_status status = th_canon(query, n, query + n, m, canon, sizeof canon - 1, &text_bytes);
    if (status == TH_OK) return report(TH_OK, "");
    canon[text_bytes] = '\0';
    text_bytes = 0;
    return report(status, canon);
}

int32_t EXPORT(open)(uint32_t n) {
    const char *options = take_text(n);
    struct th_job *next;
    if (!options) return report(TH_MISUSE, "open: more bytes than reserved");
    th_jpeg_set_fatal_hook(on_fatal);
    enum th_status status = th_job_open(&next, current_limits(), options, n);
    close_job();
    text_bytes = 0;
    out = NULL;
    if (status != TH_OK) return report(status, "open: no memory");
    job = next;
    return report_job(th_job_info(job)->status);
}

void EXPORT(expect)(uint32_t n) {
    if (job) th_job_expect(job, n);
}

int32_t EXPORT(push)(uint32_t n) {
    if (!job) return report(TH_MISUSE, "push: no job is open");
    if (th_job_info(job)->status < 0) return th_job_info(job)->status;
    if (n > reserved_bytes) return report(TH_MISUSE, "push: more bytes than reserved");
    reserved_bytes = 0;
    return report_job(th_job_push(job, reserved, n));
}

int32_t EXPORT(end)(void) {
    if (!job) return report(TH_MISUSE, "end: no job is open");
    return report_job(th_job_end(job));
}

int32_t EXPORT(step)(void) {
    if (!job) return report(TH_MISUSE, "step: no job is open");
    reserved_bytes = 0;
    out = NULL;
    return report_job(th_job_step(job));
}

uint32_t EXPORT(pull)(void) {
    size_t n = 0;
    reserved_bytes = 0;
    out = NULL;
    if (job) n = th_job_pull(job, &out);
    if (n == 0 && text_bytes > 0) {
        out = (const uint8_t *)text;
        n = text_bytes;
        text_bytes = 0;
    }
    return n;
}

const void *EXPORT(out)(void) {
    return out;
}
