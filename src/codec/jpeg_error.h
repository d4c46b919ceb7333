/* jpeg_error.h - how a failure inside libjpeg gets out of it.
 *
 * libjpeg's error_exit must not return, and Wasm has no portable exceptions.
 * Natively th_jpeg_guard is a setjmp and error_exit jumps back to it. In Wasm the
 * code and text are recorded (th_fail), the host's hook is told, and the module
 * traps: the host reads th_info and throws the instance away. Everything of that
 * is here and in jpeg_error.c; the rest of the core sees a status.
 *
 * libjpeg only warns of much that makes wrong pixels. A warning that means
 * damaged or missing data is a failure here; the list is in jpeg_error.c. */
#ifndef TH_JPEG_ERROR_H
#define TH_JPEG_ERROR_H

#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>

#include "../thimble.h"

#ifndef __wasm__
#include <setjmp.h>
#endif

struct th_jpeg_error {
    struct jpeg_error_mgr mgr; /* first: cinfo->err points here */
    enum th_status status;     /* of the failure that ended the call */
#ifndef __wasm__
    jmp_buf jump;
#endif
};

/* Prepares `error` and returns what cinfo->err shall be. */
struct jpeg_error_mgr *th_jpeg_error_init(struct th_jpeg_error *error);

/* Runs fn(arg), which may call libjpeg. Returns its status, or that of the
 * failure. After a failure the libjpeg object may only be destroyed. */
enum th_status th_jpeg_guard(struct th_jpeg_error *error, enum th_status (*fn)(void *), void *arg);

/* Leaves libjpeg from inside one of its callbacks; th_fail has the text. Does not return. */
void th_jpeg_raise(struct th_jpeg_error *error, enum th_status status);

/* Wasm hosts: called with the status before the trap; may not return to the
 * core (a command prints and exits) or may return (then the module traps). */
typedef void th_fatal_hook(enum th_status status, const char *message);
void th_jpeg_set_fatal_hook(th_fatal_hook *hook);

#endif
