/* test_options.c - the grammar of options: what is read, what is refused, and with
 * which words. */
#include "check.h"
#include "options.h"

static struct th_options options;
static char message[160];

static enum th_status parse(const char *text) {
    return th_options_parse(&options, text, strlen(text), message, sizeof message);
}

static void test_defaults(void) {
    CHECK_EQ(th_options_parse(&options, NULL, 0, message, sizeof message), TH_OK);
    CHECK_STR(message, "");
    CHECK_EQ(options.width, 0);
    CHECK_EQ(options.height, 0);
    CHECK_EQ(options.dpr_milli, 1000);
    CHECK_EQ(options.fit, TH_FIT_DEFAULT);
    CHECK_EQ(options.out, TH_OUT_SOURCE);
    CHECK_EQ(options.quality, 80);
    CHECK(!options.enlarge && !options.linear_light && !options.background_given);
    CHECK_BYTES(options.background, "\xff\xff\xff\xff", 4);
    CHECK_EQ(options.gravity_x, 5000);
    CHECK_EQ(options.gravity_y, 5000);
    CHECK_EQ(options.max_bytes, 0);
}

static void test_everything(void) {
    CHECK_EQ(parse("w=200&h=150&fit=contain&g=ne&f=webp&q=90&dpr=1.25&bg=ff800040&up=1&max=50000"
                   "&lin=1&p=hero&sig=b9a1&exp=1800000000"),
             TH_OK);
    CHECK_EQ(options.width, 200);
    CHECK_EQ(options.height, 150);
    CHECK_EQ(options.fit, TH_FIT_CONTAIN);
    CHECK_EQ(options.gravity_x, 10000);
    CHECK_EQ(options.gravity_y, 0);
    CHECK_EQ(options.out, TH_OUT_WEBP);
    CHECK_EQ(options.quality, 90);
    CHECK_EQ(options.dpr_milli, 1250);
    CHECK(options.background_given && options.enlarge && options.linear_light);
    CHECK_BYTES(options.background, "\xff\x80\x00\x40", 4);
    CHECK_EQ(options.max_bytes, 50000);
    CHECK_EQ(parse("width=1&height=8192&gravity=0.25x1.0&format=png&quality=1&background=f80"
                   "&enlarge=0&preset=x"),
             TH_OK);
    CHECK_EQ(options.width, 1);
    CHECK_EQ(options.height, 8192);
    CHECK_EQ(options.gravity_x, 2500);
    CHECK_EQ(options.gravity_y, 10000);
    CHECK_EQ(options.out, TH_OUT_PNG);
    CHECK_EQ(options.quality, 1);
    CHECK_BYTES(options.background, "\xff\x88\x00\xff", 4);
    CHECK(!options.enlarge);
}

static void test_words(void) {
    static const struct {
        const char *text;
        enum th_fit fit;
    } fits[] = {
        {"fit=cover", TH_FIT_COVER},     {"fit=inside", TH_FIT_INSIDE},
        {"fit=contain", TH_FIT_CONTAIN}, {"fit=fill", TH_FIT_FILL},
        {"fit=outside", TH_FIT_OUTSIDE}, {"fit=scale-down", TH_FIT_SCALE_DOWN},
    };
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        CHECK_EQ(parse(fits[i].text), TH_OK);
        CHECK_EQ(options.fit, fits[i].fit);
    }
    static const struct {
        const char *text;
        enum th_out out;
    } outs[] = {
        {"f=jpeg", TH_OUT_JPEG},  {"f=jpg", TH_OUT_JPEG},       {"f=png", TH_OUT_PNG},
        {"fm=webp", TH_OUT_WEBP}, {"output=auto", TH_OUT_SAFE}, {"f=safe", TH_OUT_SAFE},
        {"f=json", TH_OUT_JSON},
    };
    for (size_t i = 0; i < sizeof outs / sizeof outs[0]; i++) {
        CHECK_EQ(parse(outs[i].text), TH_OK);
        CHECK_EQ(options.out, outs[i].out);
    }
    static const struct {
        const char *text;
        uint32_t x, y;
    } places[] = {
        {"g=center", 5000, 5000},
        {"g=n", 5000, 0},
        {"g=ne", 10000, 0},
        {"g=e", 10000, 5000},
        {"g=se", 10000, 10000},
        {"g=s", 5000, 10000},
        {"g=sw", 0, 10000},
        {"g=w", 0, 5000},
        {"g=nw", 0, 0},
        {"position=0x1", 0, 10000},
        {"g=0.0001x0.9999", 1, 9999},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        CHECK_EQ(parse(places[i].text), TH_OK);
        CHECK_EQ(options.gravity_x, places[i].x);
        CHECK_EQ(options.gravity_y, places[i].y);
    }
}

