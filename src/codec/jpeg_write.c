/* jpeg_write.c - rows into baseline JPEG (ITU-T T.81, JFIF), by libjpeg-turbo.
 *
 * Takes planes as they come: GRAY, or YCbCr 4:2:0. Rows gather until a row of
 * MCUs is complete. Small images get Huffman tables of their own (smaller files;
 * libjpeg then holds the coefficients, two bytes each), large ones the standard
 * tables and no frame. One plane may run ahead of another by SKEW_ROWS. */
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "codec.h"
#include "jpeg_error.h"

#define DCT_SIZE 8u
#define OPTIMIZE_PIXELS_MAX (1u << 20) /* 3 MiB of coefficients */
#define SKEW_ROWS (TH_BAND_ROWS_MAX + TH_PLANE_SKEW_ROWS_MAX)
#define CHUNK_BYTES 16384u
#define FIXED_BYTES (128u << 10)

struct jpeg_writer {
    struct th_sink sink;
    struct jpeg_compress_struct jpeg;
    struct th_jpeg_error error;
    struct jpeg_destination_mgr dest;
    struct th_encode encode;
    struct th_output *out;
    uint32_t planes;
    uint32_t width[3], height[3]; /* of the planes as given */
    uint32_t rows_max[3];         /* of a row of MCUs */
    uint32_t rows[3];             /* gathered */
    uint32_t rows_seen[3];
    size_t stride[3];             /* whole MCUs */
    uint8_t *plane[3];
    uint8_t chunk[CHUNK_BYTES]; /* libjpeg's own: the queue moves when the host takes from it */
};

/* ---- output ---- */

static void init_destination(j_compress_ptr jpeg) {
    struct jpeg_writer *w = jpeg->client_data;
    w->dest.next_output_byte = w->chunk;
    w->dest.free_in_buffer = CHUNK_BYTES;
}

/* Gives the first `bytes` bytes of the chunk to the queue. */
static void put_chunk(struct jpeg_writer *w, size_t bytes) {
    enum th_status status = th_output_put(w->out, w->chunk, bytes);
    if (status != TH_OK) th_jpeg_raise(&w->error, status);
}

static boolean empty_output_buffer(j_compress_ptr jpeg) {
    put_chunk(jpeg->client_data, CHUNK_BYTES);
    init_destination(jpeg);
    return TRUE;
}

static void term_destination(j_compress_ptr jpeg) {
    struct jpeg_writer *w = jpeg->client_data;
    put_chunk(w, CHUNK_BYTES - w->dest.free_in_buffer);
}

/* ---- rows ---- */

/* Repeats the last sample to the right and the last row below, so that the
 * padding of the MCUs costs no bits. */
static void pad_plane(struct jpeg_writer *w, uint32_t i) {
    for (uint32_t y = 0; y < w->rows_max[i]; y++) {
        uint8_t *row = w->plane[i] + y * w->stride[i];
        if (y < w->rows[i]) {
            memset(row + w->width[i], row[w->width[i] - 1], w->stride[i] - w->width[i]);
        } else {
            memcpy(row, row - w->stride[i], w->stride[i]);
        }
    }
}

/* Takes the row of MCUs that was written off the front. */
static void drop_written(struct jpeg_writer *w, uint32_t i) {
    uint32_t written = w->rows[i] < w->rows_max[i] ? w->rows[i] : w->rows_max[i];
    w->rows[i] -= written;
    memmove(w->plane[i], w->plane[i] + written * w->stride[i], w->rows[i] * w->stride[i]);
}

static enum th_status write_step(void *arg) {
    struct jpeg_writer *w = arg;
    JSAMPROW row[3][2 * DCT_SIZE];
    JSAMPARRAY planes[3] = {row[0], row[1], row[2]};
    for (uint32_t i = 0; i < w->planes; i++) {
        pad_plane(w, i);
        for (uint32_t y = 0; y < w->rows_max[i]; y++) row[i][y] = w->plane[i] + y * w->stride[i];
    }
    jpeg_write_raw_data(&w->jpeg, planes, w->rows_max[0]);
    for (uint32_t i = 0; i < w->planes; i++) drop_written(w, i);
    return TH_OK;
}

static bool mcu_row_complete(const struct jpeg_writer *w) {
    for (uint32_t i = 0; i < w->planes; i++) {
        if (w->rows[i] == 0) return false;
        if (w->rows[i] < w->rows_max[i] && w->rows_seen[i] < w->height[i]) return false;
    }
    return true;
}

static enum th_status gather(struct jpeg_writer *w, const struct th_band *band, uint32_t i) {
    if (band->rows[i] > w->rows_max[i] + SKEW_ROWS - w->rows[i]) {
        return th_fail(TH_INTERNAL, "jpeg: a plane ran ahead");
    }
    for (uint32_t y = 0; y < band->rows[i]; y++) {
        uint8_t *row = w->plane[i] + w->rows[i] * w->stride[i];
        memcpy(row, band->data[i] + y * band->stride[i], w->width[i]);
        w->rows[i]++;
        w->rows_seen[i]++;
    }
    return TH_OK;
}

