/* test_edge_service.c - the service of the hosts written in C over a platform made of memory:
 * whatever the origin, the client or the cache do, the answer is whole or says that it is not,
 * nobody is left waiting, and nothing is leaked (AddressSanitizer). */
#include <stdlib.h>

#include <zlib.h>

#include "check.h"
#include "edge/decision.h"
#include "edge/service.h"
#include "edge/source.h"
#include "edge/trace.h"
#include "png_maker.h"

#define NEVER UINT32_MAX

/* The platform, and what a request makes of it. */
static struct {
    /* the origin */
    const uint8_t *file;
    size_t file_bytes, piece_bytes, at;
    uint32_t status;
    bool length_known;
    uint64_t length_lie; /* added to Content-Length */
    const char *etag, *type;
    enum edge_arrival arrival;
    uint32_t reads, fail_read, fetches;
    enum edge_arrival read_failure;
    const char *if_match, *range;
    uint32_t second_status; /* of the second fetch */
    /* the client */
    struct edge_head head;
    uint8_t body[1u << 21];
    size_t body_bytes;
    uint32_t heads, sends, fail_send, finished;
    bool whole;
    /* the cache */
    enum edge_found found;
    bool asked;
    uint32_t kept, left;
    bool refuses;
    char about[EDGE_ABOUT_BYTES_MAX];
    size_t about_bytes;
    uint8_t stored[1u << 21];
    size_t stored_bytes, stored_at;
    uint64_t fresh_seconds;
    /* clocks, log */
    uint64_t ms;
    uint32_t cpu_ms, cpu_step;
    char log[EDGE_LOG_BYTES_MAX + 1];
    char purged[EDGE_OBJECT_BYTES_MAX + 1];
} p;

static enum edge_arrival fetch(void *self, const struct edge_fetch *asked,
                               struct edge_answer *answer) {
    (void)self;
    p.at = 0;
    p.fetches++;
    CHECK(strcmp(asked->path, "dev/a.png") == 0 || strcmp(asked->path, "prod/a.png") == 0);
    p.if_match = asked->if_match[0] != '\0' ? "given" : "";
    p.range = asked->range[0] != '\0' ? "given" : "";
    answer->status = p.fetches > 1 && p.second_status ? p.second_status : p.status;
    answer->length_known = p.length_known;
    answer->length = p.file_bytes + p.length_lie;
    strcpy(answer->etag, p.etag);
    strcpy(answer->type, p.type);
    strcpy(answer->modified, "Tue, 24 Nov 2026 02:00:00 GMT");
    return p.arrival;
}

static enum edge_arrival read_origin(void *self, uint8_t *to, size_t room, size_t *bytes) {
    (void)self;
    if (p.reads++ == p.fail_read) return p.read_failure;
    *bytes = p.file_bytes - p.at;
    if (*bytes > p.piece_bytes) *bytes = p.piece_bytes;
    if (*bytes > room) *bytes = room;
    memcpy(to, p.file + p.at, *bytes);
    p.at += *bytes;
    return EDGE_ARRIVED;
}

static void drop(void *self) {
    (void)self;
}

static bool send_head(void *self, const struct edge_head *head) {
    (void)self;
    p.head = *head;
    for (uint32_t i = 0; i < head->count; i++) { /* the copy's texts are its own */
        p.head.header[i].value = p.head.text + (head->header[i].value - head->text);
    }
    CHECK_EQ(++p.heads, 1);
    CHECK_EQ(p.kept + p.left, p.asked && p.found == EDGE_MISS); /* nobody waits for a slow client */
    return p.sends++ != p.fail_send;
}

static bool send_bytes(void *self, const void *data, size_t bytes) {
    (void)self;
    CHECK(p.heads == 1 && !p.finished);
    memcpy(p.body + p.body_bytes, data, bytes);
    p.body_bytes += bytes;
    return p.sends++ != p.fail_send;
}

static void finish(void *self, bool whole) {
    (void)self;
    CHECK_EQ(++p.finished, 1);
    p.whole = whole;
}

static uint64_t now_ms(void *self) {
    (void)self;
    return p.ms += 1;
}

static uint32_t cpu_ms(void *self) {
    (void)self;
    return p.cpu_ms += p.cpu_step;
}

static void write_log(void *self, const char *line, size_t bytes) {
    (void)self;
    memcpy(p.log, line, bytes);
    p.log[bytes] = '\0';
}

static void leave(void *self) {
    (void)self;
    exit(1); /* natively libjpeg returns */
}

static enum edge_found cache_find(void *self, const char *key, size_t key_bytes, char *about,
                                  size_t *about_bytes) {
    (void)self;
    CHECK(key_bytes > 0 && key != NULL);
    p.asked = true;
    if (p.found != EDGE_HIT) return p.found;
    memcpy(about, p.about, p.about_bytes);
    *about_bytes = p.about_bytes;
    p.stored_at = 0;
    return EDGE_HIT;
}

