/* decimate.h - how libwebp's quant_enc.c, which includes this on Wasm, chooses prediction
 * modes without trellis: the same choices as its PickBestIntra16, PickBestIntra4 and
 * PickBestUV, by trials that measure more at once. A mode's bits are only counted when the
 * rest of its score leaves it a chance; a partial score never exceeds the whole. */
#include <limits.h>

#include "block_pair.h"
#include "levels_cost.h"
#include "trial.h"

/* The least bits of levels with which `current`, whose score lacks them, loses. */
static int th_losing_cost(const VP8ModeScore *current, const VP8ModeScore *best, int lambda) {
    score_t cost = (best->score - current->score + lambda - 1) / lambda;
    return cost > INT_MAX ? INT_MAX : (int)cost;
}

/* VP8GetCostLuma16, unless it is `losing` or more. */
static __attribute__((noinline)) int th_luma_cost(VP8EncIterator *it, const VP8ModeScore *rd,
                                                  int losing) {
    const VP8EncProba *proba = &it->enc->proba;
    VP8IteratorNzToBytes(it);
    int cost = th_levels_cost(proba, TYPE_I16_DC, 0, it->top_nz[8] + it->left_nz[8],
                              rd->y_dc_levels);
    for (int n = 0; n < 16 && cost < losing; n++) {
        int *top = &it->top_nz[n & 3], *left = &it->left_nz[n >> 2];
        int context = *top + *left;
        *top = *left = rd->nz >> n & 1;
        cost += *top ? th_levels_cost(proba, TYPE_I16_AC, 1, context, rd->y_ac_levels[n])
                     : th_no_levels_cost(proba, TYPE_I16_AC, 1, context);
    }
    return cost;
}

/* VP8GetCostUV, unless it is `losing` or more. */
static __attribute__((noinline)) int th_chroma_cost(VP8EncIterator *it, const VP8ModeScore *rd,
                                                    int losing) {
    const VP8EncProba *proba = &it->enc->proba;
    int cost = 0;
    VP8IteratorNzToBytes(it);
    for (int n = 0; n < 8 && cost < losing; n++) {
        int *top = &it->top_nz[4 + (n >> 2) * 2 + (n & 1)];
        int *left = &it->left_nz[4 + (n >> 2) * 2 + (n >> 1 & 1)];
        int context = *top + *left;
        *top = *left = rd->nz >> (16 + n) & 1;
        cost += *top ? th_levels_cost(proba, TYPE_CHROMA_A, 0, context, rd->uv_levels[n])
                     : th_no_levels_cost(proba, TYPE_CHROMA_A, 0, context);
    }
    return cost;
}

static __attribute__((noinline)) void th_pick_intra16(VP8EncIterator *it, VP8ModeScore *rd,
                                                      const struct th_luma *luma) {
    VP8SegmentInfo *segment = &it->enc->dqm[it->mb->segment];
    VP8ModeScore other, *current = &other, *best = rd;
    int is_flat = IsFlatSource16(it->yuv_in + Y_OFF_ENC);
    int least = it->enc->proba.least_cost[TYPE_I16_AC];
    rd->mode_i16 = -1;
    for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
        struct th_area_trial trial = th_try_luma(current, it->yuv_out2 + Y_OFF_ENC, luma,
                                                 it->yuv_p + VP8I16ModeOffsets[mode], segment,
                                                 kWeightY);
        is_flat = is_flat && trial.ac_count <= FLATNESS_LIMIT_I16;
        current->mode_i16 = mode;
        current->nz = trial.nonzero;
        current->D = trial.distortion << is_flat;
        current->SD = MULT_8B(segment->tlambda, trial.texture) << is_flat;
        current->H = VP8FixedCostsI16[mode];
        current->R = 0;
        SetRDScore(segment->lambda_i16, current);
        int losing = mode > 0 ? th_losing_cost(current, best, segment->lambda_i16) : INT_MAX;
        if (losing <= trial.ac_count * least) continue;
        current->R = th_luma_cost(it, current, losing);
        SetRDScore(segment->lambda_i16, current);
        if (mode == 0 || current->score < best->score) {
            SwapModeScore(&current, &best);
            SwapOut(it);
        }
    }
    if (best != rd) memcpy(rd, best, sizeof *rd);
    SetRDScore(segment->lambda_mode, rd);
    VP8SetIntra16Mode(it, rd->mode_i16);
    /* Only DCs, and far from the source: for the strength of the filter. */
    if ((rd->nz & 0x100ffff) == 0x1000000 && rd->D > segment->min_disto) {
        StoreMaxDelta(segment, rd->y_dc_levels);
    }
}

