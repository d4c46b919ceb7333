/* help.h - what the command says of itself. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#define CLI_VERSION "0.1.0" /* that of package.json */

extern const char cli_usage[]; /* a few lines */
extern const char cli_help[];  /* all of it */

#endif
