/* signature.h - the signature of a URL: HMAC-SHA256 (RFC 2104) of a text, in base64url. */
#ifndef CLI_SIGNATURE_H
#define CLI_SIGNATURE_H

#include <stddef.h>

#define CLI_SIGNATURE_CHARS 43u

void cli_signature_make(char signature[CLI_SIGNATURE_CHARS + 1], const char *key, size_t key_bytes,
                        const char *text, size_t text_bytes);

#endif