static inline uint32_t th_nonzero_levels(const struct th_block_trial *trial, int mode) {
    return trial[mode >> 1].nonzero >> 4 * (mode & 1) & TH_FIRST_BLOCK;
}

/* What mode `mode` of block it->i4 costs, in rd; the bits of its levels are given. */
static inline void th_score_block(VP8ModeScore *rd, const struct th_block_trial *trial, int mode,
                                  int mode_cost, int levels_cost, const VP8SegmentInfo *segment) {
    int i = mode & 1;
    uint32_t nonzero = th_nonzero_levels(trial, mode);
    int flat = mode > 0 && __builtin_popcount(nonzero & ~TH_DC) <= FLATNESS_LIMIT_I4;
    rd->nz = nonzero != 0;
    rd->D = trial[mode >> 1].distortion[i];
    rd->SD = MULT_8B(segment->tlambda, trial[mode >> 1].texture[i]);
    rd->H = mode_cost;
    rd->R = (flat ? FLATNESS_PENALTY : 0) + levels_cost;
    SetRDScore(segment->lambda_i4, rd);
}

/* Finds the best mode of block it->i4; its levels, its figures in rd. `modes`: those of the blocks
 * before it. A level costs something: that much is known before it is counted. The most promising
 * mode is counted first, so that few of the others are; of equal ones the lowest wins, as it would
 * in order. */
static __attribute__((noinline)) int th_pick_block(VP8EncIterator *it, VP8ModeScore *rd,
                                                   int16_t levels[16],
                                                   const struct th_block_trial *trial,
                                                   const uint8_t modes[16]) {
    const VP8SegmentInfo *segment = &it->enc->dqm[it->mb->segment];
    const uint16_t *mode_costs = GetCostModeI4(it, modes);
    score_t base[NUM_BMODES];
    int promising = 0, best = NUM_BMODES, least = it->enc->proba.least_cost[TYPE_I4_AC];
    /* All ten would be half as much code again for V8 to optimise in the first job. */
#pragma clang loop unroll_count(2)
    for (int mode = 0; mode < NUM_BMODES; mode++) {
        VP8ModeScore guess;
        int bits = least * __builtin_popcount(th_nonzero_levels(trial, mode));
        th_score_block(&guess, trial, mode, mode_costs[mode], bits, segment);
        base[mode] = guess.score;
        if (base[mode] < base[promising]) promising = mode;
    }
    int context = it->top_nz[it->i4 & 3] + it->left_nz[it->i4 >> 2];
    InitScore(rd);
    for (int i = -1; i < NUM_BMODES; i++) {
        int mode = i < 0 ? promising : i;
        if (i == promising || base[mode] > rd->score) continue;
        VP8ModeScore candidate;
        int16_t candidate_levels[16];
        th_block_levels(candidate_levels, trial, mode);
        int bits = th_levels_cost(&it->enc->proba, TYPE_I4_AC, 0, context, candidate_levels);
        th_score_block(&candidate, trial, mode, mode_costs[mode], bits, segment);
        if (candidate.score > rd->score || (candidate.score == rd->score && mode > best)) continue;
        CopyScore(rd, &candidate);
        memcpy(levels, candidate_levels, sizeof candidate_levels);
        best = mode;
    }
    return best;
}

/* Block it->i4 is of `mode`, for those that follow. */
static __attribute__((noinline)) void th_take_block(VP8EncIterator *it, uint8_t modes[16],
                                                    uint8_t *blocks,
                                                    const struct th_block_trial *trial, int mode) {
    modes[it->i4] = (uint8_t)mode;
    th_block_pixels(blocks + VP8Scan[it->i4], trial, mode);
    it->top_nz[it->i4 & 3] = it->left_nz[it->i4 >> 2] = th_nonzero_levels(trial, mode) != 0;
}

