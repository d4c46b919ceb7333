/* jpeg_maker_script.c - see jpeg_maker.h: scans that carry every component, in random order. */
#include "jpeg_maker.h"

static struct maker_scan *add_scan(struct maker *m) {
    struct maker_scan *s = &m->scan[m->scan_count++];
    *s = (struct maker_scan){0};
    if (maker_random(m, 3) == 0) s->restart_interval = 1 + maker_random(m, 9);
    return s;
}

/* Scans that carry each component once: in random groups whose MCU is not too big. */
static void group_components(struct maker *m, struct maker_scan like) {
    for (uint32_t i = 0; i < m->component_count;) {
        struct maker_scan *s = add_scan(m);
        uint32_t blocks = 0, restart = s->restart_interval;
        *s = like;
        s->restart_interval = restart;
        do {
            s->component[s->component_count++] = i;
            blocks += m->component[i].h * m->component[i].v;
            i++;
        } while (i < m->component_count && maker_random(m, 3) != 0 &&
                 blocks + m->component[i].h * m->component[i].v <= 10);
        if (s->component_count > 1 && blocks > 10) { /* the first one alone was too big */
            i -= s->component_count - 1;
            s->component_count = 1;
        }
    }
}

void maker_script_sequential(struct maker *m) {
    m->progressive = false;
    m->scan_count = 0;
    group_components(m, (struct maker_scan){.se = 63});
}

/* State of a progression: Al of each coefficient, or none yet. */
#define NONE 99u

static void add_ac_scan(struct maker *m, uint32_t component, uint32_t al[64]) {
    uint32_t ss = 1 + maker_random(m, 63);
    while (ss < 63 && al[ss] == 0) ss++;
    while (ss > 1 && al[ss - 1] == al[ss] && maker_random(m, 6) != 0) ss--;
    if (al[ss] == 0) return;
    uint32_t se = ss;
    while (se < 63 && al[se + 1] == al[ss] && maker_random(m, 60) != 0) se++;
    struct maker_scan *s = add_scan(m);
    s->component_count = 1;
    s->component[0] = component;
    s->ss = ss;
    s->se = se;
    s->ah = al[ss] == NONE ? 0 : al[ss];
    s->al = al[ss] == NONE ? maker_random(m, 4) : al[ss] - 1;
    for (uint32_t k = ss; k <= se; k++) al[k] = s->al;
}

void maker_script_progressive(struct maker *m, bool complete) {
    uint32_t al[4][64];
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t k = 0; k < 64; k++) al[i][k] = NONE;
    }
    m->progressive = true;
    m->scan_count = 0;
    uint32_t dc = maker_random(m, 4);
    group_components(m, (struct maker_scan){.al = dc});
    uint32_t tries = complete ? 100000 : maker_random(m, 60);
    while (tries-- > 0 && m->scan_count < 90) {
        uint32_t i = maker_random(m, m->component_count);
        if (dc > 0 && maker_random(m, 20) == 0) {
            group_components(m, (struct maker_scan){.ah = dc, .al = dc - 1});
            dc--;
        }
        uint32_t open = dc;
        for (uint32_t k = 1; k < 64; k++) open |= al[i][k];
        add_ac_scan(m, i, al[i]);
        for (uint32_t j = 0; j < m->component_count; j++) {
            for (uint32_t k = 1; k < 64; k++) open |= al[j][k];
        }
        if (open == 0) break;
    }
}
