/* jpeg_idct.c - see jpeg_idct.h. The one file of the lockstep reader that knows libjpeg. */
#include <stdio.h> /* jpeglib.h needs it */
#include <string.h>

#define JPEG_INTERNALS
#include <jpeglib.h>

#include "../arena.h"
#include "../fail.h"
#include "jpeg_idct.h"

/* What jinit_inverse_dct takes from libjpeg's memory manager: a controller and a
 * multiplier table per component; five objects of under 256 bytes. */
#define POOL_BYTES 2048u

#define LIMIT_ENTRIES 1024u /* IDCTs mask their index to 10 bits */
#define CENTER 128u

struct th_idct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_memory_mgr memory;
    struct jpeg_decomp_master master;
    jpeg_component_info component[TH_JPEG_COMPONENTS_MAX];
    JQUANT_TBL quant[TH_JPEG_COMPONENTS_MAX];
    JSAMPLE limit[CENTER + LIMIT_ENTRIES]; /* libjpeg's sample_range_limit from 0 on */
    uint64_t used; /* zigzag positions the IDCT looks at, DC left out */
    size_t pool_bytes;
    _Alignas(32) uint8_t pool[POOL_BYTES];
};

static void *take_from_pool(j_common_ptr jpeg, int pool, size_t bytes) {
    struct th_idct *idct = jpeg->client_data;
    (void)pool;
    size_t from = idct->pool_bytes;
    idct->pool_bytes += (bytes + 31) / 32 * 32;
    return idct->pool_bytes <= POOL_BYTES ? idct->pool + from : NULL;
}

/* Sample for an IDCT result v (before the centre is added), v modulo 1024: 0..127
 * are 128..255, up to 511 too large, then too small, and the last 128 are 0..127. */
static void make_limit(struct th_idct *idct) {
    JSAMPLE *limit = idct->limit;
    for (uint32_t i = 0; i < CENTER; i++) limit[i] = (JSAMPLE)i;
    for (uint32_t i = 0; i < LIMIT_ENTRIES; i++) {
        uint32_t v = i < CENTER ? i + CENTER : i < 512 ? 255 : i < 896 ? 0 : i - 896;
        limit[CENTER + i] = (JSAMPLE)v;
    }
    idct->jpeg.sample_range_limit = limit;
}

/* libjpeg's IDCTs to 4x4 leave out row and column 4, those to 2x2 also the even ones; that to 3x3
 * takes the first three of each. */
static uint64_t used_positions(uint32_t size) {
    uint64_t used = 0;
    for (uint32_t k = 1; k < 64; k++) {
        uint32_t row = th_jpeg_order[k] / 8, column = th_jpeg_order[k] % 8;
        bool use = size == 8;
        if (size == 4) use = row != 4 && column != 4;
        if (size == 3) use = row < 3 && column < 3;
        if (size == 2) use = (row == 0 || row % 2 == 1) && (column == 0 || column % 2 == 1);
        if (use) used |= UINT64_C(1) << k;
    }
    return used;
}

enum th_status th_idct_open(struct th_idct **out, const struct th_jpeg_frame *frame,
                            uint32_t size) {
    struct th_idct *idct = th_calloc(1, sizeof *idct);
    if (!idct) return th_fail_memory();
    struct jpeg_decompress_struct *jpeg = &idct->jpeg;
    idct->memory.alloc_small = take_from_pool;
    jpeg->mem = &idct->memory;
    jpeg->client_data = idct;
    jpeg->is_decompressor = TRUE;
    jpeg->master = &idct->master;
    jpeg->data_precision = 8;
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->num_components = frame->component_count;
    jpeg->comp_info = idct->component;
    make_limit(idct);
    for (uint32_t i = 0; i < frame->component_count; i++) {
        jpeg_component_info *c = &idct->component[i];
        c->component_index = (int)i;
        c->component_needed = TRUE;
        c->DCT_scaled_size = (int)size;
        c->quant_table = &idct->quant[i];
        memcpy(idct->quant[i].quantval, frame->component[i].quant, sizeof idct->quant[i].quantval);
        c->width_in_blocks = frame->component[i].width_blocks;
    }
    idct->used = used_positions(size);
    jinit_inverse_dct(jpeg);
    jpeg->idct->start_pass(jpeg);
    *out = idct;
    return TH_OK;
}

/* What every IDCT makes of a block with nothing but DC. */
static JSAMPLE flat_sample(const struct th_idct *idct, int32_t dc, const int16_t *multiplier) {
    uint32_t v = (uint32_t)((dc * multiplier[0] + 4) >> 3);
    return idct->limit[CENTER + v % LIMIT_ENTRIES];
}

static void flat_line(const struct th_idct *idct, uint32_t index, int16_t *dc, uint32_t stride,
                      uint8_t *out) {
    const int16_t *multiplier = idct->component[index].dct_table;
    uint32_t count = idct->component[index].width_in_blocks;
    for (uint32_t x = 0; x < count; x++, dc += stride) {
        out[x] = flat_sample(idct, *dc, multiplier);
        *dc = 0;
    }
}

/* Blocks of 2, 3, 4 or 8 samples, those with AC coefficients by libjpeg. */
static inline void block_line(struct th_idct *idct, uint32_t index, int16_t *block,
                              uint64_t *nonzero, uint8_t *out, size_t stride, uint32_t size) {
    jpeg_component_info *c = &idct->component[index];
    inverse_DCT_method_ptr transform = idct->jpeg.idct->inverse_DCT[index];
    const int16_t *multiplier = c->dct_table;
    JSAMPROW rows[8];
    for (uint32_t i = 0; i < size; i++) rows[i] = out + i * stride;
    for (uint32_t x = 0; x < c->width_in_blocks; x++, block += 64) {
        if (nonzero[x] & idct->used) {
            transform(&idct->jpeg, c, block, rows, x * size);
        } else {
            JSAMPLE sample = flat_sample(idct, block[0], multiplier);
            for (uint32_t i = 0; i < size; i++) memset(rows[i] + x * size, sample, size);
        }
        if (nonzero[x]) memset(block, 0, 64 * sizeof *block);
        block[0] = 0;
        nonzero[x] = 0;
    }
}

void th_idct_line(struct th_idct *idct, uint32_t index, const struct th_jpeg_blocks *blocks,
                  uint32_t y, uint8_t *out, size_t stride) {
    size_t first = (size_t)y * blocks->columns;
    int16_t *block = blocks->coefficient + first * blocks->stride;
    uint64_t *nonzero = blocks->nonzero + first;
    /* A constant size each, so that the flat fill is a store. */
    switch (idct->component[index].DCT_scaled_size) {
    case 8: block_line(idct, index, block, nonzero, out, stride, 8); break;
    case 4: block_line(idct, index, block, nonzero, out, stride, 4); break;
    case 3: block_line(idct, index, block, nonzero, out, stride, 3); break;
    case 2: block_line(idct, index, block, nonzero, out, stride, 2); break;
    default: flat_line(idct, index, block, blocks->stride, out); break;
    }
}

void th_idct_close(struct th_idct *idct) {
    th_free(idct);
}
