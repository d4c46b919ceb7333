/* jpeg_maker.c - see jpeg_maker.h: the coefficients, and everything given back. */
#include <stdlib.h>
#include <string.h>

#include "jpeg_maker.h"

uint32_t maker_random(struct maker *m, uint32_t below) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return m->random % below;
}

/* Small values are common, 1023 is rare but there. */
static int16_t random_value(struct maker *m) {
    int32_t magnitude = 1 + (int32_t)maker_random(m, 1u << (1 + maker_random(m, 10)));
    if (magnitude > 1023) magnitude = 1023;
    return (int16_t)(maker_random(m, 2) ? magnitude : -magnitude);
}

static void random_block(struct maker *m, int16_t *block, uint32_t density) {
    uint32_t last = 1 + maker_random(m, 64);
    bool empty = maker_random(m, 4) == 0;
    memset(block, 0, 64 * sizeof *block);
    block[0] = random_value(m);
    for (uint32_t k = 1; k < last && !empty; k++) {
        if (maker_random(m, 256) < density) block[k] = random_value(m);
    }
}

static uint32_t ceil_div(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

void maker_init(struct maker *m, uint32_t seed, uint32_t width, uint32_t height,
                uint32_t component_count, const uint32_t *h, const uint32_t *v, uint32_t density) {
    memset(m, 0, sizeof *m);
    m->random = seed * 2654435761u | 1;
    m->width = width;
    m->height = height;
    m->component_count = component_count;
    uint32_t h_max = 1, v_max = 1;
    for (uint32_t i = 0; i < component_count; i++) {
        if (h[i] > h_max) h_max = h[i];
        if (v[i] > v_max) v_max = v[i];
    }
    for (uint32_t i = 0; i < component_count; i++) {
        struct maker_component *c = &m->component[i];
        c->h = h[i];
        c->v = v[i];
        c->columns = ceil_div(width, 8 * h_max) * h[i];
        c->rows = ceil_div(height, 8 * v_max) * v[i];
        c->width_blocks = ceil_div(width * h[i], 8 * h_max);
        c->height_blocks = ceil_div(height * v[i], 8 * v_max);
        size_t count = (size_t)c->columns * c->rows;
        c->block = malloc(count * sizeof *c->block);
        for (size_t b = 0; b < count; b++) random_block(m, c->block[b], density);
    }
}

void maker_free(struct maker *m) {
    for (uint32_t i = 0; i < 4; i++) free(m->component[i].block);
    free(m->bytes);
}
