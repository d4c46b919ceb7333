/* png_chunks.c - see png_chunks.h. */
#include "png_chunks.h"

#include <assert.h>
#include <string.h>

#include "../arena.h"
#include "../fail.h"
#include "exif.h"
#include "icc.h"
#include "png_crc.h"
#include "png_icc.h"

#define CHUNK_HEAD_BYTES 8u /* length and name */
#define CHUNK_BYTES 12u     /* the same and the CRC */
#define PALETTE_ENTRIES_MAX 256u
#define IDAT_CRC 0x35af061eu /* of the name alone, with which the CRC of image data begins */

const uint8_t th_png_signature[TH_PNG_SIGNATURE_BYTES] = {0x89, 'P',  'N',  'G',
                                                          '\r', '\n', 0x1a, '\n'};

struct chunk {
    uint32_t name;
    uint32_t bytes;      /* of the payload */
    const uint8_t *data; /* payload, borrowed; NULL in a chunk that was not taken */
    bool crc_ok;
};

uint32_t th_png_channels(enum th_png_colour colour) {
    static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
    return channels[colour];
}

uint32_t th_png_pixel_bits(const struct th_png_info *info) {
    return th_png_channels(info->colour) * info->depth;
}

size_t th_png_line_bytes(const struct th_png_info *info, uint32_t width) {
    /* At most 65535 * 64 bits once plan has checked TH_SIDE_MAX; 64 bits wide until then. */
    return (size_t)(((uint64_t)width * th_png_pixel_bits(info) + 7) / 8);
}

/* The header of the chunk at `at`. False when the input ends before it does. */
static bool chunk_head(const uint8_t *file, size_t file_bytes, size_t at, struct chunk *chunk) {
    struct th_cursor c = th_cursor_make(file, file_bytes);
    th_cursor_seek(&c, at);
    *chunk = (struct chunk){0};
    chunk->bytes = th_cursor_u32be(&c);
    chunk->name = th_cursor_u32be(&c);
    return !c.failed;
}

/* The payload of the chunk at `at`, whose header is known. False as above. */
static bool chunk_take(const uint8_t *file, size_t file_bytes, size_t at, struct chunk *chunk) {
    struct th_cursor c = th_cursor_make(file, file_bytes);
    th_cursor_seek(&c, at);
    th_cursor_skip(&c, CHUNK_HEAD_BYTES);
    const uint8_t *data = th_cursor_take(&c, chunk->bytes);
    const uint32_t crc = th_cursor_u32be(&c);
    if (c.failed) return false;
    chunk->data = data;
    chunk->crc_ok = th_png_crc(0, data - 4, (size_t)chunk->bytes + 4) == crc;
    return true;
}

static void keep(size_t *kept_bytes, uint8_t *kept, const struct chunk *chunk) {
    *kept_bytes = chunk->bytes + (size_t)CHUNK_BYTES;
    memcpy(kept, chunk->data - CHUNK_HEAD_BYTES, *kept_bytes);
}

static enum th_status wait_for_more(const struct th_input *in) {
    if (!in->closed) return TH_MORE_INPUT;
    return th_fail(TH_TRUNCATED, "png: the file ends before its image data");
}

/* ---- one function per chunk that is understood ---- */

static bool depth_fits(uint32_t colour, uint32_t depth) {
    const bool power = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    if (!power) return false;
    if (colour == TH_PNG_GRAY) return true;
    if (colour == TH_PNG_PALETTE) return depth <= 8;
    return depth >= 8;
}

static enum th_status read_ihdr(struct th_png_info *info, const struct chunk *chunk) {
    struct th_cursor c = th_cursor_make(chunk->data, chunk->bytes);
    const uint32_t width = th_cursor_u32be(&c);
    const uint32_t height = th_cursor_u32be(&c);
    const uint32_t depth = th_cursor_u8(&c);
    const uint32_t colour = th_cursor_u8(&c);
    const uint32_t compression = th_cursor_u8(&c);
    const uint32_t filter = th_cursor_u8(&c);
    const uint32_t interlace = th_cursor_u8(&c);
    const bool colour_known = colour <= TH_PNG_RGB_ALPHA && colour != 1 && colour != 5;
    if (c.failed || chunk->bytes != 13) return th_fail(TH_CORRUPT, "png: bad IHDR");
    if (!chunk->crc_ok) return th_fail(TH_CORRUPT, "png: IHDR fails its CRC");
    if (width == 0 || height == 0) return th_fail(TH_CORRUPT, "png: no width or height");
    if (width > TH_PNG_CHUNK_BYTES_MAX || height > TH_PNG_CHUNK_BYTES_MAX)
        return th_fail(TH_CORRUPT, "png: impossible width or height");
    if (!colour_known || !depth_fits(colour, depth))
        return th_fail(TH_CORRUPT, "png: unknown colour type or depth");
    if (compression != 0 || filter != 0 || interlace > 1)
        return th_fail(TH_CORRUPT, "png: unknown compression, filter or interlace method");
    info->width = width;
    info->height = height;
    info->depth = (uint8_t)depth;
    info->colour = (enum th_png_colour)colour;
    info->interlaced = interlace == 1;
    keep(&info->ihdr.bytes, info->ihdr.data, chunk);
    return TH_OK;
}

