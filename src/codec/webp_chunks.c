/* webp_chunks.c - see webp_chunks.h. */
#include "webp_chunks.h"

#include "../fail.h"
#include "exif.h"

#define RIFF_HEADER_BYTES 12u
#define CHUNK_HEADER_BYTES 8u
#define VP8X_BYTES 10u
#define VP8_HEADER_BYTES 10u
#define VP8L_HEADER_BYTES 5u
#define VP8L_SIGNATURE 0x2fu

#define FLAG_ANIMATION 0x02u
#define FLAG_EXIF 0x08u

/* The four letters of a chunk's name as one little-endian number. */
#define NAME(a, b, c, d)                                                                           \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* TH_OK when the input holds the file's first `bytes` bytes. */
static enum th_status arrived(const struct th_input *in, uint64_t bytes) {
    if (th_input_ready(in) >= bytes) return TH_OK;
    if (!in->closed) return TH_MORE_INPUT;
    return th_fail(TH_TRUNCATED, "webp: the file ends inside its header");
}

static struct th_cursor cursor_at(const struct th_input *in, size_t at) {
    struct th_cursor c = th_cursor_make(th_input_data(in), th_input_ready(in));
    th_cursor_seek(&c, at);
    return c;
}

static enum th_status read_riff(struct th_webp_info *info, const struct th_input *in) {
    TH_TRY(arrived(in, RIFF_HEADER_BYTES));
    struct th_cursor c = cursor_at(in, 0);
    uint32_t riff = th_cursor_u32le(&c), bytes = th_cursor_u32le(&c), webp = th_cursor_u32le(&c);
    if (riff != NAME('R', 'I', 'F', 'F') || webp != NAME('W', 'E', 'B', 'P')) {
        return th_fail(TH_CORRUPT, "webp: not a RIFF file");
    }
    info->file_bytes = (uint64_t)bytes + 8;
    /* Also what keeps every offset below far from the end of a 32-bit size_t. */
    if (info->file_bytes > TH_INPUT_BYTES_MAX) {
        return th_fail(TH_TOO_LARGE, "webp: the file is larger than the limit (input)");
    }
    info->orientation = 1;
    info->at = RIFF_HEADER_BYTES;
    return TH_OK;
}

static enum th_status set_size(struct th_webp_info *info, uint32_t width, uint32_t height) {
    if (width == 0 || height == 0) return th_fail(TH_CORRUPT, "webp: no pixels");
    if (info->extended && (width != info->canvas_width || height != info->canvas_height)) {
        return th_fail(TH_CORRUPT, "webp: canvas and image differ in size");
    }
    info->width = width;
    info->height = height;
    return TH_OK;
}

/* RFC 6386, section 9.1: a frame tag of 3 bytes, a start code, two sizes of 14 bits. */
static enum th_status read_vp8(struct th_webp_info *info, const struct th_input *in) {
    struct th_cursor c = cursor_at(in, info->image.at);
    uint32_t tag = th_cursor_u24le(&c), start = th_cursor_u24le(&c);
    uint32_t width = th_cursor_u16le(&c) & 0x3fff, height = th_cursor_u16le(&c) & 0x3fff;
    bool inter = (tag & 1) != 0, shown = (tag >> 4 & 1) != 0;
    if (inter || !shown || (tag >> 1 & 7) > 3 || start != 0x2a019d) {
        return th_fail(TH_CORRUPT, "webp: bad VP8 frame header");
    }
    if (tag >> 5 >= info->image.bytes) {
        return th_fail(TH_CORRUPT, "webp: a partition is larger than its chunk");
    }
    info->has_alpha = info->alpha.bytes > 0;
    return set_size(info, width, height);
}

