/* jpeg_lockstep.c - see jpeg_lockstep.h. */
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "../work.h"
#include "jpeg_idct.h"
#include "jpeg_lockstep.h"

/* Samples' worth of work: of a compressed byte (measured: a byte of a scan costs what
 * transforming five samples does), and of a block that a scan only passes, in an EOB run. */
#define WORK_PER_BYTE 5u
#define WORK_PER_BLOCK 2u

struct th_lockstep {
    struct th_jpeg_scans scans;
    enum th_status failed; /* sticky */
    uint32_t mcu_row;      /* next one */
    uint32_t size;         /* samples per block side: 1, 2, 4 or 8 */
    struct th_jpeg_blocks blocks[TH_JPEG_COMPONENTS_MAX]; /* of the current row; owned */
    struct th_entropy *entropy; /* of the scans that are read, in file order; owned */
    uint32_t entropy_count;
    struct th_huffman **table; /* all different tables; owned */
    uint32_t table_count;
    struct th_idct *idct;
    struct th_entropy_zeros zeros;
};

enum th_status th_lockstep_open(struct th_lockstep **lockstep, const uint8_t *data, size_t bytes) {
    struct th_lockstep *l = th_calloc(1, sizeof *l);
    if (!l) return th_fail_memory();
    enum th_status status = th_jpeg_scans_find(&l->scans, data, bytes);
    if (status != TH_OK) {
        th_lockstep_close(l);
        return status;
    }
    *lockstep = l;
    return TH_OK;
}

const struct th_jpeg_frame *th_lockstep_frame(const struct th_lockstep *l) {
    return &l->scans.frame;
}

/* ---- start ---- */

/* Blocks of one component in a row of MCUs, dummies included. */
static uint32_t row_blocks(const struct th_jpeg_frame *f, uint32_t component) {
    return f->mcu_columns * f->component[component].h * f->component[component].v;
}

/* AC is nothing to blocks of one sample. */
static bool scan_needed(const struct th_lockstep *l, const struct th_jpeg_scan *s) {
    return s->ss == 0 || l->size > 1;
}

static enum th_status get_table(struct th_lockstep *l, const struct th_jpeg_table *table,
                                enum th_huffman_kind kind, uint32_t shift,
                                const struct th_huffman **out) {
    for (uint32_t i = 0; i < l->table_count; i++) {
        const struct th_huffman *h = l->table[i];
        if (h->table.counts == table->counts && h->kind == kind && h->shift == shift) {
            *out = h;
            return TH_OK;
        }
    }
    struct th_huffman *h = th_malloc(sizeof *h);
    if (!h) return th_fail_memory();
    l->table[l->table_count++] = h;
    *out = h;
    return th_huffman_make(h, table, kind, shift);
}

static enum th_status open_scan(struct th_lockstep *l, const struct th_jpeg_scan *s) {
    struct th_entropy *e = &l->entropy[l->entropy_count++];
    th_entropy_begin(e, &l->scans.frame, s, &l->zeros);
    for (uint32_t i = 0; i < s->component_count; i++) {
        enum th_huffman_kind kind = s->ah ? TH_HUFFMAN_REFINE : TH_HUFFMAN_AC;
        if (s->dc[i].counts) {
            TH_TRY(get_table(l, &s->dc[i], TH_HUFFMAN_DC, 0, &e->dc_table[i]));
        }
        if (s->ac[i].counts) TH_TRY(get_table(l, &s->ac[i], kind, s->al, &e->ac_table[i]));
    }
    return TH_OK;
}

static enum th_status open_scans(struct th_lockstep *l) {
    uint32_t count = 0, tables = 0;
    for (uint32_t i = 0; i < l->scans.count; i++) {
        if (!scan_needed(l, &l->scans.scan[i])) continue;
        count++;
        tables += 2u * l->scans.scan[i].component_count;
    }
    l->entropy = th_calloc(count ? count : 1, sizeof *l->entropy);
    l->table = th_calloc(tables ? tables : 1, sizeof *l->table);
    if (!l->entropy || !l->table) return th_fail_memory();
    for (uint32_t i = 0; i < l->scans.count; i++) {
        if (scan_needed(l, &l->scans.scan[i])) TH_TRY(open_scan(l, &l->scans.scan[i]));
    }
    return TH_OK;
}

static enum th_status allocate_blocks(struct th_lockstep *l) {
    const struct th_jpeg_frame *f = &l->scans.frame;
    for (uint32_t i = 0; i < f->component_count; i++) {
        struct th_jpeg_blocks *b = &l->blocks[i];
        size_t count = row_blocks(f, i);
        b->columns = f->mcu_columns * f->component[i].h;
        b->stride = f->progressive && l->size == 1 ? 1 : 64;
        b->coefficient = th_calloc(count * b->stride, sizeof *b->coefficient);
        b->nonzero = th_calloc(count, sizeof *b->nonzero);
        if (!b->coefficient || !b->nonzero) return th_fail_memory();
    }
    return TH_OK;
}

