/* jconfig.h - what of libjpeg-turbo is built (by hand instead of by CMake).
 *
 * 8-bit Huffman JPEG, baseline and progressive. Neither arithmetic coding nor
 * lossless JPEG nor 12/16-bit samples: such a file fails in the library with its
 * own "unsupported" message (see not_built.c and the patches). */
#define JPEG_LIB_VERSION 62
#define LIBJPEG_TURBO_VERSION 3.1.3
#define LIBJPEG_TURBO_VERSION_NUMBER 3001003

#undef C_ARITH_CODING_SUPPORTED
#undef D_ARITH_CODING_SUPPORTED
#undef MEM_SRCDST_SUPPORTED /* the core brings its own source and destination */

/* Our Wasm kernels behind jsimd_*; set by the build when wasm/jpeg_simd exists. */
#ifdef TH_JPEG_SIMD
#define WITH_SIMD 1
#endif

#ifndef BITS_IN_JSAMPLE
#define BITS_IN_JSAMPLE 8
#endif

#undef RIGHT_SHIFT_IS_UNSIGNED
