/* sink.c - see sink.h. */
#define _POSIX_C_SOURCE 200809L
#include "sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEMPORARY_BYTES_MAX 64u
#define TRIES 100u

/* ---- the temporary file ---- */

#ifndef __wasm__
#include <signal.h>

/* The file being written, for the case that the run is ended from outside. */
static const char *volatile unfinished;

static void on_signal(int number) {
    if (unfinished) unlink(unfinished);
    signal(number, SIG_DFL);
    raise(number);
}

static void watch(const char *temporary) {
    unfinished = temporary;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
}
#else
static void watch(const char *temporary) {
    (void)temporary; /* WASI has no signals */
}
#endif

/* Creates a file that was not there, in the folder of the final one: rename does not cross
 * file systems. */
static const char *open_temporary(struct cli_sink *sink) {
    const char *slash = strrchr(sink->name, '/');
    size_t folder_bytes = slash ? (size_t)(slash - sink->name) + 1 : 0;
    sink->temporary = malloc(folder_bytes + TEMPORARY_BYTES_MAX);
    if (!sink->temporary) return "no memory";
    memcpy(sink->temporary, sink->name, folder_bytes);
    for (unsigned i = 0; i < TRIES && !sink->file; i++) {
        struct timespec now = {0};
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(sink->temporary + folder_bytes, TEMPORARY_BYTES_MAX, ".thimble-%lld-%ld-%u",
                 (long long)now.tv_sec, (long)now.tv_nsec, i);
        sink->file = fopen(sink->temporary, "wbx");
        if (!sink->file && errno != EEXIST) break;
    }
    if (sink->file) {
        watch(sink->temporary);
        return NULL;
    }
    const char *fault = strerror(errno);
    free(sink->temporary);
    sink->temporary = NULL;
    return fault;
}

/* ---- the public face ---- */

const char *cli_sink_open(struct cli_sink *sink, const char *name) {
    *sink = (struct cli_sink){.name = name};
    return name ? open_temporary(sink) : NULL;
}

const char *cli_sink_put(struct cli_sink *sink, const void *data, size_t bytes) {
    if (sink->file) {
        if (fwrite(data, 1, bytes, sink->file) != bytes) return strerror(errno);
    } else {
        if (bytes > sink->room - (size_t)sink->bytes) {
            size_t room = 2 * sink->room + bytes;
            uint8_t *grown = realloc(sink->data, room);
            if (!grown) return "no memory";
            sink->data = grown;
            sink->room = room;
        }
        memcpy(sink->data + sink->bytes, data, bytes);
    }
    sink->bytes += bytes;
    return NULL;
}

const char *cli_sink_keep(struct cli_sink *sink) {
    int written = fclose(sink->file);
    sink->file = NULL;
    if (written != 0 || rename(sink->temporary, sink->name) != 0) return strerror(errno);
    watch(NULL);
    free(sink->temporary);
    sink->temporary = NULL;
    return NULL;
}

const char *cli_sink_print(const struct cli_sink *sink) {
    bool written = fwrite(sink->data, 1, (size_t)sink->bytes, stdout) == sink->bytes;
    return written && fflush(stdout) == 0 ? NULL : strerror(errno);
}

void cli_sink_close(struct cli_sink *sink) {
    if (sink->file) fclose(sink->file);
    if (sink->temporary) {
        watch(NULL);
        unlink(sink->temporary);
        free(sink->temporary);
    }
    free(sink->data);
    *sink = (struct cli_sink){0};
}
