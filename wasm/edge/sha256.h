/* sha256.h - SHA-256 (FIPS 180-4), for validators and signatures. */
#ifndef EDGE_SHA256_H
#define EDGE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define EDGE_SHA256_BYTES 32u

struct edge_sha256 {
    uint32_t state[8];
    uint8_t block[64];
    uint64_t bytes;
};

void edge_sha256_begin(struct edge_sha256 *sha);
void edge_sha256_add(struct edge_sha256 *sha, const void *data, size_t bytes);
void edge_sha256_end(struct edge_sha256 *sha, uint8_t digest[EDGE_SHA256_BYTES]);

#endif
