/* jpeg_error.c - see jpeg_error.h. */
#include "jpeg_error.h"

#include <jerror.h>
#include <string.h>

#include "../fail.h"

static th_fatal_hook *fatal_hook;

void th_jpeg_set_fatal_hook(th_fatal_hook *hook) {
    fatal_hook = hook;
}

/* A failure's kind, by libjpeg's code. What is not listed contradicts the format. */
static enum th_status status_of(int code) {
    switch (code) {
    case JERR_OUT_OF_MEMORY: return TH_NO_MEMORY;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return TH_TOO_LARGE;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: return TH_UNSUPPORTED;
    default: return TH_CORRUPT;
    }
}

/* Warnings that mean pixels are wrong. The others (an odd Adobe marker, bytes
 * between segments, a newer JFIF version) do no harm. */
static bool warning_is_fatal(int code) {
    return code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC;
}

/* The message in the image's own terms: "jpeg: " and libjpeg's text. */
static void describe(j_common_ptr cinfo, char text[JMSG_LENGTH_MAX + 6]) {
    memcpy(text, "jpeg: ", 6);
    cinfo->err->format_message(cinfo, text + 6);
}

void th_jpeg_raise(struct th_jpeg_error *error, enum th_status status) {
    error->status = status;
#ifdef __wasm__
    if (fatal_hook) fatal_hook(status, th_fail_message());
    __builtin_trap();
#else
    longjmp(error->jump, 1);
#endif
}

static void error_exit(j_common_ptr cinfo) {
    struct th_jpeg_error *error = (struct th_jpeg_error *)(void *)cinfo->err;
    char text[JMSG_LENGTH_MAX + 6];
    describe(cinfo, text);
    enum th_status status = status_of(cinfo->err->msg_code);
    if (status == TH_NO_MEMORY) status = th_fail_memory();
    th_jpeg_raise(error, th_fail(status, text));
}

static void emit_message(j_common_ptr cinfo, int level) {
    if (level < 0 && warning_is_fatal(cinfo->err->msg_code)) error_exit(cinfo);
}

struct jpeg_error_mgr *th_jpeg_error_init(struct th_jpeg_error *error) {
    memset(error, 0, sizeof *error);
    jpeg_std_error(&error->mgr);
    error->mgr.error_exit = error_exit;
    error->mgr.emit_message = emit_message;
    return &error->mgr;
}

enum th_status th_jpeg_guard(struct th_jpeg_error *error, enum th_status (*fn)(void *), void *arg) {
#ifndef __wasm__
    if (setjmp(error->jump)) return error->status;
#else
    (void)error;
#endif
    return fn(arg);
}
