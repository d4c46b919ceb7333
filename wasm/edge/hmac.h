/* hmac.h - HMAC-SHA256 (RFC 2104): what only somebody with the key can make of a text. */
#ifndef EDGE_HMAC_H
#define EDGE_HMAC_H

#include "sha256.h"

/* `mac` may be where `data` is. */
void edge_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes,
               uint8_t mac[EDGE_SHA256_BYTES]);

#endif
