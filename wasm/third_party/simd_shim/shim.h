/* shim.h - Intel's intrinsics on WebAssembly, by SIMDe. The other files in this folder
 * bear the names of the compiler's x86 headers and include this one.
 *
 * SIMDe 0.8.2 believes that clang has _Float16 everywhere but under Emscripten; nobody
 * here uses half floats, so its portable ones do. The native aliases give the emulations
 * the names _mm_* that the libraries use. */
#ifndef TH_SIMD_SHIM_H
#define TH_SIMD_SHIM_H

#define SIMDE_FLOAT16_API 1 /* SIMDE_FLOAT16_API_PORTABLE, which is defined later */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse4.1.h>

#endif
