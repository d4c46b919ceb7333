/* media.c - see media.h. */
#include "media.h"

#include <string.h>

#include "codec/sniff.h"
#include "text.h"

const char *edge_media_of_format(enum th_format format) {
    switch (format) {
    case TH_FORMAT_JPEG: return "image/jpeg";
    case TH_FORMAT_PNG: return "image/png";
    case TH_FORMAT_WEBP: return "image/webp";
    case TH_FORMAT_JSON: return "application/json";
    case TH_FORMAT_NONE: break;
    }
    return "application/octet-stream";
}

/* The core's names for what it does not read. */
static const struct {
    const char *name, *type;
} others[] = {
    {"animated webp", "image/webp"},
    {"gif", "image/gif"},
    {"avif", "image/avif"},
    {"heic", "image/heic"},
    {"jxl", "image/jxl"},
    {"tiff", "image/tiff"},
    {"bmp", "image/bmp"},
    {"ico", "image/x-icon"},
};

const char *edge_media_of(const uint8_t *head, size_t bytes) {
    enum th_format format;
    const char *name;
    enum th_status status = th_sniff(head, bytes, true, &format, &name);
    if (status == TH_OK) return edge_media_of_format(format);
    for (size_t i = 0; status == TH_UNSUPPORTED && i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(name, others[i].name) == 0) return others[i].type;
    }
    return NULL;
}

static bool begins(const char *type, const char *with) {
    while (*type == ' ' || *type == '\t') type++;
    size_t bytes = strlen(with);
    return strlen(type) >= bytes && th_text_equal_fold(type, bytes, with);
}

static bool is_svg(const char *type) {
    return begins(type, "image/svg");
}

/* A letter of a type's name; no `+`, as in `+xml`. */
static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

/* A name, then nothing or parameters; no comma, behind which another type would count. */
static bool ends_well(const char *rest, bool named) {
    const char *end = rest;
    while (is_plain(*end)) end++;
    if ((end == rest) == named) return false;
    while (*end == ' ' || *end == '\t') end++;
    return *end == '\0' || (*end == ';' && !strchr(end, ','));
}

bool edge_media_is_inert(const char *type) {
    static const char *const kinds[] = {"image/", "audio/", "video/", "font/"};
    static const char *const types[] = {"application/json", "application/octet-stream",
                                        "application/pdf", "text/plain"};
    while (*type == ' ' || *type == '\t') type++;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t bytes = strlen(kinds[i]);
        if (begins(type, kinds[i])) {
            return !begins(type + bytes, "svg") && ends_well(type + bytes, true);
        }
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (begins(type, types[i]) && ends_well(type + strlen(types[i]), false)) return true;
    }
    return false;
}

const char *edge_media_passed(const char *type) {
    bool image = begins(type, "image/") && !is_svg(type);
    return type[0] == '\0' || image ? "application/octet-stream" : type;
}
