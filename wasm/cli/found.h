/* found.h - the images a command line names: files as they are said, and what is in the
 * folders, recursively, in the order of their names. Found before any work begins, so that
 * results written into such a folder are not taken for images. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_FOLDERS_DEEP_MAX 32u

struct cli_image {
    char *path;     /* "-": stdin */
    size_t within;  /* bytes of path that lead into the folder that was named; 0: no folder */
};

struct cli_found {
    struct cli_image *image; /* owned, as their paths are */
    size_t count, room;
    bool in_folder; /* a folder was named */
};

/* Adds a file or what is in a folder: there only names that end as images do, and none that
 * begins with a dot. NULL, or the errno's text. */
const char *cli_found_add(struct cli_found *found, const char *path);
void cli_found_free(struct cli_found *found);

#endif