static enum th_status read_plte(struct th_png_info *info, const struct chunk *chunk) {
    const uint32_t entries = chunk->bytes / 3;
    if (!chunk->crc_ok) return th_fail(TH_CORRUPT, "png: PLTE fails its CRC");
    if (info->has_palette) return th_fail(TH_CORRUPT, "png: more than one PLTE");
    if (chunk->bytes % 3 != 0 || entries == 0 || entries > PALETTE_ENTRIES_MAX)
        return th_fail(TH_CORRUPT, "png: bad PLTE");
    info->has_palette = true;
    if (info->colour != TH_PNG_PALETTE) return TH_OK; /* only a suggestion */
    /* libpng and libspng refuse more entries than the depth can name; so do we. */
    if (entries > 1u << info->depth) return th_fail(TH_CORRUPT, "png: PLTE larger than its depth");
    for (uint32_t i = 0; i < PALETTE_ENTRIES_MAX; i++) {
        uint8_t *entry = info->palette + (size_t)i * 4;
        if (i < entries) memcpy(entry, chunk->data + (size_t)i * 3, 3);
        entry[3] = 255;
    }
    keep(&info->plte.bytes, info->plte.data, chunk);
    return TH_OK;
}

/* A tRNS that does not fit its image (alpha channel, wrong length, no palette)
 * is ignored, as libpng does. */
static enum th_status read_trns(struct th_png_info *info, const struct chunk *chunk) {
    if (!chunk->crc_ok) return th_fail(TH_CORRUPT, "png: tRNS fails its CRC");
    if (info->has_trns || info->colour >= TH_PNG_GRAY_ALPHA) return TH_OK;
    struct th_cursor c = th_cursor_make(chunk->data, chunk->bytes);
    if (info->colour == TH_PNG_PALETTE) {
        if (!info->has_palette || chunk->bytes == 0) return TH_OK;
        for (uint32_t i = 0; i < chunk->bytes; i++) info->palette[i * 4 + 3] = th_cursor_u8(&c);
    } else {
        const uint32_t channels = th_png_channels(info->colour);
        const uint32_t mask = (1u << info->depth) - 1;
        if (chunk->bytes != channels * 2) return TH_OK;
        for (uint32_t i = 0; i < channels; i++)
            info->key[i] = (uint16_t)(th_cursor_u16be(&c) & mask);
    }
    info->has_trns = true;
    keep(&info->trns.bytes, info->trns.data, chunk);
    return TH_OK;
}

/* Keeps the profile when it is an RGB one that is not sRGB. */
static enum th_status read_iccp(struct th_png_info *info, const struct chunk *chunk) {
    if (!chunk->crc_ok) return TH_OK;
    info->icc_seen = true;
    uint8_t *profile = NULL;
    size_t profile_bytes = 0;
    TH_TRY(th_png_icc_unpack(chunk->data, chunk->bytes, &profile, &profile_bytes));
    if (profile == NULL) return TH_OK;
    if (th_icc_classify(profile, profile_bytes) == TH_ICC_RGB) {
        info->icc = profile;
        info->icc_bytes = profile_bytes;
    } else {
        th_free(profile);
    }
    return TH_OK;
}

static enum th_status read_exif(struct th_png_info *info, const struct chunk *chunk) {
    if (!chunk->crc_ok) return TH_OK;
    info->exif_seen = true;
    info->orientation = th_exif_orientation(chunk->data, chunk->bytes);
    return TH_OK;
}

static enum th_status read_actl(const struct chunk *chunk) {
    struct th_cursor c = th_cursor_make(chunk->data, chunk->bytes);
    const uint32_t frames = th_cursor_u32be(&c);
    if (!chunk->crc_ok || c.failed || frames <= 1) return TH_OK;
    return th_fail(TH_UNSUPPORTED, "png: animated");
}

static enum th_status read_chunk(struct th_png_info *info, const struct chunk *chunk) {
    switch (chunk->name) {
    case TH_PNG_PLTE: return read_plte(info, chunk);
    case TH_PNG_TRNS: return read_trns(info, chunk);
    case TH_PNG_ICCP: return read_iccp(info, chunk);
    case TH_PNG_ACTL: return read_actl(chunk);
    case TH_PNG_EXIF: return read_exif(info, chunk);
    default: assert(false); return TH_INTERNAL;
    }
}

