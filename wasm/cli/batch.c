/* batch.c - see batch.h. */
#define _POSIX_C_SOURCE 200809L
#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "codec/jpeg_error.h"
#include "found.h"
#include "place.h"
#include "report.h"
#include "sink.h"

#define CHUNK_BYTES 65536u

/* The run. There is one, because the hook of libjpeg is told nothing. */
static struct batch {
    const struct cli_arguments *arguments;
    struct th_limits limits;
    struct cli_found found;
    struct cli_place place;
    struct cli_report report;
    size_t image, which; /* what is being made: found.image[image] by options[which] */
    uint32_t fatal;      /* failures inside libjpeg so far */

    FILE *in;
    struct th_job *job;
    struct cli_sink sink;
    bool sink_is_open;
    struct cli_outcome outcome;
    char message[256];
} batch;

/* ---- one result ---- */

static bool fail(struct batch *b, int status, const char *message) {
    b->outcome.status = status;
    b->outcome.message = message;
    return false;
}

/* A file's fault: `what` is "cannot be read" or so, `why` the system's words. */
static bool fail_file(struct batch *b, const char *what, const char *why) {
    snprintf(b->message, sizeof b->message, "%s: %s", what, why);
    return fail(b, CLI_FILE_FAULT, b->message);
}

static bool open_input(struct batch *b, const char *path) {
    struct stat about;
    b->in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!b->in) return fail_file(b, "cannot be read", strerror(errno));
    enum th_status status = th_job_open(&b->job, &b->limits, b->outcome.options,
                                        strlen(b->outcome.options));
    if (status != TH_OK) return fail(b, status, "job: no memory");
    bool sized = fstat(fileno(b->in), &about) == 0 && S_ISREG(about.st_mode);
    if (sized && about.st_size > 0) th_job_expect(b->job, (uint64_t)about.st_size);
    return true;
}

/* One chunk of the input into the job, or its end. */
static bool feed(struct batch *b) {
    uint8_t *room = th_job_reserve(b->job, CHUNK_BYTES);
    if (!room) return true; /* the job has failed, its next step says so */
    size_t bytes = fread(room, 1, CHUNK_BYTES, b->in);
    if (bytes == 0 && ferror(b->in)) return fail_file(b, "cannot be read", strerror(errno));
    b->outcome.input_bytes += bytes;
    if (bytes > 0)
        th_job_push(b->job, room, bytes);
    else
        th_job_end(b->job);
    return true;
}

static bool open_sink(struct batch *b) {
    const struct th_info *info = th_job_info(b->job);
    bool metadata = b->report.json && info->out_format == TH_FORMAT_JSON;
    if (b->place.output && !metadata) {
        const char *fault;
        b->outcome.output = cli_place_claim(&b->place, &b->found.image[b->image], b->which, info,
                                            &fault);
        if (!b->outcome.output) return fail_file(b, "output", fault);
    }
    const char *fault = cli_sink_open(&b->sink, b->outcome.output);
    if (fault) return fail_file(b, "output", fault);
    b->sink_is_open = true;
    return true;
}

static bool drain(struct batch *b) {
    const uint8_t *data;
    size_t bytes;
    if (!b->sink_is_open && !open_sink(b)) return false;
    while ((bytes = th_job_pull(b->job, &data)) > 0) {
        const char *fault = cli_sink_put(&b->sink, data, bytes);
        if (fault) return fail_file(b, "output", fault);
    }
    return true;
}

/* The output is whole. */
static bool deliver(struct batch *b) {
    const char *fault = NULL;
    b->outcome.info = *th_job_info(b->job);
    b->outcome.output_bytes = b->sink.bytes;
    if (b->outcome.output)
        fault = cli_sink_keep(&b->sink);
    else if (b->report.json)
        b->outcome.metadata = (const char *)b->sink.data;
    else
        fault = cli_sink_print(&b->sink);
    return fault ? fail_file(b, "output", fault) : true;
}

static bool convert(struct batch *b) {
    enum th_status status;
    if (!open_input(b, b->outcome.input)) return false;
    do {
        status = th_job_step(b->job);
        if (status == TH_MORE_INPUT && !feed(b)) return false;
        if ((status == TH_MORE_OUTPUT || status == TH_DONE) && !drain(b)) return false;
    } while (status >= 0 && status != TH_DONE);
    return status == TH_DONE ? deliver(b) : fail(b, status, th_job_info(b->job)->message);
}

/* Reports what became of it, gives everything back, and turns to the next. */
static void settle(struct batch *b) {
    cli_report_outcome(&b->report, &b->outcome);
    if (b->sink_is_open) cli_sink_close(&b->sink);
    th_job_close(b->job);
    if (b->in && b->in != stdin) fclose(b->in);
    b->sink_is_open = false;
    b->job = NULL;
    b->in = NULL;
    if (++b->which < b->arguments->option_count) return;
    b->which = 0;
    b->image++;
}

/* ---- all of them ---- */

static void run(struct batch *b) {
    while (b->image < b->found.count) {
        const char *input = b->found.image[b->image].path;
        b->outcome = (struct cli_outcome){
            .input = input, .options = b->arguments->options[b->which], .message = ""};
        cli_report_progress(&b->report, input);
        convert(b);
        settle(b);
    }
}

