/* fail.h - how a failure gets its words.
 *
 * Codes are for programs, text is for people: whoever finds a fault returns
 * th_fail(code, "png: bad IHDR"), and the job picks the text up. Only the first
 * text since th_fail_clear() is kept. State is per thread (per instance in Wasm). */
#ifndef TH_FAIL_H
#define TH_FAIL_H

#include "thimble.h"

#define TH_MESSAGE_BYTES_MAX 120u /* longer text is cut; includes the NUL */

/* Copies `message` (image's own terms first: "jpeg: no end of image") and returns `status`. */
enum th_status th_fail(enum th_status status, const char *message);
/* An allocation answered NULL: TH_TOO_LARGE when the job's memory limit said
 * no, TH_NO_MEMORY when the system did. */
enum th_status th_fail_memory(void);
const char *th_fail_message(void); /* "" when there is none */
void th_fail_clear(void);

#endif
