/* jpeg_scans.c - see jpeg_scans.h. Section numbers are those of ITU-T T.81. */
#include <string.h>

#include "../bytes.h"
#include "../fail.h"
#include "jpeg_scans.h"

enum {
    SOF0 = 0xC0,
    SOF1 = 0xC1,
    SOF2 = 0xC2,
    DHT = 0xC4,
    SOF15 = 0xCF,
    DAC = 0xCC,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DNL = 0xDC,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP15 = 0xEF,
    COM = 0xFE,
    TEM = 0x01,
};

const uint8_t th_jpeg_order[64 + 16] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33,
    40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36,
    29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
};

/* The walk: where it is and the tables defined so far. */
struct walk {
    struct th_cursor file;
    struct th_jpeg_scans *scans;
    bool frame_seen;
    uint32_t restart_interval;
    const uint8_t *quant[4]; /* 64 values in zigzag order; NULL = undefined */
    bool quant_wide[4];      /* two bytes each */
    struct th_jpeg_table dc[4], ac[4];
    uint8_t dc_index[TH_JPEG_COMPONENTS_MAX]; /* of the components of the latest scan */
    uint8_t ac_index[TH_JPEG_COMPONENTS_MAX];
};

static enum th_status truncated(void) {
    return th_fail(TH_TRUNCATED, "jpeg: no end of image");
}

static enum th_status corrupt(const char *message) {
    return th_fail(TH_CORRUPT, message);
}

static size_t fill_bytes(const uint8_t *at, size_t bytes) {
    size_t count = 0;
    while (count < bytes && at[count] == 0xFF) count++;
    return count;
}

/* Moves to the next marker and past it. Bytes that are none are stepped over,
 * and so are FF00 (a data byte FF, B.1.1.5) and fill bytes FF before a marker. */
static bool next_marker(struct th_cursor *c, uint8_t *marker) {
    for (;;) {
        const uint8_t *from = c->data + c->at;
        const uint8_t *at = memchr(from, 0xFF, th_cursor_left(c));
        if (!at) return false;
        th_cursor_skip(c, (size_t)(at - from));
        th_cursor_skip(c, fill_bytes(at, th_cursor_left(c)));
        uint8_t byte = th_cursor_u8(c);
        if (c->failed) return false;
        if (byte == 0) continue;
        *marker = byte;
        return true;
    }
}

/* The parameters of a segment, behind its length (B.1.1.4). */
static enum th_status segment(struct walk *w, struct th_cursor *parameters) {
    uint16_t length = th_cursor_u16be(&w->file);
    if (w->file.failed) return truncated();
    if (length < 2) return corrupt("jpeg: bad segment length");
    const uint8_t *data = th_cursor_take(&w->file, length - 2u);
    if (!data) return truncated();
    *parameters = th_cursor_make(data, length - 2u);
    return TH_OK;
}

/* A segment nobody asks for. Like libjpeg, a length under 2 is taken for 2. */
static enum th_status skip_segment(struct walk *w) {
    uint16_t length = th_cursor_u16be(&w->file);
    if (length > 2) th_cursor_skip(&w->file, length - 2u);
    return w->file.failed ? truncated() : TH_OK;
}

/* ---- frame header (B.2.2) ---- */

static uint32_t ceil_div(uint32_t a, uint32_t b) {
    return (a + b - 1) / b;
}

/* Sizes in blocks and MCUs (A.1.1, A.2.4). */
static void measure(struct th_jpeg_frame *f) {
    f->h_max = f->v_max = 1;
    for (uint32_t i = 0; i < f->component_count; i++) {
        if (f->component[i].h > f->h_max) f->h_max = f->component[i].h;
        if (f->component[i].v > f->v_max) f->v_max = f->component[i].v;
    }
    f->mcu_columns = ceil_div(f->width, 8u * f->h_max);
    f->mcu_rows = ceil_div(f->height, 8u * f->v_max);
    for (uint32_t i = 0; i < f->component_count; i++) {
        struct th_jpeg_component *c = &f->component[i];
        c->width_blocks = ceil_div(f->width * c->h, 8u * f->h_max);
        c->height_blocks = ceil_div(f->height * c->v, 8u * f->v_max);
    }
}