/* ---- the walk to the image data ---- */

/* Is it of use, and worth waiting for? Of profiles and EXIF a file may hold any number. */
static bool is_taken(const struct th_png_info *info, const struct chunk *chunk) {
    switch (chunk->name) {
    case TH_PNG_PLTE: return true;
    case TH_PNG_TRNS: return chunk->bytes <= PALETTE_ENTRIES_MAX;
    case TH_PNG_ICCP: return !info->icc_seen && chunk->bytes <= TH_PNG_ICCP_BYTES_MAX;
    case TH_PNG_EXIF: return !info->exif_seen && chunk->bytes <= TH_PNG_EXIF_BYTES_MAX;
    case TH_PNG_ACTL: return chunk->bytes == 8;
    default: return false;
    }
}

static bool is_critical(uint32_t name) {
    return (name & 0x20000000u) == 0; /* the first letter is a capital */
}

static enum th_status read_start(struct th_png_info *info, struct th_input *in) {
    const uint8_t *file = th_input_data(in);
    const size_t file_bytes = th_input_ready(in);
    struct chunk chunk;
    if (file_bytes < TH_PNG_SIGNATURE_BYTES) return wait_for_more(in);
    if (memcmp(file, th_png_signature, TH_PNG_SIGNATURE_BYTES) != 0)
        return th_fail(TH_CORRUPT, "png: bad signature");
    if (!chunk_head(file, file_bytes, TH_PNG_SIGNATURE_BYTES, &chunk)) return wait_for_more(in);
    if (chunk.name == TH_PNG_NAME('C', 'g', 'B', 'I'))
        return th_fail(TH_UNSUPPORTED, "png: Apple's CgBI variant");
    if (chunk.name != TH_PNG_IHDR || chunk.bytes != 13)
        return th_fail(TH_CORRUPT, "png: does not begin with IHDR");
    if (!chunk_take(file, file_bytes, TH_PNG_SIGNATURE_BYTES, &chunk)) return wait_for_more(in);
    info->orientation = 1;
    TH_TRY(read_ihdr(info, &chunk));
    th_input_consume(in, TH_PNG_SIGNATURE_BYTES + CHUNK_BYTES + chunk.bytes);
    return TH_OK;
}

/* Consumes the chunk that was looked at last, as far as it has come. */
static enum th_status skip_rest(struct th_png_info *info, struct th_input *in) {
    const size_t ready = th_input_ready(in);
    const size_t part = info->skip_bytes < ready ? (size_t)info->skip_bytes : ready;
    th_input_consume(in, part);
    info->skip_bytes -= part;
    return info->skip_bytes == 0 ? TH_OK : wait_for_more(in);
}

static enum th_status at_image_data(struct th_png_info *info) {
    if (info->colour == TH_PNG_PALETTE && !info->has_palette)
        return th_fail(TH_CORRUPT, "png: palette image without PLTE");
    info->complete = true;
    return TH_OK;
}

/* Takes the next chunk, or leaves it to skip_rest. */
static enum th_status next_chunk(struct th_png_info *info, struct th_input *in) {
    struct chunk chunk;
    TH_TRY(skip_rest(info, in));
    const uint8_t *file = th_input_data(in);
    const size_t file_bytes = th_input_ready(in);
    if (!chunk_head(file, file_bytes, 0, &chunk)) return wait_for_more(in);
    if (chunk.bytes > TH_PNG_CHUNK_BYTES_MAX)
        return th_fail(TH_CORRUPT, "png: impossible chunk length");
    if (chunk.name == TH_PNG_IDAT) return at_image_data(info);
    if (chunk.name == TH_PNG_PLTE && chunk.bytes > PALETTE_ENTRIES_MAX * 3)
        return th_fail(TH_CORRUPT, "png: bad PLTE");
    if (is_taken(info, &chunk)) {
        if (!chunk_take(file, file_bytes, 0, &chunk)) return wait_for_more(in);
        TH_TRY(read_chunk(info, &chunk));
    } else if (chunk.name == TH_PNG_IEND || chunk.name == TH_PNG_IHDR) {
        return th_fail(TH_CORRUPT, "png: no image data");
    } else if (is_critical(chunk.name)) {
        return th_fail(TH_UNSUPPORTED, "png: unknown critical chunk");
    }
    info->skip_bytes = CHUNK_BYTES + (uint64_t)chunk.bytes;
    return TH_OK;
}

enum th_status th_png_info_read(struct th_png_info *info, struct th_input *in) {
    if (info->ihdr.bytes == 0) TH_TRY(read_start(info, in));
    while (!info->complete) TH_TRY(next_chunk(info, in)); /* at least 12 bytes each */
    return TH_OK;
}

