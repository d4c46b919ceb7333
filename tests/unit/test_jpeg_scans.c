/* test_jpeg_scans.c - finding the scans of a JPEG file, and saying what is wrong. */
#include <stdlib.h>

#include "check.h"
#include "codec/jpeg_lockstep.h"
#include "codec/jpeg_scans.h"
#include "fail.h"
#include "jpeg_maker.h"
#include "work.h"

static struct th_jpeg_scans scans;

static enum th_status find(const uint8_t *data, size_t bytes) {
    th_fail_clear();
    return th_jpeg_scans_find(&scans, data, bytes);
}

static void make(struct maker *m) {
    static const uint32_t factors[4] = {2, 1, 1, 1};
    maker_init(m, 5, 61, 43, 3, factors, factors, 60);
    maker_script_progressive(m, true);
    maker_write(m);
}

static void test_frame_and_scans(void) {
    struct maker m;
    make(&m);
    CHECK_EQ(find(m.bytes, m.size), TH_OK);
    CHECK_EQ(scans.frame.width, 61);
    CHECK_EQ(scans.frame.height, 43);
    CHECK(scans.frame.progressive);
    CHECK_EQ(scans.frame.mcu_columns, 4);
    CHECK_EQ(scans.frame.mcu_rows, 3);
    CHECK_EQ(scans.frame.component[0].width_blocks, 8);
    CHECK_EQ(scans.frame.component[1].width_blocks, 4);
    CHECK_EQ(scans.frame.component[1].height_blocks, 3);
    CHECK_EQ(scans.count, m.scan_count);
    for (uint32_t i = 0; i < scans.count; i++) {
        const struct th_jpeg_scan *s = &scans.scan[i];
        CHECK_EQ(s->component_count, m.scan[i].component_count);
        CHECK_EQ(s->component[0], m.scan[i].component[0]);
        CHECK_EQ(s->ss, m.scan[i].ss);
        CHECK_EQ(s->se, m.scan[i].se);
        CHECK_EQ(s->ah, m.scan[i].ah);
        CHECK_EQ(s->al, m.scan[i].al);
        CHECK_EQ(s->restart_interval, m.scan[i].restart_interval);
        CHECK(s->end > s->begin && s->end[0] == 0xFF && s->end[1] >= 0xC0);
        CHECK((s->ac[0].counts != NULL) == (s->ss > 0));
        CHECK((s->dc[0].counts != NULL) == (s->ss == 0 && s->ah == 0));
    }
    maker_free(&m);
}

/* Whatever is cut off, it is not a whole image; what follows the end does not matter. */
static void test_length(void) {
    struct maker m;
    make(&m);
    for (size_t cut = 2; cut < m.size; cut++) {
        uint8_t *copy = malloc(cut);
        memcpy(copy, m.bytes, cut);
        CHECK_EQ(find(copy, cut), TH_TRUNCATED);
        free(copy);
    }
    CHECK_STR(th_fail_message(), "jpeg: no end of image");
    uint8_t *longer = malloc(m.size + 5);
    memcpy(longer, m.bytes, m.size);
    memcpy(longer + m.size, "\xFF\xD8\xFF\xDA\x00", 5);
    CHECK_EQ(find(longer, m.size + 5), TH_OK);
    CHECK_EQ(scans.count, m.scan_count);
    free(longer);
    maker_free(&m);
}

/* Offset of the frame header's length. */
static size_t frame_at(const struct maker *m) {
    size_t at = 0;
    while (m->bytes[at] != 0xFF || m->bytes[at + 1] != 0xC2) at++;
    return at + 2;
}

/* The file with one byte of the frame header changed; offset -1 is the marker itself. */
static enum th_status find_changed(int offset, uint8_t value) {
    struct maker m;
    make(&m);
    m.bytes[(int64_t)frame_at(&m) + offset] = value;
    enum th_status status = find(m.bytes, m.size);
    maker_free(&m);
    return status;
}

