/* jpeg_read.c - JPEG (ITU-T T.81) into rows, by libjpeg-turbo and, where there are
 * several scans, by the lockstep decoder (jpeg_lockstep.h).
 *
 * Input is consumed as it arrives: libjpeg suspends when its buffer runs dry and
 * goes on where it was. YCbCr and grey images are handed out as raw planes, one
 * row of MCUs a band; RGB, CMYK, YCCK and images with odd sampling factors as
 * RGBX rows. Shrinking is libjpeg's DCT scaling.
 *
 * Planes of several scans are decoded in lockstep, for which the compressed file
 * stays in memory, and a row of MCUs. Holds a frame: what remains of the files with
 * several scans (CMYK and such) keeps all coefficients, two bytes each. */
#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "codec.h"
#include "icc.h"
#include "jpeg_error.h"
#include "jpeg_lockstep.h"
#include "jpeg_source.h"

#define LOCKSTEP_TABLE_BYTES                                                                       \
    (512u << 10) /* Huffman tables of all scans; the arena's limit holds                           \
                  */
#define DCT_SIZE 8u
/* 1/8, 1/4, 3/8, 1/2. Pixels at 3/8 would need an upsampler's 6x6 transform of chroma. */
#define RAW_SCALES (TH_SCALES_FULL | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4)
#define PIXEL_SCALES (RAW_SCALES & ~(1u << 3))
/* What ten scans cost in lockstep, as the header's guess, once being the transform. */
#define MULTI_SCAN_WORK 3u
#define FIXED_BYTES (192u << 10) /* libjpeg's own tables and small buffers */

struct jpeg_reader {
    struct th_reader reader;
    struct jpeg_decompress_struct jpeg;
    struct th_jpeg_error error;
    struct th_jpeg_source src;
    struct jpeg_progress_mgr progress;
    struct th_lockstep *lockstep;
    bool raw; /* planes, not pixels */
    uint32_t scale;
    uint64_t row_counted; /* work: the latest row of the latest scan, and one */
    uint8_t *plane[3]; /* one row of MCUs */
    size_t stride[3];
    uint32_t rows_left[3];
};

/* ---- header ---- */

/* 1, 2 or 4 luma samples per chroma sample, or 0 when it is something else. */
static uint8_t chroma_ratio(int luma, int chroma) {
    if (chroma == 0 || luma % chroma != 0) return 0;
    int ratio = luma / chroma;
    return ratio == 1 || ratio == 2 || ratio == 4 ? (uint8_t)ratio : 0;
}

/* Planes as they are, or pixels? Fills the header's layout. */
static void choose_layout(struct jpeg_reader *r) {
    struct th_header *h = &r->reader.header;
    const jpeg_component_info *c = r->jpeg.comp_info;
    r->raw = true;
    if (r->jpeg.jpeg_color_space == JCS_GRAYSCALE) {
        h->layout = TH_LAYOUT_GRAY;
        return;
    }
    if (r->jpeg.jpeg_color_space == JCS_YCbCr) {
        h->layout = TH_LAYOUT_YCC;
        h->chroma_h = chroma_ratio(c[0].h_samp_factor, c[1].h_samp_factor);
        h->chroma_v = chroma_ratio(c[0].v_samp_factor, c[1].v_samp_factor);
        bool alike = c[1].h_samp_factor == c[2].h_samp_factor &&
                     c[1].v_samp_factor == c[2].v_samp_factor;
        if (alike && h->chroma_h && h->chroma_v) return;
    }
    r->raw = false;
    h->layout = TH_LAYOUT_RGBX;
    h->chroma_h = h->chroma_v = 0;
}

static void choose_icc(struct jpeg_reader *r) {
    struct th_header *h = &r->reader.header;
    bool rgb = r->jpeg.num_components == 3;
    if (!rgb || !r->src.icc || th_icc_classify(r->src.icc, r->src.icc_bytes) != TH_ICC_RGB) {
        th_jpeg_source_drop_icc(&r->src);
        return;
    }
    h->icc = r->src.icc;
    h->icc_bytes = r->src.icc_bytes;
}

/* Samples of all components, whole blocks. */
static uint64_t coded_samples(const struct jpeg_reader *r) {
    uint64_t samples = 0;
    for (int i = 0; i < r->jpeg.num_components; i++) {
        const jpeg_component_info *c = &r->jpeg.comp_info[i];
        samples += (uint64_t)(c->width_in_blocks + 4) * (c->height_in_blocks + 4) * 64;
    }
    return samples;
}

static uint64_t mcu_row_bytes(const struct jpeg_reader *r) {
    uint64_t width = ((uint64_t)r->jpeg.image_width + 64) * 4;
    return width * DCT_SIZE * (uint64_t)r->jpeg.max_v_samp_factor * 2;
}

