/* sniff.c - see sniff.h. */
#include "sniff.h"

#include <string.h>

struct magic {
    uint32_t at;
    uint32_t bytes;
    const char *data;
    const char *name;
};

/* What is not read, but known by name. First match wins. */
static const struct magic others[] = {
    {0, 6, "GIF87a", "gif"},
    {0, 6, "GIF89a", "gif"},
    {4, 8, "ftypavif", "avif"},
    {4, 8, "ftypavis", "avif"},
    {4, 8, "ftypheic", "heic"},
    {4, 8, "ftypheix", "heic"},
    {4, 8, "ftyphevc", "heic"},
    {4, 8, "ftyphevx", "heic"},
    {4, 8, "ftypheim", "heic"},
    {4, 8, "ftypheis", "heic"},
    {4, 8, "ftypmif1", "heic"},
    {4, 8, "ftypmsf1", "heic"},
    {4, 7, "ftypcrx", "cr3"},
    {4, 6, "ftypqt", "quicktime"},
    {4, 4, "ftyp", "mp4"},
    {0, 12, "\0\0\0\x0cJXL \r\n\x87\n", "jxl"},
    {0, 2, "\xff\x0a", "jxl"},
    {0, 12, "\0\0\0\x0cjP  \r\n\x87\n", "jp2"},
    {0, 4, "\xff\x4f\xff\x51", "jp2"},
    {0, 4, "II*\0", "tiff"},
    {0, 4, "MM\0*", "tiff"},
    {0, 4, "II+\0", "tiff"},
    {0, 4, "MM\0+", "tiff"},
    {0, 4, "\0\0\1\0", "ico"},
    {0, 4, "\0\0\2\0", "cur"},
    {0, 4, "8BPS", "psd"},
    {0, 2, "BM", "bmp"},
    {0, 4, "qoif", "qoi"},
    {0, 5, "%PDF-", "pdf"},
    {0, 4, "%!PS", "postscript"},
    {0, 4, "PK\3\4", "zip"},
    {0, 4, "PK\5\6", "zip"},
    {0, 3, "\x1f\x8b\x08", "gzip"},
    {0, 4, "\x1a\x45\xdf\xa3", "webm"},
    {0, 4, "OggS", "ogg"},
    {0, 4, "RIFF", "riff"},
};

static bool matches(const struct magic *magic, const uint8_t *data, size_t bytes) {
    if (bytes < magic->at || bytes - magic->at < magic->bytes) return false;
    return memcmp(data + magic->at, magic->data, magic->bytes) == 0;
}

/* ---- what is read ---- */

static const struct magic jpeg = {0, 3, "\xff\xd8\xff", NULL};
static const struct magic png = {0, 8, "\x89PNG\r\n\x1a\n", NULL};
static const struct magic riff = {0, 4, "RIFF", NULL};
static const struct magic webp = {8, 4, "WEBP", NULL};
static const struct magic webp_extended = {12, 4, "VP8X", NULL};
#define WEBP_FLAGS_AT 20u /* of VP8X, behind its size */
#define WEBP_ANIMATED 0x02u

/* Ends inside a signature; the shortest piece taken for one is two bytes. */
static const char *cut_signature(const uint8_t *data, size_t bytes) {
    if (bytes == 2 && memcmp(data, jpeg.data, bytes) == 0) return "jpeg: ends in its signature";
    if (bytes >= 2 && bytes < 8 && memcmp(data, png.data, bytes) == 0) {
        return "png: ends in its signature";
    }
    if (bytes >= 4 && bytes < 12 && matches(&riff, data, bytes) &&
        (bytes <= 8 || memcmp(data + 8, webp.data, bytes - 8) == 0)) {
        return "webp: ends in its signature";
    }
    return NULL;
}

/* ---- texts ---- */

static bool is_space(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does `word` (lower-case) stand at the start of the bytes, in any case? */
static bool starts_with(const uint8_t *data, size_t bytes, const char *word) {
    size_t length = strlen(word);
    if (bytes < length) return false;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = data[i] >= 'A' && data[i] <= 'Z' ? (uint8_t)(data[i] + 32) : data[i];
        if (c != (uint8_t)word[i]) return false;
    }
    return true;
}

static bool contains(const uint8_t *data, size_t bytes, const char *word) {
    for (size_t i = 0; i < bytes; i++) {
        if (starts_with(data + i, bytes - i, word)) return true;
    }
    return false;
}

/* The name of a text format, or NULL. *open: more bytes could tell which. */
static const char *name_text(const uint8_t *data, size_t bytes, bool *open) {
    size_t at = starts_with(data, bytes, "\xef\xbb\xbf") ? 3 : 0;
    while (at < bytes && is_space(data[at])) at++;
    *open = at == bytes || data[at] == '<';
    if (at == bytes) return NULL;
    if (data[at] == '{' || data[at] == '[') return "json";
    if (data[at] != '<') return NULL;
    if (starts_with(data + at, bytes - at, "<!doctype html")) return "html";
    if (starts_with(data + at, bytes - at, "<html")) return "html";
    if (contains(data + at, bytes - at, "<svg")) return "svg";
    if (contains(data + at, bytes - at, "<!doctype svg")) return "svg";
    if (contains(data + at, bytes - at, "<html")) return "html";
    return starts_with(data + at, bytes - at, "<?xml") ? "xml" : "markup";
}

/* ---- the answer ---- */

static const char *name_other(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (matches(&others[i], data, bytes)) return others[i].name;
    }
    return "unknown";
}

/* TH_OK, or TH_MORE_INPUT when it is not (yet) one of ours. */
static enum th_status sniff_ours(const uint8_t *data, size_t bytes, enum th_format *format,
                                 const char **what) {
    bool is_webp = matches(&riff, data, bytes) && matches(&webp, data, bytes);
    if (is_webp && bytes <= WEBP_FLAGS_AT) return TH_MORE_INPUT;
    if (is_webp && matches(&webp_extended, data, bytes) && data[WEBP_FLAGS_AT] & WEBP_ANIMATED) {
        *what = "animated webp";
        return TH_UNSUPPORTED;
    }
    if (matches(&jpeg, data, bytes))
        *format = TH_FORMAT_JPEG;
    else if (matches(&png, data, bytes))
        *format = TH_FORMAT_PNG;
    else if (is_webp)
        *format = TH_FORMAT_WEBP;
    else
        return TH_MORE_INPUT;
    return TH_OK;
}

enum th_status th_sniff(const uint8_t *data, size_t bytes, bool closed, enum th_format *format,
                        const char **what) {
    enum th_status status = sniff_ours(data, bytes, format, what);
    if (status != TH_MORE_INPUT) return status;
    if (bytes < TH_SNIFF_BYTES && !closed) return TH_MORE_INPUT;
    *what = "image: empty";
    if (bytes == 0) return TH_TRUNCATED;
    *what = cut_signature(data, bytes);
    if (*what) return TH_TRUNCATED;
    if (matches(&riff, data, bytes) && matches(&webp, data, bytes)) {
        *what = "webp: ends in its first chunk";
        return TH_TRUNCATED;
    }
    bool open;
    size_t text_bytes = bytes < TH_SNIFF_TEXT_BYTES ? bytes : TH_SNIFF_TEXT_BYTES;
    const char *text = name_text(data, text_bytes, &open);
    if (open && text_bytes < TH_SNIFF_TEXT_BYTES && !closed) return TH_MORE_INPUT;
    *what = text ? text : name_other(data, bytes);
    return TH_UNSUPPORTED;
}
