/* idct_wide.c - the inverse DCTs of jidctint.c and jidctred.c for blocks that no encoder
 * makes, as plain matrices in 64 bits.
 *
 * The library's scalar code is linear between its two rounding steps, so each pass is one
 * matrix: the sums of its constants along every path from an input to an output. It is
 * exact where the library has a 64-bit `long`, which is the definition here: the same
 * bytes as the native build, on whatever garbage. */
#include "idct.h"

/* Row n: the weights of inputs 0..7 in output n, times 2^13 (8x8, 3x3), 2^14 (4x4) or
 * 2^15 (2x2). Columns with a zero everywhere are those the reduced sizes do without. The
 * second half of each matrix is the first with odd inputs negated. */
static const int16_t weights8[4][8] = {
    {8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260},
    {8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436},
    {8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633},
    {8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363},
};
static const int16_t weights3[2][8] = {{8192, 10033, 5793}, {8192, 0, -11586}};
static const int16_t weights4[2][8] = {
    {16384, 20995, 15137, 7373, 0, -4926, -6270, -4176},
    {16384, 8697, -15137, -17799, 0, 11893, 6270, -1730},
};
/* The first weight is 2^15, which int16_t does not hold: doubled below. */
static const int16_t weights2[1][8] = {{16384, 29692, 0, -10426, 0, 6967, 0, -5906}};

static int64_t descale(int64_t value, int bits) {
    return (value + ((int64_t)1 << (bits - 1))) >> bits;
}

/* One dimension: `size` outputs from eight inputs, both `stride` apart. */
static void transform(int64_t *out, const int64_t *in, int stride, int size, int descale_bits) {
    const int16_t(*weights)[8] = size == 8   ? weights8
                                 : size == 4 ? weights4
                                 : size == 3 ? weights3
                                             : weights2;
    for (int n = 0; n < (size + 1) / 2; n++) {
        int64_t even = size == 2 ? in[0] * 16384 : 0;
        int64_t odd = 0;
        for (int k = 0; k < 8; k += 2) even += in[k * stride] * weights[n][k];
        for (int k = 1; k < 8; k += 2) odd += in[k * stride] * weights[n][k];
        out[n * stride] = (int32_t)descale(even + odd, descale_bits);
        out[(size - 1 - n) * stride] = (int32_t)descale(even - odd, descale_bits);
    }
}

void th_idct_wide(const jpeg_component_info *component, const JCOEF *block, JSAMPARRAY out,
                  JDIMENSION column, int size) {
    int extra = size == 4 ? 1 : size == 2 ? 2 : 0;
    int64_t in[64], between[64], row[8];
    for (int i = 0; i < 64; i++) in[i] = (int64_t)block[i] * component->quant_table->quantval[i];
    for (int x = 0; x < 8; x++) transform(between + x, in + x, 8, size, 11 + extra);
    for (int y = 0; y < size; y++) {
        transform(row, between + 8 * y, 1, size, 18 + extra);
        for (int x = 0; x < size; x++)
            out[y][column + (JDIMENSION)x] = th_idct_limit((int32_t)row[x]);
    }
}