/* What decoding takes: a row of MCUs, or all coefficients, or the row and the file. */
static void choose_decoder(struct jpeg_reader *r) {
    struct th_header *h = &r->reader.header;
    bool multi_scan = jpeg_has_multiple_scans(&r->jpeg);
    h->work = coded_samples(r) * (multi_scan ? MULTI_SCAN_WORK : 1) / TH_WORK_UNIT_SAMPLES + 1;
    h->memory_bytes = FIXED_BYTES + r->src.icc_bytes + mcu_row_bytes(r);
    h->whole_input = multi_scan && r->raw && r->src.keeping;
    if (h->whole_input) {
        h->memory_bytes += LOCKSTEP_TABLE_BYTES + 2 * mcu_row_bytes(r);
        r->reader.in->keep = true;
        return;
    }
    if (multi_scan) h->memory_bytes += coded_samples(r) * sizeof(JCOEF);
    th_jpeg_source_stop_keeping(&r->src);
}

static enum th_status header_step(void *arg) {
    struct jpeg_reader *r = arg;
    struct th_header *h = &r->reader.header;
    if (jpeg_read_header(&r->jpeg, TRUE) == JPEG_SUSPENDED) return TH_MORE_INPUT;
    h->width = r->jpeg.image_width;
    h->height = r->jpeg.image_height;
    h->orientation = r->src.orientation ? r->src.orientation : 1;
    choose_layout(r);
    h->scales = r->raw ? RAW_SCALES : PIXEL_SCALES;
    choose_icc(r);
    return TH_OK;
}

/* Runs a step of libjpeg under the guard, its input brought up to date. */
static enum th_status run(struct jpeg_reader *r, enum th_status (*step)(void *)) {
    th_jpeg_source_show(&r->src);
    enum th_status status = th_jpeg_guard(&r->error, step, r);
    if (status < 0) return status;
    if (status == TH_MORE_INPUT) th_jpeg_source_wait(&r->src);
    th_jpeg_source_take(&r->src);
    if (status == TH_MORE_INPUT && r->reader.in->closed) {
        return th_fail(TH_TRUNCATED, "jpeg: no end of image");
    }
    return status;
}

static enum th_status jpeg_header(struct th_reader *self) {
    struct jpeg_reader *r = (struct jpeg_reader *)self;
    TH_TRY(run(r, header_step));
    choose_decoder(r);
    return TH_OK;
}

/* ---- start ---- */

/* Samples of a row of MCUs. */
static uint64_t mcu_row_samples(const struct jpeg_reader *r) {
    return coded_samples(r) / r->jpeg.total_iMCU_rows + 1;
}

/* Of those, what the current scan codes. */
static uint64_t scan_row_samples(const struct jpeg_decompress_struct *jpeg) {
    uint64_t samples = 0;
    for (int i = 0; i < jpeg->comps_in_scan; i++) {
        const jpeg_component_info *c = jpeg->cur_comp_info[i];
        samples += (uint64_t)c->width_in_blocks * (uint64_t)c->v_samp_factor * 64;
    }
    return samples;
}

/* Called by libjpeg before every row of every scan of a file whose coefficients it keeps,
 * and again whenever it had to wait for input: only a new row counts, so that the sum does
 * not depend on how the input is cut. */
static void count_scan_row(j_common_ptr common) {
    struct jpeg_reader *r = common->client_data;
    const struct jpeg_decompress_struct *jpeg = &r->jpeg;
    if (!jpeg_has_multiple_scans(&r->jpeg)) return;
    if (jpeg->input_scan_number > (int)TH_JPEG_SCANS_MAX) {
        th_jpeg_raise(&r->error, th_fail(TH_TOO_LARGE, "jpeg: more than 100 scans"));
    }
    uint64_t row = (uint64_t)jpeg->input_scan_number * jpeg->total_iMCU_rows +
                   jpeg->input_iMCU_row + 1;
    if (row <= r->row_counted) return;
    r->row_counted = row;
    enum th_status status = th_work_add(scan_row_samples(jpeg));
    if (status != TH_OK) th_jpeg_raise(&r->error, status);
}

static enum th_status allocate_planes(struct jpeg_reader *r) {
    for (uint32_t i = 0; i < th_layout_planes(r->reader.header.layout); i++) {
        const jpeg_component_info *c = &r->jpeg.comp_info[i];
        size_t rows = (size_t)c->v_samp_factor * (size_t)c->DCT_scaled_size;
        /* libjpeg writes whole MCUs. */
        size_t blocks = ((size_t)c->width_in_blocks + (size_t)c->h_samp_factor);
        r->stride[i] = blocks * (size_t)c->DCT_scaled_size;
        r->rows_left[i] = c->downsampled_height;
        r->plane[i] = th_calloc(rows, r->stride[i]);
        if (!r->plane[i]) return th_fail_memory();
        r->reader.source.shape.plane[i] = (struct th_plane){c->downsampled_width,
                                                            c->downsampled_height};
    }
    return TH_OK;
}

