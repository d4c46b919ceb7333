/* test_sniff.c - formats by magic; the answer does not depend on how bytes are cut. */
#include <stdlib.h>

#include "check.h"
#include "codec/sniff.h"

struct answer {
    enum th_status status;
    enum th_format format;
    const char *what;
};

static struct answer sniff(const void *data, size_t bytes, bool closed) {
    struct answer a = {.format = TH_FORMAT_NONE, .what = ""};
    uint8_t *exact = malloc(bytes ? bytes : 1);
    if (bytes > 0) memcpy(exact, data, bytes);
    a.status = th_sniff(exact, bytes, closed, &a.format, &a.what);
    free(exact);
    return a;
}

/* Pushes one byte more until it is decided, as a job would. */
static struct answer sniff_slowly(const void *data, size_t bytes) {
    for (size_t n = 0; n < bytes; n++) {
        struct answer a = sniff(data, n, false);
        if (a.status != TH_MORE_INPUT) return a;
    }
    return sniff(data, bytes, true);
}

#define FILE_BYTES 2000u

static const struct {
    const char *head;
    size_t bytes;
    enum th_format format;
    const char *what;
} files[] = {
    {"\xff\xd8\xff\xe0", 4, TH_FORMAT_JPEG, ""},
    {"\xff\xd8\xff\xdb", 4, TH_FORMAT_JPEG, ""},
    {"\x89PNG\r\n\x1a\n", 8, TH_FORMAT_PNG, ""},
    {"RIFF\x24\0\0\0WEBPVP8 \x10\0\0\0\0\0", 22, TH_FORMAT_WEBP, ""},
    {"RIFF\x24\0\0\0WEBPVP8L\x10\0\0\0\x2f\xff", 22, TH_FORMAT_WEBP, ""},
    {"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x10\0", 22, TH_FORMAT_WEBP, ""},
    {"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x12\0", 22, TH_FORMAT_NONE, "animated webp"},
    {"RIFF\x24\0\0\0WAVEfmt ", 16, TH_FORMAT_NONE, "riff"},
    {"GIF89a", 6, TH_FORMAT_NONE, "gif"},
    {"GIF87a", 6, TH_FORMAT_NONE, "gif"},
    {"GIF88a", 6, TH_FORMAT_NONE, "unknown"},
    {"\0\0\0\x20"
     "ftypavif",
     12, TH_FORMAT_NONE, "avif"},
    {"\0\0\0\x1c"
     "ftypavis",
     12, TH_FORMAT_NONE, "avif"},
    {"\0\0\0\x18"
     "ftypheic",
     12, TH_FORMAT_NONE, "heic"},
    {"\0\0\0\x18"
     "ftypmif1",
     12, TH_FORMAT_NONE, "heic"},
    {"\0\0\0\x18"
     "ftypisom",
     12, TH_FORMAT_NONE, "mp4"},
    {"\0\0\0\x14"
     "ftypqt  ",
     12, TH_FORMAT_NONE, "quicktime"},
    {"\0\0\0\x0cJXL \r\n\x87\n", 12, TH_FORMAT_NONE, "jxl"},
    {"\xff\x0a\x01", 3, TH_FORMAT_NONE, "jxl"},
    {"\0\0\0\x0cjP  \r\n\x87\n", 12, TH_FORMAT_NONE, "jp2"},
    {"\xff\x4f\xff\x51", 4, TH_FORMAT_NONE, "jp2"},
    {"II*\0", 4, TH_FORMAT_NONE, "tiff"},
    {"MM\0*", 4, TH_FORMAT_NONE, "tiff"},
    {"\0\0\1\0\1\0", 6, TH_FORMAT_NONE, "ico"},
    {"BM\x36\x10", 4, TH_FORMAT_NONE, "bmp"},
    {"%PDF-1.7", 8, TH_FORMAT_NONE, "pdf"},
    {"PK\3\4", 4, TH_FORMAT_NONE, "zip"},
    {"\x1f\x8b\x08", 3, TH_FORMAT_NONE, "gzip"},
    {"8BPS", 4, TH_FORMAT_NONE, "psd"},
    {"<svg xmlns=", 11, TH_FORMAT_NONE, "svg"},
    {"\xef\xbb\xbf \r\n\t<SVG>", 12, TH_FORMAT_NONE, "svg"},
    {"<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<svg>", 50, TH_FORMAT_NONE, "svg"},
    {"<?xml version=\"1.0\"?><rss>", 26, TH_FORMAT_NONE, "xml"},
    {"<!DOCTYPE html><svg>", 20, TH_FORMAT_NONE, "html"},
    {"<html><svg>", 11, TH_FORMAT_NONE, "html"},
    {"<!-- --><HTML>", 14, TH_FORMAT_NONE, "html"},
    {"<p>hello", 8, TH_FORMAT_NONE, "markup"},
    {"{\"a\":1}", 7, TH_FORMAT_NONE, "json"},
    {"\n [1]", 5, TH_FORMAT_NONE, "json"},
    {"                                        {}", 42, TH_FORMAT_NONE, "json"},
    {"hello", 5, TH_FORMAT_NONE, "unknown"},
    {"\0\0\0\0", 4, TH_FORMAT_NONE, "unknown"},
    {"\xff\xd8\xfe", 3, TH_FORMAT_NONE, "unknown"},
    {"\x89PNG\n\x1a\n", 7, TH_FORMAT_NONE, "unknown"}, /* line ends were converted */
    {" \x89PNG\r\n\x1a\n", 9, TH_FORMAT_NONE, "unknown"},
};

