/* request.c - see request.h. */
#include "request.h"

#include <string.h>

#include "host.h"

/* Path and query; no path where there is no target. */
static void cut_target(struct edge_request *request, char *target) {
    request->path = NULL;
    request->query = "";
    if (!target) return;
    target[strcspn(target, "#")] = '\0';
    char *query = strchr(target, '?');
    if (query) *query++ = '\0';
    if (query) request->query = query;
    request->path = target[0] == '/' ? target : "/";
}

void edge_request_read(struct edge_request *request, const struct edge_host *host,
                       const char *method, char *target) {
    static char text[7][EDGE_HEADER_BYTES_MAX];
    const struct {
        const char *name, **value;
        bool *given;
    } header[] = {
        {"Accept", &request->accept, NULL},
        {"If-None-Match", &request->if_none_match, &request->has_if_none_match},
        {"If-Modified-Since", &request->if_modified_since, NULL},
        {"Range", &request->range, NULL},
        {"If-Range", &request->if_range, &request->has_if_range},
        {"Authorization", &request->authorization, NULL},
        {"Origin", &request->origin, NULL},
    };
    request->method = method;
    request->came_ms = host->now_ms(host->self);
    cut_target(request, target);
    for (size_t i = 0; i < sizeof header / sizeof header[0]; i++) {
        bool given = host->request_header(host->self, header[i].name, text[i], sizeof text[i]);
        *header[i].value = text[i];
        if (header[i].given) *header[i].given = given;
    }
}
