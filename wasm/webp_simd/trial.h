/* trial.h - what a prediction mode would cost: difference, transform, quantisation, back and
 * how far the result is from the source, for the three kinds of prediction. decimate.h
 * decides by these. */
#ifndef TH_WEBP_SIMD_TRIAL_H
#define TH_WEBP_SIMD_TRIAL_H

#include <stdint.h>
#include <wasm_simd128.h>

#include "src/enc/vp8i_enc.h"

#define TH_BLOCK_MODE_PAIRS (NUM_BMODES / 2)

/* A macroblock's luma, with what is the same for every trial. */
struct th_luma {
    v128_t column[8][4];  /* of blocks 2n and 2n + 1, see block_pair.h */
    int32_t texture[16];  /* of each block */
};

/* Two modes of a 4x4 block. */
struct th_block_trial {
    v128_t level[4];       /* rows, see block_pair.h */
    v128_t bytes[2];       /* what the decoder will see: columns */
    uint32_t nonzero;      /* th_nonzero */
    int32_t distortion[2]; /* VP8SSE4x4 */
    int32_t texture[2];    /* VP8TDisto4x4 */
};

struct th_area_trial {
    uint32_t nonzero; /* a bit for each block */
    int ac_count;     /* levels that are neither zero nor DC */
    int distortion;
    int texture;
};

void th_luma_of(struct th_luma *luma, const uint8_t *yuv_in, const uint16_t weights[16]);

/* All ten modes of block n, whose predictions are at `predictions` as MakeIntra4Preds leaves
 * them. */
void th_try_block(struct th_block_trial trial[TH_BLOCK_MODE_PAIRS], const struct th_luma *luma,
                  int n, const uint8_t *predictions, const VP8Matrix *matrix,
                  const uint16_t weights[16]);

/* The levels of mode `mode` in zigzag order; the pixels. */
void th_block_levels(int16_t levels[16], const struct th_block_trial *trial, int mode);
void th_block_pixels(uint8_t *to, const struct th_block_trial *trial, int mode);

/* ReconstructIntra16 and its measures: levels go to rd, pixels to `to`. */
struct th_area_trial th_try_luma(VP8ModeScore *rd, uint8_t *to, const struct th_luma *luma,
                                 const uint8_t *prediction, const VP8SegmentInfo *segment,
                                 const uint16_t weights[16]);

/* A macroblock's chroma in one mode: differences transformed, U's four blocks before V's. */
struct th_chroma {
    v128_t source[4][4]; /* columns of blocks 2n and 2n + 1 */
    v128_t row[4][4];    /* rows of coefficients */
    int16_t dc[8][16];   /* dc[n][0]: their first, in libwebp's places, to be corrected there */
};

/* ReconstructUV in two steps, between which errors of DC are diffused; and its measures. */
void th_chroma_transform(struct th_chroma *chroma, const uint8_t *yuv_in,
                         const uint8_t *prediction);
struct th_area_trial th_try_chroma(VP8ModeScore *rd, uint8_t *to, struct th_chroma *chroma,
                                   const uint8_t *prediction, const VP8Matrix *matrix);

#endif
