/* decision.c - see decision.h. */
#include "decision.h"

#include <string.h>

#include "sha256.h"
#include "signature.h"

static void refuse(struct edge_decision *decision, uint32_t status, const char *message) {
    decision->action = EDGE_REFUSE;
    decision->status = status;
    th_text_copy(decision->message, sizeof decision->message, message);
}

/* ---- where ---- */

static const struct edge_route *find_route(const struct edge_config *config, const char *path) {
    for (uint32_t i = 0; i < config->route_count; i++) {
        const struct edge_route *route = &config->route[i];
        if (strncmp(path, route->match, strlen(route->match)) == 0) return route;
    }
    return NULL;
}

/* The route, the key, and the path decoded; false when refused. */
static bool locate(struct edge_decision *decision, const struct edge_config *config,
                   const char *pathname, char path[EDGE_KEY_BYTES_MAX + 1]) {
    const char *fault = edge_path_decode(pathname, path);
    if (fault) {
        refuse(decision, 400, fault);
        return false;
    }
    const struct edge_route *route = find_route(config, path);
    if (!route) {
        refuse(decision, 404, "no such route");
        return false;
    }
    struct th_text key = {.data = decision->key, .room = sizeof decision->key - 1};
    th_text_put(&key, route->prefix);
    th_text_put(&key, path + route->strip_bytes);
    if (key.bytes == 0 || decision->key[key.bytes - 1] == '/') {
        refuse(decision, 404, "not found");
        return false;
    }
    decision->route = route;
    return true;
}

/* ---- what ---- */

static void ask(struct edge_decision *decision, const struct edge_config *config,
                const struct edge_request *request, const char *path) {
    struct edge_pairs pairs;
    edge_pairs_read(&pairs, request->query, strlen(request->query));
    if (decision->route->is_signed) {
        const char *fault = edge_signature_check(config->signing_keys, path, &pairs,
                                                 request->came_ms);
        if (fault) {
            refuse(decision, 403, fault);
            return;
        }
    }
    if (!edge_ask_read(&decision->ask, decision->route, &pairs, request->accept)) {
        refuse(decision, 400, decision->ask.message);
        return;
    }
    decision->action = decision->ask.options[0] == '\0' ? EDGE_ORIGINAL : EDGE_IMAGE;
}

/* ---- who ---- */

/* In a time that tells nothing about the token. */
static bool same_secret(const char *given, const char *token) {
    static const char scheme[] = "Bearer ";
    size_t given_bytes = strlen(given), token_bytes = strlen(token);
    if (given_bytes != sizeof scheme - 1 + token_bytes) return false;
    uint8_t difference = memcmp(given, scheme, sizeof scheme - 1) != 0;
    for (size_t i = 0; i < token_bytes; i++) {
        difference |= (uint8_t)(given[sizeof scheme - 1 + i] ^ token[i]);
    }
    return difference == 0;
}

static void purge(struct edge_decision *decision, const char *given, const char *token) {
    if (same_secret(given, token))
        decision->action = EDGE_PURGE;
    else
        refuse(decision, 403, "purge: wrong token");
}

void edge_decide(struct edge_decision *decision, const struct edge_config *config,
                 const struct edge_request *request) {
    char path[EDGE_KEY_BYTES_MAX + 1]; /* decoded */
    memset(decision, 0, sizeof *decision);
    if (!request->path) {
        refuse(decision, 414, "path: the URL is longer than 8192 bytes");
        return;
    }
    decision->action = EDGE_HEALTHY;
    if (strcmp(request->path, "/healthz") == 0) return;
    if (!locate(decision, config, request->path, path)) return;
    const char *method = request->method;
    if (strcmp(method, "OPTIONS") == 0)
        decision->action = EDGE_PREFLIGHT;
    else if (strcmp(method, "DELETE") == 0 && config->purge_token[0] != '\0')
        purge(decision, request->authorization, config->purge_token);
    else if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        ask(decision, config, request, path);
    else
        refuse(decision, 405, "method not allowed");
}

/* ---- cache keys ---- */

/* No line feed is in any of the parts, so parts cannot run into each other. */
void edge_decision_key(struct th_text *out, const struct edge_decision *decision,
                       const struct edge_config *config) {
    const char *parts[] = {config->cache_version, "\n", decision->route->name, "\n",
                           decision->key,         "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) th_text_put(out, parts[i]);
    if (decision->action != EDGE_IMAGE) {
        th_text_put(out, "original");
        return;
    }
    th_text_put(out, "e");
    th_text_put_decimal(out, TH_OUTPUT_EPOCH);
    th_text_put(out, "?");
    th_text_put(out, decision->ask.options);
}

void edge_decision_object(char object[EDGE_OBJECT_BYTES_MAX + 1],
                          const struct edge_decision *decision) {
    struct th_text out = {.data = object, .room = EDGE_OBJECT_BYTES_MAX};
    edge_path_encode(&out, decision->key);
    if (out.full) {
        struct edge_sha256 sha;
        uint8_t digest[EDGE_SHA256_BYTES];
        edge_sha256_begin(&sha);
        edge_sha256_add(&sha, decision->key, strlen(decision->key));
        edge_sha256_end(&sha, digest);
        out.bytes = 0;
        th_text_put(&out, "sha256-");
        for (size_t i = 0; i < sizeof digest; i++) th_text_put_hex_byte(&out, digest[i]);
    }
    object[out.bytes] = '\0';
}
