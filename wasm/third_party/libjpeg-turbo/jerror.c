/* jerror.c - libjpeg's message table and default error manager, without stdio.
 *
 * Stands in for the library's file of the same name, which prints with fprintf and
 * leaves by exit(): both would make the Wasm module import a file system. Here a
 * message is formatted by twenty lines of our own, nothing is ever printed, and an
 * error nobody handles traps. The core replaces error_exit and emit_message
 * (src/codec/jpeg_error.c) and uses format_message as it is. */
#include "jinclude.h"
#include "jpeglib.h"
#include "jversion.h"
#include "jerror.h"

#define JMESSAGE(code, string) string,
static const char *const messages[] = {
#include "jerror.h"
    NULL};

METHODDEF(void) error_exit(j_common_ptr cinfo) {
    (void)cinfo;
    __builtin_trap();
}

METHODDEF(void) output_message(j_common_ptr cinfo) {
    (void)cinfo;
}

METHODDEF(void) emit_message(j_common_ptr cinfo, int level) {
    if (level < 0) cinfo->err->num_warnings++;
}

/* Appends one number in `base`, at least `width` digits wide, padded by `pad`. */
static char *put_number(char *to, const char *end, unsigned value, unsigned base, int width,
                        char pad) {
    char digits[16];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count < width && count < (int)sizeof(digits)) digits[count++] = pad;
    while (count > 0 && to < end) *to++ = digits[--count];
    return to;
}

/* The table knows %d, %u, %x and %s, a width of one digit and the flag 0. */
METHODDEF(void) format_message(j_common_ptr cinfo, char *buffer) {
    struct jpeg_error_mgr *err = cinfo->err;
    char *to = buffer;
    const char *end = buffer + JMSG_LENGTH_MAX - 1;
    const char *text = NULL;
    int next = 0;

    if (err->msg_code > 0 && err->msg_code <= err->last_jpeg_message)
        text = err->jpeg_message_table[err->msg_code];
    if (text == NULL) {
        err->msg_parm.i[0] = err->msg_code;
        text = err->jpeg_message_table[0];
    }
    while (*text != '\0' && to < end) {
        char pad = ' ';
        int width = 0;
        if (*text != '%') {
            *to++ = *text++;
            continue;
        }
        text++;
        if (*text == '0') pad = *text++;
        if (*text >= '1' && *text <= '9') width = *text++ - '0';
        if (*text == 's') {
            const char *s = err->msg_parm.s;
            const char *s_end = s + JMSG_STR_PARM_MAX;
            while (s < s_end && *s != '\0' && to < end) *to++ = *s++;
        } else if (next < 8) {
            int value = err->msg_parm.i[next++];
            unsigned magnitude = (unsigned)value;
            if (*text == 'd' && value < 0) {
                if (to < end) *to++ = '-';
                magnitude = 0u - magnitude;
            }
            to = put_number(to, end, magnitude, *text == 'x' ? 16 : 10, width, pad);
        }
        if (*text != '\0') text++;
    }
    *to = '\0';
}

METHODDEF(void) reset_error_mgr(j_common_ptr cinfo) {
    cinfo->err->num_warnings = 0;
    cinfo->err->msg_code = 0;
}

GLOBAL(struct jpeg_error_mgr *) jpeg_std_error(struct jpeg_error_mgr *err) {
    memset(err, 0, sizeof(*err));
    err->error_exit = error_exit;
    err->emit_message = emit_message;
    err->output_message = output_message;
    err->format_message = format_message;
    err->reset_error_mgr = reset_error_mgr;
    err->jpeg_message_table = messages;
    err->last_jpeg_message = (int)JMSG_LASTMSGCODE - 1;
    return err;
}
