/* jpeg_compare.h - the lockstep reader's samples against libjpeg's, for any bytes.
 *
 * The rule: what libjpeg takes without a warning, ours takes, but for a short list of
 * faults that libjpeg passes over in silence; what ours takes has libjpeg's samples, and
 * libjpeg has not warned of damage (jpeg_error.c: such warnings are failures here). */
#ifndef TH_TEST_JPEG_COMPARE_H
#define TH_TEST_JPEG_COMPARE_H

#include "jpeg_oracle.h"
#include "thimble.h"

struct comparison {
    enum th_status status;  /* ours */
    bool clean;             /* libjpeg took it without a warning */
    bool oracle_failed;     /* libjpeg gave up */
    bool stricter;          /* ours refused it nevertheless, for a reason on the list */
    char fault[200];        /* what contradicts the rule; empty: nothing */
};

/* Files of more pixels than `pixels_max` are only opened. */
void jpeg_compare(struct comparison *c, const uint8_t *data, size_t bytes, uint32_t scale,
                  uint64_t pixels_max);

#endif
