/* found.c - see found.h. */
#define _POSIX_C_SOURCE 200809L
#include "found.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char no_memory[] = "no memory";

/* Takes `path` over. */
static const char *add(struct cli_found *found, char *path, size_t within) {
    if (path && found->count == found->room) {
        size_t room = 2 * found->room + 16;
        struct cli_image *image = realloc(found->image, room * sizeof *image);
        if (image) found->image = image;
        if (image) found->room = room;
    }
    if (!path || found->count == found->room) {
        free(path);
        return no_memory;
    }
    found->image[found->count++] = (struct cli_image){path, within};
    return NULL;
}

static bool is_image_name(const char *name) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".webp"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(dot, endings[i]) == 0) return true;
    }
    return false;
}

static char *joined(const char *folder, const char *name) {
    size_t bytes = strlen(folder);
    char *path = malloc(bytes + strlen(name) + 2);
    if (!path) return NULL;
    memcpy(path, folder, bytes);
    if (bytes > 0 && folder[bytes - 1] != '/') path[bytes++] = '/';
    strcpy(path + bytes, name);
    return path;
}

static const char *add_folder(struct cli_found *found, const char *folder, size_t within,
                              uint32_t depth);

/* A folder behind a symbolic link is left out: it may lead back to where it is. */
static const char *add_entry(struct cli_found *found, const char *folder, const char *name,
                             size_t within, uint32_t depth) {
    struct stat about;
    if (name[0] == '.') return NULL;
    char *path = joined(folder, name);
    if (!path) return no_memory;
    bool there = lstat(path, &about) == 0;
    if (there && S_ISLNK(about.st_mode)) {
        there = is_image_name(name) && stat(path, &about) == 0 && S_ISREG(about.st_mode);
    }
    if (there && S_ISREG(about.st_mode) && is_image_name(name)) return add(found, path, within);
    const char *fault = NULL;
    if (there && S_ISDIR(about.st_mode)) fault = add_folder(found, path, within, depth + 1);
    free(path);
    return fault;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct cli_image *)a)->path, ((const struct cli_image *)b)->path);
}

static const char *add_folder(struct cli_found *found, const char *folder, size_t within,
                              uint32_t depth) {
    if (depth > CLI_FOLDERS_DEEP_MAX) return "more than 32 folders deep";
    DIR *entries = opendir(folder);
    if (!entries) return strerror(errno);
    const char *fault = NULL;
    for (struct dirent *entry; !fault && (entry = readdir(entries));) {
        fault = add_entry(found, folder, entry->d_name, within, depth);
    }
    closedir(entries);
    return fault;
}

const char *cli_found_add(struct cli_found *found, const char *path) {
    struct stat about;
    size_t before = found->count;
    if (strcmp(path, "-") == 0) return add(found, strdup(path), 0);
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) return add(found, strdup(path), 0);
    found->in_folder = true;
    const char *fault = add_folder(found, path, strlen(path), 0);
    if (found->count > before) {
        qsort(found->image + before, found->count - before, sizeof *found->image, by_name);
    }
    return fault;
}

void cli_found_free(struct cli_found *found) {
    for (size_t i = 0; i < found->count; i++) free(found->image[i].path);
    free(found->image);
    *found = (struct cli_found){0};
}