void th_png_info_free(struct th_png_info *info) {
    th_free(info->icc);
    info->icc = NULL;
    info->icc_bytes = 0;
}

/* ---- the image data ---- */

enum th_status th_png_idat_check(const struct th_input *in, struct th_png_idat_extent *extent) {
    const uint8_t *file = th_input_data(in);
    const size_t file_bytes = th_input_ready(in);
    struct chunk chunk;
    size_t at = 0;
    bool there;
    while ((there = chunk_head(file, file_bytes, at, &chunk)) && chunk.name == TH_PNG_IDAT) {
        if (chunk.bytes > TH_PNG_CHUNK_BYTES_MAX)
            return th_fail(TH_CORRUPT, "png: impossible chunk length");
        if (!chunk_take(file, file_bytes, at, &chunk))
            return th_fail(TH_TRUNCATED, "png: the file ends inside its image data");
        if (!chunk.crc_ok) return th_fail(TH_CORRUPT, "png: IDAT fails its CRC");
        at += CHUNK_BYTES + (size_t)chunk.bytes;
    }
    *extent = (struct th_png_idat_extent){.bytes = at, .cut = !there};
    return TH_OK;
}

/* ---- the image data as it arrives ---- */

struct th_png_idat th_png_idat_make(struct th_input *in) {
    return (struct th_png_idat){.in = in};
}

static enum th_status wait_for_data(const struct th_png_idat *idat) {
    if (!idat->in->closed) return TH_MORE_INPUT;
    return th_fail(TH_TRUNCATED, "png: the file ends inside its image data");
}

/* The bytes handed out before are used up. */
static void consume_given(struct th_png_idat *idat, size_t bytes) {
    idat->given_bytes = 0;
    if (bytes == 0) return;
    idat->crc = th_png_crc(idat->crc, th_input_data(idat->in), bytes);
    th_input_consume(idat->in, bytes);
    idat->chunk_bytes -= (uint32_t)bytes;
}

static enum th_status end_chunk(struct th_png_idat *idat) {
    struct th_cursor c = th_cursor_make(th_input_data(idat->in), th_input_ready(idat->in));
    const uint32_t crc = th_cursor_u32be(&c);
    if (c.failed) return wait_for_data(idat);
    if (crc != idat->crc) return th_fail(TH_CORRUPT, "png: IDAT fails its CRC");
    th_input_consume(idat->in, 4);
    idat->in_chunk = false;
    return TH_OK;
}

/* Into the next chunk if it is one of image data; else notes that they are over. */
static enum th_status begin_chunk(struct th_png_idat *idat) {
    struct chunk chunk;
    const uint8_t *data = th_input_data(idat->in);
    const bool there = chunk_head(data, th_input_ready(idat->in), 0, &chunk);
    if (!there && !idat->in->closed) return TH_MORE_INPUT;
    idat->cut = !there;
    idat->over = idat->cut || chunk.name != TH_PNG_IDAT;
    if (idat->over) return TH_OK;
    if (chunk.bytes > TH_PNG_CHUNK_BYTES_MAX)
        return th_fail(TH_CORRUPT, "png: impossible chunk length");
    idat->crc = IDAT_CRC;
    idat->chunk_bytes = chunk.bytes;
    idat->in_chunk = true;
    th_input_consume(idat->in, CHUNK_HEAD_BYTES);
    return TH_OK;
}

enum th_status th_png_idat_next(struct th_png_idat *idat, const uint8_t **data, size_t *bytes) {
    consume_given(idat, idat->given_bytes);
    while (idat->chunk_bytes == 0 && !idat->over) { /* each turn passes a chunk */
        if (idat->in_chunk) TH_TRY(end_chunk(idat));
        TH_TRY(begin_chunk(idat));
    }
    const size_t ready = th_input_ready(idat->in);
    *bytes = 0;
    if (idat->over) return TH_OK;
    if (ready == 0) return wait_for_data(idat);
    idat->given_bytes = ready < idat->chunk_bytes ? ready : idat->chunk_bytes;
    *data = th_input_data(idat->in);
    *bytes = idat->given_bytes;
    return TH_OK;
}

void th_png_idat_give_back(struct th_png_idat *idat, size_t unused) {
    assert(unused <= idat->given_bytes);
    consume_given(idat, idat->given_bytes - unused);
}

enum th_status th_png_idat_finish(struct th_png_idat *idat) {
    const uint8_t *data = NULL;
    size_t bytes = 0;
    while (!idat->over) TH_TRY(th_png_idat_next(idat, &data, &bytes));
    return TH_OK;
}
