/* work.c - see work.h. */
#include "work.h"

#include "fail.h"
#include "per_thread.h"

TH_PER_THREAD struct {
    uint64_t samples;
    uint64_t samples_max;
    uint64_t samples_expected_max;
    bool refused;
    uint64_t samples_metered; /* when the meter is asked next */
    th_work_meter *meter;
} work = {.samples_max = UINT64_MAX, .samples_expected_max = UINT64_MAX}; /* no job, no limit */

/* As good as no limit, and a few times as many do not wrap. */
#define NO_LIMIT_UNITS (UINT64_MAX / TH_WORK_UNIT_SAMPLES)

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static uint64_t samples_of(uint64_t units) {
    return least(units, NO_LIMIT_UNITS) * TH_WORK_UNIT_SAMPLES;
}

void th_work_begin(uint64_t units_max) {
    work.samples = 0;
    work.samples_metered = 0;
    work.samples_max = samples_of(units_max);
    work.samples_expected_max = UINT64_MAX;
    work.refused = false;
}

void th_work_expect(uint64_t units, uint64_t units_hidden) {
    work.samples_expected_max = samples_of(least(units, NO_LIMIT_UNITS) * TH_WORK_STRETCH_MAX +
                                           least(units_hidden, NO_LIMIT_UNITS) +
                                           TH_WORK_HIDDEN_UNITS_MAX);
}

bool th_work_refused(void) {
    return work.refused;
}

void th_work_set_meter(th_work_meter *meter) {
    work.meter = meter;
}

static bool meter_agrees(void) {
    if (!work.meter || work.samples < work.samples_metered) return true;
    work.samples_metered = work.samples + TH_WORK_METER_UNITS * TH_WORK_UNIT_SAMPLES;
    return work.meter();
}

static enum th_status refuse(const char *message) {
    work.refused = true;
    return th_fail(TH_TOO_LARGE, message);
}

enum th_status th_work_add(uint64_t samples) {
    work.samples = samples <= UINT64_MAX - work.samples ? work.samples + samples : UINT64_MAX;
    if (work.samples > work.samples_max) {
        return refuse("image: takes more work than the limit (work)");
    }
    if (work.samples > work.samples_expected_max) {
        return refuse("image: takes far more work than its header tells, over the limit (work)");
    }
    if (meter_agrees()) return TH_OK;
    return refuse("job: takes more CPU time than the limit (cpu_ms_max)");
}

uint64_t th_work_units(void) {
    return work.samples / TH_WORK_UNIT_SAMPLES + (work.samples % TH_WORK_UNIT_SAMPLES != 0);
}
