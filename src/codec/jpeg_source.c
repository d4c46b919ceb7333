/* jpeg_source.c - see jpeg_source.h. */
#include "jpeg_source.h"

#include <string.h>

#include "../arena.h"
#include "exif.h"

#define ICC_HEAD_BYTES 14u /* "ICC_PROFILE\0", sequence number, count */

static struct th_jpeg_source *source_of(j_decompress_ptr jpeg) {
    return (struct th_jpeg_source *)(void *)jpeg->src;
}

/* ---- libjpeg's callbacks ---- */

static void do_nothing(j_decompress_ptr jpeg) {
    (void)jpeg;
}

/* Suspend: the job pushes more and calls again. */
static boolean fill_input_buffer(j_decompress_ptr jpeg) {
    (void)jpeg;
    return FALSE;
}

static void skip(struct th_jpeg_source *s, size_t bytes) {
    size_t now = bytes < s->mgr.bytes_in_buffer ? bytes : s->mgr.bytes_in_buffer;
    s->mgr.next_input_byte += now;
    s->mgr.bytes_in_buffer -= now;
    s->skip = bytes - now;
}

static void skip_input_data(j_decompress_ptr jpeg, long bytes) {
    if (bytes > 0) skip(source_of(jpeg), (size_t)bytes);
}

/* ---- markers ---- */

/* The whole segment's payload, or NULL when it is not all here (suspend). */
static const uint8_t *segment(struct th_jpeg_source *s, size_t *bytes) {
    const uint8_t *at = s->mgr.next_input_byte;
    if (s->mgr.bytes_in_buffer < 2) return NULL;
    size_t length = (size_t)at[0] << 8 | at[1];
    if (length < 2) length = 2;
    if (s->mgr.bytes_in_buffer < length) return NULL;
    s->mgr.next_input_byte += length;
    s->mgr.bytes_in_buffer -= length;
    *bytes = length - 2;
    return at + 2;
}

/* The first EXIF segment counts. */
static boolean take_app1(j_decompress_ptr jpeg) {
    struct th_jpeg_source *s = source_of(jpeg);
    size_t bytes;
    const uint8_t *data = segment(s, &bytes);
    if (!data) return FALSE;
    if (s->orientation == 0 && bytes > 6 && memcmp(data, "Exif\0\0", 6) == 0) {
        s->orientation = th_exif_orientation(data, bytes);
    }
    return TRUE;
}

static void append_icc(struct th_jpeg_source *s, uint8_t number, const uint8_t *data,
                       size_t bytes) {
    uint8_t *grown = NULL;
    if (number == s->icc_next && s->icc_bytes + bytes <= TH_ICC_BYTES_MAX) {
        grown = th_realloc(s->icc, s->icc_bytes + bytes);
    }
    if (!grown) {
        th_jpeg_source_drop_icc(s);
        return;
    }
    memcpy(grown + s->icc_bytes, data, bytes);
    s->icc = grown;
    s->icc_bytes += bytes;
    s->icc_next++;
}

/* ICC.1:2022 annex B.4. Chunks out of order or over the limit: no profile. */
static boolean take_app2(j_decompress_ptr jpeg) {
    struct th_jpeg_source *s = source_of(jpeg);
    size_t bytes;
    const uint8_t *data = segment(s, &bytes);
    if (!data) return FALSE;
    bool icc = bytes > ICC_HEAD_BYTES && memcmp(data, "ICC_PROFILE\0", 12) == 0;
    if (icc && s->icc_next != 0) {
        append_icc(s, data[12], data + ICC_HEAD_BYTES, bytes - ICC_HEAD_BYTES);
    }
    return TRUE;
}

/* ---- the public face ---- */

void th_jpeg_source_open(struct th_jpeg_source *source, struct th_input *in,
                         j_decompress_ptr jpeg) {
    *source = (struct th_jpeg_source){.in = in, .jpeg = jpeg, .keeping = true, .icc_next = 1};
    source->mgr.init_source = do_nothing;
    source->mgr.fill_input_buffer = fill_input_buffer;
    source->mgr.skip_input_data = skip_input_data;
    source->mgr.resync_to_restart = jpeg_resync_to_restart;
    source->mgr.term_source = do_nothing;
    jpeg->src = &source->mgr;
    jpeg_set_marker_processor(jpeg, JPEG_APP0 + 1, take_app1);
    jpeg_set_marker_processor(jpeg, JPEG_APP0 + 2, take_app2);
}

void th_jpeg_source_show(struct th_jpeg_source *source) {
    source->mgr.next_input_byte = th_input_data(source->in) + source->kept;
    source->mgr.bytes_in_buffer = th_input_ready(source->in) - source->kept;
    skip(source, source->skip);
}

/* The first byte from `at` that is no FF; eight at a time, because there may be megabytes. */
static size_t behind_fill_bytes(const uint8_t *data, size_t at, size_t bytes) {
    for (uint64_t eight; at + sizeof eight <= bytes; at += sizeof eight) {
        memcpy(&eight, data + at, sizeof eight);
        if (eight != UINT64_MAX) break;
    }
    while (at < bytes && data[at] == 0xff) at++;
    return at;
}

/* Of each row of bytes FF one stays; returns how many bytes that leaves. */
static size_t join_fill_bytes(uint8_t *data, size_t bytes) {
    size_t end = 0;
    for (size_t i = 0; i < bytes;) {
        data[end++] = data[i];
        i = data[i] == 0xff ? behind_fill_bytes(data, i + 1, bytes) : i + 1;
    }
    return end;
}

void th_jpeg_source_wait(struct th_jpeg_source *s) {
    size_t bytes = s->mgr.bytes_in_buffer;
    if (s->jpeg->unread_marker != 0 || bytes < 2) return;
    uint8_t *data = s->in->base + s->in->end - bytes;
    s->mgr.bytes_in_buffer = join_fill_bytes(data, bytes);
    s->in->end -= bytes - s->mgr.bytes_in_buffer;
}

void th_jpeg_source_take(struct th_jpeg_source *source) {
    source->kept = th_input_ready(source->in) - source->mgr.bytes_in_buffer;
    if (!source->keeping || source->kept > TH_JPEG_PROLOGUE_KEPT_BYTES_MAX) {
        th_jpeg_source_stop_keeping(source);
    }
}

void th_jpeg_source_stop_keeping(struct th_jpeg_source *source) {
    th_input_consume(source->in, source->kept);
    source->keeping = false;
    source->kept = 0;
}

void th_jpeg_source_drop_icc(struct th_jpeg_source *source) {
    th_free(source->icc);
    source->icc = NULL;
    source->icc_bytes = 0;
    source->icc_next = 0;
}

void th_jpeg_source_close(struct th_jpeg_source *source) {
    th_free(source->icc);
    source->icc = NULL;
}
