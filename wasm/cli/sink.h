/* sink.h - where the bytes of one result go until they are whole: memory, which is then
 * written to stdout or taken, or a temporary file beside the final one, which is then renamed. */
#ifndef CLI_SINK_H
#define CLI_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cli_sink {
    const char *name; /* of the file, borrowed; NULL: memory */
    FILE *file;
    char *temporary;  /* owned */
    uint8_t *data;    /* owned */
    size_t room;
    uint64_t bytes;
};

/* Each: NULL, or what went wrong. */
const char *cli_sink_open(struct cli_sink *sink, const char *name);
const char *cli_sink_put(struct cli_sink *sink, const void *data, size_t bytes);
/* All is there: the file gets its name. */
const char *cli_sink_keep(struct cli_sink *sink);
/* Memory goes to stdout. */
const char *cli_sink_print(const struct cli_sink *sink);
/* Frees it; what was not kept is gone. */
void cli_sink_close(struct cli_sink *sink);

#endif
