/* exact_math.c - see exact_math.h. Only additions, multiplications and divisions of
 * doubles, each rounded once (-ffp-contract=off), so every machine agrees. */
#include "exact_math.h"

#include <stdint.h>
#include <string.h>

#define LN2_HIGH 6.93147180369123816490e-01 /* ln 2 with 20 zero bits at its end */
#define LN2_LOW 1.90821492927058770002e-10  /* what is left of it */

/* 2^n, n in -1022 .. 1023. */
static double power_of_two(int n) {
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = m * 2^n with m in [1/sqrt(2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)). */
double th_exact_log(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int n = (int)(bits >> 52) - 1023;
    double m = x * power_of_two(-n);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        n++;
    }
    double f = (m - 1.0) / (m + 1.0), f2 = f * f, sum = 0.0;
    for (int k = 23; k >= 1; k -= 2) sum = sum * f2 + 1.0 / k; /* |f| < 0.172: 0.172^24 < 2^-60 */
    return n * LN2_HIGH + (2.0 * f * sum + n * LN2_LOW);
}

/* e^t = 2^n * e^r with |r| <= ln 2 / 2, by Taylor's series. */
static double exact_exp(double t) {
    int n = (int)(t / LN2_HIGH + (t < 0 ? -0.5 : 0.5));
    double r = (t - n * LN2_HIGH) - n * LN2_LOW, sum = 1.0;
    for (int k = 17; k >= 1; k--) sum = 1.0 + sum * r / k;
    return sum * power_of_two(n);
}

double th_exact_pow(double x, double y) {
    return x > 0.0 ? exact_exp(y * th_exact_log(x)) : 0.0;
}
