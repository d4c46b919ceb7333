/* test_plan.c - geometry, stages and budgets, without a pixel. */
#include "check.h"
#include "fail.h"
#include "plan.h"

static struct th_header jpeg(uint32_t width, uint32_t height, uint32_t orientation) {
    return (struct th_header){.width = width,
                              .height = height,
                              .orientation = orientation,
                              .layout = TH_LAYOUT_YCC,
                              .chroma_h = 2,
                              .chroma_v = 2,
                              .scales = TH_SCALES_FULL | 0x1e,
                              .memory_bytes = 1000,
                              .work = 1};
}

static struct th_header png(uint32_t width, uint32_t height, enum th_layout layout) {
    return (struct th_header){.width = width,
                              .height = height,
                              .orientation = 1,
                              .layout = layout,
                              .has_alpha = layout == TH_LAYOUT_RGBA,
                              .scales = TH_SCALES_FULL,
                              .whole_input = true,
                              .work = 1};
}

static enum th_status plan(struct th_plan *p, struct th_header h, enum th_format format,
                           const char *text) {
    struct th_options o;
    struct th_limits limits;
    char message[128];
    th_fail_clear();
    th_limits_default(&limits);
    TH_TRY(th_options_parse(&o, text, strlen(text), message, sizeof message));
    return th_plan_make(p, &h, format, &o, &limits, 1000);
}

static void check_size(struct th_header h, const char *text, uint32_t width, uint32_t height) {
    struct th_plan p;
    CHECK_EQ(plan(&p, h, TH_FORMAT_JPEG, text), TH_OK);
    CHECK_EQ(p.out_width, width);
    CHECK_EQ(p.out_height, height);
}

static void test_sizes(void) {
    struct th_header wide = jpeg(800, 600, 1), turned = jpeg(800, 600, 6);
    check_size(wide, "", 800, 600);
    check_size(wide, "w=400", 400, 300);
    check_size(wide, "h=300", 400, 300);
    check_size(wide, "w=100&h=100", 100, 100);
    check_size(wide, "w=100&h=100&fit=inside", 100, 75);
    check_size(wide, "w=100&h=100&fit=outside", 133, 100);
    check_size(wide, "w=100&h=100&fit=contain", 100, 100);
    check_size(wide, "w=100&h=50&fit=fill", 100, 50);
    check_size(wide, "w=100&dpr=2", 200, 150);
    check_size(wide, "w=100&h=80&dpr=1.5", 150, 120);
    check_size(turned, "w=300", 300, 400);
    check_size(turned, "", 600, 800);
    check_size(jpeg(65535, 2, 1), "w=10", 10, 1);
}

static void test_enlarging(void) {
    struct th_header small = jpeg(100, 50, 1);
    check_size(small, "w=200", 100, 50);
    check_size(small, "w=200&up=1", 200, 100);
    check_size(small, "w=200&h=200", 50, 50); /* cover keeps the asked aspect */
    check_size(small, "w=200&h=200&up=1", 200, 200);
    check_size(small, "w=200&h=200&fit=fill", 50, 50);
    check_size(small, "w=200&h=200&fit=inside", 100, 50);
    check_size(small, "w=200&h=200&fit=scale-down&up=1", 100, 50);
    check_size(small, "w=200&h=200&fit=contain", 200, 200);
}

