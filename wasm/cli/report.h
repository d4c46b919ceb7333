/* report.h - what the command says: of failures on stderr, of results as JSON lines, of the
 * progress of a long run; and the exit code that sums it up. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "thimble.h"

/* Behind the statuses of thimble.h: a file cannot be read or written. */
#define CLI_FILE_FAULT (-9)

/* One result, or why there is none. */
struct cli_outcome {
    int status; /* TH_OK, or a failure */
    const char *message; /* of a failure */
    const char *input, *options;
    const char *output; /* NULL: no file */
    const char *metadata; /* of f=json, NULL: there is none; not NUL-terminated */
    uint64_t input_bytes, output_bytes;
    struct th_info info;
};

struct cli_report {
    bool json, stats, several; /* several: messages say of what */
    bool progress, terminal;
    uint64_t expected, done, failed;
    int first_status; /* of the first failure */
};

void cli_report_begin(struct cli_report *report, bool progress);
/* Work on `input` begins. */
void cli_report_progress(struct cli_report *report, const char *input);
void cli_report_outcome(struct cli_report *report, const struct cli_outcome *outcome);
/* Sums up; returns the exit code. */
int cli_report_end(const struct cli_report *report);

/* "thimble: ", the subject and a colon unless NULL, and the message. */
void cli_report_fault(const char *subject, const char *message);

#endif