static enum th_status allocate_pixels(struct jpeg_reader *r) {
    r->reader.source.shape.plane[0] = (struct th_plane){r->jpeg.output_width,
                                                        r->jpeg.output_height};
    r->rows_left[0] = r->jpeg.output_height;
    r->stride[0] = (size_t)r->jpeg.output_width * 4;
    r->plane[0] = th_calloc(1, r->stride[0]);
    return r->plane[0] ? TH_OK : th_fail_memory();
}

static enum th_status start_step(void *arg) {
    struct jpeg_reader *r = arg;
    r->jpeg.scale_num = r->scale;
    r->jpeg.scale_denom = TH_SCALE_FULL;
    r->jpeg.do_block_smoothing = FALSE;
    r->jpeg.raw_data_out = r->raw;
    r->jpeg.progress = &r->progress;
    r->progress.progress_monitor = count_scan_row;
    bool cmyk = r->jpeg.num_components == 4;
    if (r->raw)
        r->jpeg.out_color_space = r->jpeg.jpeg_color_space;
    else
        r->jpeg.out_color_space = cmyk ? JCS_CMYK : JCS_EXT_RGBX;
    if (!jpeg_start_decompress(&r->jpeg)) return TH_MORE_INPUT;
    r->reader.source.shape.layout = r->reader.header.layout;
    return r->raw ? allocate_planes(r) : allocate_pixels(r);
}

static enum th_status open_lockstep(struct jpeg_reader *r) {
    const struct th_input *in = r->reader.in;
    struct th_shape *shape = &r->reader.source.shape;
    TH_TRY(th_lockstep_open(&r->lockstep, th_input_data(in), th_input_ready(in)));
    TH_TRY(th_lockstep_start(r->lockstep, r->scale));
    shape->layout = r->reader.header.layout;
    for (uint32_t i = 0; i < th_layout_planes(shape->layout); i++) {
        struct th_lockstep_plane plane = th_lockstep_plane_of(r->lockstep, i);
        shape->plane[i] = (struct th_plane){plane.width, plane.height};
        r->stride[i] = plane.padded_width;
        r->rows_left[i] = plane.height;
        r->plane[i] = th_calloc(plane.rows, plane.padded_width);
        if (!r->plane[i]) return th_fail_memory();
    }
    return TH_OK;
}

/* Where the lockstep decoder refuses what libjpeg may know, libjpeg goes on. */
static enum th_status start_lockstep(struct jpeg_reader *r) {
    if (!r->reader.in->closed) return TH_MORE_INPUT;
    enum th_status status = open_lockstep(r);
    if (status != TH_UNSUPPORTED) return status;
    th_fail_clear();
    th_lockstep_close(r->lockstep);
    r->lockstep = NULL;
    r->reader.header.whole_input = false;
    r->reader.in->keep = false;
    th_jpeg_source_stop_keeping(&r->src);
    return run(r, start_step);
}

static enum th_status jpeg_start(struct th_reader *self, uint32_t scale) {
    struct jpeg_reader *r = (struct jpeg_reader *)self;
    r->scale = scale;
    return r->reader.header.whole_input ? start_lockstep(r) : run(r, start_step);
}

/* ---- rows ---- */

static enum th_status planes_step(void *arg) {
    struct jpeg_reader *r = arg;
    JSAMPROW row[3][4 * DCT_SIZE];
    JSAMPARRAY planes[3] = {row[0], row[1], row[2]};
    uint32_t lines = (uint32_t)(r->jpeg.max_v_samp_factor * r->jpeg.min_DCT_scaled_size);
    for (uint32_t i = 0; i < th_layout_planes(r->reader.header.layout); i++) {
        const jpeg_component_info *c = &r->jpeg.comp_info[i];
        uint32_t rows = (uint32_t)(c->v_samp_factor * c->DCT_scaled_size);
        for (uint32_t y = 0; y < rows; y++) row[i][y] = r->plane[i] + y * r->stride[i];
    }
    return jpeg_read_raw_data(&r->jpeg, planes, lines) == 0 ? TH_MORE_INPUT : TH_OK;
}

/* The rows of plane `i` that were decoded, without those below the picture. */
static void give_rows(struct jpeg_reader *r, uint32_t i, uint32_t rows, struct th_band *band) {
    band->data[i] = r->plane[i];
    band->stride[i] = r->stride[i];
    band->rows[i] = rows < r->rows_left[i] ? rows : r->rows_left[i];
    r->rows_left[i] -= band->rows[i];
}

