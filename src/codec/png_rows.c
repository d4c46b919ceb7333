/* png_rows.c - see png_rows.h. */
#include "png_rows.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "inflate.h"
#include "png_filter.h"
#include "png_widen.h"

/* Inflated at a time, beside the window and a line: fits the second-level cache. */
#define RUN_BYTES 65536u

struct th_png_rows {
    const struct th_png_info *info; /* borrowed */
    struct th_png_idat idat;
    struct th_inflate inflate;
    enum th_status idat_status; /* of the last call for more */
    enum th_status end;         /* TH_OK, or why nothing more will be inflated */
    size_t line_bytes; /* a scanline's, without its filter byte */
    uint8_t *buffer;   /* inflated bytes: taken lines, lines to come */
    size_t buffer_bytes, at, taken;
    uint32_t rows_left;
    uint8_t *unfiltered[2]; /* this row and the one above, in turn */
    uint32_t current;       /* which of them is this row */
    uint8_t *widened;       /* a row of R G B A out of one or two bytes a pixel; else NULL */
};

bool th_png_rows_fit(const struct th_png_info *info) {
    return !info->interlaced;
}

static uint64_t buffer_bytes_of(const struct th_png_info *info) {
    return TH_INFLATE_WINDOW_BYTES + RUN_BYTES + 1 + th_png_line_bytes(info, info->width) +
           TH_INFLATE_SLACK_BYTES;
}

/* RGB of 8 bits is widened while it is unfiltered. */
static bool is_rgb8(const struct th_png_info *info) {
    return info->colour == TH_PNG_RGB && info->depth == 8;
}

static uint64_t unfiltered_bytes_of(const struct th_png_info *info) {
    const uint64_t line_bytes = th_png_line_bytes(info, info->width);
    return (is_rgb8(info) ? (uint64_t)info->width * 4 : line_bytes) + TH_PNG_FILTER_SLACK_BYTES;
}

static uint64_t widened_bytes_of(const struct th_png_info *info) {
    return th_png_is_widened(info) ? (uint64_t)info->width * th_png_pixel_bytes(info) : 0;
}

uint64_t th_png_rows_memory(const struct th_png_info *info) {
    return sizeof(struct th_png_rows) + buffer_bytes_of(info) + 2 * unfiltered_bytes_of(info) +
           widened_bytes_of(info);
}

/* ---- inflated lines ---- */

static enum th_status next_idat(void *user, const uint8_t **data, size_t *bytes) {
    struct th_png_rows *rows = user;
    rows->idat_status = th_png_idat_next(&rows->idat, data, bytes);
    return rows->idat_status;
}

/* Drops what neither a line nor a match can ask for any more. */
static void slide(struct th_png_rows *rows) {
    const size_t window_at = rows->at > TH_INFLATE_WINDOW_BYTES ? rows->at - TH_INFLATE_WINDOW_BYTES
                                                                : 0;
    const size_t from = rows->taken < window_at ? rows->taken : window_at;
    memmove(rows->buffer, rows->buffer + from, rows->at - from);
    rows->at -= from;
    rows->taken -= from;
}

/* There is no more, and a row wants it. */
static enum th_status ended(const struct th_png_rows *rows) {
    if (rows->end == TH_CORRUPT) return th_fail(TH_CORRUPT, "png: image data does not inflate");
    if (rows->idat.cut) return th_fail(TH_TRUNCATED, "png: the file ends inside its image data");
    return th_fail(TH_CORRUPT, "png: not enough image data");
}

/* A stream that goes wrong behind the last row is nobody's business: what was
 * inflated before counts first. What is wrong with the chunks counts at once. */
static enum th_status inflate_more(struct th_png_rows *rows) {
    if (rows->end != TH_OK) return ended(rows);
    if (rows->buffer_bytes - rows->at < TH_INFLATE_SLACK_BYTES + RUN_BYTES / 2) slide(rows);
    rows->idat_status = TH_OK;
    const enum th_status status = th_inflate_run(&rows->inflate, rows->buffer, &rows->at,
                                                 rows->buffer_bytes);
    /* The input may move before the next call. */
    th_png_idat_give_back(&rows->idat, th_inflate_forget(&rows->inflate));
    if (rows->idat_status != TH_OK) return rows->idat_status;
    rows->end = status;
    return status == TH_TOO_LARGE ? status : TH_OK;
}

