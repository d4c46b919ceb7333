/* options.h - the options of a job: one table, one grammar, one canonical form.
 *
 * Options are text (`w=200&h=150&f=webp&q=90`), the same words in URL, command
 * line, log and test. The table in options.c (option_table.h) is the only list of
 * them: the parser, th_canon, th_describe and docs/options.md all follow it. */
#ifndef TH_OPTIONS_H
#define TH_OPTIONS_H

#include "thimble.h"

enum th_fit {
    TH_FIT_DEFAULT = 0, /* cover when both w and h are given, else inside */
    TH_FIT_COVER,
    TH_FIT_INSIDE,
    TH_FIT_CONTAIN,
    TH_FIT_FILL,
    TH_FIT_OUTSIDE,
    TH_FIT_SCALE_DOWN,
};

enum th_out {
    TH_OUT_SOURCE = 0, /* the source's own format */
    TH_OUT_JPEG,
    TH_OUT_PNG,
    TH_OUT_WEBP,
    TH_OUT_SAFE, /* PNG when the source has alpha or is PNG, else JPEG */
    TH_OUT_JSON,
};

struct th_options {
    uint32_t width, height; /* asked, CSS pixels; 0 = not given */
    uint32_t dpr_milli;     /* device pixel ratio x 1000, 1000..4000 */
    enum th_fit fit;
    enum th_out out;
    uint32_t quality; /* 1..100 */
    bool enlarge;
    bool linear_light;
    bool background_given;
    uint8_t background[4]; /* R G B A, not premultiplied; white and opaque by default */
    /* The focal point, the fraction of the image (or of the free space) that
     * stays: 0 left/top .. 10000 right/bottom; 5000 = center. */
    uint32_t gravity_x, gravity_y;
    uint64_t max_bytes; /* output byte budget; 0 = none */
};

/* Parses options text (percent-encoding and `+` as in a query string; unknown
 * keys are dropped; a repeated or wrong known one is TH_BAD_OPTION). `message`
 * (message_room bytes, at least 96) gets NUL-terminated text naming the key.
 * Keys that are the host's business (p, sig, exp) are accepted and ignored. */
enum th_status th_options_parse(struct th_options *options, const char *text, size_t text_bytes,
                                char *message, size_t message_room);

#endif
