/* budget.h - may we: what a plan takes at most, against the limits.
 *
 * Both answers are TH_OK, or TH_TOO_LARGE with words that name the size and the limit;
 * an image without pixels is TH_CORRUPT. */
#ifndef TH_BUDGET_H
#define TH_BUDGET_H

#include "plan.h"

/* The source's own size. */
enum th_status th_budget_source(const struct th_header *header, const struct th_limits *limits);
/* The output's size, memory and work, of a picture (not JSON); fills plan->memory_bytes and
 * plan->work. */
enum th_status th_budget_plan(struct th_plan *plan, const struct th_header *header,
                              const struct th_limits *limits, uint64_t input_bytes);

#endif
