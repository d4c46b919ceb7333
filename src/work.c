/* work.c - see work.h. */
#include "work.h"

#include "fail.h"

#ifdef __wasm__
static uint64_t done_samples, samples_max;
#else
static _Thread_local uint64_t done_samples, samples_max;
#endif

void th_work_begin(uint64_t units_max) {
    done_samples = 0;
    samples_max = units_max <= UINT64_MAX / TH_WORK_UNIT_SAMPLES ? units_max * TH_WORK_UNIT_SAMPLES
                                                                 : UINT64_MAX;
}

enum th_status th_work_add(uint64_t samples) {
    done_samples += samples;
    if (done_samples <= samples_max) return TH_OK;
    return th_fail(TH_TOO_LARGE, "image: takes more work than the limit (work)");
}

uint64_t th_work_units(void) {
    return (done_samples + TH_WORK_UNIT_SAMPLES - 1) / TH_WORK_UNIT_SAMPLES;
}
