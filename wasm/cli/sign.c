/* sign.c - see sign.h. */
#define _POSIX_C_SOURCE 200809L
#include "sign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/signature.h"
#include "report.h"

#define KEYS_BYTES_MAX 4096u
#define EXPIRES_MAX 3155760000u /* seconds: a century */

/* ---- the key ---- */

/* NULL, and the text of the keys; or why not. */
static const char *read_keys(char text[KEYS_BYTES_MAX + 2], const char *file) {
    const char *from = getenv("SIGNING_KEYS"), *fault = NULL;
    if (file) {
        FILE *in = fopen(file, "rb");
        if (!in) return strerror(errno);
        size_t bytes = fread(text, 1, KEYS_BYTES_MAX + 1, in);
        fault = ferror(in) ? strerror(errno) : NULL;
        fclose(in);
        text[bytes] = '\0';
    } else {
        snprintf(text, KEYS_BYTES_MAX + 2, "%s", from ? from : "");
    }
    return !fault && strlen(text) > KEYS_BYTES_MAX ? "more than 4096 bytes of keys" : fault;
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
    char key_text[KEYS_BYTES_MAX + 2], signature[EDGE_SIGNATURE_CHARS + 1];
    char key_name[EDGE_KEY_BYTES_MAX + 1], words[TH_CANON_BYTES_MAX + 1];
    char query_text[TH_OPTIONS_BYTES_MAX + 1];
    char signed_text[EDGE_SIGNED_BYTES_MAX];
    struct th_text query = {.data = query_text, .room = TH_OPTIONS_BYTES_MAX};
    struct th_text text = {.data = signed_text, .room = sizeof signed_text};
    struct edge_pairs pairs;
    size_t path_bytes = strcspn(target, "?");
    const char *asked = target + path_bytes + (target[path_bytes] == '?');
    const char *fault = read_keys(key_text, keys);
    if (fault) {
        cli_report_fault(keys ? keys : "SIGNING_KEYS", fault);
        return -CLI_FILE_FAULT;
    }
    const char *rest = key_text, *key;
    size_t key_bytes = edge_signing_key_next(&rest, &key);
    if (!edge_secret_is_long(key, key_bytes))
        return refuse("SIGNING_KEYS", "a key of at least 16 characters");
    if (target[0] != '/') return refuse("path", "begins with a slash");
    if ((fault = make_query(&query, asked, expires, words))) return refuse(NULL, fault);
    char *path = strndup(target, path_bytes);
    fault = path ? edge_path_decode(path, key_name) : "no memory";
    if (fault) return refuse(NULL, fault);
    edge_pairs_read(&pairs, query_text, query.bytes);
    if (edge_pairs_find(&pairs, TH_OPTION_SIG)) return refuse(NULL, "sig: is there already");
    edge_signature_text(&text, key_name, &pairs);
    edge_signature_make(signature, key, key_bytes, &text);
    printf("%s?%s%ssig=%s\n", path, query_text, query.bytes > 0 ? "&" : "", signature);
    free(path);
    return 0;
}
