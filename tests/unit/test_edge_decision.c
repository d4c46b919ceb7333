/* test_edge_decision.c - what requests mean to the hosts written in C: paths, routes,
 * options, methods, keys; and the configuration they are read by. */
#include "check.h"
#include "edge/decision.h"

static struct edge_config config;
static struct edge_decision decision;

static const char json[] =
    "{\"origins\":{\"o\":{\"kind\":\"http\",\"base\":\"http://o.example/a/\"}},"
    "\"purge_token\":\"0123456789abcdef\",\"on_error\":\"status\","
    "\"routes\":[{\"path\":\"/dev/*\",\"origin\":\"o\",\"on_error\":\"pass\"},"
    "{\"path\":\"/img/*\",\"origin\":\"o\",\"prefix\":\"originals/\"},"
    "{\"path\":\"/flat/*\",\"origin\":\"o\",\"prefix\":\"\"}]}";

static enum edge_action decide(const char *method, const char *path, const char *query,
                               const char *accept) {
    struct edge_request request = {.method = method,
                                   .path = path,
                                   .query = query,
                                   .accept = accept,
                                   .authorization = "",
                                   .origin = ""};
    edge_decide(&decision, &config, &request);
    return decision.action;
}

/* ---- paths ---- */

static const struct {
    const char *path, *key;
} keys[] = {
    {"/dev/a.png", "dev/a.png"},
    {"/%ED%95%9C%EA%B5%AD%EC%96%B4.png", "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4.png"},
    {"/a%20b+c.png", "a b+c.png"},
    {"/per%2541cent", "per%41cent"},
    {"/a//b", "a//b"},
    {"/a/", "a/"},
    {"/%40host", "@host"},
    {"/", ""},
    {"/...", "..."},
    {"/%F0%9F%98%80", "\xf0\x9f\x98\x80"},
};

static const char *const tricks[] = {
    "//host/a",   "/a/../b",       "/%2e%2e/b", "/.", "/a%2Fb", "/a%5Cb", "/a\\b",
    "/a%00",      "/a%0d%0ab",     "/%7f",      "/%", "/%1",    "/%ff",   "/%c0%af",
    "/%ed%a0%80", "/%f4%90%80%80", "/%e2%82",   "//",
};

static void test_paths(void) {
    char key[EDGE_KEY_BYTES_MAX + 1], path[2 * EDGE_KEY_BYTES_MAX], encoded[4096];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        CHECK(edge_path_decode(keys[i].path, key) == NULL);
        CHECK(strcmp(key, keys[i].key) == 0);
        struct th_text out = {.data = encoded, .room = sizeof encoded - 1};
        th_text_put(&out, "/");
        edge_path_encode(&out, key);
        encoded[out.bytes] = '\0';
        CHECK(edge_path_decode(encoded, key) == NULL);
        CHECK(strcmp(key, keys[i].key) == 0);
    }
    for (size_t i = 0; i < sizeof tricks / sizeof tricks[0]; i++) {
        const char *message = edge_path_decode(tricks[i], key);
        CHECK(message != NULL && strncmp(message, "path: ", 6) == 0);
    }
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[EDGE_KEY_BYTES_MAX + 1] = '\0';
    CHECK(edge_path_decode(path, key) == NULL);
    CHECK_EQ(strlen(key), EDGE_KEY_BYTES_MAX);
    memcpy(path + EDGE_KEY_BYTES_MAX + 1, "x", 2);
    CHECK(edge_path_decode(path, key) != NULL);
    memcpy(path + EDGE_KEY_BYTES_MAX + 1, "/", 2);
    CHECK(edge_path_decode(path, key) != NULL);
}

/* ---- routes ---- */

