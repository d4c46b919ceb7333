/* test_stages_memory.c - each stage opened with memory for none, one, two .. of its allocations:
 * it says so, leaves nothing behind, and leaves its upstream to whoever opened it. */
#include "arena.h"
#include "check.h"
#include "frame.h"
#include "stage/alpha.h"
#include "stage/colour.h"
#include "stage/linear.h"
#include "stage/orient.h"
#include "stage/pad.h"
#include "stage/resample.h"
#include "stage/shrink.h"

#define SIDE 20u
#define ALLOCATIONS_MAX 100u

static const uint8_t colour[4] = {10, 20, 30, 40};

typedef enum th_status open_stage(struct th_source *up, struct th_source **source);

static enum th_status open_flatten(struct th_source *up, struct th_source **source) {
    return th_flatten_open(up, colour, source);
}

static enum th_status open_from_linear(struct th_source *up, struct th_source **source) {
    return th_from_linear_open(up, TH_LAYOUT_RGBA, source);
}

static enum th_status open_flatten_linear(struct th_source *up, struct th_source **source) {
    return th_flatten_linear_open(up, colour, source);
}

static enum th_status open_to_ycc(struct th_source *up, struct th_source **source) {
    return th_to_ycc_open(up, true, source);
}

static enum th_status open_range(struct th_source *up, struct th_source **source) {
    return th_range_open(up, true, source);
}

static enum th_status open_orient(struct th_source *up, struct th_source **source) {
    return th_orient_open(up, 6, source);
}

static enum th_status open_pad(struct th_source *up, struct th_source **source) {
    return th_pad_open(up, 1, 1, SIDE + 2, SIDE + 2, colour, source);
}

static enum th_status open_shrink(struct th_source *up, struct th_source **source) {
    return th_shrink_open(up, (struct th_shrink){2, 2}, source);
}

static enum th_status open_resample(struct th_source *up, struct th_source **source) {
    struct th_resample resample = {.layout = up->shape.layout};
    for (uint32_t i = 0; i < th_layout_planes(up->shape.layout); i++)
        resample.x[i] = resample.y[i] = (struct th_axis){SIDE, 7, 0, SIDE / 7.0};
    return th_resample_open(up, &resample, source);
}

/* `allocations` that succeed; true when they were enough. */
static bool check_open(open_stage *open, struct th_source *up, uint64_t allocations) {
    struct th_arena arena;
    struct th_source *source = NULL;
    th_arena_init(&arena, UINT64_MAX);
    arena.fail_after = allocations;
    struct th_arena *outer = th_arena_enter(&arena);
    enum th_status status = open(up, &source);
    CHECK(status == TH_OK || status == TH_NO_MEMORY);
    CHECK_EQ(frame_sources_open(), 1);
    if (status == TH_OK) source->close(source);
    CHECK_EQ(arena.used_bytes, 0);
    th_arena_enter(outer);
    th_arena_clear(&arena);
    return status == TH_OK;
}

static void test(open_stage *open, enum th_layout layout) {
    struct frame in = frame_make(frame_shape(layout, SIDE, SIDE));
    struct th_source *up = frame_source(&in, 0);
    uint64_t allocations = 0;
    while (!check_open(open, up, allocations) && allocations < ALLOCATIONS_MAX) allocations++;
    CHECK(allocations > 0 && allocations < ALLOCATIONS_MAX);
    CHECK_EQ(frame_sources_open(), 0); /* closed by the stage */
    frame_free(&in);
}

int main(void) {
    test(th_premultiply_open, TH_LAYOUT_RGBA);
    test(th_unpremultiply_open, TH_LAYOUT_RGBA_PRE);
    test(open_flatten, TH_LAYOUT_RGBA_PRE);
    test(th_to_linear_open, TH_LAYOUT_RGBA);
    test(open_from_linear, TH_LAYOUT_RGBA_PRE);
    test(open_flatten_linear, TH_LAYOUT_RGBA_PRE);
    test(open_to_ycc, TH_LAYOUT_RGBA);
    test(th_to_rgb_open, TH_LAYOUT_YCC);
    test(open_range, TH_LAYOUT_YCCA);
    test(th_subsample_open, TH_LAYOUT_YCC);
    test(open_orient, TH_LAYOUT_YCC);
    test(open_pad, TH_LAYOUT_YCC);
    test(open_shrink, TH_LAYOUT_YCC);
    test(open_resample, TH_LAYOUT_YCC);
    return check_done();
}
