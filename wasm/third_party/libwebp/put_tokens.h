/* put_tokens.h - writes tokens with VP8's bool coder: VP8PutBit with its state in locals and
 * nothing but the flush of a byte left to chance. Included by bit_writer_utils.c (a patch),
 * for all builds; the loop of VP8EmitTokens calls it. */
#ifndef TH_PUT_TOKENS_H
#define TH_PUT_TOKENS_H

#define TH_TOKEN_BIT 15             /* a token's bit, */
#define TH_TOKEN_FIXED (1u << 14)   /* whether what follows is the probability itself */
#define TH_TOKEN_PLACE 0x3fffu      /* or its place */

/* Tokens lie from the end to the beginning: from[0] down to from[1 - count]. */
void th_put_tokens(VP8BitWriter *bw, const uint16_t *from, int count, const uint8_t *probas);

void th_put_tokens(VP8BitWriter *bw, const uint16_t *from, int count, const uint8_t *probas) {
    int32_t range = bw->range + 1, value = bw->value;
    int nb_bits = bw->nb_bits;
    for (int i = 0; i < count; i++) {
        const uint32_t token = from[-i];
        /* A fixed probability is below 256, so that its place may be read too. */
        const int place = probas[token & TH_TOKEN_PLACE];
        const int proba = token & TH_TOKEN_FIXED ? (int)(token & 0xff) : place;
        const int32_t split = 1 + (((range - 1) * proba) >> 8);
        const int32_t one = -(int32_t)(token >> TH_TOKEN_BIT);
        value += split & one;
        range = one ? range - split : split;
        const int shift = __builtin_clz((uint32_t)range) - 24;
        range <<= shift;
        value <<= shift;
        nb_bits += shift;
        if (nb_bits > 0) {
            bw->value = value;
            bw->nb_bits = nb_bits;
            Flush(bw);
            value = bw->value;
            nb_bits = bw->nb_bits;
        }
    }
    bw->range = range - 1;
    bw->value = value;
    bw->nb_bits = nb_bits;
}

#endif
