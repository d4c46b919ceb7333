/* shrink.c - see shrink.h. Holds one row of sums per plane. */
#include "shrink.h"

#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "band.h"

struct plane {
    uint32_t in_width, in_height, out_width;
    uint32_t in_next;
    uint32_t rows;  /* rows added to the sums */
    int64_t *sum;   /* [out_width * pixel_samples] */
    uint8_t *out;   /* one row */
};

struct shrinker {
    struct th_source source;
    struct th_source *up;
    struct th_shrink factor;
    uint32_t planes, pixel_samples, sample_bytes;
    struct plane plane[TH_PLANES_MAX];
    struct th_band band;
};

static int32_t sample(const uint8_t *row, uint32_t i, uint32_t sample_bytes) {
    if (sample_bytes == 1) return row[i];
    int16_t s;
    memcpy(&s, row + (size_t)i * 2, sizeof s);
    return s;
}

static void add_row(const struct shrinker *s, struct plane *p, const uint8_t *row) {
    uint32_t channels = s->pixel_samples;
    for (uint32_t x = 0; x < p->in_width; x++) {
        int64_t *sum = p->sum + (size_t)(x / s->factor.x) * channels;
        for (uint32_t c = 0; c < channels; c++) {
            sum[c] += sample(row, x * channels + c, s->sample_bytes);
        }
    }
    p->rows++;
    p->in_next++;
}

/* floor(sum / count + 1/2), also for negative sums. */
static int64_t mean(int64_t sum, int64_t count) {
    int64_t twice = 2 * sum + count, d = 2 * count;
    return twice >= 0 ? twice / d : -((-twice + d - 1) / d);
}

static void make_row(const struct shrinker *s, struct plane *p) {
    for (uint32_t x = 0; x < p->out_width; x++) {
        uint32_t left = p->in_width - x * s->factor.x;
        uint32_t columns = left < s->factor.x ? left : s->factor.x;
        for (uint32_t c = 0; c < s->pixel_samples; c++) {
            size_t i = (size_t)x * s->pixel_samples + c;
            int64_t value = mean(p->sum[i], (int64_t)columns * p->rows);
            int16_t wide = (int16_t)value;
            if (s->sample_bytes == 1)
                p->out[i] = (uint8_t)value;
            else
                memcpy(p->out + i * 2, &wide, sizeof wide);
            p->sum[i] = 0;
        }
    }
    p->rows = 0;
}

/* Feeds plane `p` until a row is complete. */
static bool feed(struct shrinker *s, uint32_t index) {
    struct plane *p = &s->plane[index];
    const uint8_t *row;
    while ((row = th_band_take(&s->band, index)) != NULL) {
        add_row(s, p, row);
        if (p->rows == s->factor.y || p->in_next == p->in_height) return true;
    }
    return false;
}

static enum th_status shrinker_next(struct th_source *self, struct th_band *band) {
    struct shrinker *s = (struct shrinker *)self;
    for (;;) {
        for (uint32_t p = 0; p < s->planes; p++) {
            if (!feed(s, p)) continue;
            make_row(s, &s->plane[p]);
            th_band_give(band, p, s->plane[p].out);
            return TH_OK;
        }
        TH_TRY(s->up->next(s->up, &s->band));
    }
}

static void shrinker_free(struct shrinker *s) {
    for (uint32_t p = 0; p < s->planes; p++) {
        th_free(s->plane[p].sum);
        th_free(s->plane[p].out);
    }
    th_free(s);
}

static void shrinker_close(struct th_source *self) {
    struct shrinker *s = (struct shrinker *)self;
    s->up->close(s->up);
    shrinker_free(s);
}

enum th_status th_shrink_open(struct th_source *up, struct th_shrink factor,
                              struct th_source **source) {
    struct shrinker *s = th_calloc(1, sizeof *s);
    if (!s) return th_fail_memory();
    s->source = (struct th_source){up->shape, shrinker_next, shrinker_close};
    s->up = up;
    s->factor = factor;
    s->planes = th_layout_planes(up->shape.layout);
    s->sample_bytes = up->shape.layout == TH_LAYOUT_RGBA_PRE ? 2 : 1;
    s->pixel_samples = th_layout_pixel_bytes(up->shape.layout) / s->sample_bytes;
    for (uint32_t i = 0; i < s->planes; i++) {
        struct th_plane in = up->shape.plane[i], *out = &s->source.shape.plane[i];
        out->width = (in.width + factor.x - 1) / factor.x;
        out->height = (in.height + factor.y - 1) / factor.y;
        s->plane[i] = (struct plane){in.width, in.height, out->width, 0, 0, NULL, NULL};
        size_t samples = (size_t)out->width * s->pixel_samples;
        s->plane[i].sum = th_calloc(samples, sizeof(int64_t));
        s->plane[i].out = th_calloc(samples, s->sample_bytes);
        if (!s->plane[i].sum || !s->plane[i].out) {
            shrinker_free(s);
            return th_fail_memory();
        }
    }
    *source = &s->source;
    return TH_OK;
}
