/* test_canon.c - canonical text: one for all texts that ask for the same, its own
 * canonical text, and of the same meaning as what it was made from. And th_describe. */
#include <stdlib.h>

#include "accept.h"
#include "check.h"
#include "options.h"
#include "thimble.h"

static char canon[TH_CANON_BYTES_MAX + 1];

static enum th_status make(const char *query, const char *accept) {
    size_t bytes = 0;
    enum th_status status = th_canon(query, strlen(query), accept, strlen(accept), canon,
                                     sizeof canon - 1, &bytes);
    canon[bytes] = '\0';
    return status;
}

static const struct {
    const char *query, *canon;
} cases[] = {
    /* nothing asked: pass through */
    {"", ""},
    {"&&", ""},
    {"utm_source=x&fbclid=1", ""},
    {"W=200", ""},
    {"sig=abc&exp=1&p=hero", ""},
    /* the article's example, in any order, with any names */
    {"w=200&h=150&f=webp&q=90", "f=webp&h=150&q=90&w=200"},
    {"q=90&f=webp&h=150&w=200&utm=x", "f=webp&h=150&q=90&w=200"},
    {"quality=90&format=webp&height=150&width=200", "f=webp&h=150&q=90&w=200"},
    {"%77=%320%30&h=150&fm=webp&q=90&sig=x", "f=webp&h=150&q=90&w=200"},
    /* defaults are dropped, but asking for one is asking */
    {"q=80", "q=80"},
    {"up=0", "q=80"},
    {"g=center", "q=80"},
    {"lin=0&dpr=1&q=80&g=0.5x0.5&fit=inside", "q=80"},
    {"w=10&q=80", "w=10"},
    {"f=jpg&q=80", "f=jpeg"},
    /* fit's default depends on what else is given */
    {"w=10&h=10&fit=cover", "h=10&w=10"},
    {"w=10&h=10&fit=inside", "fit=inside&h=10&w=10"},
    {"w=10&fit=inside", "w=10"},
    {"w=10&fit=cover", "fit=cover&w=10"},
    {"h=10&fit=scale-down", "fit=scale-down&h=10"},
    /* gravity: only where there is something to place */
    {"w=10&h=10&g=n", "g=n&h=10&w=10"},
    {"w=10&h=10&g=0.5x0", "g=n&h=10&w=10"},
    {"w=10&h=10&g=0.50x0.3000", "g=0.5x0.3&h=10&w=10"},
    {"w=10&h=10&g=0.0001x1", "g=0.0001x1&h=10&w=10"},
    {"w=10&h=10&g=0x0.5", "g=w&h=10&w=10"},
    {"w=10&h=10&fit=contain&g=se", "fit=contain&g=se&h=10&w=10"},
    {"w=10&h=10&fit=fill&g=se", "fit=fill&h=10&w=10"},
    {"w=10&g=se", "w=10"},
    {"w=10&h=10&g=center&fit=contain", "fit=contain&h=10&w=10"},
    /* dpr multiplies w and h, so alone it does nothing */
    {"dpr=2", "q=80"},
    {"dpr=2&f=png", "f=png"},
    {"fit=fill&g=n&up=1", "q=80"},
    {"fit=contain&g=n&up=1&bg=fff&f=png", "bg=ffffff&f=png"},
    {"w=5&dpr=2", "dpr=2&w=5"},
    {"w=5&dpr=1.50", "dpr=1.5&w=5"},
    {"w=5&dpr=1.000", "w=5"},
    {"w=5&dpr=3.999", "dpr=3.999&w=5"},
    /* colours: six digits, eight when not opaque; white is not the same as none */
    {"bg=FFF", "bg=ffffff"},
    {"bg=Ff8800", "bg=ff8800"},
    {"bg=ff8800ff", "bg=ff8800"},
    {"bg=00000000", "bg=00000000"},
    {"bg=0a0B0c0D", "bg=0a0b0c0d"},
    {"up=1&w=10", "up=1&w=10"},
    {"max=1000&lin=1", "lin=1&max=1000"},
    {"f=json", "f=json"},
    {"f=safe", "f=safe"},
};

static void test_cases(void) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_EQ(make(cases[i].query, "image/webp"), TH_OK);
        CHECK_STR(canon, cases[i].canon);
        char once[TH_CANON_BYTES_MAX + 1];
        strcpy(once, canon);
        CHECK_EQ(make(once, ""), TH_OK);
        CHECK_STR(canon, once);
    }
}