static void test_routes(void) {
    CHECK_EQ(decide("GET", "/dev/a.png", "", ""), EDGE_ORIGINAL);
    CHECK(strcmp(decision.key, "dev/a.png") == 0);
    CHECK(decision.route->pass_on_error);
    decide("GET", "/img/x/a.png", "", "");
    CHECK(strcmp(decision.key, "originals/x/a.png") == 0);
    CHECK(!decision.route->pass_on_error);
    decide("GET", "/flat/a.png", "", "");
    CHECK(strcmp(decision.key, "a.png") == 0);
    decide("GET", "/%64ev/a.png", "", "");
    CHECK(strcmp(decision.route->name, "/dev/*") == 0);
    static const char *const nowhere[] = {"/", "/x.png", "/dev", "/devx/a", "/dev/", "/flat/"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        CHECK_EQ(decide("GET", nowhere[i], "w=1", ""), EDGE_REFUSE);
        CHECK_EQ(decision.status, 404);
    }
}

static void test_methods(void) {
    struct edge_request request = {.method = "DELETE",
                                   .path = "/dev/a",
                                   .query = "",
                                   .accept = "",
                                   .authorization = "Bearer 0123456789abcdef"};
    CHECK_EQ(decide("POST", "/healthz", "", ""), EDGE_HEALTHY);
    CHECK_EQ(decide("OPTIONS", "/dev/a", "w=1", ""), EDGE_PREFLIGHT);
    CHECK_EQ(decide("HEAD", "/dev/a", "w=1", ""), EDGE_IMAGE);
    CHECK_EQ(decide("POST", "/dev/a", "w=1", ""), EDGE_REFUSE);
    CHECK_EQ(decision.status, 405);
    CHECK_EQ(decide("get", "/dev/a", "w=1", ""), EDGE_REFUSE);
    CHECK_EQ(decide("DELETE", "/dev/a", "", ""), EDGE_REFUSE);
    CHECK_EQ(decision.status, 403);
    edge_decide(&decision, &config, &request);
    CHECK_EQ(decision.action, EDGE_PURGE);
    request.authorization = "Bearer 0123456789abcdeg";
    edge_decide(&decision, &config, &request);
    CHECK_EQ(decision.action, EDGE_REFUSE);
}

/* ---- options ---- */

static void test_options(void) {
    char query[6000];
    static const char *const none[] = {"", "&&", "utm_source=mail&x=1", "W=200", "sig=a&exp=1"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK_EQ(decide("GET", "/dev/a", none[i], ""), EDGE_ORIGINAL);
    }
    CHECK_EQ(decide("GET", "/dev/a", "h=150&width=200&utm=x&q=90&fm=webp", ""), EDGE_IMAGE);
    CHECK(strcmp(decision.ask.options, "f=webp&h=150&q=90&w=200") == 0);
    CHECK(!decision.ask.varies);
    decide("GET", "/dev/a", "w=1&f=auto", "image/webp");
    CHECK(strcmp(decision.ask.options, "f=webp&w=1") == 0 && decision.ask.varies);
    decide("GET", "/dev/a", "w=1&f=auto", "*/*");
    CHECK(strcmp(decision.ask.options, "f=safe&w=1") == 0 && decision.ask.varies);
    static const char *const wrong[] = {"w=0", "w=1&w=2", "w=1&width=1", "f=exe", "w=", "p=thumb"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_EQ(decide("GET", "/dev/a", wrong[i], ""), EDGE_REFUSE);
        CHECK(decision.status == 400 && strchr(decision.message, ':') != NULL);
    }
    memset(query, 'x', sizeof query); /* others' parameters may be long */
    memcpy(query, "utm=", 4);
    strcpy(query + 5000, "&w=44");
    CHECK_EQ(decide("GET", "/dev/a", query, ""), EDGE_IMAGE);
    CHECK(strcmp(decision.ask.options, "w=44") == 0);
    memcpy(query, "w=1?", 4); /* ours may not */
    CHECK_EQ(decide("GET", "/dev/a", query, ""), EDGE_REFUSE);
}

/* ---- keys ---- */

static const char *key_of(char out[2048], const char *path, const char *query) {
    struct th_text text = {.data = out, .room = 2047};
    decide("GET", path, query, "");
    edge_decision_key(&text, &decision, &config);
    out[text.bytes] = '\0';
    return out;
}

