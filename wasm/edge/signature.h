/* signature.h - signed URLs, as docs/configuration.md defines them: HMAC-SHA256 over the path and
 * what was asked of it, so that only URLs made by somebody with a key are answered. The
 * counterpart of worker/request/signature.js (tests/edge and tests/cli compare them). */
#ifndef EDGE_SIGNATURE_H
#define EDGE_SIGNATURE_H

#include "pairs.h"
#include "path.h"

#define EDGE_SIGNATURE_CHARS 43u
#define EDGE_SECRET_CHARS_MIN 16u
#define EDGE_SIGNING_KEY_SEPARATORS " ,\t\r\n\f\v"
/* Of a path of EDGE_KEY_BYTES_MAX and a query of 8192. */
#define EDGE_SIGNED_BYTES_MAX (3u * EDGE_KEY_BYTES_MAX + 8192u + 16u * EDGE_PAIRS_MAX)

/* What is signed: the path, encoded, `?`, and the pairs but sig as name=value, decoded, sorted,
 * joined by `&`. `path`: decoded, without the leading slash. */
void edge_signature_text(struct th_text *out, const char *path, const struct edge_pairs *pairs);

/* The value of sig for such a text. */
void edge_signature_make(char signature[EDGE_SIGNATURE_CHARS + 1], const char *key,
                         size_t key_bytes, const struct th_text *text);

/* Has it enough characters, in UTF-8, not to be guessed? A key, or a token. */
bool edge_secret_is_long(const char *text, size_t bytes);

/* The next of `keys`, which are between separators; its bytes, 0 at the end. */
size_t edge_signing_key_next(const char **keys, const char **key);

/* NULL: one of the keys made the signature, and it has not expired; or why it is refused (403).
 * Takes the same time whichever key fits and wherever a signature is wrong. */
const char *edge_signature_check(const char *keys, const char *path, const struct edge_pairs *pairs,
                                 uint64_t now_ms);

#endif
