/* png_write.c - a PNG file out of rows: 8-bit grey, RGB or RGBA, not interlaced.
 *
 * Streams: holds two rows, the deflater and one IDAT chunk, never the image. */
#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "codec.h"
#include "png_chunks.h"
#include "png_icc.h"
#include "zlib.h"

#define IDAT_BYTES_MAX 32768u
#define LEVEL 6
/* zlib's deflate state at 15 window bits and memory level 8, rounded up. */
#define DEFLATE_BYTES (280u << 10)

struct png_writer {
    struct th_sink sink; /* first */
    struct th_output *out;
    enum th_layout layout;
    uint32_t width, height;
    uint32_t row_index;
    z_stream z;
    uint8_t *line; /* filter byte and samples */
    uint8_t idat[IDAT_BYTES_MAX];
};

static uint32_t pixel_bytes(enum th_layout layout) {
    return layout == TH_LAYOUT_GRAY ? 1 : layout == TH_LAYOUT_RGBX ? 3 : 4;
}

static void put_u32be(uint8_t *dst, uint32_t value) {
    dst[0] = (uint8_t)(value >> 24);
    dst[1] = (uint8_t)(value >> 16);
    dst[2] = (uint8_t)(value >> 8);
    dst[3] = (uint8_t)value;
}

static enum th_status put_chunk(struct th_output *out, uint32_t name, const uint8_t *data,
                                size_t bytes) {
    uint8_t *dst = th_output_reserve(out, bytes + 12);
    if (dst == NULL) return th_fail_memory();
    put_u32be(dst, (uint32_t)bytes);
    put_u32be(dst + 4, name);
    if (bytes > 0) memcpy(dst + 8, data, bytes);
    put_u32be(dst + 8 + bytes, (uint32_t)crc32(0, dst + 4, (uInt)(bytes + 4)));
    th_output_commit(out, bytes + 12);
    return TH_OK;
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
    if (encode->icc == NULL || self->layout == TH_LAYOUT_GRAY) return TH_OK;
    uint8_t *chunk = NULL;
    size_t chunk_bytes = 0;
    TH_TRY(th_png_icc_pack(encode->icc, encode->icc_bytes, &chunk, &chunk_bytes));
    const enum th_status status = put_chunk(self->out, TH_PNG_ICCP, chunk, chunk_bytes);
    th_free(chunk);
    return status;
}

/* Deflates the line; an IDAT goes out whenever one is full, or at the end. */
static enum th_status deflate_line(struct png_writer *self, size_t bytes, int flush) {
    int result = Z_OK;
    self->z.next_in = self->line;
    self->z.avail_in = (uInt)bytes;
    do {
        result = deflate(&self->z, flush);
        assert(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR);
        const size_t used = IDAT_BYTES_MAX - self->z.avail_out;
        if (used > 0 && (self->z.avail_out == 0 || result == Z_STREAM_END)) {
            TH_TRY(put_chunk(self->out, TH_PNG_IDAT, self->idat, used));
            self->z.next_out = self->idat;
            self->z.avail_out = IDAT_BYTES_MAX;
        }
    } while (flush == Z_FINISH ? result != Z_STREAM_END : self->z.avail_in > 0);
    return TH_OK;
}

static void pack_row(const struct png_writer *self, const uint8_t *row) {
    uint8_t *dst = self->line;
    *dst++ = 0; /* no filter */
    if (self->layout != TH_LAYOUT_RGBX) {
        memcpy(dst, row, (size_t)self->width * pixel_bytes(self->layout));
        return;
    }
    for (size_t x = 0; x < self->width; x++) {
        dst[x * 3] = row[x * 4];
        dst[x * 3 + 1] = row[x * 4 + 1];
        dst[x * 3 + 2] = row[x * 4 + 2];
    }
}

static enum th_status put(struct th_sink *sink, const struct th_band *band) {
    struct png_writer *self = (struct png_writer *)sink;
    const size_t line_bytes = 1 + (size_t)self->width * pixel_bytes(self->layout);
    for (uint32_t i = 0; i < band->rows[0]; i++) {
        if (self->row_index == self->height) return th_fail(TH_INTERNAL, "png: too many rows");
        pack_row(self, band->data[0] + i * band->stride[0]);
        TH_TRY(deflate_line(self, line_bytes, Z_NO_FLUSH));
        self->row_index++;
    }
    return TH_OK;
}

static enum th_status finish(struct th_sink *sink) {
    struct png_writer *self = (struct png_writer *)sink;
    if (self->row_index != self->height) return th_fail(TH_INTERNAL, "png: too few rows");
    TH_TRY(deflate_line(self, 0, Z_FINISH));
    TH_TRY(put_chunk(self->out, TH_PNG_IEND, NULL, 0));
    return TH_DONE;
}

static void close_writer(struct th_sink *sink) {
    struct png_writer *self = (struct png_writer *)sink;
    deflateEnd(&self->z);
    th_free(self->line);
    th_free(self);
}

static enum th_status begin(struct png_writer *self, const struct th_encode *encode) {
    self->line = th_malloc(1 + (size_t)self->width * pixel_bytes(self->layout));
    if (self->line == NULL || deflateInit(&self->z, LEVEL) != Z_OK) return th_fail_memory();
    self->z.next_out = self->idat;
    self->z.avail_out = IDAT_BYTES_MAX;
    return put_head(self, encode);
}

enum th_status th_png_open_writer(const struct th_encode *encode, struct th_output *out,
                                  struct th_sink **sink) {
    struct png_writer *self = th_calloc(1, sizeof *self);
    if (self == NULL) return th_fail_memory();
    assert(encode->shape.layout == TH_LAYOUT_GRAY || encode->shape.layout == TH_LAYOUT_RGBX ||
           encode->shape.layout == TH_LAYOUT_RGBA);
    self->sink = (struct th_sink){.put = put, .finish = finish, .close = close_writer};
    self->out = out;
    self->layout = encode->shape.layout;
    self->width = encode->shape.plane[0].width;
    self->height = encode->shape.plane[0].height;
    const enum th_status status = begin(self, encode);
    if (status != TH_OK) {
        close_writer(&self->sink);
        return status;
    }
    *sink = &self->sink;
    return TH_OK;
}

uint64_t th_png_writer_memory(const struct th_encode *encode) {
    const uint64_t line_bytes = 1 + (uint64_t)encode->shape.plane[0].width * 4;
    /* A profile is packed, and queued as a chunk, before the first row. */
    const uint64_t icc_bytes = encode->icc == NULL ? 0 : encode->icc_bytes + 4096;
    return sizeof(struct png_writer) + DEFLATE_BYTES + line_bytes + 2 * icc_bytes;
}
