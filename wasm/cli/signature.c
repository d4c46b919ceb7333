/* signature.c - see signature.h. */
#include "signature.h"

#include <string.h>

#include "edge/sha256.h"

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

/* Without padding: 32 bytes are 42 characters and two thirds of one. */
static void put_base64url(char *to, const uint8_t digest[EDGE_SHA256_BYTES]) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t bit = 0; bit < 8 * EDGE_SHA256_BYTES; bit += 6) {
        size_t at = bit / 8;
        uint32_t pair = (uint32_t)digest[at] << 8;
        if (at + 1 < EDGE_SHA256_BYTES) pair |= digest[at + 1];
        *to++ = letters[pair >> (10 - bit % 8) & 63];
    }
    *to = '\0';
}

void cli_signature_make(char signature[CLI_SIGNATURE_CHARS + 1], const char *key, size_t key_bytes,
                        const char *text, size_t text_bytes) {
    uint8_t block[BLOCK_BYTES] = {0}, digest[EDGE_SHA256_BYTES];
    struct edge_sha256 sha;
    if (key_bytes > BLOCK_BYTES) {
        edge_sha256_begin(&sha);
        edge_sha256_add(&sha, key, key_bytes);
        edge_sha256_end(&sha, block);
    } else {
        memcpy(block, key, key_bytes);
    }
    keyed_hash(block, 0x36, text, text_bytes, digest);
    keyed_hash(block, 0x5c, digest, sizeof digest, digest);
    put_base64url(signature, digest);
}
