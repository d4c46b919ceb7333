/* jpeg_compare.c - see jpeg_compare.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/jpeg_lockstep.h"
#include "fail.h"
#include "jpeg_compare.h"

struct planes {
    uint8_t *samples[4];
    size_t stride[4];
    struct th_lockstep_plane plane[4];
};

/* Decodes all rows of an open reader into whole planes. */
static enum th_status decode_rows(struct th_lockstep *l, uint32_t scale, struct planes *p) {
    const struct th_jpeg_frame *f = th_lockstep_frame(l);
    TH_TRY(th_lockstep_start(l, scale));
    for (uint32_t i = 0; i < f->component_count; i++) {
        p->plane[i] = th_lockstep_plane_of(l, i);
        p->stride[i] = p->plane[i].padded_width;
        p->samples[i] = calloc(f->mcu_rows * p->plane[i].rows, p->stride[i]);
    }
    for (uint32_t row = 0;; row++) {
        uint8_t *at[4] = {0};
        for (uint32_t i = 0; i < f->component_count; i++) {
            at[i] = p->samples[i] + (size_t)row * p->plane[i].rows * p->stride[i];
        }
        enum th_status status = th_lockstep_row(l, at, p->stride);
        if (status == TH_DONE) return TH_OK;
        if (status != TH_OK) return status;
    }
}

static bool same_plane(const struct planes *p, const struct oracle *o, uint32_t i) {
    const struct oracle_plane *want = &o->plane[i];
    if (p->plane[i].width != want->width || p->plane[i].height != want->height) return false;
    for (uint32_t y = 0; y < want->height; y++) {
        const uint8_t *ours = p->samples[i] + y * p->stride[i];
        if (memcmp(ours, want->samples + y * want->stride, want->width) != 0) return false;
    }
    return true;
}

/* Where ours refuses what libjpeg takes silently: jpeg_scans.h, jpeg_entropy.h. */
static bool stricter(const char *message, bool progressive) {
    static const char *const known[] = {
        "jpeg: more than 100 scans",
        "jpeg: more than four components",
        "jpeg: a coefficient over 16 bits",
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(message, known[i]) == 0) return true;
    }
    /* libjpeg has tables of its own then; and its fast loop warns of no bad code. */
    if (progressive) return false;
    return strcmp(message, "jpeg: no Huffman table") == 0 ||
           strcmp(message, "jpeg: bad Huffman code") == 0;
}

/* Fill bytes and a stuffed zero, FF FF 00, which T.81 has no meaning for. libjpeg's fast
 * sequential loop stops there, and its slow one, which goes on, forgets to clear what
 * the fast one left in the block. So its samples are no measure then. */
static bool has_filled_zero(const uint8_t *data, size_t bytes) {
    for (size_t i = 2; i < bytes; i++) {
        if (data[i - 2] == 0xFF && data[i - 1] == 0xFF && data[i] == 0) return true;
    }
    return false;
}

/* A component in two scans of a sequential file: the second writes over the first, and
 * which of the first's coefficients stay is up to the loop that decodes (ours for libjpeg
 * writes zeros, too). */
static bool has_component_twice(const uint8_t *data, size_t bytes) {
    static struct th_jpeg_scans scans;
    uint32_t seen = 0;
    if (th_jpeg_scans_find(&scans, data, bytes) != TH_OK || scans.frame.progressive) return false;
    for (uint32_t i = 0; i < scans.count; i++) {
        for (uint32_t j = 0; j < scans.scan[i].component_count; j++) {
            uint32_t bit = 1u << scans.scan[i].component[j];
            if (seen & bit) return true;
            seen |= bit;
        }
    }
    return false;
}

static void judge(struct comparison *c, const struct planes *p, const struct oracle *o,
                  uint32_t scale, bool progressive) {
    c->clean = !o->failed && o->warnings == 0;
    c->oracle_failed = o->failed;
    if (c->status == TH_INTERNAL || c->status == TH_MISUSE) {
        snprintf(c->fault, sizeof c->fault, "our bug: %.100s", th_fail_message());
        return;
    }
    if (c->status != TH_OK) {
        c->stricter = c->clean && stricter(th_fail_message(), progressive);
        if (c->clean && !c->stricter) {
            snprintf(c->fault, sizeof c->fault, "refused: %.100s", th_fail_message());
        }
        return;
    }
    /* At 1/8 the AC scans are not read, so what is wrong there is not seen. */
    if ((o->failed || o->damaged) && scale == 1) return;
    if (o->damaged && progressive) {
        snprintf(c->fault, sizeof c->fault, "taken; libjpeg: %.100s", o->message);
        return;
    }
    bool same = !o->failed;
    for (uint32_t i = 0; i < o->component_count && same; i++) same = same_plane(p, o, i);
    if (!same) snprintf(c->fault, sizeof c->fault, "differs; libjpeg: %.100s", o->message);
}

void jpeg_compare(struct comparison *c, const uint8_t *data, size_t bytes, uint32_t scale,
                  uint64_t pixels_max) {
    struct th_lockstep *l = NULL;
    struct planes p = {0};
    struct oracle o = {0};
    bool progressive = false;
    *c = (struct comparison){0};
    th_fail_clear();
    c->status = th_lockstep_open(&l, data, bytes);
    if (c->status == TH_OK) {
        const struct th_jpeg_frame *f = th_lockstep_frame(l);
        progressive = f->progressive;
        if ((uint64_t)f->width * f->height > pixels_max) {
            th_lockstep_close(l);
            return;
        }
        c->status = decode_rows(l, scale, &p);
    }
    oracle_decode(&o, data, bytes, scale, false, pixels_max);
    /* Refused before the frame was known to be progressive or not: the bytes tell. */
    judge(c, &p, &o, scale, progressive || o.progressive);
    if (!progressive && has_filled_zero(data, bytes)) c->fault[0] = 0;
    if (c->fault[0] && has_component_twice(data, bytes)) c->fault[0] = 0;
    th_lockstep_close(l);
    for (uint32_t i = 0; i < 4; i++) free(p.samples[i]);
    oracle_free(&o);
}
