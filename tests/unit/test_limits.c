/* test_limits.c - limits as text tighten, never widen, and are read strictly. */
#include "check.h"
#include "thimble.h"

static struct th_limits limits;
static const char *message;

static enum th_status parse(const char *text) {
    return th_limits_parse(&limits, text, strlen(text), &message);
}

static void test_tightens(void) {
    th_limits_default(&limits);
    CHECK_EQ(limits.pixels_max, TH_PIXELS_MAX);
    CHECK_EQ(parse("pixels=1000000&memory=33554432&input=5000000&side=4096&work=900"), TH_OK);
    CHECK_EQ(limits.pixels_max, 1000000);
    CHECK_EQ(limits.memory_bytes_max, 33554432);
    CHECK_EQ(limits.input_bytes_max, 5000000);
    CHECK_EQ(limits.side_max, 4096);
    CHECK_EQ(limits.work_max, 900);
    CHECK_EQ(parse("side=8192&pixels=2"), TH_OK); /* one tighter, one wider */
    CHECK_EQ(limits.side_max, 4096);
    CHECK_EQ(limits.pixels_max, 2);
    CHECK_EQ(parse(""), TH_OK);
    CHECK_EQ(th_limits_parse(&limits, NULL, 0, &message), TH_OK);
    CHECK_EQ(limits.pixels_max, 2);
}

static void test_clamps(void) {
    th_limits_default(&limits);
    CHECK_EQ(parse("side=4294967297&pixels=99999999999999999999999999"), TH_OK);
    CHECK_EQ(limits.side_max, TH_OUT_SIDE_MAX);
    CHECK_EQ(limits.pixels_max, TH_PIXELS_MAX);
}

static void test_refuses(void) {
    static const char *const bad[] = {
        "pixels",     "pixels=",     "pixels=0",          "pixels=-1",
        "pixels=1e6", "pixels= 1",   "pixels=+1",         "pixels=0x10",
        "pixels=01",  "Pixels=1",    "pixels=1&pixels=2", "depth=1",
        "=1",         "&",           "side=1&&work=1",    "side=1.5",
        "\xff=1",     "side=1&work",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        th_limits_default(&limits);
        CHECK_EQ(parse(bad[i]), TH_BAD_OPTION);
        CHECK(strlen(message) > 10);
        CHECK_EQ(limits.pixels_max, TH_PIXELS_MAX);
        CHECK_EQ(limits.side_max, TH_OUT_SIDE_MAX);
    }
    CHECK_EQ(parse("side=4&memory=x"), TH_BAD_OPTION);
    CHECK_STR(message, "memory: a whole number of bytes from 1");
    CHECK_EQ(limits.side_max, TH_OUT_SIDE_MAX); /* untouched as a whole */
}

int main(void) {
    test_tightens();
    test_clamps();
    test_refuses();
    return check_done();
}