static size_t cache_read(void *self, uint8_t *to, size_t room) {
    (void)self;
    size_t bytes = p.stored_bytes - p.stored_at < 1000 ? p.stored_bytes - p.stored_at : 1000;
    if (bytes > room) bytes = room;
    memcpy(to, p.stored + p.stored_at, bytes);
    p.stored_at += bytes;
    return bytes;
}

static bool cache_keep(void *self, const struct edge_cached *cached,
                       const struct edge_chunks *bytes) {
    (void)self;
    if (p.refuses) return false;
    p.kept++;
    p.fresh_seconds = cached->fresh_seconds;
    CHECK(strstr(cached->object, "/a.png") != NULL);
    memcpy(p.about, cached->about, cached->about_bytes);
    p.about_bytes = cached->about_bytes;
    p.stored_bytes = 0;
    for (const struct edge_chunk *chunk = bytes->first; chunk; chunk = chunk->next) {
        memcpy(p.stored + p.stored_bytes, chunk->data, chunk->bytes);
        p.stored_bytes += chunk->bytes;
    }
    CHECK_EQ(p.stored_bytes, cached->length);
    return true;
}

static void cache_leave(void *self) {
    (void)self;
    p.left++;
}

static bool purge(void *self, const char *object) {
    (void)self;
    strcpy(p.purged, object);
    return true;
}

static const struct edge_host host = {
    .fetch = fetch,
    .read = read_origin,
    .drop = drop,
    .send_head = send_head,
    .send = send_bytes,
    .finish = finish,
    .now_ms = now_ms,
    .log = write_log,
    .leave = leave,
    .cpu_ms = cpu_ms,
    .cache_find = cache_find,
    .cache_read = cache_read,
    .cache_keep = cache_keep,
    .cache_leave = cache_leave,
    .purge = purge,
};

/* ---- requests ---- */

static struct edge_config config;
static struct edge_request request;
static struct png_made small, large; /* under and over what is held */

static void reset(const struct png_made *file) {
    memset(&p, 0, sizeof p);
    p.file = file->file;
    p.file_bytes = file->bytes;
    p.piece_bytes = 5000;
    p.status = 200;
    p.length_known = true;
    p.etag = "\"v1\"";
    p.type = "image/png";
    p.fail_read = p.fail_send = NEVER;
    p.read_failure = EDGE_NOT_REACHED;
    p.found = EDGE_MISS;
    request = (struct edge_request){
        "GET", "/dev/a.png", "w=20&f=webp", "", false, "", "", false, "", "", ""};
}

static uint32_t serve(void) {
    p.reads = p.fetches = p.heads = p.sends = p.finished = p.kept = p.left = 0;
    p.body_bytes = 0;
    p.asked = false;
    edge_serve(&host, &config, NULL, &request);
    CHECK(p.heads == 1 && p.finished == 1);
    CHECK(p.log[0] == '{' && strstr(p.log, "}\n") != NULL);
    return p.head.status;
}

static const char *header(const char *name) {
    return edge_head_get(&p.head, name);
}

static bool body_is(const void *bytes, size_t count) {
    return p.body_bytes == count && memcmp(p.body, bytes, count) == 0;
}

static bool body_says(const char *text) {
    return body_is(text, strlen(text));
}

static void test_image(void) {
    reset(&small);
    CHECK_EQ(serve(), 200);
    CHECK(p.whole && memcmp(p.body + 8, "WEBP", 4) == 0);
    CHECK(strcmp(header("Content-Type"), "image/webp") == 0);
    CHECK_EQ(strtoul(header("Content-Length"), NULL, 10), p.body_bytes);
    CHECK(strcmp(header("X-Thimble"), "miss") == 0 && p.kept == 1 && p.left == 0);
    CHECK_EQ(p.fresh_seconds, 86400);
    p.found = EDGE_HIT;
    static uint8_t first[sizeof p.body];
    size_t first_bytes = p.body_bytes;
    memcpy(first, p.body, first_bytes);
    CHECK_EQ(serve(), 200);
    CHECK(body_is(first, first_bytes) && p.fetches == 0);
    CHECK(strcmp(header("X-Cache"), "Hit from thimble") == 0);
    request.range = "bytes=10-19";
    CHECK_EQ(serve(), 206);
    CHECK(body_is(first + 10, 10));
    request.range = "";
    request.method = "HEAD";
    CHECK_EQ(serve(), 200);
    CHECK(p.body_bytes == 0 && header("Content-Length")[0] != '\0');
    request.has_if_none_match = true;
    request.if_none_match = "*";
    CHECK_EQ(serve(), 304);
}