static void test_accept(void) {
    static const struct {
        const char *accept;
        bool webp;
    } accepts[] = {
        {"", false},
        {"*/*", false},
        {"image/*", false},
        {"image/webp", true},
        {"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", true},
        {"text/html, application/xml;q=0.9 , image/webp , */*;q=0.8", true},
        {"IMAGE/WebP", true},
        {"image/webp;q=0", false},
        {"image/webp;q=0.0", false},
        {"image/webp;q=0.000", false},
        {"image/webp;q=0.", false},
        {"image/webp;q=0.001", true},
        {"image/webp;q=1", true},
        {"image/webp;q=1.000", true},
        {"image/webp ; Q=0", false},
        {"image/webp;\tq = 0.5", true},
        {"image/webp;level=1;q=0", false},
        {"image/webp;x=\"a,b;q=0\"", true},
        {"image/webp;x=\"a\\\",b\";q=0", false},
        {"text/x;y=\"image/webp,\"", false},
        {"text/x;y=\", image/webp", false}, /* the quote never closes */
        {"image/webp;q=0, image/webp", true},
        {"image/webp;q=", false},
        {"image/webp;q", false},
        {"image/webp;q=abc", false},
        {"image/webp;q=-1", false},
        {"image/webp;q=1.001", false},
        {"image/webp;q=2", false},
        {"image/webp;q=0.0000001", false},
        {"image/webp;q=1e9", false},
        {"image/webp;", true},
        {"image/webp;;", true},
        {",,,image/webp,,", true},
        {";q=1", false},
        {"image/webpx", false},
        {"ximage/webp", false},
        {"image/web", false},
        {"image / webp", false},
        {"\xff\xfe\x01,\\,\"", false},
        {"image/webp\r\nX: y", false},
    };
    for (size_t i = 0; i < sizeof accepts / sizeof accepts[0]; i++) {
        CHECK_EQ(make("f=auto&w=5", accepts[i].accept), TH_OK);
        CHECK_STR(canon, accepts[i].webp ? "f=webp&w=5" : "f=safe&w=5");
    }
    CHECK_EQ(make("format=auto", "image/webp"), TH_OK);
    CHECK_STR(canon, "f=webp");
    size_t bytes;
    CHECK_EQ(th_canon("f=auto", 6, NULL, 0, canon, sizeof canon, &bytes), TH_OK);
    CHECK_EQ(bytes, 6);
    CHECK_BYTES(canon, "f=safe", 6);
}

static void test_long_accept(void) {
    static char text[TH_ACCEPT_BYTES_MAX + 1];
    memset(text, ',', sizeof text);
    memcpy(text, "image/webp", 10);
    CHECK(th_accept_lists(text, sizeof text - 1, "image/webp"));
    CHECK(!th_accept_lists(text, sizeof text, "image/webp"));
    memset(text, ';', sizeof text);
    memcpy(text, "image/webp", 10);
    CHECK(th_accept_lists(text, sizeof text - 1, "image/webp"));
    memset(text, '"', sizeof text);
    CHECK(!th_accept_lists(text, sizeof text - 1, "image/webp"));
    memset(text, '\\', sizeof text);
    text[0] = '"';
    CHECK(!th_accept_lists(text, sizeof text - 1, "image/webp"));
}

static void test_refuses(void) {
    CHECK_EQ(make("w=200&w=100", ""), TH_BAD_OPTION);
    CHECK_STR(canon, "w: given more than once");
    CHECK_EQ(make("f=auto&f=webp", "image/webp"), TH_BAD_OPTION);
    CHECK_STR(canon, "f: given more than once");
    CHECK_EQ(make("q=high", ""), TH_BAD_OPTION);
    CHECK_STR(canon, "q: a whole number from 1 to 100");
    size_t bytes;
    char little[4];
    CHECK_EQ(th_canon("w=8000", 6, "", 0, little, sizeof little, &bytes), TH_MISUSE);
    CHECK_EQ(bytes, sizeof little);
}

/* The longest canonical text there is. */
static void test_room(void) {
    CHECK_EQ(make("w=8192&h=8192&fit=contain&g=0.1234x0.5678&f=jpeg&q=100&dpr=1.234&bg=01020304"
                  "&up=1&max=268435456&lin=1",
                  ""),
             TH_OK);
    CHECK_STR(canon, "bg=01020304&dpr=1.234&f=jpeg&fit=contain&g=0.1234x0.5678&h=8192&lin=1"
                     "&max=268435456&q=100&up=1&w=8192");
}

/* ---- random texts ---- */

static uint32_t random_state = 12345;

static uint32_t random_below(uint32_t n) {
    random_state = random_state * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(random_state >> 8) * n >> 24);
}

