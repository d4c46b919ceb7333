/* sign.c - see sign.h. */
#define _POSIX_C_SOURCE 200809L
#include "sign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/path.h"
#include "option_table.h"
#include "report.h"
#include "signature.h"

#define KEYS_BYTES_MAX 4096u
#define KEY_BYTES_MIN 16u
#define EXPIRES_MAX 3155760000u /* seconds: a century */
#define SEPARATORS " ,\t\r\n"

/* ---- the key ---- */

/* NULL, and the text of the keys; or why not. */
static const char *read_keys(char text[KEYS_BYTES_MAX + 1], const char *file) {
    const char *from = getenv("SIGNING_KEYS");
    if (!file) {
        snprintf(text, KEYS_BYTES_MAX + 1, "%s", from ? from : "");
        return NULL;
    }
    FILE *in = fopen(file, "rb");
    if (!in) return strerror(errno);
    size_t bytes = fread(text, 1, KEYS_BYTES_MAX, in);
    const char *fault = ferror(in) ? strerror(errno) : NULL;
    fclose(in);
    text[bytes] = '\0';
    return fault;
}

/* ---- what is signed ---- */

static const char *name_of(const char *text, size_t bytes) {
    for (size_t i = 0; i < TH_OPTION_COUNT; i++) {
        const struct th_option *option = &th_option_table[i];
        if (th_text_equal(text, bytes, option->name)) return option->name;
        for (size_t k = 0; k < TH_OPTION_ALIASES_MAX && option->alias[k]; k++) {
            if (th_text_equal(text, bytes, option->alias[k])) return option->name;
        }
    }
    return NULL;
}

/* Undoes %XX and + in place. What is malformed stays: th_canon has refused it in options. */
static size_t decode(char *text, size_t bytes) {
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%' && bytes - i > 2 && th_text_hex_digit(text[i + 1]) >= 0 &&
            th_text_hex_digit(text[i + 2]) >= 0) {
            c = (char)(th_text_hex_digit(text[i + 1]) * 16 + th_text_hex_digit(text[i + 2]));
            i += 2;
        }
        text[n++] = c;
    }
    text[n] = '\0';
    return n;
}

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

/* The recognised pairs of a query that th_canon accepts: decoded, by their first names,
 * sorted. NULL, or what is wrong with them. */
static const char *put_pairs(struct th_text *out, const char *query) {
    char pair[TH_OPTION_COUNT][TH_OPTIONS_BYTES_MAX + 1];
    size_t count = 0;
    while (*query != '\0' && count < TH_OPTION_COUNT) {
        char name[TH_OPTIONS_BYTES_MAX + 1], value[TH_OPTIONS_BYTES_MAX + 1];
        size_t bytes = strcspn(query, "&"), name_bytes = strcspn(query, "=&");
        size_t value_at = name_bytes < bytes ? name_bytes + 1 : bytes;
        snprintf(name, sizeof name, "%.*s", (int)name_bytes, query);
        snprintf(value, sizeof value, "%.*s", (int)(bytes - value_at), query + value_at);
        decode(value, strlen(value));
        const char *known = name_of(name, decode(name, name_bytes));
        if (known && strcmp(known, "sig") == 0) return "sig: is there already";
        if (known) snprintf(pair[count++], sizeof pair[0], "%s=%s", known, value);
        query += bytes + (query[bytes] == '&');
    }
    qsort(pair, count, sizeof pair[0], by_text);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) th_text_put(out, "&");
        th_text_put(out, pair[i]);
    }
    return NULL;
}

/* ---- the URL ---- */

static int refuse(const char *subject, const char *message) {
    cli_report_fault(subject, message);
    return -TH_BAD_OPTION;
}

/* The query asked for, with exp. NULL, or what is wrong with it; *words is room for it. */
static const char *make_query(struct th_text *query, const char *asked, const char *expires,
                              char words[TH_CANON_BYTES_MAX + 1]) {
    uint64_t seconds = 0;
    size_t bytes = 0;
    th_text_put(query, asked);
    if (expires) {
        if (!th_text_decimal(expires, strlen(expires), &seconds) || seconds > EXPIRES_MAX) {
            return "--expires: a number of seconds, at most a century";
        }
        th_text_put(query, *asked != '\0' ? "&exp=" : "exp=");
        th_text_put_decimal(query, (uint64_t)time(NULL) + seconds);
    }
    query->data[query->bytes] = '\0';
    if (query->full) return "options: at most 2048 bytes of text";
    enum th_status status = th_canon(query->data, query->bytes, "", 0, words, TH_CANON_BYTES_MAX,
                                     &bytes);
    words[bytes] = '\0';
    return status == TH_OK ? NULL : words;
}

int cli_sign(const char *target, const char *expires, const char *keys) {
    char key_text[KEYS_BYTES_MAX + 1], signature[CLI_SIGNATURE_CHARS + 1];
    char key_name[EDGE_KEY_BYTES_MAX + 1], words[TH_CANON_BYTES_MAX + 1];
    char query_text[TH_OPTIONS_BYTES_MAX + 1];
    char signed_text[3 * EDGE_KEY_BYTES_MAX + 2 * TH_OPTIONS_BYTES_MAX];
    struct th_text query = {.data = query_text, .room = TH_OPTIONS_BYTES_MAX};
    struct th_text text = {.data = signed_text, .room = sizeof signed_text};
    size_t path_bytes = strcspn(target, "?");
    const char *asked = target + path_bytes + (target[path_bytes] == '?');
    const char *fault = read_keys(key_text, keys);
    if (fault) {
        cli_report_fault(keys, fault);
        return -CLI_FILE_FAULT;
    }
    const char *key = key_text + strspn(key_text, SEPARATORS);
    size_t key_bytes = strcspn(key, SEPARATORS);
    if (key_bytes < KEY_BYTES_MIN) return refuse("SIGNING_KEYS", "a key of at least 16 characters");
    if (target[0] != '/') return refuse("path", "begins with a slash");
    if ((fault = make_query(&query, asked, expires, words))) return refuse(NULL, fault);
    char *path = strndup(target, path_bytes);
    fault = path ? edge_path_decode(path, key_name) : "no memory";
    if (fault) return refuse(NULL, fault);
    th_text_put(&text, "/");
    edge_path_encode(&text, key_name);
    th_text_put(&text, "?");
    if ((fault = put_pairs(&text, query_text))) return refuse(NULL, fault);
    cli_signature_make(signature, key, key_bytes, signed_text, text.bytes);
    printf("%s?%s%ssig=%s\n", path, query_text, query.bytes > 0 ? "&" : "", signature);
    free(path);
    return 0;
}