static void test_query_encoding(void) {
    CHECK_EQ(parse("%77=%32%30%30&fit=scale%2Ddown&bg=%46F8000"), TH_OK);
    CHECK_EQ(options.width, 200);
    CHECK_EQ(options.fit, TH_FIT_SCALE_DOWN);
    /* Unknown names are dropped whatever they and their values are made of. */
    CHECK_EQ(parse("&&w=7&&utm_source=x&W=9&ww=1&w%00=1&=5&%=1&%zz=%zz&\xc3\xa9=\xff&w =3&+w=3&x"
                   "&a_name_longer_than_any_option=1&w[]=2&"),
             TH_OK);
    CHECK_EQ(options.width, 7);
    CHECK_EQ(parse("&"), TH_OK);
    CHECK_EQ(parse("="), TH_OK);
}

/* hosts.md, section 7: what people and scanners put into w. */
static void test_strict_numbers(void) {
    static const char *const bad[] = {
        "w=",
        "w",
        "w=0",
        "w=8193",
        "w=1e3",
        "w= 200",
        "w=200 ",
        "w=+200",
        "w=%2B200",
        "w=%20200",
        "w=0x10",
        "w=NaN",
        "w=Infinity",
        "w=-1",
        "w=-0",
        "w=2147483648",
        "w=4294967297",
        "w=18446744073709551617",
        "w=0200",
        "w=00",
        "w=1.0",
        "w=1,000",
        "w=200px",
        "w=%D9%A3",
        "w=\xd9\xa3",
        "w=%00",
        "w=1%00",
        "w=%",
        "w=%2",
        "w=%zz",
        "w=200%0a",
        "w=200\n",
        "w=200;h=1",
        "w=1=1",
        "w=99999999999999999999999999999999999999999999999999999999999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(parse(bad[i]), TH_BAD_OPTION);
        CHECK_STR(message, "w: a whole number from 1 to 8192");
    }
}

