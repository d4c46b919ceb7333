/* pairs.h - of a query those pairs that are about options, in their order, whatever their values
 * are. The counterpart of worker/request/query.js. */
#ifndef EDGE_PAIRS_H
#define EDGE_PAIRS_H

#include "query.h"
#include "text.h"

/* One more than there are options: then one of them is given twice, and nothing behind matters. */
#define EDGE_PAIRS_MAX (TH_OPTION_COUNT + 1u)

struct edge_pair {
    const struct th_option *option;
    const char *value; /* a piece of the query, encoded as it came */
    size_t value_bytes;
};

struct edge_pairs {
    struct edge_pair pair[EDGE_PAIRS_MAX];
    size_t count;
};

/* `query` is borrowed as long as the pairs are used. */
void edge_pairs_read(struct edge_pairs *pairs, const char *query, size_t bytes);

/* The first of that option, or NULL. */
const struct edge_pair *edge_pairs_find(const struct edge_pairs *pairs, enum th_option_id id);
/* The first that is about the image and not the host's business, or NULL. */
const struct edge_pair *edge_pairs_first_own(const struct edge_pairs *pairs);

/* As a query again, by first names: what is no option does not count against the length of a
 * text, others' tracking parameters can be long. */
void edge_pairs_put(struct th_text *out, const struct edge_pairs *pairs);
/* A value, decoded; what is malformed in it stays as it is. */
void edge_pair_put_value(struct th_text *out, const struct edge_pair *pair);

#endif