static enum th_status take_frame(struct walk *w, bool progressive) {
    struct th_jpeg_frame *f = &w->scans->frame;
    struct th_cursor c;
    if (w->frame_seen) return corrupt("jpeg: two frame headers");
    TH_TRY(segment(w, &c));
    uint8_t precision = th_cursor_u8(&c);
    f->progressive = progressive;
    f->height = th_cursor_u16be(&c);
    f->width = th_cursor_u16be(&c);
    f->component_count = th_cursor_u8(&c);
    if (c.failed) return corrupt("jpeg: bad frame header");
    if (f->height == 0 || f->width == 0) return corrupt("jpeg: no pixels");
    if (f->height > TH_JPEG_SIDE_MAX || f->width > TH_JPEG_SIDE_MAX) {
        return th_fail(TH_TOO_LARGE, "jpeg: a side over 65500 pixels");
    }
    if (precision != 8) return th_fail(TH_UNSUPPORTED, "jpeg: not 8 bits a sample");
    if (f->component_count == 0) return corrupt("jpeg: no components");
    if (th_cursor_left(&c) != f->component_count * 3u) return corrupt("jpeg: bad frame header");
    if (f->component_count > TH_JPEG_COMPONENTS_MAX) {
        return th_fail(TH_UNSUPPORTED, "jpeg: more than four components");
    }
    for (uint32_t i = 0; i < f->component_count; i++) {
        struct th_jpeg_component *component = &f->component[i];
        component->id = th_cursor_u8(&c);
        uint8_t sampling = th_cursor_u8(&c);
        component->h = sampling >> 4;
        component->v = sampling & 15;
        component->quant_index = th_cursor_u8(&c);
        if (component->h < 1 || component->h > 4 || component->v < 1 || component->v > 4) {
            return corrupt("jpeg: bad sampling factors");
        }
    }
    measure(f);
    w->frame_seen = true;
    return TH_OK;
}

/* ---- tables (B.2.4) ---- */

static enum th_status take_quant(struct walk *w) {
    struct th_cursor c;
    TH_TRY(segment(w, &c));
    while (th_cursor_left(&c) > 0) {
        uint8_t byte = th_cursor_u8(&c);
        uint8_t index = byte & 15;
        bool wide = byte >> 4 != 0;
        const uint8_t *values = th_cursor_take(&c, wide ? 128 : 64);
        if (index > 3 || !values) return corrupt("jpeg: bad quantisation table");
        w->quant[index] = values;
        w->quant_wide[index] = wide;
    }
    return TH_OK;
}

static enum th_status take_huffman(struct walk *w) {
    struct th_cursor c;
    TH_TRY(segment(w, &c));
    while (th_cursor_left(&c) > 0) {
        struct th_jpeg_table table = {0};
        uint8_t byte = th_cursor_u8(&c);
        table.counts = th_cursor_take(&c, 16);
        if (!table.counts || (byte & 0xEF) > 3) return corrupt("jpeg: bad Huffman table");
        for (uint32_t i = 0; i < 16; i++) table.symbol_count += table.counts[i];
        table.symbols = th_cursor_take(&c, table.symbol_count);
        if (!table.symbols || table.symbol_count > 256) return corrupt("jpeg: bad Huffman table");
        if (byte & 0x10)
            w->ac[byte & 3] = table;
        else
            w->dc[byte & 3] = table;
    }
    return TH_OK;
}

static enum th_status take_restart_interval(struct walk *w) {
    struct th_cursor c;
    TH_TRY(segment(w, &c));
    if (th_cursor_left(&c) != 2) return corrupt("jpeg: bad restart interval");
    w->restart_interval = th_cursor_u16be(&c);
    return TH_OK;
}

/* ---- scan header (B.2.3) ---- */

/* libjpeg looks for the i-th component of a scan among those whose index it has
 * not used as a position yet; so a scan that lists components backwards is
 * sometimes refused. Refused alike here. */
