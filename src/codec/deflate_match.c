/* deflate_match.c - finds what in a block was there before: hash chains over four
 * bytes, in one of two efforts. */
#include <string.h>

#include "deflate_inner.h"

#define DISTANCE_MAX (TH_DEFLATE_WINDOW_BYTES - 1) /* chain[] has this many positions */
#define POSITION_MASK (TH_DEFLATE_WINDOW_BYTES - 1)

struct effort {
    uint32_t candidates; /* looked at per position */
    uint32_t enough;     /* bytes: a match this long is taken without looking further */
    uint32_t patience;   /* positions without a match, as a power of 2, until one is skipped */
    bool lazy;           /* see whether the next position has a longer one */
};

static const struct effort quick = {.candidates = 1, .enough = 32, .patience = 5, .lazy = false};
static const struct effort thorough = {
    .candidates = 16, .enough = 128, .patience = 8, .lazy = true};

/* So many bytes longer must a match a period back be than one from the chain, which
 * is nearer and so has fewer extra bits. */
#define PERIOD_BYTES 3u

struct match {
    uint32_t length, distance; /* length 0: none */
};

static inline uint32_t hash_of(const uint8_t *p) {
    const uint32_t four = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                          (uint32_t)p[3] << 24;
    return four * 0x9e3779b1u >> (32 - TH_DEFLATE_HASH_BITS); /* 2^32 over the golden ratio */
}

/* Remembers position `at`; returns the distance to the latest one of the same hash. */
static inline uint32_t insert(struct th_deflate *z, size_t at) {
    const uint32_t position = z->position + (uint32_t)at;
    uint32_t *head = &z->head[hash_of(z->buffer + at)];
    const uint32_t distance = position - *head;
    *head = position;
    z->chain[position & POSITION_MASK] = (uint16_t)(distance <= DISTANCE_MAX ? distance : 0);
    return distance;
}

/* Eight at a time by loads and a comparison: a memcmp would be a call. */
static inline uint32_t common_bytes(const uint8_t *a, const uint8_t *b, uint32_t max) {
    uint32_t n = 0;
    for (; n + 8 <= max; n += 8) {
        uint64_t x, y;
        memcpy(&x, a + n, 8);
        memcpy(&y, b + n, 8);
        if (x != y) break;
    }
    while (n < max && a[n] == b[n]) n++;
    return n;
}

/* A length and a distance symbol of usual size, and the extra bits. */
static inline uint32_t match_bits(uint32_t distance) {
    return 10 + th_deflate_log2(distance);
}

/* What `length` literals would cost, at least when that is below `enough`. */
static inline uint32_t literals_bits(const struct th_deflate *z, const uint8_t *data,
                                     uint32_t length, uint32_t enough) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < length && bits < enough; i++) bits += z->literal_bits[data[i]];
    return bits;
}

static inline bool is_worth(const struct th_deflate *z, const uint8_t *data, uint32_t length,
                            uint32_t distance) {
    const uint32_t bits = match_bits(distance) + 1;
    return literals_bits(z, data, length, bits) >= bits;
}

/* What the search at one position goes by. */
struct search {
    const uint8_t *here;
    size_t back_max;     /* bytes before `here` in the buffer */
    uint32_t length_max; /* to the end of the block, at most TH_DEFLATE_MATCH_MAX */
    struct match best;
    uint32_t beyond; /* a match must be longer */
};

static inline void try_distance(const struct th_deflate *z, struct search *s, uint32_t distance) {
    const uint8_t *there = s->here - distance;
    if (s->beyond >= s->length_max || there[s->beyond] != s->here[s->beyond]) return;
    const uint32_t length = common_bytes(s->here, there, s->length_max);
    if (length <= s->beyond || !is_worth(z, s->here, length, distance)) return;
    s->best = (struct match){length, distance};
    s->beyond = length;
}

/* The longest match at `at`, longer than `beyond`; `distance` is what insert returned.
 * The period comes last, for chains full of nearer places, such as a run's. */
static struct match longest(const struct th_deflate *z, size_t at, uint32_t distance,
                            uint32_t beyond, uint32_t candidates, uint32_t enough) {
    const size_t left = z->end - at;
    struct search s = {.here = z->buffer + at, .back_max = at, .beyond = beyond};
    s.length_max = left < TH_DEFLATE_MATCH_MAX ? (uint32_t)left : TH_DEFLATE_MATCH_MAX;
    const uint32_t position = z->position + (uint32_t)at;
    while (candidates-- > 0 && distance <= DISTANCE_MAX && distance <= s.back_max) {
        if (s.best.length >= enough) break;
        try_distance(z, &s, distance);
        const uint32_t step = z->chain[(position - distance) & POSITION_MASK];
        if (step == 0) break;
        distance += step;
    }
    if (s.best.length > 0) s.beyond += PERIOD_BYTES;
    if (s.best.length < enough && z->period - 1 < DISTANCE_MAX && z->period <= at)
        try_distance(z, &s, z->period);
    return s.best;
}

static void add_match(struct th_deflate *z, size_t literals, size_t at, struct match match) {
    z->sequence[z->sequences++] = (struct th_deflate_sequence){
        (uint32_t)literals, (uint16_t)match.length, (uint16_t)match.distance};
    z->saved_bits += literals_bits(z, z->buffer + at, match.length, UINT32_MAX);
    z->saved_bits -= match_bits(match.distance);
}

/* While the next position has a longer match, goes there. */
static struct match wait_for_longer(struct th_deflate *z, size_t *at, size_t stop,
                                    struct match match, const struct effort *effort) {
    while (match.length < effort->enough && *at + 1 < stop) {
        const uint32_t distance = insert(z, *at + 1);
        const struct match next = longest(z, *at + 1, distance, match.length,
                                          effort->candidates / 2, effort->enough);
        if (next.length == 0) break;
        match = next;
        ++*at;
    }
    return match;
}

/* Thorough while matches save a fair share of the bits. Quick searches find less,
 * so that less is asked of them to become thorough again. */
static const struct effort *choose_effort(struct th_deflate *z) {
    z->thorough = z->saved_bits > z->block_bits / (z->thorough ? 3 : 6);
    return z->thorough ? &thorough : &quick;
}

void th_deflate_find(struct th_deflate *z) {
    const struct effort *effort = choose_effort(z);
    /* The hash reads four bytes. */
    const size_t stop = z->end - z->block_at < 4 ? z->block_at : z->end - 3;
    size_t at = z->block_at, literals_at = at, misses = 0;
    z->sequences = 0;
    z->saved_bits = 0;
    while (at < stop) {
        const uint32_t distance = insert(z, at);
        struct match match = longest(z, at, distance, TH_DEFLATE_MATCH_MIN - 1, effort->candidates,
                                     effort->enough);
        if (match.length == 0) {
            at += 1 + (misses++ >> effort->patience);
            continue;
        }
        size_t inserted = at + 1;
        if (effort->lazy) {
            match = wait_for_longer(z, &at, stop, match, effort);
            /* It has looked at one position more, unless it did not care to. */
            inserted = at + (match.length < effort->enough && at + 1 < stop ? 2 : 1);
        }
        add_match(z, at - literals_at, at, match);
        misses = 0;
        at += match.length;
        literals_at = at;
        for (; inserted < at && inserted < stop; inserted++) insert(z, inserted);
    }
    z->sequence[z->sequences++] = (struct th_deflate_sequence){
        .literals = (uint32_t)(z->end - literals_at)};
}
