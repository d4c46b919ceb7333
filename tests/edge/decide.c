/* decide.c - what the hosts in C make of requests, for a comparison with the worker's own
 * JavaScript: the first line is a configuration as JSON, each further line a request of ten
 * columns between tabs, each line out its decision.
 *
 *     method path query accept if-none-match if-modified-since range if-range etag modified
 *
 * A column `-` stands for a header that is not there. The length of the whole is 1000, the time
 * NOW_MS. With an argument each line is a media type instead, each line out whether it is inert. */
#include <stdio.h>
#include <string.h>

#include "edge/conditional.h"
#include "edge/decision.h"
#include "edge/entity.h"
#include "edge/media.h"

#define COLUMNS 10u
#define LENGTH 1000u
#define NOW_MS UINT64_C(1700000000500)

static struct edge_config config;
static struct edge_decision decision;

static const char *given(const char *column) {
    return strcmp(column, "-") == 0 ? "" : column;
}

static void print_decision(void) {
    static const char *const actions[] = {"refuse", "healthy",  "preflight",
                                          "purge",  "original", "image"};
    printf("%s\t%u\t%s\t%s\t%s\t%s\t%d", actions[decision.action], decision.status,
           decision.message, decision.route ? decision.route->name : "",
           decision.route ? decision.key : "", decision.ask.options, decision.ask.varies);
}

static void print_conditions(const struct edge_request *request, const char *etag,
                             const char *modified) {
    struct edge_range range = {0, 0};
    char tag[256];
    bool ranged = edge_range_of(request, etag, LENGTH, &range);
    edge_entity_tag(tag, etag, decision.ask.options);
    printf("\t%d\t%d\t%d\t", edge_is_fresh(request, etag, modified), edge_may_forward_tags(request),
           edge_may_forward_range(request));
    if (ranged) printf("%u-%u", (unsigned)range.start, (unsigned)range.end);
    printf("\t%s\n", tag);
}

static void decide(char *line) {
    const char *column[COLUMNS] = {""};
    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = line ? line : "";
        line = line ? strchr(line, '\t') : NULL;
        if (line) *line++ = '\0';
    }
    struct edge_request request = {
        .method = column[0],
        .path = column[1],
        .query = column[2],
        .accept = given(column[3]),
        .has_if_none_match = strcmp(column[4], "-") != 0,
        .if_none_match = given(column[4]),
        .if_modified_since = given(column[5]),
        .range = given(column[6]),
        .has_if_range = strcmp(column[7], "-") != 0,
        .if_range = given(column[7]),
        .authorization = "",
        .origin = "",
        .came_ms = NOW_MS,
    };
    edge_decide(&decision, &config, &request);
    print_decision();
    print_conditions(&request, given(column[8]), given(column[9]));
}

int main(int argc, char **argv) {
    static char line[65536];
    (void)argv;
    while (argc > 1 && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        puts(edge_media_is_inert(line) ? "inert" : "page");
    }
    if (argc > 1) return 0;
    if (!fgets(line, sizeof line, stdin)) return 1;
    const char *fault = edge_config_read_json(&config, line, strlen(line));
    if (fault) {
        puts(fault);
        return 0;
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        decide(line);
    }
    return 0;
}