static __attribute__((noinline)) void th_pick_intra4(VP8EncIterator *it, VP8ModeScore *rd,
                                                     const struct th_luma *luma) {
    const VP8Encoder *enc = it->enc;
    const VP8SegmentInfo *segment = &enc->dqm[it->mb->segment];
    uint8_t *best_blocks = it->yuv_out2 + Y_OFF_ENC;
    int header_bits = 0;
    VP8ModeScore best;
    if (enc->max_i4_header_bits == 0) return;
    InitScore(&best);
    best.H = 211; /* VP8BitCost(0, 145) */
    SetRDScore(segment->lambda_mode, &best);
    VP8IteratorStartI4(it);
    do {
        VP8ModeScore block;
        struct th_block_trial trial[TH_BLOCK_MODE_PAIRS];
        MakeIntra4Preds(it);
        th_try_block(trial, luma, it->i4, it->yuv_p + I4DC4, &segment->y1, kWeightY);
        int mode = th_pick_block(it, &block, best.y_ac_levels[it->i4], trial, rd->modes_i4);
        block.nz <<= it->i4;
        SetRDScore(segment->lambda_mode, &block);
        AddScore(&best, &block);
        if (best.score >= rd->score) return;
        header_bits += (int)block.H;
        if (header_bits > enc->max_i4_header_bits) return;
        th_take_block(it, rd->modes_i4, best_blocks, trial, mode);
    } while (VP8IteratorRotateI4(it, best_blocks));
    CopyScore(rd, &best);
    VP8SetIntra4Mode(it, rd->modes_i4);
    SwapOut(it);
    memcpy(rd->y_ac_levels, best.y_ac_levels, sizeof rd->y_ac_levels);
}

static __attribute__((noinline)) void th_pick_chroma(VP8EncIterator *it, VP8ModeScore *rd) {
    const VP8SegmentInfo *segment = &it->enc->dqm[it->mb->segment];
    uint8_t *wanted = it->yuv_out + U_OFF_ENC, *to = it->yuv_out2 + U_OFF_ENC, *best_at = wanted;
    int least = it->enc->proba.least_cost[TYPE_CHROMA_A];
    VP8ModeScore best;
    InitScore(&best);
    for (int mode = 0; mode < NUM_PRED_MODES; mode++) {
        VP8ModeScore current;
        struct th_chroma chroma;
        const uint8_t *prediction = it->yuv_p + VP8UVModeOffsets[mode];
        th_chroma_transform(&chroma, it->yuv_in + U_OFF_ENC, prediction);
        if (it->top_derr != NULL) CorrectDCValues(it, &segment->uv, chroma.dc, &current);
        struct th_area_trial trial = th_try_chroma(&current, to, &chroma, prediction, &segment->uv);
        current.nz = trial.nonzero;
        current.D = trial.distortion;
        current.SD = 0;
        current.H = VP8FixedCostsUV[mode];
        current.R = mode > 0 && trial.ac_count <= FLATNESS_LIMIT_UV ? FLATNESS_PENALTY * 8 : 0;
        SetRDScore(segment->lambda_uv, &current);
        int losing = mode > 0 ? th_losing_cost(&current, &best, segment->lambda_uv) : INT_MAX;
        if (losing <= trial.ac_count * least) continue;
        current.R += th_chroma_cost(it, &current, losing);
        SetRDScore(segment->lambda_uv, &current);
        if (mode > 0 && current.score >= best.score) continue;
        CopyScore(&best, &current);
        rd->mode_uv = mode;
        memcpy(rd->uv_levels, current.uv_levels, sizeof rd->uv_levels);
        if (it->top_derr != NULL) memcpy(rd->derr, current.derr, sizeof rd->derr);
        SwapPtr(&best_at, &to);
    }
    VP8SetIntraUVMode(it, rd->mode_uv);
    AddScore(rd, &best);
    if (best_at != wanted) VP8Copy16x8(best_at, wanted);
    if (it->top_derr != NULL) StoreDiffusionErrors(it, rd);
}

/* The mode decision of VP8Decimate without trellis. */
static void th_pick(VP8EncIterator *it, VP8ModeScore *rd) {
    struct th_luma luma;
    th_luma_of(&luma, it->yuv_in + Y_OFF_ENC, kWeightY);
    th_pick_intra16(it, rd, &luma);
    th_pick_intra4(it, rd, &luma);
    th_pick_chroma(it, rd);
}
