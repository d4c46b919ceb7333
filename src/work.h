/* work.h - work units: how much computing an image may ask for.
 *
 * Pixels alone do not bound time (a JPEG may scan the same blocks a thousand
 * times), and clocks stand still on some edges. So the core counts units, the
 * same in every build: one unit is 65536 samples decoded, scanned or resampled,
 * about half a millisecond of a 2026 server core. The plan bounds the sum from
 * the header; what a header cannot tell (scans, codes, blocks of nothing) is counted as
 * it happens, and may be a small multiple of what the header told: a picture of few pixels
 * that hides a second of work is refused when it has taken a fraction of that. */
#ifndef TH_WORK_H
#define TH_WORK_H

#include "thimble.h"

#define TH_WORK_UNIT_SAMPLES 65536u
#define TH_WORK_METER_UNITS 8u
/* A job may take so many times the units its header accounts for, and so many more. */
#define TH_WORK_STRETCH_MAX 4u
#define TH_WORK_HIDDEN_UNITS_MAX 64u

/* Adds `samples` to the current job's count. TH_TOO_LARGE past either limit. */
enum th_status th_work_add(uint64_t samples);
/* A new job, of `units_max` at most; nothing is told of it yet. */
void th_work_begin(uint64_t units_max);
/* The header accounts for `units`, 0 until there is one; its format's encoders may hide as many
 * as `units_hidden` beside their multiple. Without a call only units_max counts. */
void th_work_expect(uint64_t units, uint64_t units_hidden);
bool th_work_refused(void);   /* since th_work_begin; th_fail has the words */
uint64_t th_work_units(void); /* rounded up */

/* A host that pays for CPU time: `meter` is asked every TH_WORK_METER_UNITS whether to go on,
 * in the middle of steps too. False: the job is TH_TOO_LARGE. NULL, the default: no meter. */
typedef bool th_work_meter(void);
void th_work_set_meter(th_work_meter *meter);

#endif