static void test_cover_window(void) {
    struct th_plan p;
    CHECK_EQ(plan(&p, jpeg(400, 200, 1), TH_FORMAT_JPEG, "w=100&h=100"), TH_OK);
    CHECK(p.resample.x[0].start == 100 && p.resample.x[0].step == 2);
    CHECK(p.resample.y[0].start == 0 && p.resample.y[0].step == 2);
    CHECK(p.resample.x[1].start == 50 && p.resample.x[1].step == 2);
    CHECK_EQ(p.resample.x[1].out_size, 50);
    CHECK_EQ(plan(&p, jpeg(400, 200, 1), TH_FORMAT_JPEG, "w=100&h=100&g=w"), TH_OK);
    CHECK(p.resample.x[0].start == 0);
    CHECK_EQ(plan(&p, jpeg(400, 200, 1), TH_FORMAT_JPEG, "w=100&h=100&g=0.6x0.5"), TH_OK);
    CHECK(p.resample.x[0].start == 140);
    CHECK_EQ(plan(&p, jpeg(400, 200, 1), TH_FORMAT_JPEG, "w=100&h=100&g=0.9x0.5"), TH_OK);
    CHECK(p.resample.x[0].start == 200);
    /* displayed right is stored left when mirrored */
    CHECK_EQ(plan(&p, jpeg(400, 200, 2), TH_FORMAT_JPEG, "w=100&h=100&g=e"), TH_OK);
    CHECK(p.resample.x[0].start == 0);
    /* orientation 6: the displayed image is 200 x 400, its top is the stored left */
    CHECK_EQ(plan(&p, jpeg(400, 200, 6), TH_FORMAT_JPEG, "w=100&h=100&g=n"), TH_OK);
    CHECK(p.resample.x[0].start == 0 && p.resample.y[0].start == 0);
    CHECK_EQ(p.in_width, 200);
}

/* An odd size, mirrored: the chroma sample that sticks out comes first. */
static void test_chroma_phase(void) {
    struct th_plan p;
    CHECK_EQ(plan(&p, jpeg(10, 10, 1), TH_FORMAT_JPEG, "w=5&h=5&fit=fill"), TH_OK);
    CHECK(p.resample.x[1].start == 0 && p.resample.x[1].step == 2);
    CHECK_EQ(p.resample.x[1].out_size, 3);
    CHECK_EQ(plan(&p, jpeg(10, 10, 2), TH_FORMAT_JPEG, "w=5&h=5&fit=fill"), TH_OK);
    CHECK(p.resample.x[1].start == -1 && p.resample.x[1].step == 2);
}

/* 3/8 may leave less than the others, and only where the reader has it; its planes end in a
 * sample that is covered in part. */
static void test_three_eighths(void) {
    struct th_plan p;
    struct th_header odd = jpeg(6001, 4000, 1), pixels = jpeg(6000, 4000, 1);
    pixels.scales &= ~(1u << 3);
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1607&h=1071&fit=fill"), TH_OK);
    CHECK_EQ(p.scale, 3); /* 3.734: 1.4004 */
    CHECK_EQ(p.resample.x[0].in_size, 2251);
    CHECK_EQ(p.resample.x[1].in_size, 1126);
    CHECK_EQ(p.resample.y[1].in_size, 750);
    CHECK(p.resample.x[0].step == 6001.0 / 1607 * 3 / 8 && p.resample.x[0].start == 0);
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1608&h=1072&fit=fill"), TH_OK);
    CHECK_EQ(p.scale, 4);
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1000&h=667&fit=fill"), TH_OK);
    CHECK_EQ(p.scale, 3); /* 5.997 */
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1125&q=86"), TH_OK);
    CHECK_EQ(p.scale, 3); /* 5.334: 2.0003 */
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1126&q=86"), TH_OK);
    CHECK_EQ(p.scale, 4);
    CHECK_EQ(plan(&p, odd, TH_FORMAT_JPEG, "w=1000&f=png"), TH_OK);
    CHECK_EQ(p.scale, 4);
    CHECK_EQ(plan(&p, pixels, TH_FORMAT_JPEG, "w=1200"), TH_OK);
    CHECK_EQ(p.scale, 4);
}

