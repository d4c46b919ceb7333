/* work.c - see work.h. */
#include "work.h"

#include "fail.h"
#include "per_thread.h"

TH_PER_THREAD struct {
    uint64_t samples;
    uint64_t samples_max;
    uint64_t samples_metered; /* when the meter is asked next */
    th_work_meter *meter;
} work;

void th_work_begin(uint64_t units_max) {
    const uint64_t most = UINT64_MAX / TH_WORK_UNIT_SAMPLES;
    work.samples = 0;
    work.samples_metered = 0;
    work.samples_max = (units_max < most ? units_max : most) * TH_WORK_UNIT_SAMPLES;
}

void th_work_set_meter(th_work_meter *meter) {
    work.meter = meter;
}

static bool meter_agrees(void) {
    if (!work.meter || work.samples < work.samples_metered) return true;
    work.samples_metered = work.samples + TH_WORK_METER_UNITS * TH_WORK_UNIT_SAMPLES;
    return work.meter();
}

enum th_status th_work_add(uint64_t samples) {
    work.samples = samples <= UINT64_MAX - work.samples ? work.samples + samples : UINT64_MAX;
    if (work.samples > work.samples_max) {
        return th_fail(TH_TOO_LARGE, "image: takes more work than the limit (work)");
    }
    if (meter_agrees()) return TH_OK;
    return th_fail(TH_TOO_LARGE, "job: takes more CPU time than the limit (cpu_ms_max)");
}

uint64_t th_work_units(void) {
    return work.samples / TH_WORK_UNIT_SAMPLES + (work.samples % TH_WORK_UNIT_SAMPLES != 0);
}
