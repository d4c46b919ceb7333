/* mode_tokens.h - the modes of a macroblock's 4x4 blocks as tokens, which tree_enc.c writes by
 * th_put_tokens (wasm/third_party/libwebp/put_tokens.h) instead of by a branch and a call of
 * VP8PutBit for each bit. */
#ifndef TH_WEBP_SIMD_MODE_TOKENS_H
#define TH_WEBP_SIMD_MODE_TOKENS_H

#include <stdint.h>
#include <wasm_simd128.h>

#include "src/dsp/dsp.h"
#include "src/utils/bit_writer_utils.h"

#define TH_MODE_PROBAS (NUM_BMODES - 1) /* of one context: the modes above and to the left */
#define TH_MODE_ROOM 8                  /* a mode's tokens are stored by eights */
#define TH_MODE_BITS_MAX 7

void th_put_tokens(VP8BitWriter *bw, const uint16_t *from, int count, const uint8_t *probas);

/* Stores the tokens of `mode` before `to`, the first one last, as th_put_tokens wants them; they
 * point to the probabilities from `context` on. Returns where they begin. */
static inline uint16_t *th_mode_tokens(uint16_t *to, int mode, int context) {
#define NO(place) (place)
#define YES(place) (1u << 15 | (place))
    /* The tree of RFC 6386, 8.1, from the leaf to the root. */
    static const uint16_t paths[NUM_BMODES][TH_MODE_ROOM] = {
        [B_DC_PRED] = {0, 0, 0, 0, 0, 0, 0, NO(0)},
        [B_TM_PRED] = {0, 0, 0, 0, 0, 0, NO(1), YES(0)},
        [B_VE_PRED] = {0, 0, 0, 0, 0, NO(2), YES(1), YES(0)},
        [B_HE_PRED] = {0, 0, 0, NO(4), NO(3), YES(2), YES(1), YES(0)},
        [B_RD_PRED] = {0, 0, NO(5), YES(4), NO(3), YES(2), YES(1), YES(0)},
        [B_VR_PRED] = {0, 0, YES(5), YES(4), NO(3), YES(2), YES(1), YES(0)},
        [B_LD_PRED] = {0, 0, 0, NO(6), YES(3), YES(2), YES(1), YES(0)},
        [B_VL_PRED] = {0, 0, NO(7), YES(6), YES(3), YES(2), YES(1), YES(0)},
        [B_HD_PRED] = {0, NO(8), YES(7), YES(6), YES(3), YES(2), YES(1), YES(0)},
        [B_HU_PRED] = {0, YES(8), YES(7), YES(6), YES(3), YES(2), YES(1), YES(0)},
    };
#undef NO
#undef YES
    static const uint8_t counts[NUM_BMODES] = {
        [B_DC_PRED] = 1, [B_TM_PRED] = 2, [B_VE_PRED] = 3, [B_HE_PRED] = 5, [B_RD_PRED] = 6,
        [B_VR_PRED] = 6, [B_LD_PRED] = 5, [B_VL_PRED] = 6, [B_HD_PRED] = 7, [B_HU_PRED] = 7,
    };
    v128_t tokens = wasm_i16x8_add(wasm_v128_load(paths[mode]), wasm_i16x8_splat(context));
    wasm_v128_store(to - TH_MODE_ROOM, tokens);
    return to - counts[mode];
}

/* Writes the modes of the 16 blocks at `modes`, whose rows lie `stride` apart and have those of
 * the blocks above and to the left around them. `probas`: libwebp's kBModesProba. */
static void th_put_modes(VP8BitWriter *bw, const uint8_t *modes, int stride,
                         const uint8_t *probas) {
    uint16_t room[TH_MODE_ROOM + 16 * TH_MODE_BITS_MAX], *const end = room + sizeof room / 2,
                                                                *at = end;
    for (int y = 0; y < 4; y++, modes += stride) {
        for (int x = 0; x < 4; x++) {
            int context = (modes[x - stride] * NUM_BMODES + modes[x - 1]) * TH_MODE_PROBAS;
            at = th_mode_tokens(at, modes[x], context);
        }
    }
    th_put_tokens(bw, end - 1, (int)(end - at), probas);
}

#endif
