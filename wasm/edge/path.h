/* path.h - from the path of a request to the key of an object, and back into an
 * origin's URL: decoded once, validated, encoded again; never resolved against a
 * base. The same as worker/request/path.js (tests/edge compares them). */
#ifndef EDGE_PATH_H
#define EDGE_PATH_H

#include "text.h"

#define EDGE_KEY_BYTES_MAX 1024u /* what S3 and R2 allow */

/* `pathname` holds no query. NULL, and `key` is the decoded
 * path without that slash; or why it is refused (HTTP 400). */
const char *edge_path_decode(const char *pathname, char key[EDGE_KEY_BYTES_MAX + 1]);

/* For a URL's path: each segment encoded as S3 signs it. */
void edge_path_encode(struct th_text *out, const char *key);

#endif