static enum th_status find_component(const struct th_jpeg_frame *f, struct th_jpeg_scan *scan,
                                     uint32_t position, uint8_t id) {
    for (uint8_t i = 0; i < f->component_count; i++) {
        if (f->component[i].id != id || i < position) continue;
        for (uint32_t j = 0; j < position; j++) {
            if (scan->component[j] == i) return corrupt("jpeg: a component twice in a scan");
        }
        scan->component[position] = i;
        return TH_OK;
    }
    return corrupt("jpeg: bad component in a scan");
}

static enum th_status check_script(const struct th_jpeg_scan *scan) {
    bool dc = scan->ss == 0;
    bool bad = dc ? scan->se != 0
                  : scan->ss > scan->se || scan->se > 63 || scan->component_count != 1;
    if (scan->ah != 0 && scan->al != scan->ah - 1) bad = true;
    if (scan->al > 13) bad = true;
    return bad ? corrupt("jpeg: bad progressive scan") : TH_OK;
}

static enum th_status check_mcu(const struct th_jpeg_frame *f, const struct th_jpeg_scan *scan) {
    uint32_t blocks = 0;
    for (uint32_t i = 0; i < scan->component_count; i++) {
        const struct th_jpeg_component *c = &f->component[scan->component[i]];
        blocks += (uint32_t)c->h * c->v;
    }
    bool interleaved = scan->component_count > 1;
    return interleaved && blocks > TH_JPEG_MCU_BLOCKS_MAX
               ? corrupt("jpeg: too many blocks in an MCU")
               : TH_OK;
}

/* The quantisation table that counts is the one at the component's first scan. */
static enum th_status latch_quant(struct walk *w, struct th_jpeg_component *c) {
    if (c->seen) return TH_OK;
    const uint8_t *values = c->quant_index < 4 ? w->quant[c->quant_index] : NULL;
    if (!values) return corrupt("jpeg: no quantisation table");
    bool wide = w->quant_wide[c->quant_index];
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t value = wide ? (uint32_t)values[2 * i] << 8 | values[2 * i + 1] : values[i];
        c->quant[th_jpeg_order[i]] = (uint16_t)value;
    }
    c->seen = true;
    return TH_OK;
}

/* A sequential file without tables means the usual ones, as in Motion JPEG; libjpeg
 * knows them. */
static enum th_status take_table(const struct walk *w, struct th_jpeg_table *out,
                                 const struct th_jpeg_table *tables, uint8_t index) {
    if (index < 4 && tables[index].counts) {
        *out = tables[index];
        return TH_OK;
    }
    bool usual = !w->scans->frame.progressive && index < 2;
    return th_fail(usual ? TH_UNSUPPORTED : TH_CORRUPT, "jpeg: no Huffman table");
}

/* Which Huffman tables the scan uses, as they stand now. */
static enum th_status latch_huffman(const struct walk *w, struct th_jpeg_scan *scan) {
    bool dc = scan->ss == 0 && scan->ah == 0;
    bool ac = scan->se > 0;
    for (uint32_t i = 0; i < scan->component_count; i++) {
        if (dc) TH_TRY(take_table(w, &scan->dc[i], w->dc, w->dc_index[i]));
        if (ac) TH_TRY(take_table(w, &scan->ac[i], w->ac, w->ac_index[i]));
    }
    return TH_OK;
}

static enum th_status take_scan_header(struct walk *w, struct th_jpeg_scan *scan) {
    struct th_jpeg_frame *f = &w->scans->frame;
    struct th_cursor c;
    TH_TRY(segment(w, &c));
    uint8_t count = th_cursor_u8(&c);
    if (count < 1 || count > TH_JPEG_COMPONENTS_MAX || th_cursor_left(&c) != count * 2u + 3u) {
        return corrupt("jpeg: bad scan header");
    }
    scan->component_count = count;
    for (uint32_t i = 0; i < count; i++) {
        TH_TRY(find_component(f, scan, i, th_cursor_u8(&c)));
        uint8_t tables = th_cursor_u8(&c);
        w->dc_index[i] = tables >> 4;
        w->ac_index[i] = tables & 15;
    }
    scan->ss = th_cursor_u8(&c);
    scan->se = th_cursor_u8(&c);
    uint8_t approximation = th_cursor_u8(&c);
    scan->ah = approximation >> 4;
    scan->al = approximation & 15;
    if (!f->progressive) {
        scan->ss = scan->ah = scan->al = 0;
        scan->se = 63;
        return TH_OK;
    }
    return check_script(scan);
}

