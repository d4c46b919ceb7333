/* hmac.c - see hmac.h. */
#include "hmac.h"

#include <string.h>

#define BLOCK_BYTES 64u

/* The hash of the key, every byte of it turned over by `mask`, and of what follows. */
static void keyed_hash(const uint8_t key[BLOCK_BYTES], uint8_t mask, const void *data, size_t bytes,
                       uint8_t digest[EDGE_SHA256_BYTES]) {
    struct edge_sha256 sha;
    uint8_t pad[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++) pad[i] = key[i] ^ mask;
    edge_sha256_begin(&sha);
    edge_sha256_add(&sha, pad, sizeof pad);
    edge_sha256_add(&sha, data, bytes);
    edge_sha256_end(&sha, digest);
}

void edge_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes,
               uint8_t mac[EDGE_SHA256_BYTES]) {
    uint8_t block[BLOCK_BYTES] = {0};
    struct edge_sha256 sha;
    if (key_bytes > BLOCK_BYTES) {
        edge_sha256_begin(&sha);
        edge_sha256_add(&sha, key, key_bytes);
        edge_sha256_end(&sha, block);
    } else {
        memcpy(block, key, key_bytes);
    }
    keyed_hash(block, 0x36, data, bytes, mac);
    keyed_hash(block, 0x5c, mac, EDGE_SHA256_BYTES, mac);
}