static void test_files(void) {
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        uint8_t file[FILE_BYTES];
        memset(file, ' ', sizeof file);
        memcpy(file, files[i].head, files[i].bytes);
        struct answer whole = sniff(file, sizeof file, true);
        CHECK_EQ(whole.status, files[i].format ? TH_OK : TH_UNSUPPORTED);
        CHECK_EQ(whole.format, files[i].format);
        CHECK_STR(whole.what, files[i].what);
        struct answer open = sniff(file, sizeof file, false), slow = sniff_slowly(file, FILE_BYTES);
        CHECK_EQ(open.status, whole.status);
        CHECK_STR(open.what, whole.what);
        CHECK_EQ(slow.status, whole.status);
        CHECK_EQ(slow.format, whole.format);
        CHECK_STR(slow.what, whole.what);
        /* The head alone is enough when nothing follows. */
        struct answer shortest = sniff(file, files[i].bytes, true);
        CHECK_EQ(shortest.status, whole.status);
        CHECK_STR(shortest.what, whole.what);
    }
}

static void test_cut(void) {
    static const uint8_t png[] = "\x89PNG\r\n\x1a\n";
    static const uint8_t webp[] = "RIFF\x24\0\0\0WEBPVP8 \x10\0\0\0\0";
    CHECK_EQ(sniff("", 0, false).status, TH_MORE_INPUT);
    CHECK_EQ(sniff("", 0, true).status, TH_TRUNCATED);
    CHECK_STR(sniff("", 0, true).what, "image: empty");
    CHECK_EQ(sniff("\xff\xd8", 2, false).status, TH_MORE_INPUT);
    CHECK_STR(sniff("\xff\xd8", 2, true).what, "jpeg: ends in its signature");
    for (size_t bytes = 2; bytes < 8; bytes++) {
        CHECK_EQ(sniff(png, bytes, true).status, TH_TRUNCATED);
        CHECK_EQ(sniff(png, bytes, false).status, TH_MORE_INPUT);
    }
    for (size_t bytes = 4; bytes <= 20; bytes++) {
        CHECK_EQ(sniff(webp, bytes, true).status, TH_TRUNCATED);
        CHECK_EQ(sniff(webp, bytes, false).status, TH_MORE_INPUT);
    }
    CHECK_EQ(sniff(webp, 21, false).status, TH_OK);
    CHECK_EQ(sniff("RIFF1234WAV", 11, true).status, TH_UNSUPPORTED);
    CHECK_STR(sniff("x", 1, true).what, "unknown");
    CHECK_STR(sniff("<", 1, true).what, "markup");
}

int main(void) {
    test_files();
    test_cut();
    return check_done();
}