/* libjpeg gave up and cannot return: the rest is done from here. */
static void on_fatal(enum th_status status, const char *message) {
    fail(&batch, status, message);
    settle(&batch);
    th_arena_enter(NULL); /* that of the job, which is gone */
    if (++batch.fatal < CLI_FATAL_MAX) {
        run(&batch);
    } else if (batch.image < batch.found.count) {
        cli_report_fault(batch.found.image[batch.image].path,
                         "not tried, nor what follows: 100 damaged JPEGs are all that one run "
                         "survives here");
    }
    exit(cli_report_end(&batch.report));
}

/* ---- setting it up ---- */

static int refuse(const char *subject, const char *message) {
    cli_report_fault(subject, message);
    return -TH_BAD_OPTION;
}

/* NULL, or what is wrong with an options text; *words is room for it. Each is checked before
 * the first image is touched. */
static const char *check_options(const char *options, char words[TH_CANON_BYTES_MAX + 1]) {
    size_t bytes;
    enum th_status status = th_canon(options, strlen(options), "", 0, words, TH_CANON_BYTES_MAX,
                                     &bytes);
    words[bytes] = '\0';
    if (status != TH_OK) return words;
    bool a_name = bytes == 0 && *options != '\0' && !strchr(options, '=');
    return a_name ? "options: NAME=VALUE&.., or '' to encode anew" : NULL;
}

static bool is_folder(const char *path) {
    struct stat about;
    size_t bytes = strlen(path);
    return (bytes > 0 && path[bytes - 1] == '/') ||
           (stat(path, &about) == 0 && S_ISDIR(about.st_mode));
}

/* Where results go, once it is known how many there are. */
static const char *choose_place(struct batch *b) {
    const struct cli_arguments *a = b->arguments;
    bool several = b->report.expected > 1 || b->found.in_folder;
    b->place = (struct cli_place){.output = a->output, .force = a->force};
    if (a->name && !a->output) return "--name: needs --output";
    if (!a->output) return several && !a->json ? "several results need --output FOLDER" : NULL;
    if (*a->output == '\0') return "--output: an empty name";
    if (several || a->name || is_folder(a->output)) {
        b->place.pattern = a->option_count > 1 ? "{name}-{w}x{h}.{ext}" : "{name}.{ext}";
    }
    if (a->name) b->place.pattern = a->name;
    return NULL;
}

/* f=json alone may do without files when results are JSON lines. */
static bool wants_metadata_only(const struct cli_arguments *a) {
    char words[TH_CANON_BYTES_MAX + 1];
    for (size_t i = 0; i < a->option_count; i++) {
        if (check_options(a->options[i], words) || !strstr(words, "f=json")) return false;
    }
    return true;
}

/* Finds the images. A folder that cannot be read is a failure of its own. */
static const char *find_images(struct batch *b) {
    const struct cli_arguments *a = b->arguments;
    if (a->file_count == 0) return cli_found_add(&b->found, "-");
    for (size_t i = 0; i < a->file_count; i++) {
        const char *fault = cli_found_add(&b->found, a->file[i]);
        if (!fault) continue;
        cli_report_fault(a->file[i], fault);
        b->report.failed++;
        b->report.first_status = CLI_FILE_FAULT;
    }
    return NULL;
}

static bool reads_stdin_again(const struct batch *b) {
    size_t times = 0;
    for (size_t i = 0; i < b->found.count; i++) times += strcmp(b->found.image[i].path, "-") == 0;
    return times * b->arguments->option_count > 1;
}

int cli_batch_run(const struct cli_arguments *arguments) {
    char words[TH_CANON_BYTES_MAX + 1];
    const char *fault = NULL;
    struct batch *b = &batch;
    b->arguments = arguments;
    th_limits_default(&b->limits);
    if (arguments->limits &&
        th_limits_parse(&b->limits, arguments->limits, strlen(arguments->limits), &fault)) {
        return refuse("--limits", fault);
    }
    for (size_t i = 0; i < arguments->option_count; i++) {
        fault = check_options(arguments->options[i], words);
        if (fault) return refuse(NULL, fault);
    }
    if (arguments->name && (fault = cli_place_check(arguments->name))) {
        return refuse("--name", fault);
    }
    if (arguments->json && !arguments->output && !wants_metadata_only(arguments)) {
        return refuse("--json", "needs --output, or f=json and nothing else");
    }
    find_images(b);
    b->report.json = arguments->json;
    b->report.stats = arguments->stats;
    b->report.several = arguments->file_count > 0;
    b->report.expected = b->found.count * arguments->option_count;
    fault = choose_place(b);
    if (!fault && reads_stdin_again(b)) fault = "stdin can be read only once";
    if (fault) return refuse(NULL, fault);
    th_jpeg_set_fatal_hook(on_fatal);
    cli_report_begin(&b->report, arguments->progress);
    run(b);
    cli_found_free(&b->found);
    cli_place_free(&b->place);
    return cli_report_end(&b->report);
}
