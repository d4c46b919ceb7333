/* png_icc.c - see png_icc.h. */
#include "png_icc.h"

#include <string.h>

#include "../arena.h"
#include "../bytes.h"
#include "../fail.h"
#include "inflate.h"

#define NAME_BYTES_MAX 80u /* the profile's name with its NUL */
#define ROOM_FIRST 4096u   /* most profiles fit; room doubles from here */

static const char written_name[] = "ICC profile";

/* ---- unpacking ---- */

/* A stream in one span, given out once. */
static enum th_status whole_stream(void *user, const uint8_t **data, size_t *bytes) {
    struct th_cursor *c = user;
    *bytes = th_cursor_left(c);
    *data = th_cursor_take(c, *bytes);
    return TH_OK;
}

/* Leaves `c` at the zlib stream; false when there is none. */
static bool find_stream(struct th_cursor *c) {
    uint32_t name_bytes = 0;
    while (name_bytes < NAME_BYTES_MAX && !c->failed && th_cursor_u8(c) != 0) name_bytes++;
    const uint8_t method = th_cursor_u8(c);
    return !c->failed && name_bytes < NAME_BYTES_MAX && method == 0;
}

/* Doubles the room until the stream has ended or passed the limit. Whatever is wrong with
 * the stream is TH_OK and no profile, unless it is the work of its blocks. */
static enum th_status inflate_growing(struct th_inflate *z, uint8_t **profile,
                                      size_t *profile_bytes) {
    enum th_status status = TH_OK;
    size_t at = 0;
    for (size_t room = ROOM_FIRST; status == TH_OK && room <= TH_ICC_BYTES_MAX; room *= 2) {
        uint8_t *grown = th_realloc(*profile, room + TH_INFLATE_SLACK_BYTES);
        if (grown == NULL) return th_fail_memory();
        *profile = grown;
        status = th_inflate_run(z, grown, &at, room + TH_INFLATE_SLACK_BYTES);
    }
    *profile_bytes = status == TH_DONE && at <= TH_ICC_BYTES_MAX ? at : 0;
    return status == TH_TOO_LARGE ? status : TH_OK;
}

enum th_status th_png_icc_unpack(const uint8_t *chunk, size_t chunk_bytes, uint8_t **profile,
                                 size_t *profile_bytes) {
    struct th_cursor stream = th_cursor_make(chunk, chunk_bytes);
    *profile = NULL;
    *profile_bytes = 0;
    if (!find_stream(&stream)) return TH_OK;
    struct th_inflate *z = th_malloc(sizeof *z);
    if (z == NULL) return th_fail_memory();
    th_inflate_init(z, whole_stream, &stream);
    const enum th_status status = inflate_growing(z, profile, profile_bytes);
    th_free(z);
    if (*profile_bytes == 0) {
        th_free(*profile);
        *profile = NULL;
        return status;
    }
    /* Gives back what was room for more; it is kept where even that fails. */
    uint8_t *fitted = th_realloc(*profile, *profile_bytes);
    if (fitted != NULL) *profile = fitted;
    return status;
}

/* ---- packing ---- */

struct packed {
    uint8_t *data;
    size_t bytes, room;
};

static enum th_status append(void *user, const uint8_t *data, size_t bytes) {
    struct packed *packed = user;
    if (bytes > packed->room - packed->bytes) return TH_INTERNAL;
    memcpy(packed->data + packed->bytes, data, bytes);
    packed->bytes += bytes;
    return TH_OK;
}

enum th_status th_png_icc_pack(const uint8_t *profile, size_t profile_bytes,
                               struct th_deflate *deflate, uint8_t **chunk, size_t *chunk_bytes) {
    struct packed packed = {.bytes = sizeof written_name + 1};
    /* A stored block at worst for every TH_DEFLATE_BLOCK_BYTES; at most TH_ICC_BYTES_MAX. */
    packed.room = packed.bytes + profile_bytes + profile_bytes / 1024 + 64;
    packed.data = th_malloc(packed.room);
    if (packed.data == NULL) return th_fail_memory();
    memcpy(packed.data, written_name, sizeof written_name);
    packed.data[sizeof written_name] = 0; /* the compression method */
    th_deflate_init(deflate, 0, append, &packed);
    enum th_status status = th_deflate_put(deflate, profile, profile_bytes, true);
    if (status == TH_OK) status = th_deflate_finish(deflate);
    if (status != TH_OK) {
        th_free(packed.data);
        return th_fail(status, "png: a profile grew while it was packed");
    }
    *chunk = packed.data;
    *chunk_bytes = packed.bytes;
    return TH_OK;
}
