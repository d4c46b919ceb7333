/* place.h - where results go: stdout, one file, or files of a folder under names made from
 * a pattern. Nothing that exists is overwritten unless forced, nor ever what this run wrote. */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "found.h"
#include "thimble.h"

struct cli_place {
    const char *output;  /* NULL: stdout */
    const char *pattern; /* NULL: output is the file itself */
    bool force;
    char **claimed; /* names so far, owned */
    size_t count, room;
};

/* What is wrong with a pattern, or NULL. {name} is the image's without its ending, {w} and
 * {h} the result's size, {n} which -r it is from 1 on, {ext} the ending of its format. */
const char *cli_place_check(const char *pattern);

/* The name of a result, claimed for it: NULL, and *fault says why it cannot have it. Makes
 * the folders that lead there. Valid as long as the place. */
const char *cli_place_claim(struct cli_place *place, const struct cli_image *image, size_t which,
                            const struct th_info *info, const char **fault);
void cli_place_free(struct cli_place *place);

#endif
