/* test_webp_simd128.c - the VP8 kernels of wasm/webp_simd against libwebp's scalar code: the
 * choice of modes macroblock by macroblock, the histograms, and the writing of tokens and
 * modes. Runs as a WASI command.
 *
 * quant_enc.c is compiled in here once more, without the kernels, and then asks libwebp's
 * plain C functions. The choice under test is built from the same two files. */
#include "check.h"
#include "memory_end.h"

#include <stdlib.h>

#define VP8Decimate scalar_Decimate
#define VP8SetSegmentParams scalar_SetSegmentParams
#define VP8MakeLuma16Preds scalar_MakeLuma16Preds
#define VP8MakeChroma8Preds scalar_MakeChroma8Preds
#define VP8I16ModeOffsets scalar_I16ModeOffsets
#define VP8UVModeOffsets scalar_UVModeOffsets
#define VP8Scan scalar_Scan
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <src/enc/quant_enc.c>

#include "../../wasm/webp_simd/decimate.h"
#include "../../wasm/webp_simd/histogram.h"
#include "../../wasm/webp_simd/mode_tokens.h"
#pragma clang diagnostic pop

#include <src/utils/bit_writer_utils.h>

#define SIDE_MBS 8u
#define SIDE (SIDE_MBS * 16)

extern VP8CPUInfo VP8GetCPUInfo;

static uint64_t seed = 1;