static void test_keys(void) {
    static const char *const asks[][2] = {
        {"/dev/a", ""},          {"/dev/a", "w=1"},       {"/dev/a", "w=11"},  {"/img/a", ""},
        {"/dev/a/original", ""}, {"/dev/a/e1%3Fw=1", ""}, {"/dev/a%252F", ""},
    };
    char first[2048], second[2048], object[EDGE_OBJECT_BYTES_MAX + 1], path[1100];
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(key_of(first, asks[i][0], asks[i][1]),
                         key_of(second, asks[k][0], asks[k][1])) != 0);
        }
    }
    CHECK(strcmp(key_of(first, "/dev/a", "h=1&w=2&utm=3"), key_of(second, "/dev/a", "w=2&h=1")) ==
          0);
    decide("GET", "/img/a%20b.png", "", "");
    edge_decision_object(object, &decision);
    CHECK(strcmp(object, "originals/a%20b.png") == 0);
    memset(path, '!', sizeof path);
    memcpy(path, "/dev/", 5);
    path[600] = '\0';
    decide("GET", path, "", "");
    edge_decision_object(object, &decision);
    CHECK(strncmp(object, "sha256-", 7) == 0 && strlen(object) == 7 + 64);
}

/* ---- configuration ---- */

static bool says(const char *text, const char *part) {
    const char *fault = edge_config_read_json(&config, text, strlen(text));
    if (fault && strstr(fault, part)) return true;
    printf("%s: %s\n", text, fault ? fault : "fine");
    return false;
}

#define ORIGINS "\"origins\":{\"o\":{\"kind\":\"http\",\"base\":\"http://o.example\"}}"
#define ROUTES "\"routes\":[{\"path\":\"/*\",\"origin\":\"o\"}]"

static void test_wrong_configurations(void) {
    CHECK(says("", "not a JSON object"));
    CHECK(says("[]", "not a JSON object"));
    CHECK(says("{}", "routes: at least one is needed"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"on_error\":\"x\",\"side_max\":0}", "on_error: one of"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"on_error\":\"x\",\"side_max\":0}", "side_max: a whole"));
    CHECK(says("{" ORIGINS ",\"routes\":\"not json\"}", "routes: not valid JSON"));
    CHECK(says("{" ORIGINS ",\"routes\":{}}", "routes: a list"));
    CHECK(says("{" ORIGINS ",\"routes\":[1]}", "routes[0].path"));
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"\",\"origin\":\"o\"}]}", "routes[0].path"));
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"dev\",\"origin\":\"o\"}]}",
               "routes[0].path: a path"));
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"x\"}]}",
               "routes[0].origin: none of"));
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"o\",\"witdhs\":[1]}]}",
               "routes[0].witdhs: no such option"));
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"o\",\"signed\":true}]}",
               "signing_keys: a signed route needs one"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"SIGNING_KEYS\":\"0123456789abcdef, short\"}",
               "signing_keys: at least 16"));
    static const char *const absent[] = {"max_bytes", "cdn",     "cdn_cache_control",
                                         "spelling",  "metrics", "cdn_purge"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        char text[512], fault[64];
        snprintf(text, sizeof text, "{" ORIGINS "," ROUTES ",\"%s\":5}", absent[i]);
        snprintf(fault, sizeof fault, "configuration: %s: not on this host", absent[i]);
        CHECK(says(text, fault));
    }
    CHECK(says("{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"o\",\"cdn\":\"fastly\"}]}",
               "routes[0].cdn: not on this host"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"purge_token\":\"short\"}", "purge_token: at least 16"));
    static const char *const prefixes[] = {"../", "a/../b", "a/./", "\xd4", "a\\u0001", "a\\\\b"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"o\",\"prefix\":\"%s\"}]}",
                 prefixes[i]);
        CHECK(says(text, "routes[0].prefix: the beginning of a key"));
    }
    CHECK(says("{" ORIGINS "," ROUTES ",\"presets\":{\"a\":\"w=1\",\"b\":\"w=0\"}}",
               "presets.b: w: a whole number from 1 to 8192"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"cors\":\"https://a.example\"}", "cors: not valid JSON"));
    static const char *const sites[] = {"viewer.example",
                                        "https://viewer.example/",
                                        "null",
                                        "",
                                        "https://Viewer.example",
                                        "https://viewer.example:443",
                                        "http://v.example:80",
                                        "ftp://v.example",
                                        "https://",
                                        "https://:81",
                                        "https://v.example "};
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "{" ORIGINS "," ROUTES ",\"cors\":[\"*\",\"%s\"]}", sites[i]);
        CHECK(says(text, "cors: sites such as https://viewer.example, or *"));
    }
    CHECK(!says("{" ORIGINS "," ROUTES ",\"cors\":[\"http://localhost:8080\",\"*\"]}", "cors"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"presets\":[]}", "presets: a table"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"widths\":{}}", "widths: a list"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"widths\":\"80, 90\"}", "widths: not valid JSON"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"heights\":[80,0]}", "heights: a whole number from 1 to"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"sizes\":\"round\"}", "sizes: one of snap, refuse"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"only_presets\":\"x\"}", "only_presets: true or false"));
    CHECK(says("{" ORIGINS "," ROUTES ",\"cache_control\":\"a\\r\\nSet-Cookie: b\"}",
               "cache_control: one line"));
    CHECK(says("{\"origins\":{\"o\":{\"kind\":\"r2\",\"binding\":\"X\"}}," ROUTES "}",
               "origins.o.kind: one of http"));
    CHECK(says("{\"origins\":{\"o\":{\"kind\":\"http\"}}," ROUTES "}", "origins.o.base: missing"));
    static const char *const bases[] = {"ftp://o.example", "http://", "http:///x",
                                        "http://user@o.example", "http://o.example/?a="};
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"origins\":{\"o\":{\"base\":\"%s\"}}," ROUTES "}", bases[i]);
        CHECK(says(text, "origins.o.base: a URL"));
    }
    CHECK(says("{\"origins\":{\"o\":{\"base\":\"http://o\",\"headers\":{\"a b\":\"c\"}}}," ROUTES
               "}",
               "headers: names and values"));
}

