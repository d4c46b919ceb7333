/* sign.h - `thimble sign '/path?options'`: the same URL with a signature, as
 * docs/configuration.md defines it. */
#ifndef CLI_SIGN_H
#define CLI_SIGN_H

/* `expires`: seconds from now, or NULL. `keys`: a file of them, or NULL: SIGNING_KEYS of the
 * environment. Returns the exit code. */
int cli_sign(const char *target, const char *expires, const char *keys);

#endif