static void test_scaling(void) {
    struct th_plan p;
    CHECK_EQ(plan(&p, jpeg(6000, 4000, 1), TH_FORMAT_JPEG, "w=6000"), TH_OK);
    CHECK_EQ(p.scale, TH_SCALE_FULL);
    CHECK_EQ(plan(&p, jpeg(6000, 4000, 1), TH_FORMAT_JPEG, "w=400"), TH_OK);
    CHECK_EQ(p.scale, 1); /* 15: 1.875 is left, enough at q=80 */
    CHECK_EQ(plan(&p, jpeg(6000, 4000, 1), TH_FORMAT_JPEG, "w=400&f=png"), TH_OK);
    CHECK_EQ(p.scale, 2);
    CHECK_EQ(plan(&p, jpeg(6000, 4000, 1), TH_FORMAT_JPEG, "w=400&q=86"), TH_OK);
    CHECK_EQ(p.scale, 2);
    CHECK_EQ(p.resample.x[0].in_size, 1500);
    CHECK_EQ(p.resample.x[1].in_size, 750);
    CHECK_EQ(plan(&p, jpeg(8000, 8000, 1), TH_FORMAT_JPEG, "w=8"), TH_OK);
    CHECK_EQ(p.scale, 1);
    CHECK(p.stages & TH_STAGE_SHRINK);
    CHECK(p.resample.x[0].step <= TH_RESAMPLE_STEP_MAX);
    /* Full chroma is reduced twice as much as luma (found by fuzz_job). */
    struct th_header full = jpeg(400, 300, 1);
    full.chroma_h = full.chroma_v = 1;
    CHECK_EQ(plan(&p, full, TH_FORMAT_JPEG, "w=8"), TH_OK);
    CHECK(p.resample.x[1].step <= TH_RESAMPLE_STEP_MAX);
    CHECK(p.resample.y[1].step <= TH_RESAMPLE_STEP_MAX);
}

static uint32_t stages_of(struct th_header h, enum th_format format, const char *text) {
    struct th_plan p;
    CHECK_EQ(plan(&p, h, format, text), TH_OK);
    return p.stages;
}

static void test_stages(void) {
    struct th_header ycc = jpeg(400, 200, 1), rgbx = png(400, 200, TH_LAYOUT_RGBX),
                     rgba = png(400, 200, TH_LAYOUT_RGBA), gray = png(400, 200, TH_LAYOUT_GRAY);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, ""), 0);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=100"), TH_STAGE_RESAMPLE);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=100&f=webp"), TH_STAGE_RESAMPLE | TH_STAGE_RANGE);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=100&f=png"), TH_STAGE_RESAMPLE | TH_STAGE_TO_RGB);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=90&h=90&fit=contain"),
             TH_STAGE_RESAMPLE | TH_STAGE_PAD | TH_STAGE_SUBSAMPLE);
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=90&h=90&fit=contain&bg=00000000&f=webp"),
             TH_STAGE_RESAMPLE | TH_STAGE_TO_RGB | TH_STAGE_PAD | TH_STAGE_TO_YCC);
    CHECK_EQ(stages_of(rgbx, TH_FORMAT_PNG, ""), 0);
    CHECK_EQ(stages_of(rgbx, TH_FORMAT_PNG, "w=100&f=jpeg"), TH_STAGE_RESAMPLE | TH_STAGE_TO_YCC);
    CHECK_EQ(stages_of(rgba, TH_FORMAT_PNG, ""), 0);
    CHECK_EQ(stages_of(rgba, TH_FORMAT_PNG, "w=100"),
             TH_STAGE_PREMULTIPLY | TH_STAGE_RESAMPLE | TH_STAGE_UNPREMULTIPLY);
    CHECK_EQ(stages_of(rgba, TH_FORMAT_PNG, "f=jpeg"),
             TH_STAGE_PREMULTIPLY | TH_STAGE_FLATTEN | TH_STAGE_TO_YCC);
    CHECK_EQ(stages_of(gray, TH_FORMAT_PNG, "f=webp"), TH_STAGE_RANGE);
    CHECK_EQ(stages_of(jpeg(400, 200, 3), TH_FORMAT_JPEG, ""), TH_STAGE_ORIENT);
}