/* What the scans that are read, and the transforms, will take. */
static enum th_status count_work(const struct th_lockstep *l) {
    const struct th_jpeg_frame *f = &l->scans.frame;
    uint64_t blocks = 0, bytes = 0; /* blocks of all scans, of a row of MCUs */
    uint64_t samples = 0;           /* of a row of MCUs */
    for (uint32_t i = 0; i < f->component_count; i++) samples += (uint64_t)row_blocks(f, i) * 64;
    for (uint32_t i = 0; i < l->entropy_count; i++) {
        const struct th_jpeg_scan *s = l->entropy[i].scan;
        bytes += (uint64_t)(s->end - s->begin);
        for (uint32_t j = 0; j < s->component_count; j++) blocks += row_blocks(f, s->component[j]);
    }
    return th_work_add((samples + blocks * WORK_PER_BLOCK) * f->mcu_rows + bytes * WORK_PER_BYTE);
}

static enum th_status start(struct th_lockstep *l, uint32_t scale) {
    l->size = scale;
    th_entropy_zeros_make(&l->zeros);
    TH_TRY(open_scans(l));
    TH_TRY(count_work(l));
    TH_TRY(allocate_blocks(l));
    return th_idct_open(&l->idct, &l->scans.frame, l->size);
}

enum th_status th_lockstep_start(struct th_lockstep *l, uint32_t scale) {
    l->failed = start(l, scale);
    return l->failed;
}

/* ceil(side * factor * size / (factor_max * 8)), as libjpeg's downsampled_width. */
static uint32_t plane_side(uint32_t side, uint32_t factor, uint32_t factor_max, uint32_t size) {
    uint64_t samples = (uint64_t)side * factor * size;
    uint64_t divisor = (uint64_t)factor_max * 8;
    return (uint32_t)((samples + divisor - 1) / divisor);
}

struct th_lockstep_plane th_lockstep_plane_of(const struct th_lockstep *l, uint32_t component) {
    const struct th_jpeg_frame *f = &l->scans.frame;
    const struct th_jpeg_component *c = &f->component[component];
    uint32_t size = l->size;
    return (struct th_lockstep_plane){
        .width = plane_side(f->width, c->h, f->h_max, size),
        .height = plane_side(f->height, c->v, f->v_max, size),
        .padded_width = c->width_blocks * size,
        .rows = c->v * size,
    };
}

/* ---- rows ---- */

static enum th_status decode_row(struct th_lockstep *l) {
    for (uint32_t i = 0; i < l->entropy_count; i++) {
        TH_TRY(th_entropy_row(&l->entropy[i], l->mcu_row, l->blocks));
    }
    return TH_OK;
}

static void transform_row(struct th_lockstep *l, uint8_t *const *plane, const size_t *stride) {
    const struct th_jpeg_frame *f = &l->scans.frame;
    for (uint32_t i = 0; i < f->component_count; i++) {
        const struct th_jpeg_component *c = &f->component[i];
        uint32_t left = c->height_blocks - l->mcu_row * c->v;
        uint32_t lines = left < c->v ? left : c->v;
        for (uint32_t y = 0; y < lines; y++) {
            uint8_t *out = plane[i] + (size_t)y * l->size * stride[i];
            th_idct_line(l->idct, i, &l->blocks[i], y, out, stride[i]);
        }
    }
}

enum th_status th_lockstep_row(struct th_lockstep *l, uint8_t *const *plane, const size_t *stride) {
    if (l->failed != TH_OK) return l->failed;
    if (l->mcu_row == l->scans.frame.mcu_rows) return TH_DONE;
    l->failed = decode_row(l);
    if (l->failed != TH_OK) return l->failed;
    transform_row(l, plane, stride);
    l->mcu_row++;
    return TH_OK;
}

enum th_status th_lockstep_blocks(struct th_lockstep *l, const struct th_jpeg_blocks **blocks) {
    const struct th_jpeg_frame *f = &l->scans.frame;
    if (l->failed != TH_OK) return l->failed;
    if (l->mcu_row == f->mcu_rows) return TH_DONE;
    for (uint32_t i = 0; i < f->component_count; i++) {
        size_t count = row_blocks(f, i);
        memset(l->blocks[i].coefficient, 0, count * 64 * sizeof(int16_t));
        memset(l->blocks[i].nonzero, 0, count * sizeof(uint64_t));
    }
    l->failed = decode_row(l);
    l->mcu_row++;
    *blocks = l->blocks;
    return l->failed;
}

void th_lockstep_close(struct th_lockstep *l) {
    if (!l) return;
    for (uint32_t i = 0; i < TH_JPEG_COMPONENTS_MAX; i++) {
        th_free(l->blocks[i].coefficient);
        th_free(l->blocks[i].nonzero);
    }
    for (uint32_t i = 0; i < l->table_count; i++) th_free(l->table[i]);
    th_free(l->table);
    th_free(l->entropy);
    th_idct_close(l->idct);
    th_free(l);
}
