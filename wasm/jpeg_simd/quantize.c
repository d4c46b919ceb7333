/* quantize.c - division of DCT coefficients by the quantisation table, rounded half away
 * from zero, equal in every bit to jcdctmgr.c's quantize().
 *
 * Wasm multiplies 16 bits by 16 keeping the upper half in one form only:
 * q15mulr(a, b) = floor((a b + 2^14) / 2^15). A division by d is two of these,
 *
 *   S = q15mulr(|x|, R)           R = floor(2^(15+b) / d)     2^b <= d < 2^(b+1)
 *   q = q15mulr(S, 2^(15-b))
 *
 * Floors nest, so q = floor(|x| R / 2^(15+b) + 1/2 + 2^-(b+1)). Wanted is
 * floor(|x| / d + 1/2). R / 2^(15+b) is below 1/d by less than 2^-(15+b), so for
 * |x| <= 2^14 the two arguments differ by something above 0 and at most 2^-(b+1). For
 * even d (a divisor is 8 times a table entry) the wanted argument is a multiple of 1/d
 * away from the next integer, and 1/d > 2^-(b+1): the floors agree. A power of two, for
 * which R would be 2^15, takes R = 2^15 - 1: the same bounds hold, as |x| (R/2^15 - 1)
 * >= -1/2 and 1/d = 2^-b.
 *
 * R is stored where the library keeps the reciprocal, 2^(15-b) where it keeps the scale
 * (a patch to jcdctmgr.c calls th_jpeg_reciprocal). */
#include "kernel.h"

#include "quantize.h"

void th_jpeg_reciprocal(uint16_t divisor, int16_t *table) {
    int bits = 31 - __builtin_clz(divisor);
    uint32_t reciprocal = ((uint32_t)1 << (15 + bits)) / divisor;
    table[TH_JPEG_RECIPROCAL] = (int16_t)(reciprocal > INT16_MAX ? INT16_MAX : reciprocal);
    table[TH_JPEG_SCALE] = (int16_t)(1 << (15 - bits));
}

int jsimd_can_quantize(void) {
    return 1;
}

void jsimd_quantize(JCOEFPTR block, DCTELEM *divisors, DCTELEM *workspace) {
    for (int i = 0; i < DCTSIZE2; i += DCTSIZE) {
        v128_t x = wasm_v128_load(workspace + i);
        v128_t sign = wasm_i16x8_shr(x, 15);
        v128_t q = wasm_i16x8_q15mulr_sat(wasm_i16x8_abs(x),
                                          wasm_v128_load(divisors + i + TH_JPEG_RECIPROCAL));
        q = wasm_i16x8_q15mulr_sat(q, wasm_v128_load(divisors + i + TH_JPEG_SCALE));
        wasm_v128_store(block + i, wasm_i16x8_sub(wasm_v128_xor(q, sign), sign));
    }
}
