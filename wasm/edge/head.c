/* head.c - see head.h. */
#include "head.h"

#include <string.h>

#include "media.h"
#include "text.h"

static struct edge_header *find(struct edge_head *head, const char *name) {
    for (uint32_t i = 0; i < head->count; i++) {
        if (strcmp(head->header[i].name, name) == 0) return &head->header[i];
    }
    return NULL;
}

static bool is_line(const char *value) {
    while ((uint8_t)*value >= 0x20 && *value != 0x7f) value++;
    return *value == '\0';
}

static void remove_header(struct edge_head *head, struct edge_header *header) {
    if (header) *header = head->header[--head->count];
}

void edge_head_set(struct edge_head *head, const char *name, const char *value) {
    size_t bytes = strlen(value) + 1;
    remove_header(head, find(head, name));
    if (bytes == 1 || !is_line(value) || head->count == EDGE_HEADERS_MAX) return;
    if (bytes > sizeof head->text - head->text_bytes) return;
    char *copy = memcpy(head->text + head->text_bytes, value, bytes);
    head->text_bytes += bytes;
    head->header[head->count++] = (struct edge_header){name, copy};
}

void edge_head_add(struct edge_head *head, const char *name, const char *value) {
    char all[256];
    struct th_text text = {.data = all, .room = sizeof all - 1};
    th_text_put(&text, edge_head_get(head, name));
    if (text.bytes > 0) th_text_put(&text, ", ");
    th_text_put(&text, value);
    all[text.bytes] = '\0';
    edge_head_set(head, name, all);
}

void edge_head_set_number(struct edge_head *head, const char *name, uint64_t value) {
    char digits[24];
    struct th_text text = {.data = digits, .room = sizeof digits - 1};
    th_text_put_decimal(&text, value);
    digits[text.bytes] = '\0';
    edge_head_set(head, name, digits);
}

const char *edge_head_get(const struct edge_head *head, const char *name) {
    for (uint32_t i = 0; i < head->count; i++) {
        if (strcmp(head->header[i].name, name) == 0) return head->header[i].value;
    }
    return "";
}

void edge_head_protect(struct edge_head *head) {
    edge_head_set(head, "X-Content-Type-Options", "nosniff");
    if (edge_media_is_inert(edge_head_get(head, "Content-Type"))) return;
    /* Scripts in an original (SVG, HTML, XML) must not run as the host's own, nor forms be sent. */
    edge_head_set(head, "Content-Security-Policy",
                  "default-src 'none'; style-src 'unsafe-inline'; sandbox");
}

void edge_head_not_modified(struct edge_head *head) {
    static const char *const bodily[] = {"Content-Length", "Content-Type", "Content-Range"};
    for (size_t i = 0; i < 3; i++) edge_head_set(head, bodily[i], "");
    head->status = 304;
}
