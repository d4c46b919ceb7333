/* main.c - the command: one image from stdin to stdout.
 *
 *     thimble 'w=200&h=150&f=webp&q=90' < in.png > out.webp
 *
 * The same source is the native program and the WASI command. The output is
 * written only when it is complete, so that a failure leaves no half image.
 * Exit code: minus the status of thimble.h; 0 when all went well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/jpeg_error.h"
#include "thimble.h"

#define CHUNK_BYTES 65536u

static const char usage[] =
    "usage: thimble OPTIONS < image > image\n"
    "       thimble --describe | --canon QUERY [ACCEPT] | --help\n"
    "\n"
    "OPTIONS are those of the URL, for example 'w=200&h=150&f=webp&q=90'; '' re-encodes.\n"
    "--describe prints the options as JSON, --canon the canonical form of a query.\n"
    "--stats as a second argument prints what the job took to stderr.\n"
    "Exit code: 0, or 1 bad option, 2 unsupported, 3 corrupt, 4 truncated, 5 too large,\n"
    "6 no memory, 7 misuse, 8 internal error.\n";

struct buffer {
    uint8_t *data;
    size_t bytes, room;
};

static void fail(enum th_status status, const char *message) {
    fprintf(stderr, "thimble: %s\n", message);
    exit(-(int)status);
}

static void append(struct buffer *out, const uint8_t *data, size_t bytes) {
    if (bytes > out->room - out->bytes) {
        out->room = 2 * out->room + bytes;
        out->data = realloc(out->data, out->room);
        if (!out->data) fail(TH_NO_MEMORY, "output: no memory");
    }
    memcpy(out->data + out->bytes, data, bytes);
    out->bytes += bytes;
}

/* One chunk of stdin into the job, or its end. */
static void feed(struct th_job *job) {
    uint8_t *room = th_job_reserve(job, CHUNK_BYTES);
    size_t bytes = room ? fread(room, 1, CHUNK_BYTES, stdin) : 0;
    if (bytes > 0)
        th_job_push(job, room, bytes);
    else if (room)
        th_job_end(job);
}

static void drain(struct th_job *job, struct buffer *out) {
    const uint8_t *data;
    size_t bytes;
    while ((bytes = th_job_pull(job, &data)) > 0) append(out, data, bytes);
}

static void print_stats(const struct th_info *info) {
    fprintf(stderr, "in %ux%u out %ux%u peak memory %llu bytes work %llu units\n", info->in_width,
            info->in_height, info->out_width, info->out_height,
            (unsigned long long)info->peak_memory_bytes, (unsigned long long)info->work);
}

static int convert(const char *options, bool stats) {
    struct th_limits limits;
    struct th_job *job;
    struct buffer out = {0};
    th_limits_default(&limits);
    enum th_status status = th_job_open(&job, &limits, options, strlen(options));
    if (status != TH_OK) fail(status, "no memory");
    do {
        status = th_job_step(job);
        if (status == TH_MORE_INPUT) feed(job);
        if (status == TH_MORE_OUTPUT || status == TH_DONE) drain(job, &out);
    } while (status >= 0 && status != TH_DONE);
    if (status < 0) fail(status, th_job_info(job)->message);
    if (stats) print_stats(th_job_info(job));
    if (fwrite(out.data, 1, out.bytes, stdout) != out.bytes || fflush(stdout) != 0) {
        fail(TH_INTERNAL, "output: could not be written");
    }
    free(out.data);
    th_job_close(job);
    return 0;
}

static int canonical(const char *query, const char *accept) {
    char text[TH_CANON_BYTES_MAX + 1];
    size_t bytes = 0;
    enum th_status status = th_canon(query, strlen(query), accept, strlen(accept), text,
                                     sizeof text - 1, &bytes);
    text[bytes] = '\0';
    if (status != TH_OK) fail(status, text);
    puts(text);
    return 0;
}

int main(int argc, char **argv) {
    th_jpeg_set_fatal_hook(fail);
    if (argc == 2 && strcmp(argv[1], "--describe") == 0) return puts(th_describe()) < 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(usage, stdout) < 0;
    if ((argc == 3 || argc == 4) && strcmp(argv[1], "--canon") == 0) {
        return canonical(argv[2], argc == 4 ? argv[3] : "");
    }
    bool stats = argc == 3 && strcmp(argv[2], "--stats") == 0;
    if ((argc != 2 && !stats) || strncmp(argv[1], "--", 2) == 0) {
        fputs(usage, stderr);
        return -TH_BAD_OPTION;
    }
    return convert(argv[1], stats);
}
