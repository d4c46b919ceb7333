/* thimble.h - the public interface of the core: statuses, limits, one job.
 *
 * A job turns the bytes of one image into the bytes of another. It is a pure
 * state machine: bytes are pushed in, step() works until it needs more or has
 * some to give, bytes are pulled out. The core knows no file, socket, clock or
 * WebAssembly, keeps no state between jobs and holds no whole frame unless a
 * codec's file header says so.
 *
 *     th_job_open(&job, &limits, options, options_bytes);
 *     for (;;) {
 *         status = th_job_step(job);
 *         if (status == TH_MORE_INPUT) th_job_push(...) or th_job_end(...)
 *         else if (status == TH_MORE_OUTPUT || status == TH_DONE) drain th_job_pull(...)
 *         if (status == TH_DONE || status < 0) break;
 *     }
 *     th_job_close(job);
 */
#ifndef TH_THIMBLE_H
#define TH_THIMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The output epoch is part of every cache key. Raise it only when the output
 * bytes of some input change on purpose. */
#define TH_OUTPUT_EPOCH 1u

/* Zero and positive: go on. Negative: failed, for ever (errors are sticky). */
enum th_status {
    TH_OK = 0,
    TH_DONE = 1,        /* finished; every later step answers TH_DONE again */
    TH_MORE_INPUT = 2,  /* push bytes or say end, then step again */
    TH_MORE_OUTPUT = 3, /* pull the output, then step again */
    TH_BAD_OPTION = -1, /* the options text is wrong (HTTP 400) */
    TH_UNSUPPORTED = -2, /* not an image this build decodes (415) */
    TH_CORRUPT = -3,    /* the image contradicts its own format (422) */
    TH_TRUNCATED = -4,  /* the image ends too early (422) */
    TH_TOO_LARGE = -5,  /* over a limit: pixels, bytes, memory, side, work (413) */
    TH_NO_MEMORY = -6,  /* the allocator had no more (503) */
    TH_MISUSE = -7,     /* the host broke the protocol (500) */
    TH_INTERNAL = -8,   /* our bug (500) */
};

/* Returns from the calling function when `expr` is not TH_OK. */
#define TH_TRY(expr)                                                                               \
    do {                                                                                           \
        enum th_status th_try_status = (expr);                                                     \
        if (th_try_status != TH_OK) return th_try_status;                                          \
    } while (0)

enum th_format {
    TH_FORMAT_NONE = 0, /* not known yet */
    TH_FORMAT_JPEG = 1,
    TH_FORMAT_PNG = 2,
    TH_FORMAT_WEBP = 3,
    TH_FORMAT_JSON = 4, /* output only: metadata instead of pixels */
};

/* Built-in limits: what no host setting can widen. Each is checked in one place. */
#define TH_SIDE_MAX 65535u            /* source width or height, pixels */
#define TH_OUT_SIDE_MAX 8192u         /* output width or height, pixels */
#define TH_PIXELS_MAX 268402689u      /* source pixels */
#define TH_INPUT_BYTES_MAX (256u << 20)
#define TH_MEMORY_BYTES_MAX (88u << 20) /* per job; the module is linked with 96 MiB */
#define TH_WORK_MAX 24576u /* work units, see work.h; reasons in docs/limits.md */
#define TH_OPTIONS_BYTES_MAX 2048u      /* options or query text */
#define TH_ACCEPT_BYTES_MAX 2048u       /* Accept header text */
#define TH_ICC_BYTES_MAX (1u << 20)     /* an ICC profile carried over, bytes */
#define TH_OUT_WINDOW_BYTES 65536u      /* output queued before step() answers MORE_OUTPUT */

/* Limits in force for a job. th_limits_default() gives the built-in ones. */
struct th_limits {
    uint64_t pixels_max;       /* width x height of the source */
    uint64_t memory_bytes_max; /* live allocations of the job */
    uint64_t input_bytes_max;  /* compressed bytes pushed */
    uint64_t work_max;         /* work units */
    uint32_t side_max;         /* output width or height, pixels */
};

void th_limits_default(struct th_limits *limits);

/* Reads `pixels=..&memory=..&input=..&side=..&work=..` (plain decimals, any
 * order, any subset) and tightens *limits; a value over the built-in one is
 * clamped to it. On TH_BAD_OPTION *message names what is wrong and *limits is
 * untouched. *message is static text. */
enum th_status th_limits_parse(struct th_limits *limits, const char *text, size_t text_bytes,
                               const char **message);

/* What is known of a job. Sizes are zero until known. */
struct th_info {
    enum th_status status;
    const char *message;  /* static text or owned by the job, never NULL */
    enum th_format in_format, out_format;
    uint32_t in_width, in_height; /* as displayed: orientation applied */
    uint32_t out_width, out_height;
    uint64_t peak_memory_bytes; /* the most the job had allocated at one time */
    uint64_t work;              /* work units done */
};

struct th_job; /* opaque */

/* Opens a job. `options` (options_bytes bytes, canonical or not, no NUL needed)
 * is copied. Returns TH_OK and *job, or TH_NO_MEMORY and NULL. A wrong option
 * is reported by the first step (and at once in th_job_info). */
enum th_status th_job_open(struct th_job **job, const struct th_limits *limits, const char *options,
                           size_t options_bytes);

/* Room for `bytes` bytes of input, to be filled by the caller and then given to
 * th_job_push with the same pointer. NULL when there is no memory or the input
 * limit is passed (th_job_info says which). Valid until the next call. */
uint8_t *th_job_reserve(struct th_job *job, size_t bytes);

/* Takes all `bytes` bytes. `data` is either what th_job_reserve returned (no
 * copy) or any readable memory (copied). TH_MISUSE after th_job_end. */
enum th_status th_job_push(struct th_job *job, const uint8_t *data, size_t bytes);

/* There is no more input. */
enum th_status th_job_end(struct th_job *job);

/* Tells how long the whole input will be, if known, before the first push. Only
 * a hint: it saves memory, a lie costs nothing but memory. */
void th_job_expect(struct th_job *job, uint64_t input_bytes);

/* Works until TH_MORE_INPUT, TH_MORE_OUTPUT, TH_DONE or an error. */
enum th_status th_job_step(struct th_job *job);

/* The next chunk of output: its length in bytes, 0 when there is none now, and
 * *data, valid until the next call on this job. */
size_t th_job_pull(struct th_job *job, const uint8_t **data);

/* Valid until the next call on this job. */
const struct th_info *th_job_info(const struct th_job *job);

/* Brings what th_job_info says of memory and work up to date, for a host whose job is about to
 * end in a trap (codec/jpeg_error.h); every step does it by itself. */
void th_job_measure(struct th_job *job);

/* Frees the job and everything it holds. Accepts NULL. */
void th_job_close(struct th_job *job);

/* Canonical options text of a query string and an Accept header: sorted by key,
 * aliases resolved, defaults and unknown keys dropped, f=auto folded to f=webp
 * or f=safe. Writes at most `room` bytes, no NUL, and sets *out_bytes. On
 * TH_BAD_OPTION `out` holds the message instead. Empty when no option was given
 * (pass the original through); `q=80` when there were only defaults, which still
 * asks for a new encoding. p, sig and exp are left out: the host has dealt with
 * them. Canonical text is its own canonical text. */
enum th_status th_canon(const char *query, size_t query_bytes, const char *accept,
                        size_t accept_bytes, char *out, size_t room, size_t *out_bytes);
#define TH_CANON_BYTES_MAX 512u /* room that is always enough */

/* The options table as JSON (static text, NUL-terminated). */
const char *th_describe(void);

#endif
