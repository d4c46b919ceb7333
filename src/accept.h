/* accept.h - the one question thimble asks an Accept header. */
#ifndef TH_ACCEPT_H
#define TH_ACCEPT_H

#include "thimble.h"

/* Does the header list `media_type` by name with a weight above zero? Ranges
 * with a star, and a header over TH_ACCEPT_BYTES_MAX, do not count: a client that
 * shows WebP says so. Any bytes at all are fine (RFC 9110, 12.5.1). */
bool th_accept_lists(const char *accept, size_t bytes, const char *media_type);

#endif
