/* jpeg_means.h - decoding at 1/8: a sample is the mean of its block; and what is cleared of
 * blocks for other sizes. Included by jdcoefct.c (a patch), for all builds.
 *
 * The library clears each block, decodes it, and calls a function for its one sample,
 * which together cost as much as the Huffman decoding of a smooth image. Here only the
 * means are cleared, and an MCU's samples are written in one go. */
#ifndef TH_JPEG_MEANS_H
#define TH_JPEG_MEANS_H

/* Are means all that is wanted of this scan? */
static boolean th_only_means(j_decompress_ptr cinfo) {
    for (int i = 0; i < cinfo->comps_in_scan; i++) {
        jpeg_component_info *component = cinfo->cur_comp_info[i];
        if (component->_DCT_scaled_size != 1 || component->quant_table == NULL) return FALSE;
    }
    return TRUE;
}

static inline void th_clear_means(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
    for (int i = 0; i < cinfo->blocks_in_MCU; i++) blocks[i][0][0] = 0;
}

/* At 3/8 (of planes, all components alike: patch 0003) three rows of a block are looked at, so
 * few that clearing them is no call. */
static inline void th_clear_blocks(j_decompress_ptr cinfo, JBLOCKROW *blocks) {
    if (cinfo->raw_data_out && cinfo->_min_DCT_scaled_size == 3) {
        for (int i = 0; i < cinfo->blocks_in_MCU; i++)
            memset(blocks[i], 0, 3 * DCTSIZE * sizeof(JCOEF));
    } else {
        memset(blocks[0], 0, (size_t)cinfo->blocks_in_MCU * sizeof(JBLOCK));
    }
}

/* _jpeg_idct_1x1: an eighth of the mean, rounded, plus 128; the low ten bits count. */
static inline JSAMPLE th_mean_sample(int mean, int multiplier) {
    int eighth = (mean * multiplier + 4) >> 3; /* 16 bits each, the second unsigned */
    int sample = ((int)((unsigned)eighth << 22) >> 22) + CENTERJSAMPLE;
    return (JSAMPLE)(sample < 0 ? 0 : sample > MAXJSAMPLE ? MAXJSAMPLE : sample);
}

/* The samples of MCU number `column` of the row; `yoffset` as in decompress_onepass. What is
 * read of a component is read before the first sample is stored, which might be anything to
 * the compiler. */
static void th_store_means(j_decompress_ptr cinfo, JBLOCKROW *blocks, JSAMPIMAGE output,
                           int yoffset, JDIMENSION column) {
    boolean last_row = cinfo->input_iMCU_row == cinfo->total_iMCU_rows - 1;
    boolean last_column = column == cinfo->MCUs_per_row - 1;
    int components = cinfo->comps_in_scan;
    for (int i = 0; i < components; i++) {
        const jpeg_component_info *component = cinfo->cur_comp_info[i];
        int stride = component->MCU_width, height = component->MCU_height;
        JBLOCKROW *row = blocks;
        blocks += component->MCU_blocks;
        if (!component->component_needed) continue;
        int width = last_column ? component->last_col_width : stride;
        int multiplier = component->quant_table->quantval[0];
        JDIMENSION x0 = (column - cinfo->master->first_iMCU_col) *
                        (JDIMENSION)component->MCU_sample_width;
        JSAMPARRAY rows = output[component->component_index] + yoffset;
        if (last_row && height > component->last_row_height - yoffset)
            height = component->last_row_height - yoffset;
        for (int y = 0; y < height; y++, row += stride) {
            JSAMPROW to = rows[y] + x0;
            for (int x = 0; x < width; x++) to[x] = th_mean_sample(row[x][0][0], multiplier);
        }
    }
}

#endif