/* Pieces that are often right and sometimes not, glued at random. */
static size_t random_query(char *text) {
    static const char *const names[] = {"w",   "h",   "fit", "g",     "f",   "q",  "dpr", "bg",
                                        "up",  "max", "lin", "width", "fm",  "p",  "sig", "x",
                                        "%67", "W",   "",    "exp",   "qua", "fit"};
    static const char *const values[] = {
        "200",    "1",    "0",   "8192", "80", "1.5",   "cover", "inside", "contain",
        "auto",   "webp", "jpg", "ne",   "w",  "0.2x1", "f00",   "%30",    "",
        "abcdef", "1.0",  "2",   "fill", "+",  "%",     "center"};
    text[0] = '\0';
    for (uint32_t n = random_below(6); n > 0; n--) {
        strcat(text, names[random_below(sizeof names / sizeof names[0])]);
        strcat(text, random_below(20) ? "=" : "");
        strcat(text, values[random_below(sizeof values / sizeof values[0])]);
        strcat(text, n > 1 ? "&" : "");
    }
    return strlen(text);
}

/* fit, g, dpr and up say how w and h are meant; g also needs something to place. */
static bool same_size(const struct th_options *a, const struct th_options *b) {
    enum th_fit standard = a->width && a->height ? TH_FIT_COVER : TH_FIT_INSIDE;
    enum th_fit fit = a->fit ? a->fit : standard;
    if (a->width != b->width || a->height != b->height) return false;
    if (a->width == 0 && a->height == 0) return true;
    if (fit != (b->fit ? b->fit : standard) || a->dpr_milli != b->dpr_milli) return false;
    if (a->enlarge != b->enlarge) return false;
    if (fit != TH_FIT_COVER && fit != TH_FIT_CONTAIN) return true;
    return a->gravity_x == b->gravity_x && a->gravity_y == b->gravity_y;
}

static bool same_options(const struct th_options *a, const struct th_options *b) {
    return same_size(a, b) && a->out == b->out && a->quality == b->quality &&
           a->linear_light == b->linear_light && a->max_bytes == b->max_bytes &&
           a->background_given == b->background_given &&
           memcmp(a->background, b->background, 4) == 0;
}

/* Canonical text means what the text meant, and is refused when that is. */
static void test_meaning(void) {
    uint32_t good = 0;
    for (uint32_t i = 0; i < 200000; i++) {
        char text[256], message[96], again[TH_CANON_BYTES_MAX + 1];
        struct th_options asked, meant;
        size_t bytes = random_query(text);
        enum th_status status = th_options_parse(&asked, text, bytes, message, sizeof message);
        CHECK_EQ(make(text, ""), status); /* without Accept auto is safe, as for the parser */
        if (status != TH_OK) {
            CHECK_STR(canon, message);
            continue;
        }
        good++;
        CHECK_EQ(th_options_parse(&meant, canon, strlen(canon), message, sizeof message), TH_OK);
        if (!same_options(&asked, &meant)) printf("%s -> %s\n", text, canon);
        CHECK(same_options(&asked, &meant));
        strcpy(again, canon);
        CHECK_EQ(make(again, "image/webp"), TH_OK);
        CHECK_STR(canon, again);
    }
    CHECK(good > 20000); /* the generator hits both sides */
}

/* Any bytes at all, in a buffer of exactly their length. */
static void test_noise(void) {
    for (uint32_t i = 0; i < 100000; i++) {
        static const char alphabet[] = "wqfg=&%+0123x.\"\\;, /*\xff\x00\x01";
        size_t bytes = random_below(24), split = bytes ? random_below((uint32_t)bytes) : 0, n;
        char *text = malloc(bytes ? bytes : 1), out[TH_CANON_BYTES_MAX];
        for (size_t k = 0; k < bytes; k++) text[k] = alphabet[random_below(sizeof alphabet)];
        enum th_status status = th_canon(text, split, text + split, bytes - split, out, sizeof out,
                                         &n);
        CHECK(status == TH_OK || status == TH_BAD_OPTION);
        CHECK(n <= sizeof out);
        free(text);
    }
}

static void test_describe(void) {
    const char *json = th_describe();
    CHECK(json == th_describe());
    CHECK(strlen(json) < 4000);
    CHECK(strncmp(json,
                  "[{\"name\":\"w\",\"aliases\":[\"width\"],\"type\":\"integer\","
                  "\"min\":1,\"max\":8192,\"default\":null,",
                  80) == 0);
    CHECK(strcmp(json + strlen(json) - 2, "}]") == 0); /* all of it fitted */
    CHECK(strstr(json, "\"same\":{\"jpg\":\"jpeg\"}") != NULL);
    CHECK(strstr(json, "\"name\":\"dpr\",\"aliases\":[],\"type\":\"number\",\"min\":1,\"max\":4,"
                       "\"default\":\"1\"") != NULL);
    CHECK(strstr(json, "\"default\":\"center\"") != NULL);
    CHECK(strstr(json, "\"name\":\"exp\"") != NULL);
}

int main(void) {
    test_cases();
    test_accept();
    test_long_accept();
    test_refuses();
    test_room();
    test_meaning();
    test_noise();
    test_describe();
    return check_done();
}
