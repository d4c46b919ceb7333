/* entity.c - see entity.h. */
#include "entity.h"

#include <string.h>

#include "sha256.h"

#define TAG_BYTES 12u /* of digest: 96 bits do not meet by chance */

static void add(struct edge_sha256 *sha, const char *text) {
    edge_sha256_add(sha, text, strlen(text));
}

void edge_entity_tag(char etag[256], const char *version, const char *options) {
    char epoch[24] = {0};
    struct th_text number = {.data = epoch, .room = sizeof epoch - 1};
    struct th_text out = {.data = etag, .room = 255};
    struct edge_sha256 sha;
    uint8_t digest[EDGE_SHA256_BYTES];
    th_text_put_decimal(&number, TH_OUTPUT_EPOCH);
    edge_sha256_begin(&sha);
    add(&sha, version);
    add(&sha, "\n");
    add(&sha, options);
    add(&sha, "\n");
    add(&sha, epoch);
    edge_sha256_end(&sha, digest);
    th_text_put(&out, "\"");
    for (size_t i = 0; i < TAG_BYTES; i++) th_text_put_hex_byte(&out, digest[i]);
    th_text_put(&out, "\"");
    etag[out.bytes] = '\0';
}

void edge_entity_head(struct edge_head *head, const struct edge_entity *entity) {
    head->status = entity->status;
    edge_head_set(head, "Content-Type", entity->type);
    edge_head_set_number(head, "Content-Length", entity->bytes);
    edge_head_set(head, "Cache-Control", entity->cache_control);
    edge_head_set(head, "ETag", entity->etag);
    edge_head_set(head, "Last-Modified", entity->modified);
    edge_head_protect(head);
}

/* ---- text: one part a line ---- */

void edge_entity_write(struct th_text *out, const struct edge_entity *entity) {
    const uint64_t numbers[] = {entity->status, entity->bytes, entity->made_ms};
    const char *const texts[] = {entity->type, entity->etag, entity->modified,
                                 entity->cache_control, entity->reason};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        th_text_put_decimal(out, numbers[i]);
        th_text_put(out, "\n");
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        th_text_put(out, texts[i]);
        th_text_put(out, "\n");
    }
}

struct lines {
    const char *at;
    size_t bytes;
};

static bool take_line(struct lines *rest, const char **line, size_t *bytes) {
    const char *end = rest->bytes > 0 ? memchr(rest->at, '\n', rest->bytes) : NULL;
    if (!end) return false;
    *line = rest->at;
    *bytes = (size_t)(end - rest->at);
    rest->bytes -= *bytes + 1;
    rest->at = end + 1;
    return true;
}

static bool take_number(struct lines *rest, uint64_t *value) {
    const char *line;
    size_t bytes;
    return take_line(rest, &line, &bytes) && th_text_decimal(line, bytes, value);
}

static bool take_text(struct lines *rest, char *out, size_t room) {
    const char *line;
    size_t bytes;
    if (!take_line(rest, &line, &bytes) || bytes >= room) return false;
    memcpy(out, line, bytes);
    out[bytes] = '\0';
    return true;
}

bool edge_entity_read(struct edge_entity *entity, const char *text, size_t bytes) {
    struct lines rest = {text, bytes};
    uint64_t status = 0;
    bool whole = take_number(&rest, &status) && take_number(&rest, &entity->bytes) &&
                 take_number(&rest, &entity->made_ms) &&
                 take_text(&rest, entity->type, sizeof entity->type) &&
                 take_text(&rest, entity->etag, sizeof entity->etag) &&
                 take_text(&rest, entity->modified, sizeof entity->modified) &&
                 take_text(&rest, entity->cache_control, sizeof entity->cache_control) &&
                 take_text(&rest, entity->reason, sizeof entity->reason);
    entity->status = (uint32_t)status;
    return whole && status >= 200 && status <= 599;
}

/* ---- lifetime ---- */

/* The seconds of a directive such as max-age=60. */
static bool seconds_of(const char *cache_control, const char *name, uint64_t *seconds) {
    size_t name_bytes = strlen(name);
    for (const char *at = cache_control; *at != '\0';) {
        at += strspn(at, " \t,");
        size_t bytes = strcspn(at, ",");
        if (bytes > name_bytes && at[name_bytes] == '=' &&
            th_text_equal_fold(at, name_bytes, name)) {
            size_t digits = strspn(at + name_bytes + 1, "0123456789");
            return th_text_decimal(at + name_bytes + 1, digits, seconds);
        }
        at += bytes;
    }
    return false;
}

void edge_entity_lifetime(const char *cache_control, uint64_t *fresh_seconds,
                          uint64_t *stale_seconds) {
    *fresh_seconds = *stale_seconds = 0;
    if (strstr(cache_control, "no-store")) return;
    if (!seconds_of(cache_control, "s-maxage", fresh_seconds)) {
        seconds_of(cache_control, "max-age", fresh_seconds);
    }
    seconds_of(cache_control, "stale-while-revalidate", stale_seconds);
}
