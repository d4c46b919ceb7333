/* resize.h - one job of the core, from a source to bytes in memory. */
#ifndef EDGE_RESIZE_H
#define EDGE_RESIZE_H

#include "source.h"

enum edge_end {
    EDGE_MADE,
    EDGE_JOB_FAILED,    /* info.status and info.message say why */
    EDGE_SOURCE_FAILED, /* source->status and ->message */
    EDGE_OVER_CPU,      /* more CPU than cpu_ms_max */
};

struct edge_result {
    struct th_info info; /* .message points to static text or `message` */
    char message[128];
    struct edge_chunks bytes;
    uint64_t bytes_max;
};

/* Runs the job. result->bytes is whatever there is then; edge_chunks_free it. */
enum edge_end edge_resize(struct edge_result *result, struct edge_source *source,
                          const char *options, const struct edge_config *config);

#endif