/* WebP Lossless Bitstream Specification, section 3. */
static enum th_status read_vp8l(struct th_webp_info *info, const struct th_input *in) {
    struct th_cursor c = cursor_at(in, info->image.at);
    uint8_t signature = th_cursor_u8(&c);
    uint32_t bits = th_cursor_u32le(&c);
    if (signature != VP8L_SIGNATURE || bits >> 29 != 0) {
        return th_fail(TH_CORRUPT, "webp: bad VP8L header");
    }
    info->lossless = true;
    info->has_alpha = (bits >> 28 & 1) != 0;
    return set_size(info, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
}

static enum th_status read_vp8x(struct th_webp_info *info, const struct th_input *in,
                                struct th_webp_chunk chunk) {
    if (chunk.bytes != VP8X_BYTES) return th_fail(TH_CORRUPT, "webp: bad VP8X chunk");
    TH_TRY(arrived(in, (uint64_t)chunk.at + chunk.bytes));
    struct th_cursor c = cursor_at(in, chunk.at);
    uint32_t flags = th_cursor_u32le(&c);
    if (flags & FLAG_ANIMATION) return th_fail(TH_UNSUPPORTED, "webp: animated");
    info->extended = true;
    info->wants_exif = (flags & FLAG_EXIF) != 0;
    info->canvas_width = th_cursor_u24le(&c) + 1;
    info->canvas_height = th_cursor_u24le(&c) + 1;
    return TH_OK;
}

static enum th_status read_image(struct th_webp_info *info, const struct th_input *in,
                                 struct th_webp_chunk chunk, bool lossless) {
    uint32_t header_bytes = lossless ? VP8L_HEADER_BYTES : VP8_HEADER_BYTES;
    if (info->width != 0) return TH_OK; /* a second image is nobody's */
    TH_TRY(arrived(in, (uint64_t)chunk.at + header_bytes));
    info->image = chunk;
    return lossless ? read_vp8l(info, in) : read_vp8(info, in);
}

/* One byte in front of the alpha data: method, filter, preprocessing, reserved, 2 bits each. */
static enum th_status read_alpha(struct th_webp_info *info, const struct th_input *in,
                                 struct th_webp_chunk chunk) {
    if (chunk.bytes < 2) return th_fail(TH_CORRUPT, "webp: the alpha chunk is empty");
    TH_TRY(arrived(in, (uint64_t)chunk.at + 1));
    struct th_cursor c = cursor_at(in, chunk.at);
    uint8_t bits = th_cursor_u8(&c);
    if ((bits & 3) > 1 || (bits >> 4 & 3) > 1 || bits >> 6 != 0) {
        return th_fail(TH_CORRUPT, "webp: bad alpha header");
    }
    info->alpha_packed = (bits & 3) == 1;
    info->alpha = chunk;
    return TH_OK;
}

static enum th_status read_exif(struct th_webp_info *info, const struct th_input *in,
                                struct th_webp_chunk chunk) {
    if (!info->wants_exif) return TH_OK;
    TH_TRY(arrived(in, (uint64_t)chunk.at + chunk.bytes));
    info->orientation = th_exif_orientation(th_input_data(in) + chunk.at, chunk.bytes);
    info->wants_exif = false;
    return TH_OK;
}

/* What is behind the image data is metadata only, so the image's size and alpha stand. */
static enum th_status read_chunk(struct th_webp_info *info, const struct th_input *in,
                                 uint32_t name, struct th_webp_chunk chunk) {
    bool before_image = info->width == 0;
    switch (name) {
    case NAME('V', 'P', '8', ' '): return read_image(info, in, chunk, false);
    case NAME('V', 'P', '8', 'L'): return read_image(info, in, chunk, true);
    case NAME('E', 'X', 'I', 'F'): return read_exif(info, in, chunk);
    case NAME('A', 'N', 'I', 'M'):
    case NAME('A', 'N', 'M', 'F'):
        return before_image ? th_fail(TH_UNSUPPORTED, "webp: animated") : TH_OK;
    case NAME('A', 'L', 'P', 'H'): return before_image ? read_alpha(info, in, chunk) : TH_OK;
    case NAME('I', 'C', 'C', 'P'):
        if (before_image) info->profile = chunk;
        return TH_OK;
    default: return TH_OK;
    }
}

static bool is_finished(const struct th_webp_info *info) {
    return info->width != 0 && !(info->extended && info->wants_exif);
}

static enum th_status read_next(struct th_webp_info *info, const struct th_input *in) {
    if (info->file_bytes < (uint64_t)info->at + CHUNK_HEADER_BYTES) {
        return th_fail(TH_CORRUPT, "webp: no image data");
    }
    TH_TRY(arrived(in, (uint64_t)info->at + CHUNK_HEADER_BYTES));
    struct th_cursor c = cursor_at(in, info->at);
    uint32_t name = th_cursor_u32le(&c), bytes = th_cursor_u32le(&c);
    struct th_webp_chunk chunk = {info->at + CHUNK_HEADER_BYTES, bytes};
    uint64_t end = (uint64_t)chunk.at + bytes;
    if (end > info->file_bytes) {
        return th_fail(TH_CORRUPT, "webp: a chunk is larger than the file");
    }
    if (info->at == RIFF_HEADER_BYTES && name == NAME('V', 'P', '8', 'X')) {
        TH_TRY(read_vp8x(info, in, chunk));
    } else {
        TH_TRY(read_chunk(info, in, name, chunk));
        if (!info->extended && info->width == 0) {
            return th_fail(TH_CORRUPT, "webp: no image data where it must be");
        }
    }
    /* Payloads are padded to even. */
    info->at = (size_t)(end + (bytes & 1));
    return TH_OK;
}

enum th_status th_webp_info_read(struct th_webp_info *info, const struct th_input *in) {
    if (info->at == 0) TH_TRY(read_riff(info, in));
    while (!is_finished(info)) {
        enum th_status status = read_next(info, in);
        if (status == TH_MORE_INPUT || (status != TH_OK && info->width == 0)) return status;
        /* Announced metadata that does not come is no reason to fail. */
        if (status != TH_OK) info->wants_exif = false;
    }
    th_fail_clear();
    return TH_OK;
}

enum th_status th_webp_info_complete(const struct th_webp_info *info, const struct th_input *in) {
    if (th_input_ready(in) >= info->file_bytes) return TH_OK;
    if (th_input_ready(in) < (uint64_t)info->image.at + info->image.bytes) {
        return th_fail(TH_TRUNCATED, "webp: the file ends inside its image data");
    }
    return th_fail(TH_TRUNCATED, "webp: the file ends before its last chunk does");
}
