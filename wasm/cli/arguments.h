/* arguments.h - the command line, taken apart. Texts are argv's own. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_OPTIONS_MAX 32u /* -r, times */

struct cli_arguments {
    const char *options[CLI_OPTIONS_MAX]; /* one result of every image for each */
    size_t option_count;
    char **file; /* images and folders; none: stdin */
    size_t file_count;
    const char *output;  /* NULL: stdout */
    const char *name;    /* of a result in the folder `output`; NULL: the usual one */
    const char *limits;  /* NULL: the built-in ones */
    const char *expires; /* of sign */
    const char *keys;    /* of sign */
    bool force, json, progress, stats;
    bool canon, describe, help, version;
};

/* Reorders argv[1..] so that what is no flag stands together. NULL, or what is wrong with
 * `word`. */
const char *cli_arguments_read(struct cli_arguments *arguments, int argc, char **argv,
                               const char **word);

#endif
