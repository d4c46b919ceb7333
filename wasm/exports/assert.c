/* assert.c - a failed assertion in the module traps (the host sees INTERNAL).
 * libc's own would print, and so import a file system. */
#include <assert.h>

_Noreturn void __assert_fail(const char *expression, const char *file, int line,
                             const char *function) {
    (void)expression;
    (void)file;
    (void)line;
    (void)function;
    __builtin_trap();
}