static void test_entries_that_are_none(void) {
    reset(&small);
    p.found = EDGE_HIT;
    strcpy(p.about, "200\n5\nnonsense");
    p.about_bytes = strlen(p.about);
    CHECK_EQ(serve(), 200);
    CHECK(p.fetches == 1 && p.whole);
    reset(&small); /* a hit that breaks off is not whole */
    serve();
    p.found = EDGE_HIT;
    p.stored_bytes /= 2;
    CHECK_EQ(serve(), 200);
    CHECK(!p.whole);
    reset(&small);
    p.refuses = true;
    CHECK_EQ(serve(), 200);
    CHECK(p.left == 1 && strstr(p.log, "the cache refused it") != NULL);
}

static void test_origin_faults(void) {
    static const struct {
        enum edge_arrival arrival;
        uint32_t origin, answer;
        const char *body;
    } cases[] = {
        {EDGE_NOT_REACHED, 200, 502, "origin: not reached\n"},
        {EDGE_TOO_LATE, 200, 504, "origin: no answer in time\n"},
        {EDGE_ARRIVED, 500, 502, "origin: status 500\n"},
        {EDGE_ARRIVED, 304, 502, "origin: status 304 to a plain request\n"},
        {EDGE_ARRIVED, 404, 404, "not found\n"},
        {EDGE_ARRIVED, 403, 403, "the origin forbids it\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reset(&small);
        p.arrival = cases[i].arrival;
        p.status = cases[i].origin;
        CHECK_EQ(serve(), cases[i].answer);
        CHECK(body_says(cases[i].body));
        CHECK_EQ(p.kept, cases[i].answer < 500);
        CHECK_EQ(strcmp(header("Cache-Control"), "no-store") == 0, cases[i].answer >= 500);
    }
    reset(&small);
    p.length_lie = 7;
    request.query = "";
    CHECK_EQ(serve(), 502);
    CHECK(strstr((const char *)p.log, " bytes instead of ") != NULL && p.kept == 0);
}

/* Breaks off at every read there is: a refusal, or a body that is not whole. */
static void test_every_read_fails(void) {
    static const char *const queries[] = {"w=20&f=webp", "", "w=9000"};
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t n = 0; n < 400; n++) {
            reset(i == 1 ? &large : &small);
            config.pass_cache_bytes = i == 1 ? 1000 : 1 << 20;
            request.query = queries[i];
            p.piece_bytes = 700;
            p.fail_read = n;
            uint32_t status = serve();
            if (p.reads <= n) break; /* fewer reads than that */
            CHECK(status == 502 || (i == 1 && status == 200 && !p.whole) ||
                  (i == 2 && status == 400));
            CHECK_EQ(p.kept, 0);
        }
    }
    config.pass_cache_bytes = 1 << 20;
}

static void test_every_send_fails(void) {
    for (uint32_t n = 0; n < 5; n++) {
        reset(&large);
        p.fail_send = n;
        request.query = n % 2 ? "" : "w=300&f=png";
        serve();
    }
}

/* ---- the original instead ---- */

static struct png_made damaged;

static void test_failures(void) {
    for (size_t i = 0; i < 2; i++) { /* small: from what is held; large: fetched again */
        damaged = i == 0 ? small : large;
        damaged.file[damaged.bytes - 20] ^= 0x55; /* in the last CRC */
        reset(&damaged);
        CHECK_EQ(serve(), 422);
        CHECK(strncmp((const char *)p.body, "png: ", 5) == 0 && p.kept == 1);
        request.path = "/prod/a.png";
        CHECK_EQ(serve(), 200);
        CHECK(body_is(damaged.file, damaged.bytes) && p.whole);
        CHECK_EQ(p.fetches, i + 1);
        CHECK(strncmp(header("X-Thimble"), "pass; reason=\"png: ", 19) == 0);
        CHECK_EQ(p.if_match[0] != '\0', i == 1);
    }
    p.second_status = 412;
    CHECK_EQ(serve(), 502);
    CHECK(body_says("origin: the object changed meanwhile\n") && p.kept == 0);
}

static void test_no_image(void) {
    static struct png_made text;
    strcpy((char *)text.file, "<!doctype html><p>log in");
    text.bytes = strlen((char *)text.file);
    reset(&text);
    CHECK_EQ(serve(), 200);
    CHECK(body_is(text.file, text.bytes));
    CHECK(strcmp(header("Content-Type"), "application/octet-stream") == 0);
    strcpy((char *)text.file, "<svg xmlns=\"x\"/>");
    text.bytes = strlen((char *)text.file);
    p.type = "image/svg+xml";
    CHECK_EQ(serve(), 200);
    CHECK(strstr(header("Content-Security-Policy"), "sandbox") != NULL);
    p.file_bytes = 0;
    CHECK_EQ(serve(), 422);
    CHECK(body_says("image: empty\n"));
}