static void test_refusals(void) {
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"h=8193", "h: a whole number from 1 to 8192"},
        {"height=x", "height: a whole number from 1 to 8192"},
        {"q=0", "q: a whole number from 1 to 100"},
        {"quality=101", "quality: a whole number from 1 to 100"},
        {"fit=Cover", "fit: one of cover, inside, contain, fill, outside, scale-down"},
        {"fit=", "fit: one of cover, inside, contain, fill, outside, scale-down"},
        {"fit=scale+down", "fit: one of cover, inside, contain, fill, outside, scale-down"},
        {"f=gif", "f: one of jpeg, png, webp, auto, safe, json"},
        {"f=WEBP", "f: one of jpeg, png, webp, auto, safe, json"},
        {"f=jpe", "f: one of jpeg, png, webp, auto, safe, json"},
        {"dpr=0.5", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=4.001", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=1.0001", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=1.", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=.5", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=.", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=1.5.1", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=1,5", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=01.5", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=1.+5", "dpr: a number from 1 to 4, at most three decimals"},
        {"dpr=99999999999999999999.5", "dpr: a number from 1 to 4, at most three decimals"},
        {"bg=ff", "bg: a colour as rgb, rrggbb or rrggbbaa in hex digits"},
        {"bg=ff80", "bg: a colour as rgb, rrggbb or rrggbbaa in hex digits"},
        {"bg=%23ff8800", "bg: a colour as rgb, rrggbb or rrggbbaa in hex digits"},
        {"bg=ff880g", "bg: a colour as rgb, rrggbb or rrggbbaa in hex digits"},
        {"bg=white", "bg: a colour as rgb, rrggbb or rrggbbaa in hex digits"},
        {"g=", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=x", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=0.5", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=0.5x", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=x0.5", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=1.1x0", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=0.12345x0", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=0x0x0", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"g=-0.5x0", "g: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"gravity=north",
         "gravity: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3"},
        {"up=2", "up: 0 or 1"},
        {"up=true", "up: 0 or 1"},
        {"lin=", "lin: 0 or 1"},
        {"max=0", "max: a whole number of bytes from 1 to 268435456"},
        {"max=50k", "max: a whole number of bytes from 1 to 268435456"},
        {"p=", "p: the name of a preset"},
        {"preset", "preset: the name of a preset"},
        {"sig=%00", "sig: a signature"},
        {"exp=\xff", "exp: a time in seconds since 1970"},
        {"w=1&w=1", "w: given more than once"},
        {"w=1&q=5&width=2", "width: given more than once"},
        {"width=1&w=", "w: given more than once"},
        {"w=1&%77=1", "w: given more than once"},
        {"fm=png&output=png", "output: given more than once"},
        {"sig=a&sig=a", "sig: given more than once"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(parse(bad[i].text), TH_BAD_OPTION);
        CHECK_STR(message, bad[i].message);
    }
}

static void test_lengths(void) {
    char text[TH_OPTIONS_BYTES_MAX + 1];
    memset(text, 'x', sizeof text);
    memcpy(text, "w=5&", 4);
    CHECK_EQ(th_options_parse(&options, text, sizeof text - 1, message, sizeof message), TH_OK);
    CHECK_EQ(options.width, 5);
    CHECK_EQ(th_options_parse(&options, text, sizeof text, message, sizeof message), TH_BAD_OPTION);
    CHECK_STR(message, "options: at most 2048 bytes of text");
    memset(text, '&', sizeof text);
    CHECK_EQ(th_options_parse(&options, text, sizeof text - 1, message, sizeof message), TH_OK);
    memset(text, '%', sizeof text);
    memcpy(text, "w=", 2);
    CHECK_EQ(th_options_parse(&options, text, sizeof text - 1, message, sizeof message),
             TH_BAD_OPTION);
    /* A message is cut, not written past its room. */
    char small[96];
    const char *longest = "position=north";
    CHECK_EQ(th_options_parse(&options, longest, strlen(longest), small, sizeof small),
             TH_BAD_OPTION);
    CHECK_STR(small, "position: center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3");
}

/* VALUE_BYTES_MAX counts what is decoded. Only the host's own options take a text that long. */
static void test_value_length(void) {
    char text[4 + 3 * 257 + 1] = "sig=";
    for (uint32_t i = 0; i < 256; i++) memcpy(text + 4 + 3 * i, "%41", 4);
    CHECK_EQ(parse(text), TH_OK);
    memcpy(text + 4 + 3 * 256, "A", 2);
    CHECK_EQ(parse(text), TH_BAD_OPTION);
    CHECK(strncmp(message, "sig: ", 5) == 0);
}

/* On failure the result is untouched. */
static void test_untouched(void) {
    CHECK_EQ(parse("w=33"), TH_OK);
    CHECK_EQ(parse("h=44&q=x"), TH_BAD_OPTION);
    CHECK_EQ(options.width, 33);
    CHECK_EQ(options.height, 0);
}

int main(void) {
    test_defaults();
    test_everything();
    test_words();
    test_query_encoding();
    test_strict_numbers();
    test_refusals();
    test_lengths();
    test_value_length();
    test_untouched();
    return check_done();
}
