/* png_write.c - a PNG file out of rows: 8-bit grey, RGB or RGBA, not interlaced.
 *
 * Streams: holds two rows and the deflater with its window and block, never the
 * image; every block is an IDAT chunk.
 *
 * Each row takes the filter whose bytes are smallest in sum; that suits what was
 * resampled. Where most bytes repeat their neighbours (drawings, screenshots) rows
 * stay unfiltered, because there the deflater finds whole repeats; it does not look for them
 * in filtered rows. */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "codec.h"
#include "deflate.h"
#include "png_chunks.h"
#include "png_crc.h"
#include "png_icc.h"
#include "png_predict.h"

/* A row counts as a drawing's when this many 256ths of the bytes, averaged over some
 * rows, repeat the one left or above. */
#define DRAWING_SHARE 176u
#define SHARE_ROWS 8u

#define ARENA_BYTES (8u * TH_ARENA_BLOCK_BYTES) /* what the arena keeps beside a few blocks */

struct png_writer {
    struct th_sink sink; /* first */
    struct th_output *out;
    enum th_layout layout;
    uint32_t width, height;
    uint32_t row_index;
    uint32_t pixel_bytes;
    size_t row_bytes;
    uint32_t repeated_share; /* 256ths, of the last rows */
    uint8_t *rows[2];        /* packed, behind zeros; this one and the one above in turn */
    uint8_t *line;           /* filter byte and filtered row */
    struct th_deflate deflate;
};

static void put_u32be(uint8_t *dst, uint32_t value) {
    dst[0] = (uint8_t)(value >> 24);
    dst[1] = (uint8_t)(value >> 16);
    dst[2] = (uint8_t)(value >> 8);
    dst[3] = (uint8_t)value;
}

/* ---- chunks ---- */

static enum th_status put_chunk(struct th_output *out, uint32_t name, const uint8_t *data,
                                size_t bytes) {
    uint8_t head[8], tail[4];
    put_u32be(head, (uint32_t)bytes);
    put_u32be(head + 4, name);
    put_u32be(tail, th_png_crc(th_png_crc(0, head + 4, 4), data, bytes));
    TH_TRY(th_output_put(out, head, sizeof head));
    if (bytes > 0) TH_TRY(th_output_put(out, data, bytes));
    return th_output_put(out, tail, sizeof tail);
}

static enum th_status put_idat(void *user, const uint8_t *data, size_t bytes) {
    struct png_writer *self = user;
    return put_chunk(self->out, TH_PNG_IDAT, data, bytes);
}

static enum th_status put_icc(struct png_writer *self, const struct th_encode *encode) {
    uint8_t *chunk = NULL;
    size_t chunk_bytes = 0;
    /* A profile that rides along is an RGB one. */
    if (encode->icc == NULL || self->layout == TH_LAYOUT_GRAY) return TH_OK;
    TH_TRY(th_png_icc_pack(encode->icc, encode->icc_bytes, &self->deflate, &chunk, &chunk_bytes));
    const enum th_status status = put_chunk(self->out, TH_PNG_ICCP, chunk, chunk_bytes);
    th_free(chunk);
    return status;
}

static enum th_status put_head(struct png_writer *self, const struct th_encode *encode) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t ihdr[13] = {0};
    put_u32be(ihdr, self->width);
    put_u32be(ihdr + 4, self->height);
    ihdr[8] = 8;
    ihdr[9] = self->layout == TH_LAYOUT_GRAY   ? TH_PNG_GRAY
              : self->layout == TH_LAYOUT_RGBX ? TH_PNG_RGB
                                               : TH_PNG_RGB_ALPHA;
    TH_TRY(th_output_put(self->out, signature, sizeof signature));
    TH_TRY(put_chunk(self->out, TH_PNG_IHDR, ihdr, sizeof ihdr));
    return put_icc(self, encode);
}

/* ---- rows ---- */

static uint32_t choose_filter(struct png_writer *self, const uint8_t *row, const uint8_t *above) {
    struct th_png_score score;
    uint32_t best = 0;
    th_png_score_row(&score, row, above, self->row_bytes, self->pixel_bytes);
    /* At most 4 * TH_OUT_SIDE_MAX bytes: no overflow. */
    const uint32_t share = score.repeated * 256 / (uint32_t)self->row_bytes;
    if (self->row_index == 0) self->repeated_share = share;
    self->repeated_share = (self->repeated_share * (SHARE_ROWS - 1) + share) / SHARE_ROWS;
    if (self->repeated_share >= DRAWING_SHARE) return 0;
    for (uint32_t f = 1; f < TH_PNG_FILTERS; f++)
        if (score.sum[f] < score.sum[best]) best = f;
    return best;
}

