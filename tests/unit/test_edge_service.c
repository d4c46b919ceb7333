/* test_edge_service.c - the service of the hosts written in C over a platform made of memory:
 * whatever the origin, the client or the cache do, the answer is whole or says that it is not,
 * nobody is left waiting, and nothing is leaked (AddressSanitizer). */
#include <stdlib.h>

#include <zlib.h>

#include "check.h"
#include "edge/source.h"
#include "edge_platform.h"
#include "png_maker.h"

static struct edge_platform *const p = &edge_platform;

/* ---- requests ---- */

static struct edge_config config;
static struct edge_request request;
static struct png_made small, large; /* under and over what is held */

static void reset(const struct png_made *file) {
    memset(p, 0, sizeof *p);
    p->file = file->file;
    p->file_bytes = file->bytes;
    p->piece_bytes = 5000;
    p->status = 200;
    p->length_known = true;
    p->etag = "\"v1\"";
    p->type = "image/png";
    p->fail_read = p->fail_send = EDGE_PLATFORM_NEVER;
    p->read_failure = EDGE_NOT_REACHED;
    p->found = EDGE_MISS;
    request = (struct edge_request){
        "GET", "/dev/a.png", "w=20&f=webp", "", false, "", "", false, "", "", "", "", 0};
}

static uint32_t serve(void) {
    p->reads = p->fetches = p->heads = p->sends = p->finished = p->kept = p->left = 0;
    p->body_bytes = 0;
    p->asked = false;
    edge_serve(&edge_platform_host, &config, NULL, &request);
    CHECK(p->heads == 1 && p->finished == 1 && p->faults == 0);
    CHECK(p->log[0] == '{' && strstr(p->log, "}\n") != NULL);
    return p->head.status;
}

static const char *header(const char *name) {
    return edge_head_get(&p->head, name);
}

static bool body_is(const void *bytes, size_t count) {
    return p->body_bytes == count && memcmp(p->body, bytes, count) == 0;
}

static bool body_says(const char *text) {
    return body_is(text, strlen(text));
}

static void test_image(void) {
    reset(&small);
    CHECK_EQ(serve(), 200);
    CHECK(p->whole && memcmp(p->body + 8, "WEBP", 4) == 0);
    CHECK(strcmp(header("Content-Type"), "image/webp") == 0);
    CHECK_EQ(strtoul(header("Content-Length"), NULL, 10), p->body_bytes);
    CHECK(strcmp(header("X-Thimble"), "miss") == 0 && p->kept == 1 && p->left == 0);
    CHECK_EQ(p->fresh_seconds, 86400);
    p->found = EDGE_HIT;
    static uint8_t first[sizeof p->body];
    size_t first_bytes = p->body_bytes;
    memcpy(first, p->body, first_bytes);
    CHECK_EQ(serve(), 200);
    CHECK(body_is(first, first_bytes) && p->fetches == 0);
    CHECK(strcmp(header("X-Cache"), "Hit from thimble") == 0);
    request.range = "bytes=10-19";
    CHECK_EQ(serve(), 206);
    CHECK(body_is(first + 10, 10));
    CHECK(strncmp(header("Cache-Control"), "public", 6) == 0);
    request.range = "bytes=99999999-";
    CHECK_EQ(serve(), 416);
    CHECK(strcmp(header("Cache-Control"), "no-store") == 0); /* a CDN may keep a 416 */
    request.range = "";
    request.method = "HEAD";
    CHECK_EQ(serve(), 200);
    CHECK(p->body_bytes == 0 && header("Content-Length")[0] != '\0');
    request.has_if_none_match = true;
    request.if_none_match = "*";
    CHECK_EQ(serve(), 304);
}

