/* place.c - see place.h. */
#define _POSIX_C_SOURCE 200809L
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"

static const char *const words[] = {"{name}", "{w}", "{h}", "{n}", "{ext}"};
enum word { WORD_NAME, WORD_W, WORD_H, WORD_N, WORD_EXT, WORD_NONE };

static enum word word_at(const char *text) {
    for (size_t i = 0; i < WORD_NONE; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0) return (enum word)i;
    }
    return WORD_NONE;
}

const char *cli_place_check(const char *pattern) {
    if (*pattern == '\0' || strchr(pattern, '/')) return "a file's name, without folders";
    for (const char *at = pattern; (at = strchr(at, '{')); at++) {
        if (word_at(at) == WORD_NONE) return "only {name}, {w}, {h}, {n} and {ext} in braces";
    }
    return NULL;
}

/* ---- the name ---- */

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_bytes(struct th_text *out, const char *text, size_t bytes) {
    for (char plain[2] = {0}; bytes > 0; bytes--) {
        plain[0] = *text++;
        th_text_put(out, plain);
    }
}

static void put_stem(struct th_text *out, const char *path) {
    const char *name = strcmp(path, "-") == 0 ? "stdin" : file_name(path);
    const char *dot = strrchr(name, '.');
    put_bytes(out, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void put_word(struct th_text *out, enum word word, const char *path, size_t which,
                     const struct th_info *info) {
    static const char *const endings[] = {"", "jpg", "png", "webp", "json"};
    switch (word) {
    case WORD_NAME: put_stem(out, path); break;
    case WORD_W: th_text_put_decimal(out, info->out_width); break;
    case WORD_H: th_text_put_decimal(out, info->out_height); break;
    case WORD_N: th_text_put_decimal(out, which + 1); break;
    case WORD_EXT: th_text_put(out, endings[info->out_format]); break;
    case WORD_NONE: break;
    }
}

/* output/, the folders of the image below the one that was named, and the pattern filled in. */
static void put_path(struct th_text *out, const struct cli_place *place,
                     const struct cli_image *image, size_t which, const struct th_info *info) {
    th_text_put(out, place->output);
    if (!place->pattern) return;
    if (out->data[out->bytes - 1] != '/') th_text_put(out, "/");
    if (image->within > 0) {
        const char *below = image->path + image->within;
        below += strspn(below, "/");
        put_bytes(out, below, (size_t)(file_name(image->path) - below));
    }
    for (const char *at = place->pattern; *at != '\0';) {
        enum word word = word_at(at);
        put_word(out, word, image->path, which, info);
        if (word == WORD_NONE) put_bytes(out, at, 1);
        at += word == WORD_NONE ? 1 : strlen(words[word]);
    }
}

/* Makes every folder that leads to the file. */
static const char *make_folders(char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        struct stat about;
        *at = '\0';
        bool there = (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) || mkdir(path, 0777) == 0;
        const char *fault = there ? NULL : strerror(errno);
        *at = '/';
        if (fault) return fault;
    }
    return NULL;
}

/* ---- claiming it ---- */

static bool is_claimed(const struct cli_place *place, const char *name) {
    for (size_t i = 0; i < place->count; i++) {
        if (strcmp(place->claimed[i], name) == 0) return true;
    }
    return false;
}

/* Room for one more, or false. */
static bool grow(struct cli_place *place) {
    if (place->count < place->room) return true;
    size_t room = 2 * place->room + 16;
    char **claimed = realloc(place->claimed, room * sizeof *claimed);
    if (!claimed) return false;
    place->claimed = claimed;
    place->room = room;
    return true;
}

static const char *fault_of(const struct cli_place *place, char *name) {
    struct stat about;
    const char *fault = place->pattern ? make_folders(name) : NULL;
    if (fault) return fault;
    if (is_claimed(place, name)) return "two results have that name (--name)";
    if (place->force || lstat(name, &about) != 0) return NULL;
    return "exists already (--force overwrites)";
}

const char *cli_place_claim(struct cli_place *place, const struct cli_image *image, size_t which,
                            const struct th_info *info, const char **fault) {
    size_t pattern_bytes = place->pattern ? strlen(place->pattern) : 0;
    /* The shortest word, {w}, has three letters; it stands for less than a path and a number. */
    size_t room = strlen(place->output) + strlen(image->path) + 2 + pattern_bytes +
                  (pattern_bytes / 3 + 1) * (strlen(image->path) + 20);
    struct th_text name = {.data = malloc(room + 1), .room = room};
    *fault = "no memory";
    if (!name.data || !grow(place)) {
        free(name.data);
        return NULL;
    }
    put_path(&name, place, image, which, info);
    name.data[name.bytes] = '\0';
    *fault = fault_of(place, name.data);
    place->claimed[place->count++] = name.data;
    return *fault ? NULL : name.data;
}

void cli_place_free(struct cli_place *place) {
    for (size_t i = 0; i < place->count; i++) free(place->claimed[i]);
    free(place->claimed);
}
