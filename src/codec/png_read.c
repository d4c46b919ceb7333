/* png_read.c - PNG rows.
 *
 * Decoded as they arrive, with nothing behind them but a few rows and a sliding buffer.
 * The rows of an interlaced image come in seven passes: it waits for the whole file,
 * goes through libspng, and this reader holds a whole frame of it (one byte a pixel for grey,
 * else four), counted in memory_bytes.
 *
 * 16-bit samples keep their high byte (what libspng and libvips do). Gamma and
 * the like are ignored. Grey without transparency is GRAY, other opaque images
 * RGBX, all else RGBA. */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "codec.h"
#include "png_chunks.h"
#include "png_rows.h"
#include "png_spng.h"

/* Work of deflate's blocks for each byte of a line: zlib makes them of 127 bytes at its least
 * memory (memLevel 1), each with up to a hundred codes. */
#define HIDDEN_PER_BYTE 10u
/* Compressed bytes as many as the lines' are no hidden work. */
static_assert(HIDDEN_PER_BYTE >= TH_PNG_SPNG_WORK_PER_BYTE, "an interlaced image may be noise");

#define ARENA_BYTES (8u * TH_ARENA_BLOCK_BYTES) /* what the arena keeps beside a few blocks */

struct png_reader {
    struct th_reader reader; /* first */
    struct th_png_info info;
    struct th_png_rows *rows; /* of an image that is not interlaced */
    uint8_t *frame;           /* of one that is */
    size_t stride_bytes;      /* of the frame */
    uint32_t row_index;       /* the next row to hand out */
};

/* ---- what the header says ---- */

static enum th_layout layout_of(const struct th_png_info *info) {
    if (info->has_trns || info->colour >= TH_PNG_GRAY_ALPHA) return TH_LAYOUT_RGBA;
    return info->colour == TH_PNG_GRAY ? TH_LAYOUT_GRAY : TH_LAYOUT_RGBX;
}

static size_t frame_pixel_bytes(const struct th_png_info *info) {
    return th_png_spng_narrow(info) ? 1 : 4;
}

static uint64_t memory_of(const struct th_png_info *info) {
    if (th_png_rows_fit(info)) return th_png_rows_memory(info);
    return (uint64_t)info->width * info->height * frame_pixel_bytes(info) +
           th_png_spng_memory(info);
}

/* What a pixel counts for. Of an interlaced image libspng unpacks and places each one by itself,
 * which takes as long as three samples, whatever it has of them. */
static uint32_t pixel_samples(const struct th_png_info *info) {
    const uint32_t channels = th_png_channels(info->colour);
    return !th_png_rows_fit(info) && channels < 3 ? 3 : channels;
}

static void fill_header(struct png_reader *self) {
    const struct th_png_info *info = &self->info;
    /* Both sides are below 2^31, so no product here passes 2^64 before plan looks at it. */
    const uint64_t pixels = (uint64_t)info->width * info->height;
    const uint64_t units = pixels * pixel_samples(info) / TH_WORK_UNIT_SAMPLES + 1;
    const uint64_t hidden = pixels * th_png_pixel_bits(info) / 8 * HIDDEN_PER_BYTE;
    self->reader.header = (struct th_header){
        .width = info->width,
        .height = info->height,
        .orientation = info->orientation,
        .has_alpha = layout_of(info) == TH_LAYOUT_RGBA,
        .layout = layout_of(info),
        .scales = TH_SCALES_FULL,
        .whole_input = !th_png_rows_fit(info),
        .memory_bytes = ARENA_BYTES + sizeof *self + info->icc_bytes + memory_of(info),
        /* Where libspng inflates, compressed bytes count too: png_spng.c. */
        .work = th_png_rows_fit(info) ? units : 3 * units,
        .work_hidden = hidden / TH_WORK_UNIT_SAMPLES + 1,
        .icc = info->icc,
        .icc_bytes = info->icc_bytes,
    };
}

static enum th_status read_header(struct th_reader *reader) {
    struct png_reader *self = (struct png_reader *)reader;
    TH_TRY(th_png_info_read(&self->info, reader->in));
    fill_header(self);
    reader->in->keep = self->reader.header.whole_input;
    return TH_OK;
}

/* ---- rows ---- */

/* Keeps the first of four equal bytes: 16-bit grey, which libspng widens. */
static void narrow_row(uint8_t *row, uint32_t width) {
    for (size_t x = 0; x < width; x++) row[x] = row[x * 4];
}

static enum th_status read_frame(struct png_reader *self) {
    const struct th_png_info *info = &self->info;
    struct th_png_spng *spng = NULL;
    TH_TRY(th_png_spng_open(info, self->reader.in, &spng));
    /* plan has refused what would not fit; in a 32-bit size_t calloc checks again. */
    self->stride_bytes = (size_t)info->width * frame_pixel_bytes(info);
    self->frame = th_calloc(info->height, self->stride_bytes);
    const enum th_status status = self->frame == NULL
                                      ? th_fail_memory()
                                      : th_png_spng_frame(spng, self->frame, self->stride_bytes);
    th_png_spng_close(spng);
    return status;
}

static enum th_status start(struct th_reader *reader, uint32_t scale) {
    struct png_reader *self = (struct png_reader *)reader;
    struct th_shape *shape = &reader->source.shape;
    assert(scale == TH_SCALE_FULL);
    (void)scale;
    if (th_png_rows_fit(&self->info)) {
        TH_TRY(th_png_rows_open(&self->info, reader->in, &self->rows));
    } else {
        if (!reader->in->closed) return TH_MORE_INPUT;
        TH_TRY(read_frame(self));
    }
    *shape = (struct th_shape){.layout = layout_of(&self->info)};
    shape->plane[0] = (struct th_plane){self->info.width, self->info.height};
    return TH_OK;
}

static const uint8_t *row_of_frame(const struct png_reader *self) {
    uint8_t *row = self->frame + self->row_index * self->stride_bytes;
    if (layout_of(&self->info) == TH_LAYOUT_GRAY && !th_png_spng_narrow(&self->info))
        narrow_row(row, self->info.width);
    return row;
}

static enum th_status next(struct th_source *source, struct th_band *band) {
    struct png_reader *self = (struct png_reader *)source;
    const struct th_png_info *info = &self->info;
    const uint8_t *row = NULL;
    if (self->row_index == info->height) return TH_DONE;
    if (self->rows != NULL)
        TH_TRY(th_png_rows_next(self->rows, &row));
    else
        row = row_of_frame(self);
    TH_TRY(th_work_add((uint64_t)info->width * pixel_samples(info)));
    self->row_index++;
    /* The stride is of no use in a band of one row, but never zero. */
    *band = (struct th_band){.data = {row}, .stride = {(size_t)info->width * 4}, .rows = {1}};
    return TH_OK;
}

static void close_reader(struct th_source *source) {
    struct png_reader *self = (struct png_reader *)source;
    th_png_rows_close(self->rows);
    th_png_info_free(&self->info);
    th_free(self->frame);
    th_free(self);
}

enum th_status th_png_open_reader(struct th_input *in, const struct th_limits *limits,
                                  struct th_reader **reader) {
    struct png_reader *self = th_calloc(1, sizeof *self);
    (void)limits; /* plan compares the header with them */
    if (self == NULL) return th_fail_memory();
    self->reader.in = in;
    self->reader.read_header = read_header;
    self->reader.start = start;
    self->reader.source.next = next;
    self->reader.source.close = close_reader;
    *reader = &self->reader;
    return TH_OK;
}