static void test_entries_that_are_none(void) {
    reset(&small);
    p->found = EDGE_HIT;
    strcpy(p->about, "200\n5\nnonsense");
    p->about_bytes = strlen(p->about);
    CHECK_EQ(serve(), 200);
    CHECK(p->fetches == 1 && p->whole);
    reset(&small); /* a hit that breaks off is not whole */
    serve();
    p->found = EDGE_HIT;
    p->stored_bytes /= 2;
    CHECK_EQ(serve(), 200);
    CHECK(!p->whole);
    reset(&small);
    p->refuses = true;
    CHECK_EQ(serve(), 200);
    CHECK(p->left == 1 && strstr(p->log, "the cache refused it") != NULL);
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
        p->arrival = cases[i].arrival;
        p->status = cases[i].origin;
        CHECK_EQ(serve(), cases[i].answer);
        CHECK(body_says(cases[i].body));
        CHECK_EQ(p->kept, cases[i].answer < 500);
        CHECK_EQ(strcmp(header("Cache-Control"), "no-store") == 0, cases[i].answer >= 500);
    }
    reset(&small);
    p->length_lie = 7;
    request.query = "";
    CHECK_EQ(serve(), 502);
    CHECK(strstr((const char *)p->log, " bytes instead of ") != NULL && p->kept == 0);
    reset(&small); /* a range of an original that lies outside */
    request.query = "";
    request.range = "bytes=99999999-";
    p->status = 416;
    CHECK_EQ(serve(), 416);
    CHECK(p->kept == 0 && strcmp(header("Cache-Control"), "no-store") == 0);
}

/* Breaks off at every read there is: a refusal, or a body that is not whole. */
static void test_every_read_fails(void) {
    static const char *const queries[] = {"w=20&f=webp", "", "w=9000"};
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t n = 0; n < 400; n++) {
            reset(i == 1 ? &large : &small);
            config.pass_cache_bytes = i == 1 ? 1000 : 1 << 20;
            request.query = queries[i];
            p->piece_bytes = 700;
            p->fail_read = n;
            uint32_t status = serve();
            if (p->reads <= n) break; /* fewer reads than that */
            CHECK(status == 502 || (i == 1 && status == 200 && !p->whole) ||
                  (i == 2 && status == 400));
            CHECK_EQ(p->kept, 0);
        }
    }
    config.pass_cache_bytes = 1 << 20;
}

static void test_every_send_fails(void) {
    for (uint32_t n = 0; n < 5; n++) {
        reset(&large);
        p->fail_send = n;
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
        CHECK(strncmp((const char *)p->body, "png: ", 5) == 0 && p->kept == 1);
        request.path = "/prod/a.png";
        CHECK_EQ(serve(), 200);
        CHECK(body_is(damaged.file, damaged.bytes) && p->whole);
        CHECK_EQ(p->fetches, i + 1);
        CHECK(strncmp(header("X-Thimble"), "pass; reason=\"png: ", 19) == 0);
        CHECK_EQ(p->if_match_asked, i == 1);
    }
    p->second_status = 412;
    CHECK_EQ(serve(), 502);
    CHECK(body_says("origin: the object changed meanwhile\n") && p->kept == 0);
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
    p->type = "image/svg+xml";
    CHECK_EQ(serve(), 200);
    CHECK(strstr(header("Content-Security-Policy"), "sandbox") != NULL);
    p->type = "text/html";
    CHECK_EQ(serve(), 200);
    CHECK(strstr(header("Content-Security-Policy"), "sandbox") != NULL);
    p->type = "text/plain";
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(header("Content-Security-Policy"), "") == 0);
    p->file_bytes = 0;
    CHECK_EQ(serve(), 422);
    CHECK(body_says("image: empty\n"));
}

static void test_vain(void) {
    static struct png_made again;
    reset(&small);
    request.query = "w=4000&f=png"; /* never larger than it is */
    CHECK_EQ(serve(), 200);
    memcpy(again.file, p->body, p->body_bytes); /* as small as we can write it */
    again.bytes = p->body_bytes;
    reset(&again);
    request.query = "w=4000&f=png";
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(header("X-Thimble"), "pass; reason=\"the original is not larger\"") == 0);
    CHECK(body_is(again.file, again.bytes) && p->fetches == 1);
}

/* ---- limits, and the rest ---- */

