/* options.c - see options.h. The table of all options, and how the options of a job
 * are made from what was given. */
#include "options.h"

#include "option_table.h"
#include "query.h"

static const struct th_word fit_words[] = {
    {"cover", TH_FIT_COVER},
    {"inside", TH_FIT_INSIDE},
    {"contain", TH_FIT_CONTAIN},
    {"fill", TH_FIT_FILL},
    {"outside", TH_FIT_OUTSIDE},
    {"scale-down", TH_FIT_SCALE_DOWN},
    {NULL, 0},
};

static const struct th_word format_words[] = {
    {"jpeg", TH_OUT_JPEG}, {"png", TH_OUT_PNG},   {"webp", TH_OUT_WEBP}, {"auto", TH_WORD_AUTO},
    {"safe", TH_OUT_SAFE}, {"json", TH_OUT_JSON}, {"jpg", TH_OUT_JPEG},  {NULL, 0},
};

static const struct th_word gravity_words[] = {
    {"center", TH_POINT(5000, 5000)}, {"n", TH_POINT(5000, 0)},
    {"ne", TH_POINT(10000, 0)},       {"e", TH_POINT(10000, 5000)},
    {"se", TH_POINT(10000, 10000)},   {"s", TH_POINT(5000, 10000)},
    {"sw", TH_POINT(0, 10000)},       {"w", TH_POINT(0, 5000)},
    {"nw", TH_POINT(0, 0)},           {NULL, 0},
};

const struct th_option th_option_table[TH_OPTION_COUNT] = {
    [TH_OPTION_W] = {.name = "w",
                     .alias = {"width"},
                     .kind = TH_OPTION_NUMBER,
                     .least = 1,
                     .most = TH_OUT_SIDE_MAX,
                     .wanted = "a whole number from 1 to 8192",
                     .help = "Width in pixels."},
    [TH_OPTION_H] = {.name = "h",
                     .alias = {"height"},
                     .kind = TH_OPTION_NUMBER,
                     .least = 1,
                     .most = TH_OUT_SIDE_MAX,
                     .wanted = "a whole number from 1 to 8192",
                     .help = "Height in pixels."},
    [TH_OPTION_FIT] = {.name = "fit",
                       .kind = TH_OPTION_WORD,
                       .word = fit_words,
                       .wanted = "one of cover, inside, contain, fill, outside, scale-down",
                       .help = "How the image meets w and h: cover when both are given, "
                               "else inside."},
    [TH_OPTION_G] = {.name = "g",
                     .alias = {"gravity", "position"},
                     .kind = TH_OPTION_POINT,
                     .word = gravity_words,
                     .has_standard = true,
                     .standard = TH_POINT(5000, 5000),
                     .wanted = "center, n, ne, e, se, s, sw, w, nw, or a point such as 0.5x0.3",
                     .help = "What stays when fit crops, and where the image lies when it pads."},
    [TH_OPTION_F] = {.name = "f",
                     .alias = {"format", "fm", "output"},
                     .kind = TH_OPTION_WORD,
                     .word = format_words,
                     .wanted = "one of jpeg, png, webp, auto, safe, json",
                     .help = "Output format; the source's own when left out."},
    [TH_OPTION_Q] = {.name = "q",
                     .alias = {"quality"},
                     .kind = TH_OPTION_NUMBER,
                     .least = 1,
                     .most = 100,
                     .has_standard = true,
                     .standard = 80,
                     .wanted = "a whole number from 1 to 100",
                     .help = "Quality of JPEG and WebP."},
    [TH_OPTION_DPR] = {.name = "dpr",
                       .kind = TH_OPTION_MILLI,
                       .least = 1000,
                       .most = 4000,
                       .has_standard = true,
                       .standard = 1000,
                       .wanted = "a number from 1 to 4, at most three decimals",
                       .help = "Device pixel ratio: multiplies w and h."},
    [TH_OPTION_BG] = {.name = "bg",
                      .alias = {"background"},
                      .kind = TH_OPTION_COLOUR,
                      .wanted = "a colour as rgb, rrggbb or rrggbbaa in hex digits",
                      .help = "Colour under transparent pixels and of padding."},
    [TH_OPTION_UP] = {.name = "up",
                      .alias = {"enlarge"},
                      .kind = TH_OPTION_FLAG,
                      .least = 0,
                      .most = 1,
                      .has_standard = true,
                      .standard = 0,
                      .wanted = "0 or 1",
                      .help = "1 allows the result to be larger than the source."},
    [TH_OPTION_MAX] = {.name = "max",
                       .kind = TH_OPTION_NUMBER,
                       .least = 1,
                       .most = TH_INPUT_BYTES_MAX,
                       .wanted = "a whole number of bytes from 1 to 268435456",
                       .help = "Byte budget of the output: quality is lowered until it fits."},
    [TH_OPTION_LIN] = {.name = "lin",
                       .kind = TH_OPTION_FLAG,
                       .least = 0,
                       .most = 1,
                       .has_standard = true,
                       .standard = 0,
                       .wanted = "0 or 1",
                       .help = "1 resamples in linear light."},
    [TH_OPTION_P] = {.name = "p",
                     .alias = {"preset"},
                     .kind = TH_OPTION_HOST,
                     .wanted = "the name of a preset",
                     .help = "A preset of the host: options under one name."},
    [TH_OPTION_SIG] = {.name = "sig",
                       .kind = TH_OPTION_HOST,
                       .wanted = "a signature",
                       .help = "Signature of path and options, where the host asks for one."},
    [TH_OPTION_EXP] = {.name = "exp",
                       .kind = TH_OPTION_HOST,
                       .wanted = "a time in seconds since 1970",
                       .help = "When the signature expires, in seconds since 1970."},
};

/* The value given, or the default. */
static uint32_t value_of(const struct th_query *query, enum th_option_id id) {
    return (uint32_t)(query->given[id] ? query->value[id] : th_option_table[id].standard);
}

static enum th_out out_of(uint32_t word) {
    /* Nobody who could have read an Accept header did: what every client can show. */
    return word == TH_WORD_AUTO ? TH_OUT_SAFE : (enum th_out)word;
}

static void set_background(struct th_options *options, const struct th_query *query) {
    uint32_t rgba = query->given[TH_OPTION_BG] ? value_of(query, TH_OPTION_BG) : 0xffffffff;
    options->background_given = query->given[TH_OPTION_BG];
    for (uint32_t i = 0; i < 4; i++) options->background[i] = (uint8_t)(rgba >> (24 - 8 * i));
}

enum th_status th_options_parse(struct th_options *options, const char *text, size_t text_bytes,
                                char *message, size_t message_room) {
    struct th_query query;
    TH_TRY(th_query_read(&query, text, text_bytes, message, message_room));
    *options = (struct th_options){
        .width = value_of(&query, TH_OPTION_W),
        .height = value_of(&query, TH_OPTION_H),
        .dpr_milli = value_of(&query, TH_OPTION_DPR),
        .fit = (enum th_fit)value_of(&query, TH_OPTION_FIT),
        .out = out_of(value_of(&query, TH_OPTION_F)),
        .quality = value_of(&query, TH_OPTION_Q),
        .enlarge = value_of(&query, TH_OPTION_UP) == 1,
        .linear_light = value_of(&query, TH_OPTION_LIN) == 1,
        .gravity_x = value_of(&query, TH_OPTION_G) >> 16,
        .gravity_y = value_of(&query, TH_OPTION_G) & 0xffff,
        .max_bytes = value_of(&query, TH_OPTION_MAX),
    };
    set_background(options, &query);
    return TH_OK;
}