static enum th_status jpeg_put(struct th_sink *self, const struct th_band *band) {
    struct jpeg_writer *w = (struct jpeg_writer *)self;
    for (uint32_t i = 0; i < w->planes; i++) TH_TRY(gather(w, band, i));
    while (mcu_row_complete(w)) TH_TRY(th_jpeg_guard(&w->error, write_step, w));
    return TH_OK;
}

static enum th_status finish_step(void *arg) {
    struct jpeg_writer *w = arg;
    jpeg_finish_compress(&w->jpeg);
    return TH_DONE;
}

static enum th_status jpeg_finish(struct th_sink *self) {
    struct jpeg_writer *w = (struct jpeg_writer *)self;
    return th_jpeg_guard(&w->error, finish_step, w);
}

static void jpeg_close(struct th_sink *self) {
    struct jpeg_writer *w = (struct jpeg_writer *)self;
    jpeg_destroy_compress(&w->jpeg);
    for (uint32_t i = 0; i < 3; i++) th_free(w->plane[i]);
    th_free(w);
}

/* ---- open ---- */

static void set_parameters(struct jpeg_writer *w) {
    struct jpeg_compress_struct *jpeg = &w->jpeg;
    const struct th_shape *shape = &w->encode.shape;
    bool gray = shape->layout == TH_LAYOUT_GRAY;
    jpeg->image_width = shape->plane[0].width;
    jpeg->image_height = shape->plane[0].height;
    jpeg->input_components = gray ? 1 : 3;
    jpeg->in_color_space = gray ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_set_defaults(jpeg); /* 4:2:0 for YCbCr */
    jpeg_set_quality(jpeg, (int)w->encode.quality, TRUE);
    jpeg->raw_data_in = TRUE;
    uint64_t pixels = (uint64_t)shape->plane[0].width * shape->plane[0].height;
    jpeg->optimize_coding = pixels <= OPTIMIZE_PIXELS_MAX;
}

static enum th_status allocate_planes(struct jpeg_writer *w) {
    for (uint32_t i = 0; i < w->planes; i++) {
        uint32_t factor = w->planes == 3 && i == 0 ? 2 : 1;
        uint32_t mcu = w->planes == 3 ? 2 * DCT_SIZE : DCT_SIZE;
        uint32_t mcus = (w->encode.shape.plane[0].width + mcu - 1) / mcu;
        w->width[i] = w->encode.shape.plane[i].width;
        w->height[i] = w->encode.shape.plane[i].height;
        w->rows_max[i] = factor * DCT_SIZE;
        w->stride[i] = (size_t)mcus * factor * DCT_SIZE;
        w->plane[i] = th_calloc(w->rows_max[i] + SKEW_ROWS, w->stride[i]);
        if (!w->plane[i]) return th_fail_memory();
    }
    return TH_OK;
}

static enum th_status create_step(void *arg) {
    struct jpeg_writer *w = arg;
    jpeg_create_compress(&w->jpeg);
    w->jpeg.client_data = w;
    w->jpeg.dest = &w->dest;
    set_parameters(w);
    TH_TRY(allocate_planes(w));
    jpeg_start_compress(&w->jpeg, TRUE);
    if (w->encode.icc) {
        jpeg_write_icc_profile(&w->jpeg, w->encode.icc, (unsigned int)w->encode.icc_bytes);
    }
    return TH_OK;
}

enum th_status th_jpeg_open_writer(const struct th_encode *encode, struct th_output *out,
                                   struct th_sink **sink) {
    struct jpeg_writer *w = th_calloc(1, sizeof *w);
    if (!w) return th_fail_memory();
    w->sink = (struct th_sink){jpeg_put, jpeg_finish, jpeg_close};
    w->encode = *encode;
    w->out = out;
    w->planes = th_layout_planes(encode->shape.layout);
    w->dest.init_destination = init_destination;
    w->dest.empty_output_buffer = empty_output_buffer;
    w->dest.term_destination = term_destination;
    w->jpeg.err = th_jpeg_error_init(&w->error);
    enum th_status status = th_jpeg_guard(&w->error, create_step, w);
    if (status != TH_OK) {
        jpeg_close(&w->sink);
        return status;
    }
    *sink = &w->sink;
    return TH_OK;
}

uint64_t th_jpeg_writer_memory(const struct th_encode *encode) {
    uint64_t width = (uint64_t)encode->shape.plane[0].width + 32;
    uint64_t pixels = width * ((uint64_t)encode->shape.plane[0].height + 32);
    uint64_t bytes = FIXED_BYTES + width * (16 + SKEW_ROWS) * 3;
    if (pixels <= 2 * OPTIMIZE_PIXELS_MAX) bytes += pixels * 3;
    return bytes;
}