static void test_limits(void) {
    reset(&small);
    config.limits.input_bytes_max = 100;
    CHECK_EQ(serve(), 413);
    p->length_known = false;
    CHECK_EQ(serve(), 413);
    config.limits.input_bytes_max = 64 << 20;
    p->length_known = true;
    config.output_bytes_max = 50;
    CHECK_EQ(serve(), 413);
    CHECK(body_says("output: more bytes than the limit (output_bytes_max)\n"));
    config.output_bytes_max = 16 << 20;
    config.cpu_ms_max = 5;
    p->cpu_step = 10;
    CHECK_EQ(serve(), 503);
    CHECK(body_says("job: takes more CPU time than the limit (cpu_ms_max)\n") && p->kept == 0);
    request.path = "/prod/a.png";
    p->cpu_ms = 0;
    CHECK_EQ(serve(), 200);
    CHECK(body_is(small.file, small.bytes));
    CHECK(strcmp(header("Cache-Control"), "no-store") == 0 && p->kept == 0);
    config.cpu_ms_max = 0;
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(header("X-Thimble"), "miss") == 0);
}

static void test_operators(void) {
    reset(&small);
    p->found = EDGE_NO_CACHE;
    request.path = "/healthz";
    CHECK_EQ(serve(), 200);
    CHECK(body_says("ok\n"));
    request.path = "/dev/a.png";
    request.method = "DELETE";
    request.authorization = "Bearer 0123456789abcdef";
    CHECK_EQ(serve(), 200);
    CHECK(strcmp(p->purged, "dev/a.png") == 0);
    request.method = "POST";
    CHECK_EQ(serve(), 405);
    CHECK(strcmp(header("Allow"), "GET, HEAD, OPTIONS") == 0);
    p->heads = p->sends = p->finished = 0;
    edge_serve(&edge_platform_host, &config, "configuration: routes: none", &request);
    CHECK(p->head.status == 500 && strstr(p->log, "configuration: routes: none") != NULL);
}

/* Whatever the answer is, it says who may read it; `origin` is what the browser sends. */
static void test_other_sites(void) {
    static const struct {
        const char *path, *origin, *allowed, *vary;
    } cases[] = {
        {"/dev/a.png", "https://b.example", "", ""},
        {"/prod/a.png", "https://b.example", "https://b.example", "Origin"},
        {"/prod/a.png", "https://b.example.evil", "", "Origin"},
        {"/prod/a.png", "", "", "Origin"},
    };
    static const char *const queries[] = {"w=20", "w=0", "w=20&f=auto"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t k = 0; k < 3; k++) {
            char vary[32];
            reset(&small);
            request.path = cases[i].path;
            request.query = queries[k];
            request.origin = cases[i].origin;
            serve();
            const char *also = cases[i].vary[0] != '\0' ? ", " : "";
            snprintf(vary, sizeof vary, "%s%s%s", k == 2 ? "Accept" : "", k == 2 ? also : "",
                     cases[i].vary);
            CHECK_STR(header("Vary"), vary);
            CHECK_STR(header("Access-Control-Allow-Origin"), cases[i].allowed);
            bool told = header("Access-Control-Expose-Headers")[0] != '\0';
            CHECK_EQ(told, cases[i].allowed[0] != '\0');
        }
    }
    request.path = "/all/a.png";
    request.method = "OPTIONS";
    CHECK_EQ(serve(), 204);
    CHECK_STR(header("Access-Control-Allow-Origin"), "*");
    CHECK_STR(header("Vary"), "");
}

static void test_header_injection(void) {
    reset(&small);
    request.query = "";
    p->type = "image/png\r\nSet-Cookie: a=b";
    p->etag = "\"\n\"";
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
        "{\"path\":\"/prod/*\",\"origin\":\"o\","
        "\"cors\":[\"https://c.example\",\"https://b.example\"]},"
        "{\"path\":\"/all/*\",\"origin\":\"o\",\"cors\":[\"*\"]}],"
        "\"purge_token\":\"0123456789abcdef\"}";
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
    test_other_sites();
    test_header_injection();
    return check_done();
}
