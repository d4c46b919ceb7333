/* exif.c - see exif.h. Written from TIFF 6.0, section 2, and Exif 2.32, 4.5. */
#include "exif.h"

#include <string.h>

#include "../bytes.h"

#define TAG_ORIENTATION 0x0112u
#define TYPE_SHORT 3u
#define ENTRY_BYTES 12u

/* The file's own byte order. */
struct tiff {
    struct th_cursor cursor;
    bool big_endian;
};

static uint32_t u16(struct tiff *t) {
    return t->big_endian ? th_cursor_u16be(&t->cursor) : th_cursor_u16le(&t->cursor);
}

static uint32_t u32(struct tiff *t) {
    return t->big_endian ? th_cursor_u32be(&t->cursor) : th_cursor_u32le(&t->cursor);
}

/* The 12 bytes of an entry: tag, type, count, and a value left-aligned in four
 * bytes. 0 unless it is a good orientation. */
static uint32_t entry_orientation(struct tiff *t) {
    uint32_t tag = u16(t), type = u16(t), count = u32(t), value = u16(t);
    th_cursor_skip(&t->cursor, 2);
    if (tag != TAG_ORIENTATION || type != TYPE_SHORT || count != 1) return 0;
    return !t->cursor.failed && value >= 1 && value <= 8 ? value : 0;
}

/* Entries are at most 65535, and no more than the bytes hold. */
static uint32_t ifd_orientation(struct tiff *t) {
    uint32_t entries = u16(t);
    for (uint32_t i = 0; i < entries && th_cursor_left(&t->cursor) >= ENTRY_BYTES; i++) {
        uint32_t orientation = entry_orientation(t);
        if (orientation != 0) return orientation;
    }
    return 1;
}

uint32_t th_exif_orientation(const uint8_t *data, size_t bytes) {
    static const char exif_header[6] = "Exif\0\0";
    if (bytes >= sizeof exif_header && memcmp(data, exif_header, sizeof exif_header) == 0) {
        data += sizeof exif_header;
        bytes -= sizeof exif_header;
    }
    struct tiff t = {.cursor = th_cursor_make(data, bytes)};
    uint32_t order = th_cursor_u16be(&t.cursor);
    if (order != 0x4949 && order != 0x4d4d) return 1; /* "II", "MM" */
    t.big_endian = order == 0x4d4d;
    if (u16(&t) != 42) return 1;
    th_cursor_seek(&t.cursor, u32(&t));
    return ifd_orientation(&t);
}