/* `count` pieces between commas, each with its number in it. */
static void put_many(char *out, size_t room, const char *begin, const char *piece, uint32_t count,
                     const char *end) {
    size_t n = (size_t)snprintf(out, room, "%s", begin);
    for (uint32_t i = 0; i < count; i++) {
        n += (size_t)snprintf(out + n, room - n, "%s", i > 0 ? "," : "");
        n += (size_t)snprintf(out + n, room - n, piece, i);
    }
    snprintf(out + n, room - n, "%s", end);
}

static void test_bounds(void) {
    static char text[65536];
    put_many(text, sizeof text, "{" ORIGINS ",\"routes\":[",
             "{\"path\":\"/%u/*\",\"origin\":\"o\"}", EDGE_ROUTES_MAX, "]}");
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    put_many(text, sizeof text, "{" ORIGINS ",\"routes\":[",
             "{\"path\":\"/%u/*\",\"origin\":\"o\"}", EDGE_ROUTES_MAX + 1, "]}");
    CHECK(says(text, "configuration: routes: at most 32"));
    put_many(text, sizeof text, "{\"origins\":{", "\"o%u\":{\"base\":\"http://o\"}",
             EDGE_ORIGINS_MAX + 1, "}," ROUTES "}");
    CHECK(says(text, "configuration: origins: at most 8"));
    put_many(text, sizeof text, "{\"origins\":{\"o\":{\"base\":\"http://o\",\"headers\":{",
             "\"X-%u\":\"v\"", EDGE_ORIGIN_HEADERS_MAX + 1, "}}}," ROUTES "}");
    CHECK(says(text, "headers: at most 8"));
    put_many(text, sizeof text, "{" ORIGINS "," ROUTES ",\"widths\":[", "9%02u", EDGE_SIZES_MAX,
             "]}");
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    put_many(text, sizeof text, "{" ORIGINS "," ROUTES ",\"widths\":[", "9%02u", EDGE_SIZES_MAX + 1,
             "]}");
    CHECK(says(text, "configuration: widths: at most 64"));
    put_many(text, sizeof text, "{\"origins\":{\"o\":{\"base\":\"http://", "%04u", 511,
             "\"}}," ROUTES "}");
    CHECK(says(text, "base: longer than 2048 bytes"));
    put_many(text, sizeof text, "{" ORIGINS "," ROUTES ",\"cache_version\":\"", "%04u", 2000,
             "\"}");
    CHECK(says(text, "cache_version: more text than 8192 bytes"));
}