static enum th_status next_planes(struct jpeg_reader *r, struct th_band *band) {
    if (r->rows_left[0] == 0) return TH_DONE;
    TH_TRY(run(r, planes_step));
    TH_TRY(th_work_add(mcu_row_samples(r)));
    *band = (struct th_band){0};
    for (uint32_t i = 0; i < th_layout_planes(r->reader.header.layout); i++) {
        const jpeg_component_info *c = &r->jpeg.comp_info[i];
        give_rows(r, i, (uint32_t)(c->v_samp_factor * c->DCT_scaled_size), band);
    }
    return TH_OK;
}

static enum th_status next_lockstep(struct jpeg_reader *r, struct th_band *band) {
    if (r->rows_left[0] == 0) return TH_DONE;
    TH_TRY(th_lockstep_row(r->lockstep, r->plane, r->stride));
    *band = (struct th_band){0};
    for (uint32_t i = 0; i < th_layout_planes(r->reader.header.layout); i++) {
        give_rows(r, i, th_lockstep_plane_of(r->lockstep, i).rows, band);
    }
    return TH_OK;
}

static enum th_status pixels_step(void *arg) {
    struct jpeg_reader *r = arg;
    JSAMPROW row = r->plane[0];
    return jpeg_read_scanlines(&r->jpeg, &row, 1) == 0 ? TH_MORE_INPUT : TH_OK;
}

/* x * y / 255, rounded; exact for bytes. */
static uint8_t multiply(uint32_t x, uint32_t y) {
    uint32_t t = x * y + 128;
    return (uint8_t)((t + (t >> 8)) >> 8);
}

/* Plain conversion, no profile. With an Adobe marker the values are inverted
 * (Adobe Technical Note 5116): 255 means no ink. */
static void cmyk_to_rgbx(uint8_t *pixel, uint32_t count, bool inverted) {
    uint8_t flip = inverted ? 0 : 255;
    for (uint32_t i = 0; i < count; i++, pixel += 4) {
        uint32_t k = pixel[3] ^ flip;
        for (uint32_t c = 0; c < 3; c++) pixel[c] = multiply((uint32_t)(pixel[c] ^ flip), k);
        pixel[3] = 255;
    }
}

static enum th_status next_pixels(struct jpeg_reader *r, struct th_band *band) {
    if (r->rows_left[0] == 0) return TH_DONE;
    TH_TRY(run(r, pixels_step));
    TH_TRY(th_work_add(coded_samples(r) / r->jpeg.output_height + 1));
    if (r->jpeg.num_components == 4) {
        cmyk_to_rgbx(r->plane[0], r->jpeg.output_width, r->jpeg.saw_Adobe_marker);
    }
    r->rows_left[0]--;
    *band = (struct th_band){.data = {r->plane[0]}, .stride = {r->stride[0]}, .rows = {1}};
    return TH_OK;
}

static enum th_status jpeg_next(struct th_source *self, struct th_band *band) {
    struct jpeg_reader *r = (struct jpeg_reader *)self;
    if (r->lockstep) return next_lockstep(r, band);
    return r->raw ? next_planes(r, band) : next_pixels(r, band);
}

static void jpeg_close(struct th_source *self) {
    struct jpeg_reader *r = (struct jpeg_reader *)self;
    th_lockstep_close(r->lockstep);
    jpeg_destroy_decompress(&r->jpeg);
    for (uint32_t i = 0; i < 3; i++) th_free(r->plane[i]);
    th_jpeg_source_close(&r->src);
    th_free(r);
}

/* ---- open ---- */

static enum th_status create_step(void *arg) {
    struct jpeg_reader *r = arg;
    jpeg_create_decompress(&r->jpeg);
    r->jpeg.client_data = r;
    th_jpeg_source_open(&r->src, r->reader.in, &r->jpeg);
    return TH_OK;
}

enum th_status th_jpeg_open_reader(struct th_input *in, const struct th_limits *limits,
                                   struct th_reader **reader) {
    (void)limits;
    struct jpeg_reader *r = th_calloc(1, sizeof *r);
    if (!r) return th_fail_memory();
    r->reader.in = in;
    r->reader.source.next = jpeg_next;
    r->reader.source.close = jpeg_close;
    r->reader.read_header = jpeg_header;
    r->reader.start = jpeg_start;
    r->jpeg.err = th_jpeg_error_init(&r->error);
    enum th_status status = th_jpeg_guard(&r->error, create_step, r);
    if (status != TH_OK) {
        jpeg_close(&r->reader.source);
        return status;
    }
    *reader = &r->reader;
    return TH_OK;
}
