/* batch.h - images into results: every image by every options text, one job at a time.
 *
 * What cannot be done is reported, and the run goes on. In WebAssembly a failure inside
 * libjpeg cannot return (src/codec/jpeg_error.h): there the rest of the run is done from
 * its hook, on top of the frames of what failed. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "arguments.h"

/* Failures inside libjpeg that one run survives in WebAssembly; docs/command.md. */
#define CLI_FATAL_MAX 100u

/* Returns the exit code. */
int cli_batch_run(const struct cli_arguments *arguments);

#endif