/* One setting of `count` characters, or so many lists within one another. */
static void put_long(char *out, size_t room, const char *begin, char open, char shut, size_t count,
                     const char *end) {
    size_t n = (size_t)snprintf(out, room, "%s", begin);
    memset(out + n, open, count);
    if (shut != '\0') memset(out + (n += count), shut, count);
    snprintf(out + n + count, room - n - count, "%s", end);
}

static void test_lengths(void) {
    static char text[2048];
    static const char prefix[] = "{" ORIGINS ",\"routes\":[{\"path\":\"/*\",\"origin\":\"o\","
                                 "\"prefix\":\"";
    put_long(text, sizeof text, prefix, 'a', '\0', EDGE_PREFIX_BYTES_MAX, "\"}]}");
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    put_long(text, sizeof text, prefix, 'a', '\0', EDGE_PREFIX_BYTES_MAX + 1, "\"}]}");
    CHECK(says(text, "routes[0].prefix: longer than 256 bytes"));
    static const char control[] = "{" ORIGINS "," ROUTES ",\"cache_control\":\"";
    put_long(text, sizeof text, control, 'a', '\0', EDGE_CACHE_CONTROL_BYTES_MAX, "\"}");
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    put_long(text, sizeof text, control, 'a', '\0', EDGE_CACHE_CONTROL_BYTES_MAX + 1, "\"}");
    CHECK(says(text, "cache_control: one line of ASCII text"));
    static const char nested[] = "{" ORIGINS "," ROUTES ",\"other\":";
    put_long(text, sizeof text, nested, '[', ']', EDGE_JSON_DEPTH_MAX - 1, "}");
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    put_long(text, sizeof text, nested, '[', ']', EDGE_JSON_DEPTH_MAX, "}");
    CHECK(says(text, "not a JSON object"));
}

/* Five settings, each of which fits. */
static void test_all_text(void) {
    static char text[65536];
    static const char *const names[] = {"cache_version", "purge_token", "signing_keys",
                                        "cache_control", "negative_cache_control"};
    size_t n = (size_t)snprintf(text, sizeof text, "{" ORIGINS "," ROUTES);
    for (size_t i = 0; i < 5; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, ",\"%s\":\"", names[i]);
        memset(text + n, 'k', EDGE_SETTING_BYTES_MAX - 100);
        n += EDGE_SETTING_BYTES_MAX - 100;
        n += (size_t)snprintf(text + n, sizeof text - n, "\"");
    }
    snprintf(text + n, sizeof text - n, "}");
    CHECK(says(text, "more text than 32768 bytes"));
}

static void test_right_configurations(void) {
    static const char text[] =
        "{\"ORIGINS\":\"{\\\"o\\\":{\\\"kind\\\":\\\"http\\\",\\\"base\\\":\\\"http://o\\\"}}\","
        "\"ROUTES\":\"[{\\\"path\\\":\\\"/*\\\",\\\"origin\\\":\\\"o\\\"}]\",\"SIDE_MAX\":\"100\","
        "\"detail\":true,\"unrelated\":{\"a\":[]},\"work_max\":null}";
    CHECK(edge_config_read_json(&config, text, strlen(text)) == NULL);
    CHECK_EQ(config.limits.side_max, 100);
    CHECK_EQ(config.limits.work_max, 12288);
    CHECK(config.detail && config.route[0].pass_on_error && !config.route[0].pass_on_busy);
    CHECK(edge_config_read_json(&config, json, strlen(json)) == NULL);
    CHECK(strcmp(config.origin[0].base, "http://o.example/a") == 0);
    CHECK(strcmp(config.origin[0].backend, "o") == 0);
}

int main(void) {
    test_wrong_configurations();
    test_bounds();
    test_lengths();
    test_all_text();
    test_right_configurations();
    test_paths();
    test_routes();
    test_methods();
    test_options();
    test_keys();
    return check_done();
}