/* ---- pixels ---- */

/* The row unfiltered, and its pixels. */
static const uint8_t *make_pixels(struct th_png_rows *rows, uint8_t filter, const uint8_t *line) {
    const struct th_png_info *info = rows->info;
    const uint32_t pixel_bits = th_png_pixel_bits(info);
    const uint8_t *above = rows->unfiltered[rows->current];
    rows->current ^= 1;
    uint8_t *row = rows->unfiltered[rows->current];
    if (is_rgb8(info))
        th_png_unfilter_rgbx(filter, row, line, above, info->width);
    else if (pixel_bits == 32 && info->depth == 8)
        th_png_unfilter_rgba(filter, row, line, above, info->width);
    else
        th_png_unfilter(filter, (pixel_bits + 7) / 8, row, line, above, rows->line_bytes);
    if (is_rgb8(info) && info->has_trns) th_png_clear_key(row, info);
    if (rows->widened == NULL) return row;
    th_png_widen(rows->widened, row, info);
    return rows->widened;
}

enum th_status th_png_rows_next(struct th_png_rows *rows, const uint8_t **row) {
    while (rows->at - rows->taken < 1 + rows->line_bytes) TH_TRY(inflate_more(rows));
    if (rows->rows_left == 1) TH_TRY(th_png_idat_finish(&rows->idat));
    const uint8_t *line = rows->buffer + rows->taken;
    if (line[0] >= TH_PNG_FILTERS) return th_fail(TH_CORRUPT, "png: unknown row filter");
    *row = make_pixels(rows, line[0], line + 1);
    rows->taken += 1 + rows->line_bytes;
    rows->rows_left--;
    return TH_OK;
}

/* ---- life ---- */

static enum th_status allocate(struct th_png_rows *rows) {
    const struct th_png_info *info = rows->info;
    /* Below 2^31 pixels by 8 bytes: only a 32-bit size_t can be too small. */
    if (th_png_rows_memory(info) > SIZE_MAX / 2) return th_fail_memory();
    rows->line_bytes = th_png_line_bytes(info, info->width);
    rows->buffer_bytes = (size_t)buffer_bytes_of(info);
    rows->buffer = th_malloc(rows->buffer_bytes);
    for (uint32_t i = 0; i < 2; i++)
        rows->unfiltered[i] = th_calloc(1, (size_t)unfiltered_bytes_of(info));
    if (th_png_is_widened(info)) rows->widened = th_malloc((size_t)widened_bytes_of(info));
    const bool complete = rows->buffer != NULL && rows->unfiltered[0] != NULL &&
                          rows->unfiltered[1] != NULL &&
                          (rows->widened != NULL || !th_png_is_widened(info));
    return complete ? TH_OK : th_fail_memory();
}

enum th_status th_png_rows_open(const struct th_png_info *info, struct th_input *in,
                                struct th_png_rows **rows) {
    struct th_png_rows *made = th_calloc(1, sizeof *made);
    assert(th_png_rows_fit(info));
    if (made == NULL) return th_fail_memory();
    made->info = info;
    made->rows_left = info->height;
    th_inflate_init(&made->inflate, next_idat, made);
    const enum th_status status = allocate(made);
    if (status != TH_OK) {
        th_png_rows_close(made);
        return status;
    }
    made->idat = th_png_idat_make(in);
    *rows = made;
    return TH_OK;
}

void th_png_rows_close(struct th_png_rows *rows) {
    if (rows == NULL) return;
    th_free(rows->buffer);
    th_free(rows->unfiltered[0]);
    th_free(rows->unfiltered[1]);
    th_free(rows->widened);
    th_free(rows);
}