static void test_vain(void) {
    static struct png_made again;
    reset(&small);
    request.query = "w=4000&f=png"; /* never larger than it is */
    CHECK_EQ(serve(), 200);
    memcpy(again.file, p.body, p.body_bytes); /* as small as we can write it */
    again.bytes = p.body_bytes;
    reset(&again);
    request.query = "w=4000&f=png";
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(header("X-Thimble"), "pass; reason=\"the original is not larger\"") == 0);
    CHECK(body_is(again.file, again.bytes) && p.fetches == 1);
}

/* ---- limits, and the rest ---- */

static void test_limits(void) {
    reset(&small);
    config.limits.input_bytes_max = 100;
    CHECK_EQ(serve(), 413);
    p.length_known = false;
    CHECK_EQ(serve(), 413);
    config.limits.input_bytes_max = 64 << 20;
    p.length_known = true;
    config.output_bytes_max = 50;
    CHECK_EQ(serve(), 413);
    CHECK(body_says("output: more bytes than the limit (output_bytes_max)\n"));
    config.output_bytes_max = 16 << 20;
    config.cpu_ms_max = 5;
    p.cpu_step = 10;
    CHECK_EQ(serve(), 503);
    CHECK(body_says("job: takes more CPU time than the limit (cpu_ms_max)\n") && p.kept == 0);
    request.path = "/prod/a.png";
    p.cpu_ms = 0;
    CHECK_EQ(serve(), 200);
    CHECK(body_is(small.file, small.bytes));
    CHECK(strcmp(header("Cache-Control"), "no-store") == 0 && p.kept == 0);
    config.cpu_ms_max = 0;
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(header("X-Thimble"), "miss") == 0);
}

static void test_operators(void) {
    reset(&small);
    p.found = EDGE_NO_CACHE;
    request.path = "/healthz";
    CHECK_EQ(serve(), 200);
    CHECK(body_says("ok\n"));
    request.path = "/dev/a.png";
    request.method = "DELETE";
    request.authorization = "Bearer 0123456789abcdef";
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(p.purged, "dev/a.png") == 0);
    request.method = "POST";
    CHECK_EQ(serve(), 405);
    CHECK(strcmp(header("Allow"), "GET, HEAD, OPTIONS") == 0);
    p.heads = p.sends = p.finished = 0;
    edge_serve(&host, &config, "configuration: routes: none", &request);
    CHECK(p.head.status == 500 && strstr(p.log, "configuration: routes: none") != NULL);
}

static void test_header_injection(void) {
    reset(&small);
    request.query = "";
    p.type = "image/png\r\nSet-Cookie: a=b";
    p.etag = "\"\n\"";
    CHECK_EQ(serve(), 200);
    CHECK(header("Content-Type")[0] == '\0' && header("ETag")[0] == '\0');
}

/* The small one with a comment of 100 kB behind its header. */
static void make_large(void) {
    const size_t header_bytes = 33, text_bytes = 100000;
    uint8_t *chunk = large.file + header_bytes;
    memcpy(large.file, small.file, header_bytes);
    memcpy(chunk, "\0\1\x86\xa0tEXt", 8);
    memset(chunk + 8, 'x', text_bytes);
    uint32_t crc = (uint32_t)crc32(0, chunk + 4, (uInt)text_bytes + 4);
    for (size_t i = 0; i < 4; i++) chunk[8 + text_bytes + i] = (uint8_t)(crc >> (24 - 8 * i));
    memcpy(chunk + 12 + text_bytes, small.file + header_bytes, small.bytes - header_bytes);
    large.bytes = small.bytes + text_bytes + 12;
}

int main(void) {
    static const char text[] =
        "{\"origins\":{\"o\":{\"kind\":\"http\",\"base\":\"http://o\"}},\"routes\":["
        "{\"path\":\"/dev/*\",\"origin\":\"o\",\"on_error\":\"status\"},"
        "{\"path\":\"/prod/*\",\"origin\":\"o\"}],\"purge_token\":\"0123456789abcdef\"}";
    CHECK(edge_config_read_json(&config, text, sizeof text - 1) == NULL);
    png_make(&small, &(struct png_recipe){.width = 60,
                                          .height = 40,
                                          .depth = 8,
                                          .colour = 2,
                                          .level = 6,
                                          .idat_max = 4096,
                                          .seed = 1});
    make_large();
    CHECK(small.bytes < EDGE_HELD_BYTES && large.bytes > EDGE_HELD_BYTES);
    test_image();
    test_entries_that_are_none();
    test_origin_faults();
    test_every_read_fails();
    test_every_send_fails();
    test_failures();
    test_no_image();
    test_vain();
    test_limits();
    test_operators();
    test_header_injection();
    return check_done();
}
