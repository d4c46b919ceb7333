/* jpeg_oracle.c - see jpeg_oracle.h. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JPEG_INTERNALS /* for the coefficient arrays */
#include <jpeglib.h>
#include <jerror.h>

#include "jpeg_oracle.h"

struct state {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr error;
    struct jpeg_source_mgr src;
    jmp_buf jump;
    struct oracle *o;
};

static void note(j_common_ptr jpeg) {
    struct state *s = jpeg->client_data;
    if (!s->o->message[0])
        snprintf(s->o->message, sizeof s->o->message, "code %d", jpeg->err->msg_code);
}

static void error_exit(j_common_ptr jpeg) {
    struct state *s = jpeg->client_data;
    s->o->message[0] = 0;
    note(jpeg);
    longjmp(s->jump, 1);
}

static void emit_message(j_common_ptr jpeg, int level) {
    struct state *s = jpeg->client_data;
    if (level >= 0) return;
    note(jpeg);
    s->o->warnings++;
    int code = jpeg->err->msg_code;
    bool damaged = code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
                   code == JWRN_MUST_RESYNC;
    s->o->damaged = s->o->damaged || damaged;
}

static void reset_error(j_common_ptr jpeg) {
    (void)jpeg;
}

static void do_nothing(j_decompress_ptr jpeg) {
    (void)jpeg;
}

/* Behind the last byte: an end of image, and a warning. */
static boolean fill(j_decompress_ptr jpeg) {
    static const JOCTET end[2] = {0xFF, 0xD9};
    struct state *s = jpeg->client_data;
    s->o->warnings++;
    s->o->damaged = true;
    s->src.next_input_byte = end;
    s->src.bytes_in_buffer = 2;
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long bytes) {
    struct state *s = jpeg->client_data;
    size_t left = s->src.bytes_in_buffer;
    if (bytes <= 0) return;
    if ((size_t)bytes > left) {
        fill(jpeg);
        return;
    }
    s->src.next_input_byte += bytes;
    s->src.bytes_in_buffer = left - (size_t)bytes;
}

static void read_coefficients(struct state *s) {
    jvirt_barray_ptr *arrays = s->jpeg.coef->coef_arrays;
    if (!arrays) return;
    for (int i = 0; i < s->jpeg.num_components; i++) {
        const jpeg_component_info *c = &s->jpeg.comp_info[i];
        struct oracle_plane *p = &s->o->plane[i];
        p->block_columns = c->width_in_blocks;
        p->block_rows = c->height_in_blocks;
        size_t row = (size_t)p->block_columns * 64;
        p->coefficients = malloc(row * p->block_rows * sizeof *p->coefficients);
        for (JDIMENSION y = 0; y < c->height_in_blocks; y++) {
            JBLOCKARRAY blocks = (*s->jpeg.mem->access_virt_barray)((j_common_ptr)&s->jpeg,
                                                                    arrays[i], y, 1, FALSE);
            memcpy(p->coefficients + y * row, blocks[0], row * sizeof *p->coefficients);
        }
    }
}

static void read_planes(struct state *s) {
    struct oracle *o = s->o;
    uint32_t height = (uint32_t)(s->jpeg.max_v_samp_factor * s->jpeg.min_DCT_scaled_size);
    uint32_t rows[4];
    for (uint32_t i = 0; i < o->component_count; i++) {
        const jpeg_component_info *c = &s->jpeg.comp_info[i];
        rows[i] = (uint32_t)(c->v_samp_factor * c->DCT_scaled_size);
        o->plane[i].width = c->downsampled_width;
        o->plane[i].height = c->downsampled_height;
        o->plane[i].stride = (size_t)(c->width_in_blocks + 4) * (size_t)c->DCT_scaled_size;
        o->plane[i].samples = calloc((s->jpeg.output_height / height + 1) * rows[i],
                                     o->plane[i].stride);
    }
    for (uint32_t band = 0; s->jpeg.output_scanline < s->jpeg.output_height; band++) {
        JSAMPROW row[4][32];
        JSAMPARRAY planes[4] = {row[0], row[1], row[2], row[3]};
        for (uint32_t i = 0; i < o->component_count; i++) {
            for (uint32_t y = 0; y < rows[i]; y++) {
                row[i][y] = o->plane[i].samples + (band * rows[i] + y) * o->plane[i].stride;
            }
        }
        jpeg_read_raw_data(&s->jpeg, planes, height);
    }
}

static void decode(struct state *s, uint32_t scale, bool coefficients, uint64_t pixels_max) {
    struct oracle *o = s->o;
    jpeg_read_header(&s->jpeg, TRUE);
    o->width = s->jpeg.image_width;
    o->height = s->jpeg.image_height;
    o->component_count = (uint32_t)s->jpeg.num_components;
    o->progressive = s->jpeg.progressive_mode;
    if (o->component_count > 4 || (uint64_t)o->width * o->height > pixels_max) {
        o->failed = true;
        return;
    }
    s->jpeg.scale_num = scale;
    s->jpeg.scale_denom = 8;
    s->jpeg.do_block_smoothing = FALSE;
    s->jpeg.raw_data_out = TRUE;
    s->jpeg.out_color_space = s->jpeg.jpeg_color_space;
    jpeg_start_decompress(&s->jpeg);
    if (coefficients) read_coefficients(s);
    read_planes(s);
    jpeg_finish_decompress(&s->jpeg);
}

void oracle_decode(struct oracle *o, const uint8_t *data, size_t bytes, uint32_t scale,
                   bool coefficients, uint64_t pixels_max) {
    struct state *s = calloc(1, sizeof *s);
    memset(o, 0, sizeof *o);
    s->o = o;
    s->jpeg.err = &s->error;
    s->jpeg.client_data = s;
    s->error.error_exit = error_exit;
    s->error.emit_message = emit_message;
    s->error.reset_error_mgr = reset_error;
    if (setjmp(s->jump) == 0) {
        jpeg_create_decompress(&s->jpeg);
        s->src = (struct jpeg_source_mgr){
            data, bytes, do_nothing, fill, skip, jpeg_resync_to_restart, do_nothing};
        s->jpeg.src = &s->src;
        decode(s, scale, coefficients, pixels_max);
    } else {
        o->failed = true;
    }
    jpeg_destroy_decompress(&s->jpeg);
    free(s);
}

void oracle_free(struct oracle *o) {
    for (uint32_t i = 0; i < 4; i++) {
        free(o->plane[i].samples);
        free(o->plane[i].coefficients);
    }
}
