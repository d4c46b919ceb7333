/* trace.c - see trace.h. */
#include "trace.h"

#include <string.h>

#include "text.h"

static const char *const failures[] = {"BAD_OPTION", "UNSUPPORTED", "CORRUPT", "TRUNCATED",
                                       "TOO_LARGE",  "NO_MEMORY",   "MISUSE",  "INTERNAL"};
static const char *const formats[] = {"none", "jpeg", "png", "webp", "json"};

const char *edge_trace_status_name(enum th_status status) {
    return status < 0 && status >= TH_INTERNAL ? failures[-status - 1] : "INTERNAL";
}

/* jpeg 6000x4000 */
static void put_picture(struct th_text *out, enum th_format format, uint32_t width,
                        uint32_t height) {
    th_text_put(out, formats[format]);
    th_text_put(out, " ");
    th_text_put_decimal(out, width);
    th_text_put(out, "x");
    th_text_put_decimal(out, height);
}

/* ---- headers ---- */

static void put_span(struct th_text *out, const char *name, uint64_t ms) {
    if (out->bytes > 0) th_text_put(out, ", ");
    th_text_put(out, name);
    th_text_put(out, ";dur=");
    th_text_put_decimal(out, ms);
}

static void set_timing(const struct edge_trace *trace, struct edge_head *head) {
    char timing[160] = {0};
    struct th_text out = {.data = timing, .room = sizeof timing - 1};
    if (trace->cache_ms > 0) put_span(&out, "cache", trace->cache_ms);
    if (trace->origin_ms > 0) put_span(&out, "origin", trace->origin_ms);
    if (trace->resize_ms > 0) put_span(&out, "resize", trace->resize_ms);
    put_span(&out, "total", trace->total_ms);
    edge_head_set(head, "Server-Timing", timing);
}

/* A header's quoted string: what cannot stand in one becomes a question mark. */
static void put_quoted(struct th_text *out, const char *text) {
    th_text_put(out, "\"");
    for (; *text != '\0'; text++) {
        char c = *text;
        bool plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
        th_text_put_bytes(out, plain ? &c : "?", 1);
    }
    th_text_put(out, "\"");
}

static void put_detail(struct th_text *out, const struct th_info *info) {
    th_text_put(out, "; in=\"");
    put_picture(out, info->in_format, info->in_width, info->in_height);
    th_text_put(out, "\"; out=\"");
    put_picture(out, info->out_format, info->out_width, info->out_height);
    th_text_put(out, "\"; memory=\"");
    th_text_put_decimal(out, info->peak_memory_bytes);
    th_text_put(out, "\"; work=\"");
    th_text_put_decimal(out, info->work);
    th_text_put(out, "\"");
}

void edge_trace_seal(const struct edge_trace *trace, struct edge_head *head, bool detail) {
    char text[512] = {0};
    struct th_text out = {.data = text, .room = sizeof text - 1};
    bool failed = head->status >= 400, hit = trace->cache && strcmp(trace->cache, "hit") == 0;
    edge_head_set(head, "X-Cache",
                  hit                       ? "Hit from thimble"
                  : failed && !trace->cache ? "Error from thimble"
                                            : "Miss from thimble");
    set_timing(trace, head);
    if (!failed && trace->reason[0] == '\0' && !trace->cache) return;
    th_text_put(&out, failed ? "error" : trace->reason[0] != '\0' ? "pass" : trace->cache);
    if (trace->reason[0] != '\0') {
        th_text_put(&out, "; reason=");
        put_quoted(&out, trace->reason);
    }
    if (detail && trace->info && trace->info->in_width > 0) put_detail(&out, trace->info);
    edge_head_set(head, "X-Thimble", text);
}

/* ---- the log line ---- */

static void put_name(struct th_text *out, const char *name) {
    th_text_put(out, out->bytes == 0 ? "{\"" : ",\"");
    th_text_put(out, name);
    th_text_put(out, "\":");
}

static void put_number(struct th_text *out, const char *name, uint64_t value) {
    put_name(out, name);
    th_text_put_decimal(out, value);
}

static void put_string(struct th_text *out, const char *name, const char *text) {
    put_name(out, name);
    th_text_put(out, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') th_text_put(out, "\\");
        if ((uint8_t)*text >= 0x20)
            th_text_put_bytes(out, text, 1);
        else
            th_text_put(out, " ");
    }
    th_text_put(out, "\"");
}

static void put_image(struct th_text *out, const struct edge_trace *trace) {
    const struct th_info *info = trace->info;
    char picture[64] = {0};
    struct th_text in = {.data = picture, .room = sizeof picture - 1};
    put_picture(&in, info->in_format, info->in_width, info->in_height);
    put_string(out, "in", picture);
    memset(picture, 0, sizeof picture);
    struct th_text made = {.data = picture, .room = sizeof picture - 1};
    put_picture(&made, info->out_format, info->out_width, info->out_height);
    put_string(out, "out", picture);
    put_number(out, "pixels", (uint64_t)info->in_width * info->in_height);
    put_number(out, "inBytes", trace->in_bytes);
    put_number(out, "peakMemory", info->peak_memory_bytes);
    put_number(out, "work", info->work);
}

void edge_trace_log(const struct edge_trace *trace, struct th_text *out,
                    const struct edge_decision *decision, const char *method, uint32_t status) {
    put_number(out, "status", status);
    put_string(out, "method", method);
    if (decision->route) put_string(out, "route", decision->route->name);
    if (decision->route) put_string(out, "key", decision->key);
    if (decision->ask.options[0] != '\0') put_string(out, "options", decision->ask.options);
    if (trace->info && trace->info->in_width > 0) put_image(out, trace);
    if (trace->failure) put_string(out, "failure", trace->failure);
    if (trace->cache) put_string(out, "cache", trace->cache);
    if (trace->bytes_known) put_number(out, "bytes", trace->bytes);
    if (trace->reason[0] != '\0') put_string(out, "reason", trace->reason);
    if (trace->error) put_string(out, "error", trace->error);
    if (trace->cpu_ms > 0) put_number(out, "cpu", trace->cpu_ms);
    put_number(out, "ms", trace->total_ms);
    th_text_put(out, "}\n");
}
