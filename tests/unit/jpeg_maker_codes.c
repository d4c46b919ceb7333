/* jpeg_maker_codes.c - see jpeg_maker_codes.h. */
#include "jpeg_maker_codes.h"

#include <stdbool.h>
#include <string.h>

/* Code lengths of `frequency` (257 entries, the last one reserved so that no code
 * is all ones), by merging the two rarest; then cut to 16 bits. */
static void count_lengths(uint32_t frequency[257], uint32_t counts[64]) {
    uint32_t size[257] = {0};
    int next[257];
    for (int i = 0; i < 257; i++) next[i] = -1;
    for (;;) {
        int a = -1, b = -1;
        for (int i = 0; i < 257; i++) {
            if (frequency[i] && (a < 0 || frequency[i] <= frequency[a])) a = i;
        }
        for (int i = 0; i < 257; i++) {
            if (frequency[i] && i != a && (b < 0 || frequency[i] <= frequency[b])) b = i;
        }
        if (b < 0) break;
        frequency[a] += frequency[b];
        frequency[b] = 0;
        size[a]++;
        while (next[a] >= 0) size[a = next[a]]++;
        next[a] = b;
        size[b]++;
        while (next[b] >= 0) size[b = next[b]]++;
    }
    for (int i = 0; i < 257; i++) {
        if (size[i]) counts[size[i] < 63 ? size[i] : 63]++;
    }
}

static void limit_lengths(uint32_t counts[64]) {
    for (uint32_t i = 63; i > 16; i--) {
        while (counts[i] > 0) {
            uint32_t j = i - 2;
            while (counts[j] == 0) j--;
            counts[i] -= 2;
            counts[i - 1]++;
            counts[j + 1] += 2;
            counts[j]--;
        }
    }
    uint32_t i = 16;
    while (i > 0 && counts[i] == 0) i--;
    if (i > 0) counts[i]--; /* the reserved one */
}

void maker_codes_make(struct maker_codes *t, const uint32_t *frequency) {
    uint32_t work[257], counts[64] = {0};
    memset(t, 0, sizeof *t);
    memcpy(work, frequency, 256 * sizeof *work);
    work[256] = 1;
    count_lengths(work, counts);
    limit_lengths(counts);
    bool used[256] = {false};
    uint32_t code = 0;
    for (uint32_t length = 1; length <= 16; length++, code <<= 1) {
        t->counts[length] = (uint8_t)counts[length];
        for (uint32_t i = 0; i < counts[length]; i++) {
            uint32_t best = 256;
            for (uint32_t s = 0; s < 256; s++) {
                if (frequency[s] && !used[s] && (best == 256 || frequency[s] > frequency[best])) {
                    best = s;
                }
            }
            used[best] = true;
            t->symbols[t->symbol_count++] = (uint8_t)best;
            t->length[best] = (uint8_t)length;
            t->code[best] = (uint16_t)code++;
        }
    }
}