static uint32_t random_bits(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

static uint32_t random_below(uint32_t n) {
    return random_bits() % n;
}

/* ---- an encoder without a picture ---- */

static uint8_t planes[3][SIDE * SIDE];

/* Gradients under noise: each macroblock has a strength of its own, some none, so that flat
 * ones occur, and some are black and white; of one kind only one block is not flat. */
static void draw(uint8_t *plane) {
    uint32_t slope_x = random_below(5), slope_y = random_below(5);
    uint32_t spot_x = random_below(4), spot_y = random_below(4), spot = 1u << random_below(9);
    for (uint32_t y = 0; y < SIDE; y++) {
        for (uint32_t x = 0; x < SIDE; x++) {
            uint32_t kind = (y / 16 * 5 + x / 16 * 3) % 7;
            static const uint32_t strength[7] = {1, 1, 4, 12, 40, 120, 256};
            uint32_t noise = random_below(strength[kind]);
            if (kind == 1 && x / 4 % 4 == spot_x && y / 4 % 4 == spot_y) noise = random_below(spot);
            uint32_t value = 40 + (x * slope_x + y * slope_y) / 8 + noise;
            if (kind == 6 && noise < 128) value = random_below(2) * 255;
            plane[y * SIDE + x] = (uint8_t)(value > 255 ? 255 : value);
        }
    }
}

struct bench {
    VP8Encoder encoder;
    WebPConfig config;
    WebPPicture picture;
    VP8MBInfo mbs[SIDE_MBS * SIDE_MBS];
    uint8_t modes[(4 * SIDE_MBS + 1) * (4 * SIDE_MBS + 1)];
    uint32_t nonzero[SIDE_MBS + 1];
    uint8_t top[2 * SIDE];
    DError errors[SIDE_MBS];
};

static void random_probabilities(VP8Encoder *encoder) {
    uint8_t *p = &encoder->proba.coeffs[0][0][0][0];
    VP8DefaultProbas(encoder);
    for (size_t i = 0; i < sizeof encoder->proba.coeffs; i++) {
        if (random_below(4) == 0) p[i] = (uint8_t)(1 + random_below(255));
    }
    encoder->proba.dirty = 1;
    VP8CalculateLevelCosts(&encoder->proba);
}

static void set_up(struct bench *b, float quality) {
    VP8Encoder *e = &b->encoder;
    memset(b, 0, sizeof *b);
    CHECK(WebPConfigInit(&b->config) && WebPPictureInit(&b->picture));
    b->picture.width = b->picture.height = SIDE;
    b->picture.y = planes[0];
    b->picture.u = planes[1];
    b->picture.v = planes[2];
    b->picture.y_stride = b->picture.uv_stride = SIDE;
    e->config = &b->config;
    e->pic = &b->picture;
    e->mb_w = e->mb_h = SIDE_MBS;
    e->preds_w = 4 * SIDE_MBS + 1;
    e->num_parts = 1;
    e->method = 4;
    e->rd_opt_level = RD_OPT_BASIC;
    e->mb_info = b->mbs;
    e->preds = b->modes + 1 + e->preds_w;
    e->nz = b->nonzero + 1;
    e->y_top = b->top;
    e->uv_top = b->top + SIDE;
    e->top_derr = quality <= ERROR_DIFFUSION_QUALITY ? b->errors : NULL;
    e->max_i4_header_bits = random_below(8) ? 256 * 16 * 16 : (int)random_below(9000);
    e->segment_hdr.num_segments = 1;
    scalar_SetSegmentParams(e, quality);
    random_probabilities(e);
    for (int i = 0; i < 3; i++) draw(planes[i]);
}

/* ---- the choice ---- */

static void check_scores(const VP8ModeScore *actual, const VP8ModeScore *expected, bool intra16) {
    CHECK_EQ(actual->score, expected->score);
    CHECK_EQ(actual->D, expected->D);
    CHECK_EQ(actual->SD, expected->SD);
    CHECK_EQ(actual->R, expected->R);
    CHECK_EQ(actual->H, expected->H);
    CHECK_EQ(actual->nz, expected->nz);
    CHECK_EQ(actual->mode_uv, expected->mode_uv);
    CHECK_BYTES(actual->y_ac_levels, expected->y_ac_levels, sizeof actual->y_ac_levels);
    CHECK_BYTES(actual->uv_levels, expected->uv_levels, sizeof actual->uv_levels);
    if (intra16) {
        CHECK_EQ(actual->mode_i16, expected->mode_i16);
        CHECK_BYTES(actual->y_dc_levels, expected->y_dc_levels, sizeof actual->y_dc_levels);
    } else {
        CHECK_BYTES(actual->modes_i4, expected->modes_i4, sizeof actual->modes_i4);
    }
}

/* One macroblock both ways from the same state; goes on with the scalar result. */
static void check_macroblock(struct bench *b, VP8EncIterator *it, uint32_t counts[2]) {
    static struct bench before, after;
    static VP8EncIterator it_before;
    VP8ModeScore actual, expected;
    static uint8_t pixels[YUV_SIZE_ENC];
    before = *b;
    it_before = *it;
    InitScore(&actual);
    scalar_MakeLuma16Preds(it);
    scalar_MakeChroma8Preds(it);
    th_pick(it, &actual);
    memcpy(pixels, it->yuv_out, sizeof pixels);
    after = *b;

    *b = before;
    *it = it_before;
    scalar_Decimate(it, &expected, RD_OPT_BASIC);
    bool intra16 = it->mb->type == 1;
    counts[intra16]++;
    check_scores(&actual, &expected, intra16);
    for (int y = 0; y < 16; y++) { /* what lies beside the pixels is nobody's */
        CHECK_BYTES(pixels + y * BPS, it->yuv_out + y * BPS, y < 8 ? 32 : 16);
    }
    CHECK_BYTES(after.modes, b->modes, sizeof b->modes);
    CHECK_BYTES(after.errors, b->errors, sizeof b->errors);
    CHECK_EQ(after.encoder.dqm[0].max_edge, b->encoder.dqm[0].max_edge);
    CHECK_EQ(after.mbs[it->x + it->y * (int)SIDE_MBS].type, it->mb->type);
}

/* What a trial is written to, with nothing written beside it. */
static void check_trial_margins(VP8EncIterator *it) {
    static struct {
        uint8_t before[MARGIN_BYTES];
        struct th_luma inside;
        uint8_t after[MARGIN_BYTES];
    } luma;
    static struct {
        uint8_t before[MARGIN_BYTES];
        struct th_block_trial inside[TH_BLOCK_MODE_PAIRS];
        uint8_t after[MARGIN_BYTES];
    } block;
    static struct {
        uint8_t before[MARGIN_BYTES];
        struct th_chroma inside;
        uint8_t after[MARGIN_BYTES];
    } chroma;
    set_margins((uint8_t *)&luma, sizeof luma);
    set_margins((uint8_t *)&chroma, sizeof chroma);
    set_margins((uint8_t *)&block, sizeof block);
    th_luma_of(&luma.inside, it->yuv_in + Y_OFF_ENC, kWeightY);
    th_try_block(block.inside, &luma.inside, 0, it->yuv_p + I4DC4, &it->enc->dqm[0].y1, kWeightY);
    th_chroma_transform(&chroma.inside, it->yuv_in + U_OFF_ENC, it->yuv_p);
    CHECK(margin_is_whole(chroma.before) && margin_is_whole(chroma.after));
    CHECK(margin_is_whole(luma.before) && margin_is_whole(luma.after));
    CHECK(margin_is_whole(block.before) && margin_is_whole(block.after));
}

/* The choice alone seldom tells: who is one bit from the best is rare. */
static void check_losing_cost(void) {
    for (uint32_t round = 0; round < 100000; round++) {
        int lambda = 1 + (int)random_below(1u << random_below(16));
        VP8ModeScore current = {.score = random_below(1u << 30)}, best = current;
        best.score += 1 + random_below(1u << random_below(30));
        int losing = th_losing_cost(&current, &best, lambda);
        CHECK(current.score + (score_t)losing * lambda >= best.score);
        CHECK(current.score + (score_t)(losing - 1) * lambda < best.score);
        CHECK(th_losing_cost(&best, &current, lambda) <= 0);
    }
    VP8ModeScore current = {.score = 0}, best = {.score = MAX_COST};
    CHECK_EQ(th_losing_cost(&current, &best, 1), INT_MAX);
}

/* PickBestIntra4 of a macroblock whose intra16 mode has this score, with this limit of header
 * bits; the state is as before afterwards. */
static void check_intra4(struct bench *b, VP8EncIterator *it, score_t score, int bits,
                         VP8ModeScore *expected) {
    static struct bench before;
    const VP8EncIterator it_before = *it;
    struct th_luma luma;
    VP8ModeScore actual;
    before = *b;
    b->encoder.max_i4_header_bits = bits;
    InitScore(expected);
    expected->score = score;
    actual = *expected;
    th_luma_of(&luma, it->yuv_in + Y_OFF_ENC, kWeightY);
    th_pick_intra4(it, &actual, &luma);
    *it = it_before;
    PickBestIntra4(it, expected);
    CHECK_EQ(actual.score, expected->score);
    CHECK_EQ(actual.H, expected->H);
    *it = it_before;
    *b = before;
}

/* Where either limit is met exactly. */
static void check_intra4_limits(struct bench *b, VP8EncIterator *it) {
    VP8ModeScore best, other;
    check_intra4(b, it, MAX_COST, INT_MAX, &best);
    const int bits = (int)best.H - 211; /* as PickBestIntra4 begins */
    check_intra4(b, it, best.score, INT_MAX, &other);
    check_intra4(b, it, best.score + 1, INT_MAX, &other);
    check_intra4(b, it, MAX_COST, bits, &other);
    CHECK_EQ(other.score, best.score);
    check_intra4(b, it, MAX_COST, bits - 1, &other);
    CHECK_EQ(other.score, MAX_COST);
}

static void check_choice(void) {
    static struct bench b;
    static VP8EncIterator it;
    static const float qualities[] = {0, 1, 10, 30, 50, 75, 80, 90, 95, 98, 99, 100};
    uint32_t counts[2] = {0, 0};
    for (uint32_t round = 0; round < 5 * sizeof qualities / sizeof *qualities; round++) {
        set_up(&b, qualities[round % (sizeof qualities / sizeof *qualities)]);
        VP8IteratorInit(&b.encoder, &it);
        do {
            VP8IteratorImport(&it, NULL);
            *it.nz = random_bits() & 0x1ffffff;
            it.left_nz[8] = (int)random_below(2); /* not among these bits */
            check_intra4_limits(&b, &it);
            check_macroblock(&b, &it, counts);
            VP8IteratorSaveBoundary(&it);
        } while (VP8IteratorNext(&it));
        check_trial_margins(&it);
    }
    CHECK(counts[0] > 200 && counts[1] > 200); /* both kinds are chosen */
}

/* ---- histograms ---- */

static void check_histograms(void) {
    static uint8_t source[YUV_SIZE_ENC], prediction[YUV_SIZE_ENC];
    for (uint32_t round = 0; round < 20000; round++) {
        uint32_t spread = 1u << random_below(9);
        for (size_t i = 0; i < sizeof source; i++) {
            source[i] = (uint8_t)random_below(spread);
            prediction[i] = (uint8_t)random_below(spread);
        }
        VP8Histogram actual, expected;
        int start = round & 1 ? 16 : 0, end = round & 1 ? 24 : 16;
        th_collect_histogram(source, prediction, start, end, &actual);
        VP8CollectHistogram(source, prediction, start, end, &expected);
        CHECK_EQ(actual.max_value, expected.max_value);
        CHECK_EQ(actual.last_non_zero, expected.last_non_zero);
    }
}

/* ---- tokens ---- */

/* Both have written the same; ends them. */
static void check_written(VP8BitWriter *actual, VP8BitWriter *expected) {
    VP8BitWriterFinish(actual);
    VP8BitWriterFinish(expected);
    CHECK_EQ(actual->pos, expected->pos);
    CHECK_BYTES(actual->buf, expected->buf, expected->pos);
    VP8BitWriterWipeOut(actual);
    VP8BitWriterWipeOut(expected);
}

/* VP8EmitTokens' own loop of before: bit 15 is the bit, bit 14 says that the rest is the
 * probability itself. */
static void put_one_by_one(VP8BitWriter *bw, const uint16_t *from, int count,
                           const uint8_t *probas) {
    for (int i = 0; i < count; i++) {
        int bit = from[-i] >> 15 & 1, rest = from[-i] & 0x3fff;
        VP8PutBit(bw, bit, from[-i] & 0x4000 ? rest & 255 : probas[rest]);
    }
}

static void check_tokens(void) {
    static uint8_t probas[sizeof(((VP8EncProba *)0)->coeffs)];
    static uint16_t tokens[10000];
    const int count = sizeof tokens / sizeof *tokens;
    for (uint32_t round = 0; round < 200; round++) {
        uint32_t likely = random_below(256); /* runs of 0xff need bits that agree with theirs */
        for (size_t i = 0; i < sizeof probas; i++) probas[i] = (uint8_t)random_below(256);
        for (int i = 0; i < count; i++) {
            uint32_t bit = random_below(256) < likely;
            uint32_t fixed = random_below(3) == 0;
            uint32_t rest = fixed ? random_below(256) : random_below(sizeof probas);
            tokens[i] = (uint16_t)(bit << 15 | fixed << 14 | rest);
        }
        VP8BitWriter actual, expected;
        CHECK(VP8BitWriterInit(&actual, 0) && VP8BitWriterInit(&expected, 0));
        const uint16_t *from = tokens + count - 1;
        int first = (int)random_below((uint32_t)count);
        th_put_tokens(&actual, from, first, probas);
        th_put_tokens(&actual, from - first, count - first, probas);
        put_one_by_one(&expected, from, count, probas);
        check_written(&actual, &expected);
    }
}

/* ---- modes ---- */

/* The tree of RFC 6386, 8.1: an entry is a mode, negated, or where the next two entries are. */
static const int8_t mode_tree[18] = {
    -B_DC_PRED, 2,          -B_TM_PRED, 4,  -B_VE_PRED, 6,  8,          12,         -B_HE_PRED, 10,
    -B_RD_PRED, -B_VR_PRED, -B_LD_PRED, 14, -B_VL_PRED, 16, -B_HD_PRED, -B_HU_PRED,
};

static bool leads_to(int entry, int mode) {
    if (entry <= 0) return -entry == mode;
    return leads_to(mode_tree[entry], mode) || leads_to(mode_tree[entry + 1], mode);
}

static void put_mode(VP8BitWriter *bw, int mode, const uint8_t *probas) {
    int at = 0;
    do {
        int bit = !leads_to(mode_tree[at], mode);
        VP8PutBit(bw, bit, probas[at >> 1]);
        at = mode_tree[at + bit];
    } while (at > 0);
}

static void check_modes(void) {
    static uint8_t probas[NUM_BMODES][NUM_BMODES][TH_MODE_PROBAS];
    uint8_t modes[5][5];
    VP8BitWriter actual, expected;
    CHECK(VP8BitWriterInit(&actual, 0) && VP8BitWriterInit(&expected, 0));
    for (size_t i = 0; i < sizeof probas; i++) probas[0][0][i] = (uint8_t)random_below(256);
    for (uint32_t round = 0; round < 3000; round++) {
        uint32_t kinds = 1 + random_below(NUM_BMODES);
        for (int i = 0; i < 25; i++)
            modes[i / 5][i % 5] = (uint8_t)(NUM_BMODES - 1 - random_below(kinds));
        th_put_modes(&actual, &modes[1][1], sizeof modes[0], probas[0][0]);
        for (int y = 1; y < 5; y++)
            for (int x = 1; x < 5; x++)
                put_mode(&expected, modes[y][x], probas[modes[y - 1][x]][modes[y][x - 1]]);
    }
    check_written(&actual, &expected);
}

int main(void) {
    VP8GetCPUInfo = NULL; /* libwebp's plain C */
    VP8EncDspInit();
    VP8EncDspCostInit();
    check_losing_cost();
    check_choice();
    check_histograms();
    check_tokens();
    check_modes();
    return check_done();
}
