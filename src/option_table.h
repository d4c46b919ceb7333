/* option_table.h - what an option is: inside of options.h, for the files that read,
 * write and describe options (query.c, options.c, canon.c, describe.c).
 *
 * An option's value, whatever its kind, is one number: so that reading gives an
 * array, canonical text is printed from that array, and both agree by themselves. */
#ifndef TH_OPTION_TABLE_H
#define TH_OPTION_TABLE_H

#include "options.h"

/* The options in the order in which people think of them. */
enum th_option_id {
    TH_OPTION_W,
    TH_OPTION_H,
    TH_OPTION_FIT,
    TH_OPTION_G,
    TH_OPTION_F,
    TH_OPTION_Q,
    TH_OPTION_DPR,
    TH_OPTION_BG,
    TH_OPTION_UP,
    TH_OPTION_MAX,
    TH_OPTION_LIN,
    TH_OPTION_P,
    TH_OPTION_SIG,
    TH_OPTION_EXP,
    TH_OPTION_COUNT
};

/* How the text looks, and what the number means. */
enum th_option_kind {
    TH_OPTION_NUMBER, /* a plain decimal */
    TH_OPTION_FLAG,   /* 0 or 1 */
    TH_OPTION_MILLI,  /* at most three decimals; times 1000 */
    TH_OPTION_WORD,   /* one of words */
    TH_OPTION_COLOUR, /* rgb, rrggbb, rrggbbaa; 0xRRGGBBAA */
    TH_OPTION_POINT,  /* one of words, or XxY, each 0..1 with at most four decimals;
                      * X times 10000 << 16 | Y times 10000 */
    TH_OPTION_HOST,   /* the host's business: only checked to be there and printable */
};

struct th_word {
    const char *word; /* of words of equal value the first is canonical */
    uint32_t value;
};

/* Values of f that are no enum th_out: folded before anybody sees one. */
#define TH_WORD_AUTO 100u

#define TH_POINT_ONE 10000u
#define TH_POINT(x, y) ((uint32_t)(x) << 16 | (uint32_t)(y))

#define TH_OPTION_ALIASES_MAX 3u
#define TH_OPTION_NAME_BYTES_MAX 16u /* longest name and alias */

struct th_option {
    const char *name;
    const char *alias[TH_OPTION_ALIASES_MAX]; /* unused ones are NULL */
    enum th_option_kind kind;
    uint64_t least, most;       /* NUMBER, FLAG, MILLI */
    const struct th_word *word; /* WORD, POINT; ends with a NULL word */
    bool has_standard;          /* is there one default, whatever else is given? */
    uint64_t standard;
    const char *wanted; /* what a value has to be, as messages say it */
    const char *help;   /* one line */
};

extern const struct th_option th_option_table[TH_OPTION_COUNT];

#endif
