/* kernel.h - what the JPEG kernels of this folder share: libjpeg-turbo's private types
 * and the few shuffles everything is built from.
 *
 * Only shuffles that an engine has one instruction for are used (interleaving the low
 * or the high halves of two vectors): a general one costs V8 five to ten. */
#ifndef TH_JPEG_SIMD_KERNEL_H
#define TH_JPEG_SIMD_KERNEL_H

#include <stdint.h>
#include <wasm_simd128.h>

#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jdct.h"
#include "jsimd.h"
#include "jsimddct.h"

/* The constant pair (a, b) four times, as i32x4.dot_i16x8 wants it. */
#define TH_PAIR(a, b) wasm_i16x8_const(a, b, a, b, a, b, a, b)

static inline v128_t th_low16(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

static inline v128_t th_high16(v128_t a, v128_t b) {
    return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

static inline v128_t th_low8(v128_t a, v128_t b) {
    return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline v128_t th_high8(v128_t a, v128_t b) {
    return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

#endif
