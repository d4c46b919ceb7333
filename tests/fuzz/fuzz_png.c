/* fuzz_png.c - any bytes into the PNG reader (reader.h), and where our rows do the work, libspng's
 * beside them: the same pixels, or two refusals. */
#include "arena.h"
#include "codec/png_chunks.h"
#include "codec/png_rows.h"
#include "codec/png_spng.h"
#include "codec/png_widen.h"
#include "fail.h"
#include "png_mend.h"
#include "reader.h"
#include "require.h"
#include "steer.h"
#include "work.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed);

static enum th_status frame_by_spng(const struct th_png_info *info, const struct th_input *in,
                                    uint8_t *frame, size_t stride) {
    struct th_png_spng *spng = NULL;
    enum th_status status = th_png_spng_open(info, in, &spng);
    if (status == TH_OK) status = th_png_spng_frame(spng, frame, stride);
    th_png_spng_close(spng);
    return status;
}

/* A row of libspng's, as th_png_pixel_bytes has it: it widens 16-bit grey. */
static void narrow(uint8_t *row, const struct th_png_info *info) {
    if (th_png_pixel_bytes(info) == 4 || th_png_spng_narrow(info)) return;
    for (size_t x = 0; x < info->width; x++) row[x] = row[x * 4];
}

/* A grey key with bits above the depth: we use its low bits, as the specification says;
 * libspng compares all of them. */
static bool is_odd_key(const struct th_png_info *info) {
    const uint8_t *chunk = info->trns.data;
    const uint32_t key = (uint32_t)chunk[8] << 8 | chunk[9];
    return info->has_trns && info->colour == TH_PNG_GRAY && key >> info->depth != 0;
}

static void compare_rows(const struct th_png_info *info, const struct th_input *in) {
    struct th_input spng_in = *in, own_in = *in; /* each consumes its own */
    struct th_png_rows *ours = NULL;
    const uint8_t *row = NULL;
    const size_t stride = (size_t)info->width * (th_png_spng_narrow(info) ? 1 : 4);
    uint8_t *frame = calloc(info->height, stride);
    enum th_status a = TH_OK, b = frame_by_spng(info, &spng_in, frame, stride);
    th_fail_clear();
    REQUIRE(th_png_rows_open(info, &own_in, &ours) == TH_OK);
    for (uint32_t y = 0; y < info->height && a == TH_OK; y++) {
        a = th_png_rows_next(ours, &row);
        if (a != TH_OK || b != TH_OK) continue;
        narrow(frame + y * stride, info);
        const size_t row_bytes = (size_t)info->width * th_png_pixel_bytes(info);
        REQUIRE(memcmp(row, frame + y * stride, row_bytes) == 0);
    }
    REQUIRE((a == TH_OK) == (b == TH_OK));
    free(frame);
    th_png_rows_close(ours);
}

static void compare(struct th_input *in) {
    struct th_png_info info = {0};
    struct th_png_idat_extent extent;
    bool fit = th_png_info_read(&info, in) == TH_OK && th_png_rows_fit(&info) &&
               (uint64_t)info.width * info.height <= READER_PIXELS_MAX && !is_odd_key(&info) &&
               th_png_idat_check(in, &extent) == TH_OK;
    if (fit) compare_rows(&info, in);
    th_png_info_free(&info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    struct th_arena arena;
    struct th_input in = {.limit = UINT64_MAX, .keep = true};
    reader_check(TH_FORMAT_PNG, data, bytes);
    if (bytes <= STEER_BYTES) return 0;
    th_arena_init(&arena, READER_MEMORY_BYTES_MAX);
    struct th_arena *outer = th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    memcpy(th_input_reserve(&in, bytes - STEER_BYTES), data, bytes - STEER_BYTES);
    th_input_push(&in, bytes - STEER_BYTES);
    in.closed = true;
    compare(&in);
    th_input_free(&in);
    REQUIRE(arena.used_bytes == 0);
    th_arena_enter(outer);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed) {
    return png_mutate(data, bytes, bytes_max, seed, STEER_BYTES);
}
