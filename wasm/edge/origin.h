/* origin.h - where objects are read from, as it is configured. */
#ifndef EDGE_ORIGIN_H
#define EDGE_ORIGIN_H

#include "header.h"
#include "reading.h"

#define EDGE_ORIGINS_MAX 8u
#define EDGE_ORIGIN_HEADERS_MAX 8u
#define EDGE_BASE_BYTES_MAX 2048u

struct edge_origin {
    const char *name;
    const char *backend; /* what the platform calls it; the name where nothing is said */
    const char *base;    /* https://images.example/folder, no slash at its end */
    struct edge_header header[EDGE_ORIGIN_HEADERS_MAX];
    uint32_t header_count;
};

/* Those of the setting `origins`; texts live as long as the configuration. */
void edge_origins_read(struct edge_reading *r, struct edge_origin origin[EDGE_ORIGINS_MAX],
                       uint32_t *count);

#endif
