/* test_work.c - work units: counted, limited, metered. */
#include "check.h"

#include <string.h>

#include "fail.h"
#include "work.h"

static uint32_t metered;

static bool metered_thrice(void) {
    return ++metered < 3;
}

/* Asked at once, then every TH_WORK_METER_UNITS; a no ends the job like any limit. */
static void test_meter(void) {
    th_work_begin(UINT64_MAX);
    th_work_set_meter(metered_thrice);
    for (uint32_t unit = 0; unit < 2 * TH_WORK_METER_UNITS; unit++) {
        CHECK_EQ(th_work_add(TH_WORK_UNIT_SAMPLES), TH_OK);
    }
    CHECK_EQ(metered, 2);
    CHECK_EQ(th_work_add(TH_WORK_UNIT_SAMPLES), TH_TOO_LARGE);
    CHECK(strstr(th_fail_message(), "CPU time") != NULL);
    th_work_set_meter(NULL);
    th_fail_clear();
}

static void test_work(void) {
    th_work_begin(2);
    CHECK_EQ(th_work_units(), 0);
    CHECK_EQ(th_work_add(1), TH_OK);
    CHECK_EQ(th_work_units(), 1);
    CHECK_EQ(th_work_add(2 * TH_WORK_UNIT_SAMPLES - 1), TH_OK);
    CHECK_EQ(th_work_units(), 2);
    CHECK_EQ(th_work_add(1), TH_TOO_LARGE);
    CHECK_EQ(th_work_add(UINT64_MAX), TH_TOO_LARGE);
    CHECK_EQ(th_work_add(1), TH_TOO_LARGE); /* does not wrap back under the limit */
    th_work_begin(UINT64_MAX);
    CHECK_EQ(th_work_add(1u << 30), TH_OK);
    th_fail_clear();
}

static enum th_status add_units(uint64_t units) {
    return th_work_add(units * TH_WORK_UNIT_SAMPLES);
}

/* What a header accounts for may be stretched, and something hidden, but no more. */
static void test_expected(void) {
    const uint64_t told = 10, most = told * TH_WORK_STRETCH_MAX + TH_WORK_HIDDEN_UNITS_MAX;
    th_work_begin(UINT64_MAX);
    th_work_expect(0, 0);
    CHECK_EQ(add_units(TH_WORK_HIDDEN_UNITS_MAX), TH_OK);
    CHECK(!th_work_refused());
    th_work_expect(told - 1, TH_WORK_STRETCH_MAX);
    CHECK_EQ(add_units(most - TH_WORK_HIDDEN_UNITS_MAX), TH_OK);
    CHECK_EQ(th_work_add(1), TH_TOO_LARGE);
    CHECK(strstr(th_fail_message(), "than its header tells") != NULL);
    CHECK(th_work_refused());
    th_work_begin(UINT64_MAX);
    CHECK(!th_work_refused());
    th_work_expect(UINT64_MAX, UINT64_MAX);
    CHECK_EQ(add_units(1ull << 40), TH_OK); /* as good as none */
    th_work_begin(3);
    th_work_expect(1000, 0);
    CHECK_EQ(add_units(4), TH_TOO_LARGE); /* the limit holds whatever the header tells */
    th_fail_clear();
}

int main(void) {
    test_work();
    test_expected();
    test_meter();
    return check_done();
}