static void test_frame_faults(void) {
    CHECK_EQ(find((const uint8_t *)"PNG", 3), TH_CORRUPT);
    CHECK_STR(th_fail_message(), "jpeg: no start of image");
    CHECK_EQ(find((const uint8_t *)"\xFF\xD8\xFF\xD9", 4), TH_CORRUPT);
    CHECK_STR(th_fail_message(), "jpeg: no frame header");
    CHECK_EQ(find_changed(-1, 0xCA), TH_UNSUPPORTED); /* arithmetic, progressive */
    CHECK_EQ(find_changed(-1, 0xC3), TH_UNSUPPORTED); /* lossless */
    CHECK_EQ(find_changed(2, 12), TH_UNSUPPORTED);    /* bits a sample */
    CHECK_EQ(find_changed(4, 0), TH_CORRUPT);         /* no height: DNL */
    CHECK_STR(th_fail_message(), "jpeg: no pixels");
    CHECK_EQ(find_changed(3, 255), TH_OK);            /* 65323 rows, not all there: found later */
    CHECK_EQ(find_changed(7, 2), TH_CORRUPT);         /* components against length */
    CHECK_EQ(find_changed(9, 0x51), TH_CORRUPT);      /* sampling factor 5 */
    CHECK_EQ(find_changed(10, 3), TH_CORRUPT);        /* quantisation table */
    CHECK_STR(th_fail_message(), "jpeg: no quantisation table");
}

/* ---- files from nothing but AC scans ---- */

struct bytes {
    uint8_t at[40000];
    size_t count;
};

static void add(struct bytes *b, const char *data, size_t count) {
    memcpy(b->at + b->count, data, count);
    b->count += count;
}

/* One grey component of side x side pixels and an AC table: 0 = EOB of 2^14.. blocks
 * (symbol E0), 10 = end of one block. */
static void begin(struct bytes *b, uint32_t side, uint8_t components) {
    uint8_t size[2] = {(uint8_t)(side >> 8), (uint8_t)side};
    b->count = 0;
    add(b, "\xFF\xD8\xFF\xDB\x00\x43\x00", 7);
    for (int i = 0; i < 64; i++) add(b, "\x01", 1);
    add(b, "\xFF\xC2\x00", 3);
    b->at[b->count++] = (uint8_t)(8 + 3 * components);
    add(b, "\x08", 1);
    add(b, (const char *)size, 2);
    add(b, (const char *)size, 2);
    b->at[b->count++] = components;
    for (uint8_t i = 1; i <= components; i++) {
        b->at[b->count++] = i;
        add(b, "\x11\x00", 2);
    }
    add(b,
        "\xFF\xC4\x00\x15\x10\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\xE0\x00",
        23);
}

/* An AC scan of `runs` runs of 2^14 blocks. */
static void add_bomb_scan(struct bytes *b, uint8_t approximation, uint32_t runs) {
    add(b, "\xFF\xDA\x00\x08\x01\x01\x00\x01\x3F", 9);
    b->at[b->count++] = approximation;
    uint32_t bits = runs * 15;
    for (uint32_t i = 0; i < (bits + 7) / 8; i++) add(b, "\x00", 1);
}

static void test_scan_limit(void) {
    struct bytes b;
    begin(&b, 64, 1);
    for (uint32_t i = 0; i < TH_JPEG_SCANS_MAX; i++) add_bomb_scan(&b, 0, 1);
    size_t full = b.count;
    add(&b, "\xFF\xD9", 2);
    CHECK_EQ(find(b.at, b.count), TH_OK);
    CHECK_EQ(scans.count, TH_JPEG_SCANS_MAX);
    b.count = full;
    add_bomb_scan(&b, 0, 1);
    add(&b, "\xFF\xD9", 2);
    CHECK_EQ(find(b.at, b.count), TH_TOO_LARGE);
    CHECK_STR(th_fail_message(), "jpeg: more than 100 scans");
}

static void test_frame_limits(void) {
    struct bytes b;
    begin(&b, TH_JPEG_SIDE_MAX, 1);
    CHECK_EQ(find(b.at, b.count), TH_TRUNCATED);
    begin(&b, TH_JPEG_SIDE_MAX + 1, 1);
    CHECK_EQ(find(b.at, b.count), TH_TOO_LARGE);
    CHECK_STR(th_fail_message(), "jpeg: a side over 65500 pixels");
    begin(&b, 64, TH_JPEG_COMPONENTS_MAX);
    CHECK_EQ(find(b.at, b.count), TH_TRUNCATED);
    begin(&b, 64, TH_JPEG_COMPONENTS_MAX + 1);
    CHECK_EQ(find(b.at, b.count), TH_UNSUPPORTED);
    CHECK_STR(th_fail_message(), "jpeg: more than four components");
}

