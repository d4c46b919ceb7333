/* test_edge_hmac.c - SHA-256 against the examples of FIPS 180-4 (NIST's example values and
 * SHAVS), HMAC against those of RFC 4231, and hashing in pieces against hashing at once. */
#include "check.h"
#include "edge/hmac.h"
#include "text.h"

static const char *hex(const uint8_t digest[EDGE_SHA256_BYTES]) {
    static char text[2 * EDGE_SHA256_BYTES + 1];
    struct th_text out = {.data = text, .room = sizeof text - 1};
    for (size_t i = 0; i < EDGE_SHA256_BYTES; i++) th_text_put_hex_byte(&out, digest[i]);
    return text;
}

/* The digest of `times` times a text. */
static const char *hash(const char *text, uint32_t times) {
    struct edge_sha256 sha;
    uint8_t digest[EDGE_SHA256_BYTES];
    edge_sha256_begin(&sha);
    for (uint32_t i = 0; i < times; i++) edge_sha256_add(&sha, text, strlen(text));
    edge_sha256_end(&sha, digest);
    return hex(digest);
}

static void test_sha256(void) {
    CHECK_STR(hash("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_STR(hash("abc", 1), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_STR(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK_STR(hash("a", 1000000),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_pieces(void) {
    uint8_t data[200], whole[EDGE_SHA256_BYTES], parted[EDGE_SHA256_BYTES];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 37);
    for (size_t bytes = 0; bytes <= sizeof data; bytes++) {
        struct edge_sha256 sha;
        edge_sha256_begin(&sha);
        edge_sha256_add(&sha, data, bytes);
        edge_sha256_end(&sha, whole);
        edge_sha256_begin(&sha);
        edge_sha256_add(&sha, data, bytes / 3);
        edge_sha256_add(&sha, data + bytes / 3, bytes - bytes / 3);
        edge_sha256_end(&sha, parted);
        CHECK_BYTES(parted, whole, sizeof whole);
    }
}

static const char *mac(const void *key, size_t key_bytes, const void *data, size_t bytes) {
    uint8_t made[EDGE_SHA256_BYTES];
    edge_hmac(key, key_bytes, data, bytes, made);
    return hex(made);
}

/* `key` and `data` are one byte many times, or texts. */
static void test_hmac(void) {
    uint8_t key[131], data[50];
    memset(key, 0x0b, sizeof key);
    CHECK_STR(mac(key, 20, "Hi There", 8),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK_STR(mac("Jefe", 4, "what do ya want for nothing?", 28),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    CHECK_STR(mac(key, 20, data, 50),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK_STR(mac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    static const char long_text[] =
        "This is a test using a larger than block-size key and a larger than block-size data. "
        "The key needs to be hashed before being used by the HMAC algorithm.";
    CHECK_STR(mac(key, 131, long_text, sizeof long_text - 1),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    for (uint8_t i = 0; i < 25; i++) key[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, sizeof data);
    CHECK_STR(mac(key, 25, data, 50),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

int main(void) {
    test_sha256();
    test_pieces();
    test_hmac();
    return check_done();
}
