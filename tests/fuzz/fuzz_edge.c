/* fuzz_edge.c - any text as a request to the hosts written in C, and any text as their
 * configuration. Lines: method, path, query, Accept, If-None-Match, If-Modified-Since, Range,
 * ETag; what is left is the configuration, where it is one, else a fixed one holds.
 *
 * Crashes where a key could leave its object's place, canonical text is none, a path changes
 * by being encoded and decoded, a range lies outside, a refusal has no words, a cache's key has
 * other lines than its own, a header two, what is signed here is refused, or a signed route
 * answers: no seed is signed, and a mutation cannot sign. */
#include "edge/conditional.h"
#include "edge/decision.h"
#include "edge/entity.h"
#include "edge/signature.h"
#include "require.h"

static const char fixed[] =
    "{\"origins\":{\"o\":{\"kind\":\"http\",\"base\":\"http://o.example\"}},"
    "\"presets\":{\"thumb\":\"w=100&h=80\",\"wide\":\"w=900&f=auto\"},\"routes\":["
    "{\"path\":\"/dev/*\",\"origin\":\"o\",\"prefix\":\"p/\",\"cors\":[\"*\"]},"
    "{\"path\":\"/only/*\",\"origin\":\"o\",\"only_presets\":true},"
    "{\"path\":\"/snap/*\",\"origin\":\"o\",\"widths\":[320,100,640],\"heights\":[50,200]},"
    "{\"path\":\"/refuse/*\",\"origin\":\"o\",\"widths\":[320],\"sizes\":\"refuse\"},"
    "{\"path\":\"/signed/*\",\"origin\":\"o\",\"signed\":true},"
    "{\"path\":\"/*\",\"origin\":\"o\"}],\"purge_token\":\"0123456789abcdef\","
    "\"signing_keys\":\"0123456789abcdef fedcba9876543210\"}";

/* The next line of *rest, NUL-terminated in memory of exactly its size. */
static char *take_line(const uint8_t **rest, size_t *bytes) {
    const uint8_t *end = *bytes > 0 ? memchr(*rest, '\n', *bytes) : NULL;
    size_t length = end ? (size_t)(end - *rest) : *bytes, used = end ? length + 1 : length;
    char *line = malloc(length + 1);
    REQUIRE(line != NULL);
    if (length > 0) memcpy(line, *rest, length);
    line[length] = '\0';
    *rest += used;
    *bytes -= used;
    return line;
}

static void check_key(const char *key) {
    char encoded[3 * (EDGE_KEY_BYTES_MAX + EDGE_PREFIX_BYTES_MAX) + 2],
        decoded[EDGE_KEY_BYTES_MAX + 1];
    struct th_text out = {.data = encoded, .room = sizeof encoded - 1};
    th_text_put(&out, "/");
    edge_path_encode(&out, key);
    encoded[out.bytes] = '\0';
    REQUIRE(!out.full && strpbrk(encoded, " ?#\\@:\r\n") == NULL);
    if (strlen(key) > EDGE_KEY_BYTES_MAX || key[0] == '/') return;
    REQUIRE(edge_path_decode(encoded, decoded) == NULL && strcmp(decoded, key) == 0);
}

static size_t line_feeds(const char *text, size_t bytes) {
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++) count += text[i] == '\n';
    return count;
}

/* Its lines are version, route, object and options; the first two are the configuration's own. */
static void check_cache_key(const struct edge_decision *decision,
                            const struct edge_config *config) {
    const char *version = config->cache_version, *route = decision->route->name;
    size_t room = strlen(version) + strlen(route) + EDGE_PREFIX_BYTES_MAX + EDGE_KEY_BYTES_MAX +
                  TH_CANON_BYTES_MAX + 32;
    struct th_text key = {.data = malloc(room), .room = room};
    REQUIRE(key.data != NULL);
    edge_decision_key(&key, decision, config);
    REQUIRE(!key.full);
    REQUIRE(line_feeds(key.data, key.bytes) ==
            3 + line_feeds(version, strlen(version)) + line_feeds(route, strlen(route)));
    free(key.data);
}

static void check_decision(const struct edge_decision *decision, const struct edge_config *config) {
    char again[TH_CANON_BYTES_MAX], object[EDGE_OBJECT_BYTES_MAX + 1];
    size_t bytes = 0, options_bytes = strlen(decision->ask.options);
    if (decision->action == EDGE_REFUSE) {
        REQUIRE(decision->status >= 400 && decision->status < 500);
        REQUIRE(decision->message[0] != '\0' && strpbrk(decision->message, "\r\n") == NULL);
    }
    if (decision->action == EDGE_IMAGE) {
        REQUIRE(th_canon(decision->ask.options, options_bytes, "", 0, again, sizeof again,
                         &bytes) == TH_OK);
        REQUIRE(bytes == options_bytes && memcmp(again, decision->ask.options, bytes) == 0);
    }
    if (decision->action != EDGE_IMAGE && decision->action != EDGE_ORIGINAL) return;
    REQUIRE(decision->route != NULL && decision->key[0] != '\0');
    REQUIRE(!decision->route->is_signed);
    edge_decision_object(object, decision);
    REQUIRE(object[0] != '\0' && strchr(object, ' ') == NULL);
    check_cache_key(decision, config);
}

