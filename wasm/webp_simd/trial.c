/* trial.c - see trial.h. */
#include "trial.h"

#include <string.h>

#include "block_pair.h"
#include "src/dsp/dsp.h"

/* The columns of the two blocks at `from`; returns their texture. */
static __attribute__((noinline)) v128_t pair_of(v128_t column[4], const uint8_t *from,
                                                const uint16_t weights[16]) {
    v128_t v[4];
    th_load_columns(column, from);
    memcpy(v, column, sizeof v);
    return th_texture(v, weights);
}

void th_luma_of(struct th_luma *luma, const uint8_t *yuv_in, const uint16_t weights[16]) {
    for (int pair = 0; pair < 8; pair += 2) {
        v128_t first = pair_of(luma->column[pair], yuv_in + VP8Scan[2 * pair], weights);
        v128_t second = pair_of(luma->column[pair + 1], yuv_in + VP8Scan[2 * pair + 2], weights);
        wasm_v128_store(luma->texture + 2 * pair, th_join(first, second));
    }
}

static inline v128_t texture_error(v128_t texture, v128_t source) {
    return wasm_i32x4_shr(wasm_i32x4_abs(wasm_i32x4_sub(texture, source)), 5);
}

/* ---- a block ---- */

static inline void try_pair(struct th_block_trial *trial, const uint8_t *predictions,
                            const v128_t source[4], v128_t source_texture,
                            const struct th_quantizer *quantizer, const uint16_t weights[16]) {
    v128_t prediction[4], v[4];
    th_load_columns(prediction, predictions);
    for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_sub(source[i], prediction[i]);
    th_forward(v);
    th_quantize(trial->level, v, quantizer);
    trial->nonzero = th_nonzero(trial->level);
    th_inverse(trial->bytes, v, prediction);
    v128_t squares = th_squares(trial->bytes, source);
    th_widen(v, trial->bytes);
    v128_t sums = th_join(squares, th_texture(v, weights));
    wasm_v128_store64_lane(trial->distortion, sums, 0);
    wasm_v128_store64_lane(trial->texture, texture_error(sums, source_texture), 1);
}

void th_try_block(struct th_block_trial trial[TH_BLOCK_MODE_PAIRS], const struct th_luma *luma,
                  int n, const uint8_t *predictions, const VP8Matrix *matrix,
                  const uint16_t weights[16]) {
    v128_t source[4];
    const v128_t *both = luma->column[n >> 1];
    for (int i = 0; i < 4; i++) {
        source[i] = n & 1 ? th_high64(both[i], both[i]) : th_low64(both[i], both[i]);
    }
    v128_t source_texture = wasm_v128_load32_splat(luma->texture + n);
    struct th_quantizer quantizer;
    th_quantizer_of(&quantizer, matrix);
    for (int i = 0; i < TH_BLOCK_MODE_PAIRS; i++) {
        const uint8_t *from = predictions + (i >> 2) * 4 * BPS + (i & 3) * 8;
        try_pair(&trial[i], from, source, source_texture, &quantizer, weights);
    }
}

void th_block_levels(int16_t levels[16], const struct th_block_trial *trial, int mode) {
    const v128_t *v = trial[mode >> 1].level;
    if (mode & 1)
        th_zigzag(levels, th_high64(v[0], v[1]), th_high64(v[2], v[3]));
    else
        th_zigzag(levels, th_low64(v[0], v[1]), th_low64(v[2], v[3]));
}

void th_block_pixels(uint8_t *to, const struct th_block_trial *trial, int mode) {
    v128_t a, b;
    th_rows_of(&a, &b, trial[mode >> 1].bytes);
    if (mode & 1) a = b;
    wasm_v128_store32_lane(to, a, 0);
    wasm_v128_store32_lane(to + BPS, a, 1);
    wasm_v128_store32_lane(to + 2 * BPS, a, 2);
    wasm_v128_store32_lane(to + 3 * BPS, a, 3);
}

/* ---- 16x16 ---- */

static inline v128_t with_dc(v128_t row, int16_t first, int16_t second) {
    return wasm_i16x8_replace_lane(wasm_i16x8_replace_lane(row, 0, first), 4, second);
}

static inline void store_levels(int16_t (*levels)[16], const v128_t v[4], uint32_t nonzero) {
    v128_t zero = wasm_i16x8_const_splat(0);
    if (nonzero & TH_FIRST_BLOCK) {
        th_zigzag(levels[0], th_low64(v[0], v[1]), th_low64(v[2], v[3]));
    } else {
        wasm_v128_store(levels[0], zero);
        wasm_v128_store(levels[0] + 8, zero);
    }
    if (nonzero & ~TH_FIRST_BLOCK) {
        th_zigzag(levels[1], th_high64(v[0], v[1]), th_high64(v[2], v[3]));
    } else {
        wasm_v128_store(levels[1], zero);
        wasm_v128_store(levels[1] + 8, zero);
    }
}

/* The bits of th_nonzero as one bit for each of the two blocks. */
static inline uint32_t blocks_of(uint32_t nonzero) {
    return (nonzero & TH_FIRST_BLOCK ? 1u : 0u) | (nonzero & ~TH_FIRST_BLOCK ? 2u : 0u);
}