static void test_linear_light(void) {
    const uint32_t light = TH_STAGE_PREMULTIPLY | TH_STAGE_RESAMPLE | TH_STAGE_UNPREMULTIPLY;
    struct th_header ycc = jpeg(800, 400, 1), rgbx = png(400, 200, TH_LAYOUT_RGBX),
                     rgba = png(400, 200, TH_LAYOUT_RGBA), gray = png(400, 200, TH_LAYOUT_GRAY);
    struct th_plan p, plain;
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "w=100&lin=1"),
             TH_STAGE_SOURCE_RGB | light | TH_STAGE_TO_YCC);
    CHECK_EQ(stages_of(rgbx, TH_FORMAT_PNG, "w=100&lin=1"), light);
    CHECK_EQ(stages_of(gray, TH_FORMAT_PNG, "w=100&lin=1"), light);
    CHECK_EQ(stages_of(rgba, TH_FORMAT_PNG, "w=100&lin=1&bg=fff"),
             TH_STAGE_PREMULTIPLY | TH_STAGE_RESAMPLE | TH_STAGE_FLATTEN);
    /* Nothing mixes. */
    CHECK_EQ(stages_of(ycc, TH_FORMAT_JPEG, "lin=1"), 0);
    CHECK_EQ(stages_of(rgba, TH_FORMAT_PNG, "lin=1"), 0);
    /* The decoder's reductions average numbers; all of the image costs more of everything. */
    CHECK_EQ(plan(&plain, ycc, TH_FORMAT_JPEG, "w=100"), TH_OK);
    CHECK_EQ(plan(&p, ycc, TH_FORMAT_JPEG, "w=100&lin=1"), TH_OK);
    CHECK(plain.scale < TH_SCALE_FULL && !plain.linear_light);
    CHECK(p.scale == TH_SCALE_FULL && p.linear_light && p.unlinear == TH_LAYOUT_RGBX);
    CHECK(p.memory_bytes > plain.memory_bytes);
    CHECK_EQ(p.work - plain.work, 800 * 400 * 8 / 65536 + 1);
    CHECK_EQ(p.upsample.x[1].out_size, 800);
    CHECK_EQ(p.upsample.y[2].in_size, 200);
}

static void test_limits(void) {
    struct th_plan p;
    CHECK_EQ(plan(&p, jpeg(0, 10, 1), TH_FORMAT_JPEG, ""), TH_CORRUPT);
    CHECK_EQ(plan(&p, jpeg(65536, 1, 1), TH_FORMAT_JPEG, "w=1"), TH_TOO_LARGE);
    CHECK_EQ(plan(&p, jpeg(20000, 20000, 1), TH_FORMAT_JPEG, "w=1"), TH_TOO_LARGE);
    CHECK_EQ(plan(&p, jpeg(9000, 10, 1), TH_FORMAT_JPEG, ""), TH_TOO_LARGE);
    CHECK_EQ(plan(&p, jpeg(100, 100, 1), TH_FORMAT_JPEG, "w=8192&dpr=2&up=1"), TH_TOO_LARGE);
    struct th_header heavy = jpeg(100, 100, 1);
    heavy.memory_bytes = TH_MEMORY_BYTES_MAX;
    CHECK_EQ(plan(&p, heavy, TH_FORMAT_JPEG, ""), TH_TOO_LARGE);
    CHECK(strstr(th_fail_message(), "memory") != NULL);
    heavy = jpeg(100, 100, 1);
    heavy.work = TH_WORK_MAX;
    CHECK_EQ(plan(&p, heavy, TH_FORMAT_JPEG, ""), TH_TOO_LARGE);
    CHECK(strstr(th_fail_message(), "work") != NULL);
}

int main(void) {
    test_sizes();
    test_enlarging();
    test_cover_window();
    test_chroma_phase();
    test_scaling();
    test_three_eighths();
    test_stages();
    test_linear_light();
    test_limits();
    return check_done();
}