/* What is signed is accepted, unless `exp` is given twice or no time. */
static void check_signature(const char *path, const char *query) {
    static const char key[] = "0123456789abcdef";
    char signed_text[EDGE_SIGNED_BYTES_MAX], signature[EDGE_SIGNATURE_CHARS + 1],
        decoded[EDGE_KEY_BYTES_MAX + 1];
    struct th_text text = {.data = signed_text, .room = sizeof signed_text};
    struct edge_pairs pairs;
    if (edge_path_decode(path, decoded)) return;
    edge_pairs_read(&pairs, query, strlen(query));
    if (pairs.count == EDGE_PAIRS_MAX || edge_pairs_find(&pairs, TH_OPTION_SIG)) return;
    edge_signature_text(&text, decoded, &pairs);
    if (text.full) return;
    edge_signature_make(signature, key, sizeof key - 1, &text);
    pairs.pair[pairs.count++] = (struct edge_pair){&th_option_table[TH_OPTION_SIG], signature,
                                                   EDGE_SIGNATURE_CHARS};
    const char *fault = edge_signature_check(key, decoded, &pairs, 0);
    bool has_expiry = edge_pairs_find(&pairs, TH_OPTION_EXP) != NULL;
    REQUIRE(!fault || (has_expiry && strcmp(fault, "signature: wrong") != 0));
}

static void check_conditions(const struct edge_request *request, const char *etag) {
    struct edge_range range;
    edge_is_fresh(request, etag, request->if_modified_since);
    edge_may_forward_tags(request);
    edge_may_forward_range(request);
    if (!edge_range_of(request, etag, 100, &range)) return;
    REQUIRE(range.start <= range.end && range.end <= 100);
}

/* Whether a browser may find a page in files of that type, or read it as several: an HTML or
 * XML MIME type (WHATWG MIME Sniffing, 4.6), none, or more than one. */
static bool is_page(const char *type) {
    static const char *const pages[] = {"text/html", "text/xml", "application/xml"};
    static const char suffix[] = "+xml";
    type += strspn(type, " \t");
    size_t bytes = strcspn(type, "; \t"), suffix_bytes = sizeof suffix - 1;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (th_text_equal_fold(type, bytes, pages[i])) return true;
    }
    if (bytes >= suffix_bytes &&
        th_text_equal_fold(type + bytes - suffix_bytes, suffix_bytes, suffix)) {
        return true;
    }
    return type[0] == '\0' || strchr(type, ',') != NULL;
}

/* As an answer: no value has two lines, and a page runs nothing. */
static void check_head(const struct edge_entity *entity) {
    struct edge_head head = {0};
    edge_entity_head(&head, entity);
    for (uint32_t i = 0; i < head.count; i++) {
        REQUIRE(strpbrk(head.header[i].value, "\r\n") == NULL);
    }
    REQUIRE(strcmp(edge_head_get(&head, "X-Content-Type-Options"), "nosniff") == 0);
    REQUIRE(!is_page(edge_head_get(&head, "Content-Type")) ||
            strstr(edge_head_get(&head, "Content-Security-Policy"), "sandbox") != NULL);
}

/* The entity's text is read back as it was, and any text is refused or read. */
static void check_entity(const char *text, size_t bytes) {
    struct edge_entity entity, again;
    uint64_t fresh_seconds, stale_seconds;
    char written[2000], tag[256];
    struct th_text out = {.data = written, .room = sizeof written};
    if (!edge_entity_read(&entity, text, bytes)) return;
    edge_entity_write(&out, &entity);
    REQUIRE(!out.full && edge_entity_read(&again, written, out.bytes));
    REQUIRE(again.bytes == entity.bytes && strcmp(again.reason, entity.reason) == 0);
    check_head(&entity);
    edge_entity_lifetime(entity.cache_control, &fresh_seconds, &stale_seconds);
    edge_entity_tag(tag, entity.etag, entity.reason);
    REQUIRE(strlen(tag) == 26 && tag[0] == '"' && tag[25] == '"');
}

/* Read once: that is most of an execution's time. */
static const struct edge_config *fixed_config(void) {
    static struct edge_config config;
    static bool read;
    if (!read) REQUIRE(edge_config_read_json(&config, fixed, sizeof fixed - 1) == NULL);
    read = true;
    return &config;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static struct edge_config own;
    static struct edge_decision decision;
    check_entity((const char *)data, bytes);
    char *line[8];
    for (size_t i = 0; i < 8; i++) line[i] = take_line(&data, &bytes);
    const char *fault = edge_config_read_json(&own, (const char *)data, bytes);
    REQUIRE(!fault || strncmp(fault, "configuration: ", 15) == 0);
    const struct edge_config *config = fault ? fixed_config() : &own;
    struct edge_request request = {
        .method = line[0],
        .path = line[1],
        .query = line[2],
        .accept = line[3],
        .has_if_none_match = line[4][0] != '\0',
        .if_none_match = line[4],
        .if_modified_since = line[5],
        .range = line[6],
        .if_range = "",
        .authorization = line[4],
        .origin = line[4],
    };
    check_conditions(&request, line[7]);
    edge_decide(&decision, config, &request);
    if (decision.route) check_key(decision.key);
    check_decision(&decision, config);
    check_signature(line[1], line[2]);
    for (size_t i = 0; i < 8; i++) free(line[i]);
    return 0;
}