static inline int sum_of(v128_t v) {
    v = wasm_i32x4_add(v, wasm_i64x2_shuffle(v, v, 1, 0));
    return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1);
}

struct th_area_trial th_try_luma(VP8ModeScore *rd, uint8_t *to, const struct th_luma *luma,
                                 const uint8_t *prediction, const VP8SegmentInfo *segment,
                                 const uint16_t weights[16]) {
    struct th_area_trial trial = {0};
    struct th_quantizer quantizer;
    v128_t rows[8][4];
    int16_t dc[16][16], transformed[16]; /* as VP8FTransformWHT wants it: dc[n][0] */
    th_quantizer_of(&quantizer, &segment->y1);
    for (int pair = 0; pair < 8; pair++) {
        v128_t v[4], levels[4];
        th_load_columns(v, prediction + VP8Scan[2 * pair]);
        for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_sub(luma->column[pair][i], v[i]);
        th_forward(v);
        dc[2 * pair][0] = wasm_i16x8_extract_lane(v[0], 0);
        dc[2 * pair + 1][0] = wasm_i16x8_extract_lane(v[0], 4);
        v[0] = with_dc(v[0], 0, 0);
        th_quantize(levels, v, &quantizer);
        memcpy(rows[pair], v, sizeof v);
        uint32_t nonzero = th_nonzero(levels);
        store_levels(&rd->y_ac_levels[2 * pair], levels, nonzero);
        trial.nonzero |= blocks_of(nonzero) << 2 * pair;
        trial.ac_count += __builtin_popcount(nonzero);
    }
    VP8FTransformWHT(dc[0], transformed);
    int dc_nonzero = VP8EncQuantizeBlockWHT(transformed, rd->y_dc_levels, &segment->y2);
    trial.nonzero |= (uint32_t)dc_nonzero << 24;
    VP8TransformWHT(transformed, dc[0]);
    v128_t distortion = wasm_i32x4_const_splat(0), texture = distortion, before = distortion;
    for (int pair = 0; pair < 8; pair++) {
        v128_t columns[4], bytes[2];
        v128_t *v = rows[pair];
        th_load_columns(columns, prediction + VP8Scan[2 * pair]);
        v[0] = with_dc(v[0], dc[2 * pair][0], dc[2 * pair + 1][0]);
        th_inverse(bytes, v, columns);
        th_store_rows(to + VP8Scan[2 * pair], bytes);
        distortion = wasm_i32x4_add(distortion, th_squares(bytes, luma->column[pair]));
        th_widen(columns, bytes);
        v128_t sum = th_texture(columns, weights);
        if (pair & 1) {
            v128_t source = wasm_v128_load(luma->texture + 2 * pair - 2);
            texture = wasm_i32x4_add(texture, texture_error(th_join(before, sum), source));
        }
        before = sum;
    }
    trial.distortion = sum_of(distortion);
    trial.texture = sum_of(texture);
    return trial;
}

/* ---- chroma ---- */

/* Where a pair begins in 8x8 U and V side by side: libwebp's VP8ScanUV. */
static int chroma_at(int pair) {
    return (pair >> 1) * 8 + (pair & 1) * 4 * BPS;
}

void th_chroma_transform(struct th_chroma *chroma, const uint8_t *yuv_in,
                         const uint8_t *prediction) {
    for (int pair = 0; pair < 4; pair++) {
        v128_t *v = chroma->row[pair];
        v128_t *source = chroma->source[pair];
        th_load_columns(source, yuv_in + chroma_at(pair));
        th_load_columns(v, prediction + chroma_at(pair));
        for (int i = 0; i < 4; i++) v[i] = wasm_i16x8_sub(source[i], v[i]);
        th_forward(v);
        chroma->dc[2 * pair][0] = wasm_i16x8_extract_lane(v[0], 0);
        chroma->dc[2 * pair + 1][0] = wasm_i16x8_extract_lane(v[0], 4);
    }
}

struct th_area_trial th_try_chroma(VP8ModeScore *rd, uint8_t *to, struct th_chroma *chroma,
                                   const uint8_t *prediction, const VP8Matrix *matrix) {
    struct th_area_trial trial = {0};
    struct th_quantizer quantizer;
    th_quantizer_of(&quantizer, matrix);
    v128_t distortion = wasm_i32x4_const_splat(0);
    for (int pair = 0; pair < 4; pair++) {
        v128_t columns[4], levels[4], bytes[2];
        v128_t *v = chroma->row[pair];
        v[0] = with_dc(v[0], chroma->dc[2 * pair][0], chroma->dc[2 * pair + 1][0]);
        th_quantize(levels, v, &quantizer);
        uint32_t nonzero = th_nonzero(levels);
        store_levels(&rd->uv_levels[2 * pair], levels, nonzero);
        trial.nonzero |= blocks_of(nonzero) << (16 + 2 * pair);
        trial.ac_count += __builtin_popcount(nonzero & ~(TH_DC | TH_DC << 4));
        th_load_columns(columns, prediction + chroma_at(pair));
        th_inverse(bytes, v, columns);
        th_store_rows(to + chroma_at(pair), bytes);
        distortion = wasm_i32x4_add(distortion, th_squares(bytes, chroma->source[pair]));
    }
    trial.distortion = sum_of(distortion);
    return trial;
}
