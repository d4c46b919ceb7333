/* check.h - the C tests' whole framework: checks that count and go on, and a closing
 * line that scripts/test adds up.
 *
 *     int main(void) {
 *         CHECK(th_x() == 3);
 *         CHECK_EQ(th_y(), 4);
 *         return check_done();
 *     }
 *
 * A check passes or prints one line saying where and what; it never stops the program,
 * so that one run shows all failures. Passing prints nothing. */
#ifndef TH_CHECK_H
#define TH_CHECK_H

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What counts is the place in the source, not how often it is passed: a check in a loop
 * over a million pixels is one check, and it failed when it failed once. */
enum check_site { CHECK_NOT_REACHED, CHECK_PASSED, CHECK_FAILED };

/* One test program is one translation unit, so statics will do. */
static unsigned check_passed, check_failed, check_printed;

/* Counts, and prints where a failure is. False when the caller shall print what it is:
 * the first 20 failures are told, the others only counted. */
static inline bool check_count(bool ok, enum check_site *site, const char *file, int line) {
    if (ok) {
        if (*site != CHECK_NOT_REACHED) return true;
        *site = CHECK_PASSED;
        check_passed++;
        return true;
    }
    if (*site == CHECK_PASSED) check_passed--;
    if (*site != CHECK_FAILED) check_failed++;
    *site = CHECK_FAILED;
    if (check_printed++ >= 20) return true;
    printf("%s:%d: ", file, line);
    return false;
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        static enum check_site check_site;                                                         \
        if (!check_count((condition), &check_site, __FILE__, __LINE__))                            \
            printf("not true: %s\n", #condition);                                                  \
    } while (0)

/* Two integers of any type up to 64 bits; both are shown, signed. */
#define CHECK_EQ(actual, expected)                                                                 \
    do {                                                                                           \
        static enum check_site check_site;                                                         \
        int64_t check_a = (int64_t)(actual), check_e = (int64_t)(expected);                        \
        if (!check_count(check_a == check_e, &check_site, __FILE__, __LINE__))                     \
            printf("%s is %" PRId64 ", expected %" PRId64 "\n", #actual, check_a, check_e);        \
    } while (0)

/* Two doubles, at most `tolerance` apart. NaN is never near anything. */
#define CHECK_NEAR(actual, expected, tolerance)                                                    \
    do {                                                                                           \
        static enum check_site check_site;                                                         \
        double check_a = (actual), check_e = (expected);                                           \
        if (!check_count(fabs(check_a - check_e) <= (tolerance), &check_site, __FILE__, __LINE__)) \
            printf("%s is %.9g, expected %.9g\n", #actual, check_a, check_e);                      \
    } while (0)

/* Two NUL-terminated texts. */
#define CHECK_STR(actual, expected)                                                                \
    do {                                                                                           \
        static enum check_site check_site;                                                         \
        const char *check_a = (actual), *check_e = (expected);                                     \
        if (!check_count(strcmp(check_a, check_e) == 0, &check_site, __FILE__, __LINE__))          \
            printf("%s is \"%s\", expected \"%s\"\n", #actual, check_a, check_e);                  \
    } while (0)

/* `bytes` bytes at two places; the first difference is shown. */
#define CHECK_BYTES(actual, expected, bytes)                                                       \
    do {                                                                                           \
        static enum check_site check_site;                                                         \
        const uint8_t *check_a = (const uint8_t *)(actual);                                        \
        const uint8_t *check_e = (const uint8_t *)(expected);                                      \
        size_t check_n = (bytes), check_i = 0;                                                     \
        while (check_i < check_n && check_a[check_i] == check_e[check_i]) check_i++;               \
        if (!check_count(check_i == check_n, &check_site, __FILE__, __LINE__))                     \
            printf("%s: byte %zu is %u, expected %u\n", #actual, check_i, check_a[check_i],        \
                   check_e[check_i]);                                                              \
    } while (0)

/* Last in main: prints the count and makes the exit code. */
static inline int check_done(void) {
    printf("%u passed, %u failed\n", check_passed, check_failed);
    return check_failed == 0 ? 0 : 1;
}

#endif
