/* fuzz_png.c - libFuzzer: any bytes into the PNG reader, and where our rows do the work,
 * libspng's beside them. Traps on a bug's status, on a wait for input that has ended, on
 * missing rows, on memory that stays behind or passes the bound of the header, and on
 * pixels that differ.
 *
 * The last byte also says how long the chunks are and whether CRCs are made right first:
 * otherwise nothing would get past them. Sample files are good seeds as they are.
 *
 *   make test-build && mkdir -p build/fuzz_png_corpus
 *   clang-19 -O1 -g -fsanitize=fuzzer,address,undefined -Isrc -isystem build/src/zlib \
 *     -DSPNG_STATIC -isystem build/src/libspng/spng tests/fuzz/fuzz_png.c \
 *     src/arena.c src/bytes.c src/fail.c src/work.c src/codec/exif.c src/codec/icc.c \
 *     src/codec/inflate*.c src/codec/deflate*.c \
 *     $(ls src/codec/png_*.c | grep -v simd128) \
 *     build/asan/libspng.a build/asan/libz.a build/asan/libthimble.a -o build/fuzz_png
 *   build/fuzz_png -max_len=4096 -max_total_time=60 build/fuzz_png_corpus build/samples/png */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "codec/codec.h"
#include "codec/png_chunks.h"
#include "codec/png_rows.h"
#include "codec/png_spng.h"
#include "codec/png_widen.h"
#include "fail.h"
#include "work.h"
#include "zlib.h"

#define MEMORY_BYTES_MAX (64u << 20)
#define PIXELS_MAX (1u << 18)

static void require(int condition) {
    if (!condition) __builtin_trap();
}

static uint32_t u32be(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void correct_crcs(uint8_t *file, size_t bytes) {
    for (size_t at = 8; at + 12 <= bytes;) {
        const uint32_t length = u32be(file + at);
        if (length > bytes - at - 12) return;
        const uint32_t crc = (uint32_t)crc32(0, file + at + 4, length + 4);
        for (uint32_t i = 0; i < 4; i++) file[at + 8 + length + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += 12 + length;
    }
}

struct feeder {
    struct th_input in;
    const uint8_t *data;
    size_t bytes, chunk;
};

static void feed(struct feeder *f) {
    const size_t left = f->bytes - (size_t)f->in.total;
    const size_t bytes = left < f->chunk ? left : f->chunk;
    require(!f->in.closed); /* it waits for what will not come */
    uint8_t *room = bytes > 0 ? th_input_reserve(&f->in, bytes) : NULL;
    if (room != NULL) memcpy(room, f->data + f->in.total, bytes);
    if (room != NULL) th_input_push(&f->in, bytes);
    if (room == NULL) f->in.closed = true;
}

static void require_known(enum th_status status) {
    require(status == TH_CORRUPT || status == TH_TRUNCATED || status == TH_UNSUPPORTED ||
            status == TH_TOO_LARGE || status == TH_NO_MEMORY);
    require(th_fail_message()[0] != 0);
}

static void run_reader(struct feeder *f, struct th_arena *arena) {
    struct th_limits limits;
    struct th_reader *reader = NULL;
    struct th_band band;
    enum th_status status;
    uint32_t rows = 0;
    th_limits_default(&limits);
    require(th_png_open_reader(&f->in, &limits, &reader) == TH_OK);
    while ((status = reader->read_header(reader)) == TH_MORE_INPUT) feed(f);
    const struct th_header *header = &reader->header;
    const bool small = status == TH_OK && (uint64_t)header->width * header->height <= PIXELS_MAX;
    if (small) {
        const uint64_t before = arena->used_bytes - f->in.capacity;
        while ((status = reader->start(reader, 1)) == TH_MORE_INPUT) feed(f);
        while (status == TH_OK) {
            status = reader->source.next(&reader->source, &band);
            if (status == TH_OK) rows += band.rows[0];
            require(arena->used_bytes - f->in.capacity - before <= header->memory_bytes);
            if (status != TH_MORE_INPUT) continue;
            feed(f);
            status = TH_OK;
        }
        require(status != TH_DONE || rows == header->height);
    }
    if (status < 0) require_known(status);
    reader->source.close(&reader->source);
}

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
static bool is_odd_key(const struct th_png_info *info, const struct th_input *in) {
    const uint8_t *chunk = th_input_data(in) + info->trns_at;
    const uint32_t key = (uint32_t)chunk[8] << 8 | chunk[9];
    return info->has_trns && info->colour == TH_PNG_GRAY && key >> info->depth != 0;
}

/* Both decoders on the same chunks: the same pixels, or two refusals. */
static void compare(const struct feeder *f) {
    struct th_png_info info = {0};
    struct th_input in = f->in; /* ours consumes it */
    struct th_png_rows *ours = NULL;
    const uint8_t *row = NULL;
    uint8_t *frame = NULL;
    enum th_status a = th_png_info_read(&info, &f->in), b = TH_OK;
    if (a != TH_OK || !th_png_rows_fit(&info)) goto done;
    if ((uint64_t)info.width * info.height > PIXELS_MAX) goto done;
    if (info.trns_at != 0 && is_odd_key(&info, &f->in)) goto done;
    if (th_png_idat_check(&info, &f->in) != TH_OK) goto done;
    const size_t stride = (size_t)info.width * (th_png_spng_narrow(&info) ? 1 : 4);
    frame = calloc(info.height, stride);
    b = frame_by_spng(&info, &f->in, frame, stride);
    th_fail_clear();
    require(th_png_rows_open(&info, &in, &ours) == TH_OK);
    for (uint32_t y = 0; y < info.height && a == TH_OK; y++) {
        a = th_png_rows_next(ours, &row);
        if (a != TH_OK || b != TH_OK) continue;
        narrow(frame + y * stride, &info);
        const size_t row_bytes = (size_t)info.width * th_png_pixel_bytes(&info);
        require(memcmp(row, frame + y * stride, row_bytes) == 0);
    }
    /* We look at the CRCs of all chunks, it does not. */
    require((a == TH_OK) == (b == TH_OK) || strstr(th_fail_message(), "CRC") != NULL);
done:
    free(frame);
    th_png_rows_close(ours);
    th_png_info_free(&info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    static const size_t chunks[] = {1u << 20, 1, 7, 100};
    struct th_arena arena;
    if (bytes == 0) return 0;
    const uint8_t choice = data[bytes - 1];
    uint8_t *file = malloc(bytes);
    memcpy(file, data, bytes);
    if (choice & 2) correct_crcs(file, bytes);
    struct feeder f = {.data = file, .bytes = bytes, .chunk = chunks[choice >> 4 & 3]};
    th_arena_init(&arena, MEMORY_BYTES_MAX);
    th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    f.in.limit = UINT64_MAX;
    run_reader(&f, &arena);
    th_input_free(&f.in);
    f.in = (struct th_input){.limit = UINT64_MAX, .keep = true};
    while (!f.in.closed) feed(&f);
    th_fail_clear();
    compare(&f);
    th_input_free(&f.in);
    require(arena.used_bytes == 0);
    th_arena_clear(&arena);
    th_arena_enter(NULL);
    free(file);
    return 0;
}
