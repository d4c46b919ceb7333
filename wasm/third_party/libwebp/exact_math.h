/* exact_math.h - included in front of every libwebp file (-include): its calls of
 * log and pow become ours, which give the same bits in every build.
 *
 * libwebp derives quantizers from pow and alpha's entropy estimates from log, and
 * rounds. C libraries differ in the last bit (glibc picks a variant with fused
 * multiply-add where the processor has it, wasi-libc cannot), so that once in many
 * pictures a rounding would tip and native and Wasm output would differ. */
#ifndef TH_EXACT_MATH_H
#define TH_EXACT_MATH_H

#include <math.h>

/* Within 1e-15 of the true value, relative. x is positive and normal. */
double th_exact_log(double x);
/* x >= 0, y > 0, and the result neither overflows nor underflows. */
double th_exact_pow(double x, double y);

#define log(x) th_exact_log(x)
#define pow(x, y) th_exact_pow(x, y)

#endif
