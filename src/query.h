/* query.h - the text of options taken apart: which were given, with which values.
 *
 * What the text says and no more: no defaults, no meaning. options.c makes the
 * options of a job from it, canon.c the canonical text. */
#ifndef TH_QUERY_H
#define TH_QUERY_H

#include "option_table.h"

struct th_query {
    bool given[TH_OPTION_COUNT];
    uint64_t value[TH_OPTION_COUNT]; /* see enum th_option_kind; 0 when not given */
};

/* The option that the name of a pair stands for, percent-encoded as it may be, and in *known the
 * name or alias that was used; NULL: not one of ours. */
const struct th_option *th_query_option(const char *name, size_t bytes, const char **known);

/* As th_options_parse. */
enum th_status th_query_read(struct th_query *query, const char *text, size_t text_bytes,
                             char *message, size_t message_room);

#endif