static void test_missing_component(void) {
    struct bytes b;
    begin(&b, 64, 2);
    add_bomb_scan(&b, 0, 1);
    add(&b, "\xFF\xD9", 2);
    CHECK_EQ(find(b.at, b.count), TH_OK);
    CHECK(scans.frame.component[0].seen && !scans.frame.component[1].seen);
    begin(&b, 64, 2);
    add(&b, "\xFF\xD9", 2);
    CHECK_EQ(find(b.at, b.count), TH_TRUNCATED);
    CHECK_STR(th_fail_message(), "jpeg: no scan");
}

/* Decodes all of it at 1/4 within `work_max` units; *rows_decoded says how far it came. */
static enum th_status decode_all(const struct bytes *b, uint64_t work_max, uint32_t *rows_decoded) {
    struct th_lockstep *l;
    *rows_decoded = 0;
    th_fail_clear();
    th_work_begin(work_max);
    TH_TRY(th_lockstep_open(&l, b->at, b->count));
    enum th_status status = th_lockstep_start(l, 2);
    struct th_lockstep_plane plane = th_lockstep_plane_of(l, 0);
    uint8_t *samples = malloc((size_t)plane.padded_width * plane.rows);
    size_t stride = plane.padded_width;
    while (status == TH_OK) {
        status = th_lockstep_row(l, &samples, &stride);
        *rows_decoded += status == TH_OK;
    }
    free(samples);
    th_lockstep_close(l);
    return status;
}

/* 88 scans over a million blocks in 12 KB: the work is known before the first row. */
static void test_scan_bomb(void) {
    struct bytes b;
    uint32_t rows;
    begin(&b, 8000, 1);
    for (uint32_t i = 0; i < 88; i++) add_bomb_scan(&b, i == 0 ? 0x01 : 0x10, 62);
    add(&b, "\xFF\xD9", 2);
    CHECK_EQ(decode_all(&b, TH_WORK_MAX, &rows), TH_DONE);
    CHECK_EQ(rows, 1000);
    uint64_t units = th_work_units();
    CHECK(units > 1000000 * 64 / TH_WORK_UNIT_SAMPLES);
    CHECK_EQ(decode_all(&b, units, &rows), TH_DONE);
    CHECK_EQ(decode_all(&b, units - 1, &rows), TH_TOO_LARGE);
    CHECK_EQ(rows, 0);
}

/* Fifteen bits and an Al of 1. */
static void test_large_coefficient(void) {
    struct bytes b;
    uint32_t rows;
    begin(&b, 8, 1);
    b.at[b.count - 2] = 0x0F; /* the symbol of code 0 */
    add(&b, "\xFF\xDA\x00\x08\x01\x01\x00\x01\x3F\x01\x7F\xFF\x00\xFF\xD9", 15);
    CHECK_EQ(decode_all(&b, TH_WORK_MAX, &rows), TH_CORRUPT);
    CHECK_STR(th_fail_message(), "jpeg: a coefficient over 16 bits");
}

/* Two bits, where a refining scan has one: behind all coefficients of before, and before one. */
static void test_large_refinement(void) {
    for (uint32_t with_first = 0; with_first < 2; with_first++) {
        struct bytes b;
        uint32_t rows;
        begin(&b, 8, 1);
        b.at[b.count - 2] = 0x02; /* the symbol of code 0 */
        if (with_first) add(&b, "\xFF\xDA\x00\x08\x01\x01\x00\x01\x3F\x01\x77", 11);
        add(&b, "\xFF\xDA\x00\x08\x01\x01\x00\x01\x3F\x10\x37\xFF\xD9", 13);
        CHECK_EQ(decode_all(&b, TH_WORK_MAX, &rows), TH_CORRUPT);
        CHECK_STR(th_fail_message(), "jpeg: bad Huffman code");
    }
}

int main(void) {
    test_frame_and_scans();
    test_length();
    test_frame_faults();
    test_frame_limits();
    test_scan_limit();
    test_missing_component();
    test_scan_bomb();
    test_large_coefficient();
    test_large_refinement();
    return check_done();
}