static enum th_status put_row(struct png_writer *self, const uint8_t *pixels) {
    uint8_t *row = self->rows[self->row_index & 1];
    const uint8_t *above = self->rows[~self->row_index & 1];
    if (self->row_index == self->height) return th_fail(TH_INTERNAL, "png: too many rows");
    if (self->layout == TH_LAYOUT_RGBX)
        th_png_pack_rgb(row, pixels, self->width);
    else
        memcpy(row, pixels, self->row_bytes);
    const uint32_t filter = choose_filter(self, row, above);
    self->line[0] = (uint8_t)filter;
    th_png_predict_row(self->line + 1, filter, row, above, self->row_bytes, self->pixel_bytes);
    self->row_index++;
    return th_deflate_put(&self->deflate, self->line, 1 + self->row_bytes, filter == 0);
}

static enum th_status put(struct th_sink *sink, const struct th_band *band) {
    struct png_writer *self = (struct png_writer *)sink;
    for (uint32_t i = 0; i < band->rows[0]; i++)
        TH_TRY(put_row(self, band->data[0] + i * band->stride[0]));
    return TH_OK;
}

static enum th_status finish(struct th_sink *sink) {
    struct png_writer *self = (struct png_writer *)sink;
    if (self->row_index != self->height) return th_fail(TH_INTERNAL, "png: too few rows");
    TH_TRY(th_deflate_finish(&self->deflate));
    TH_TRY(put_chunk(self->out, TH_PNG_IEND, NULL, 0));
    return TH_DONE;
}

/* ---- life ---- */

static size_t room_of_row(size_t row_bytes) {
    return TH_PNG_PIXEL_BYTES_MAX + row_bytes + TH_PNG_PREDICT_SLACK_BYTES;
}

static void close_writer(struct th_sink *sink) {
    struct png_writer *self = (struct png_writer *)sink;
    for (uint32_t i = 0; i < 2; i++)
        if (self->rows[i] != NULL) th_free(self->rows[i] - TH_PNG_PIXEL_BYTES_MAX);
    th_free(self->line);
    th_free(self);
}

static enum th_status begin(struct png_writer *self, const struct th_encode *encode) {
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t *room = th_calloc(1, room_of_row(self->row_bytes));
        if (room == NULL) return th_fail_memory();
        self->rows[i] = room + TH_PNG_PIXEL_BYTES_MAX;
    }
    self->line = th_malloc(room_of_row(self->row_bytes));
    if (self->line == NULL) return th_fail_memory();
    TH_TRY(put_head(self, encode));
    th_deflate_init(&self->deflate, (uint32_t)self->row_bytes + 1, put_idat, self);
    return TH_OK;
}

static uint32_t pixel_bytes_of(enum th_layout layout) {
    return layout == TH_LAYOUT_GRAY ? 1 : layout == TH_LAYOUT_RGBX ? 3 : 4;
}

enum th_status th_png_open_writer(const struct th_encode *encode, struct th_output *out,
                                  struct th_sink **sink) {
    struct png_writer *self = th_malloc(sizeof *self);
    if (self == NULL) return th_fail_memory();
    assert(encode->shape.layout == TH_LAYOUT_GRAY || encode->shape.layout == TH_LAYOUT_RGBX ||
           encode->shape.layout == TH_LAYOUT_RGBA);
    memset(self, 0, offsetof(struct png_writer, deflate)); /* which begins itself */
    self->sink = (struct th_sink){.put = put, .finish = finish, .close = close_writer};
    self->out = out;
    self->layout = encode->shape.layout;
    self->width = encode->shape.plane[0].width;
    self->height = encode->shape.plane[0].height;
    self->pixel_bytes = pixel_bytes_of(self->layout);
    self->row_bytes = (size_t)self->width * self->pixel_bytes; /* below TH_OUT_SIDE_MAX * 4 */
    const enum th_status status = begin(self, encode);
    if (status != TH_OK) {
        close_writer(&self->sink);
        return status;
    }
    *sink = &self->sink;
    return TH_OK;
}

uint64_t th_png_writer_memory(const struct th_encode *encode) {
    const uint64_t row_bytes = (uint64_t)encode->shape.plane[0].width *
                               pixel_bytes_of(encode->shape.layout);
    const uint64_t slack_bytes = TH_PNG_PIXEL_BYTES_MAX + TH_PNG_PREDICT_SLACK_BYTES;
    /* A profile is packed, and queued as a chunk, before the first row. */
    const uint64_t icc_bytes = encode->icc == NULL ? 0 : encode->icc_bytes + 4096;
    return ARENA_BYTES + sizeof(struct png_writer) + 3 * (row_bytes + slack_bytes) + 2 * icc_bytes;
}
