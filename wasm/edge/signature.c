/* signature.c - see signature.h. */
#include "signature.h"

#include <string.h>

#include "hmac.h"

/* ---- what is signed ---- */

struct piece {
    const char *text;
    size_t bytes;
};

static bool is_before(struct piece a, struct piece b) {
    int order = memcmp(a.text, b.text, a.bytes < b.bytes ? a.bytes : b.bytes);
    return order != 0 ? order < 0 : a.bytes < b.bytes;
}

/* Puts it where it belongs among `count` sorted ones. */
static void insert(struct piece *piece, size_t count, struct piece one) {
    for (; count > 0 && is_before(one, piece[count - 1]); count--) piece[count] = piece[count - 1];
    piece[count] = one;
}

static void put_sorted(struct th_text *out, const struct edge_pairs *pairs) {
    char decoded[8192 + 16 * EDGE_PAIRS_MAX];
    struct th_text text = {.data = decoded, .room = sizeof decoded};
    struct piece piece[EDGE_PAIRS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        size_t begin = text.bytes;
        if (pairs->pair[i].option == &th_option_table[TH_OPTION_SIG]) continue;
        th_text_put(&text, pairs->pair[i].option->name);
        th_text_put(&text, "=");
        edge_pair_put_value(&text, &pairs->pair[i]);
        insert(piece, count++, (struct piece){decoded + begin, text.bytes - begin});
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) th_text_put(out, "&");
        th_text_put_bytes(out, piece[i].text, piece[i].bytes);
    }
    out->full |= text.full;
}

void edge_signature_text(struct th_text *out, const char *path, const struct edge_pairs *pairs) {
    th_text_put(out, "/");
    edge_path_encode(out, path);
    th_text_put(out, "?");
    put_sorted(out, pairs);
}

/* ---- base64url, without padding: 32 bytes are 42 characters and two thirds of one ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(char *to, const uint8_t mac[EDGE_SHA256_BYTES]) {
    for (size_t bit = 0; bit < 8 * EDGE_SHA256_BYTES; bit += 6) {
        size_t at = bit / 8;
        uint32_t pair = (uint32_t)mac[at] << 8;
        if (at + 1 < EDGE_SHA256_BYTES) pair |= mac[at + 1];
        *to++ = letters[pair >> (10 - bit % 8) & 63];
    }
    *to = '\0';
}

/* False when it is none of a MAC. */
static bool decode(uint8_t mac[EDGE_SHA256_BYTES], const struct th_text *text) {
    uint32_t buffer = 0, bits = 0;
    if (text->bytes != EDGE_SIGNATURE_CHARS || text->full) return false;
    for (size_t i = 0; i < EDGE_SIGNATURE_CHARS; i++) {
        const char *letter = memchr(letters, text->data[i], sizeof letters - 1);
        if (!letter) return false;
        buffer = buffer << 6 | (uint32_t)(letter - letters);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        *mac++ = (uint8_t)(buffer >> bits);
    }
    return true;
}

void edge_signature_make(char signature[EDGE_SIGNATURE_CHARS + 1], const char *key,
                         size_t key_bytes, const struct th_text *text) {
    uint8_t mac[EDGE_SHA256_BYTES];
    edge_hmac(key, key_bytes, text->data, text->bytes, mac);
    encode(signature, mac);
}

/* ---- keys ---- */

bool edge_secret_is_long(const char *text, size_t bytes) {
    size_t count = 0;
    for (size_t i = 0; i < bytes; i++) count += ((uint8_t)text[i] & 0xc0) != 0x80;
    return count >= EDGE_SECRET_CHARS_MIN;
}

size_t edge_signing_key_next(const char **keys, const char **key) {
    *key = *keys + strspn(*keys, EDGE_SIGNING_KEY_SEPARATORS);
    size_t bytes = strcspn(*key, EDGE_SIGNING_KEY_SEPARATORS);
    *keys = *key + bytes;
    return bytes;
}

/* ---- checking ---- */

static bool is_given_twice(const struct edge_pairs *pairs, enum th_option_id id) {
    size_t count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        count += pairs->pair[i].option == &th_option_table[id];
    }
    return count > 1;
}

/* Every byte is compared and every key tried, whichever fits. */
static bool is_made_by(const char *keys, const uint8_t given[EDGE_SHA256_BYTES],
                       const struct th_text *text) {
    const char *key;
    uint8_t mac[EDGE_SHA256_BYTES];
    uint32_t fits = 0;
    for (size_t bytes; (bytes = edge_signing_key_next(&keys, &key)) > 0;) {
        uint32_t difference = 0;
        edge_hmac(key, bytes, text->data, text->bytes, mac);
        for (size_t i = 0; i < sizeof mac; i++) difference |= (uint32_t)(mac[i] ^ given[i]);
        fits |= (difference - 1) >> 31;
    }
    return fits != 0;
}

/* At most twelve digits, whatever they begin with. */
static bool is_over(const struct edge_pair *expiry, uint64_t now_ms) {
    char value[16] = {0};
    struct th_text text = {.data = value, .room = sizeof value};
    uint64_t seconds = 0;
    edge_pair_put_value(&text, expiry);
    if (text.bytes < 1 || text.bytes > 12) return true;
    for (size_t i = 0; i < text.bytes; i++) {
        if (value[i] < '0' || value[i] > '9') return true;
        seconds = seconds * 10 + (uint64_t)(value[i] - '0');
    }
    return seconds * 1000 < now_ms;
}

const char *edge_signature_check(const char *keys, const char *path, const struct edge_pairs *pairs,
                                 uint64_t now_ms) {
    char signed_text[EDGE_SIGNED_BYTES_MAX], value[EDGE_SIGNATURE_CHARS + 1];
    struct th_text text = {.data = signed_text, .room = sizeof signed_text};
    struct th_text given = {.data = value, .room = sizeof value};
    uint8_t mac[EDGE_SHA256_BYTES];
    const struct edge_pair *signature = edge_pairs_find(pairs, TH_OPTION_SIG);
    const struct edge_pair *expiry = edge_pairs_find(pairs, TH_OPTION_EXP);
    if (is_given_twice(pairs, TH_OPTION_SIG) || is_given_twice(pairs, TH_OPTION_EXP)) {
        return "signature: given twice";
    }
    if (!signature) return "signature: missing";
    edge_pair_put_value(&given, signature);
    edge_signature_text(&text, path, pairs);
    if (text.full || !decode(mac, &given) || !is_made_by(keys, mac, &text)) {
        return "signature: wrong";
    }
    return expiry && is_over(expiry, now_ms) ? "signature: expired" : NULL;
}