static enum th_status take_scan(struct walk *w) {
    struct th_jpeg_scans *s = w->scans;
    if (!w->frame_seen) return corrupt("jpeg: a scan before the frame header");
    if (s->count == TH_JPEG_SCANS_MAX) return th_fail(TH_TOO_LARGE, "jpeg: more than 100 scans");
    struct th_jpeg_scan *scan = &s->scan[s->count];
    *scan = (struct th_jpeg_scan){.restart_interval = w->restart_interval};
    TH_TRY(take_scan_header(w, scan));
    TH_TRY(check_mcu(&s->frame, scan));
    for (uint32_t i = 0; i < scan->component_count; i++) {
        TH_TRY(latch_quant(w, &s->frame.component[scan->component[i]]));
    }
    TH_TRY(latch_huffman(w, scan));
    scan->begin = w->file.data + w->file.at;
    s->count++;
    return TH_OK;
}

/* ---- the walk ---- */

/* A frame whose first scan carries every component has no other, unless it is progressive. */
static enum th_status check_more_scans(const struct th_jpeg_scans *s) {
    bool one = s->count > 0 && !s->frame.progressive &&
               s->scan[0].component_count == s->frame.component_count;
    return one ? corrupt("jpeg: a scan too many") : TH_OK;
}

static enum th_status take_segment(struct walk *w, uint8_t marker) {
    switch (marker) {
    case SOF0:
    case SOF1: return take_frame(w, false);
    case SOF2: return take_frame(w, true);
    case DHT: return take_huffman(w);
    case DQT: return take_quant(w);
    case DRI: return take_restart_interval(w);
    case SOS: TH_TRY(check_more_scans(w->scans)); return take_scan(w);
    case SOI: return corrupt("jpeg: two starts of image");
    case TEM: return TH_OK;
    case DAC:
    case DNL: /* the height is in the frame header, or refused there */
    case COM: return skip_segment(w);
    default: break;
    }
    if (marker >= RST0 && marker <= RST7) return TH_OK;
    if (marker >= APP0 && marker <= APP15) return skip_segment(w);
    if (marker > SOF2 && marker <= SOF15) {
        return th_fail(TH_UNSUPPORTED, "jpeg: neither baseline nor progressive Huffman");
    }
    return th_fail(TH_UNSUPPORTED, "jpeg: reserved marker");
}

/* A scan ends at the next marker, restarts apart (they are passed by take_segment). */
static void end_scan(struct th_jpeg_scans *s, const uint8_t *at) {
    if (s->count == 0) return;
    struct th_jpeg_scan *scan = &s->scan[s->count - 1];
    if (!scan->end) scan->end = at;
}

/* A component without a scan is grey, as libjpeg has it. */
static enum th_status check_complete(const struct walk *w) {
    if (!w->frame_seen) return corrupt("jpeg: no frame header");
    if (w->scans->count == 0) return th_fail(TH_TRUNCATED, "jpeg: no scan");
    return TH_OK;
}

enum th_status th_jpeg_scans_find(struct th_jpeg_scans *scans, const uint8_t *data, size_t bytes) {
    struct walk w = {.file = th_cursor_make(data, bytes), .scans = scans};
    scans->count = 0;
    memset(&scans->frame, 0, sizeof scans->frame);
    if (th_cursor_u16be(&w.file) != (0xFF00 | SOI)) return corrupt("jpeg: no start of image");
    for (;;) {
        uint8_t marker;
        if (!next_marker(&w.file, &marker)) return truncated();
        bool restart = marker == TEM || (marker >= RST0 && marker <= RST7);
        if (!restart) end_scan(scans, w.file.data + w.file.at - 2);
        if (marker == EOI) return check_complete(&w);
        TH_TRY(take_segment(&w, marker));
    }
}
