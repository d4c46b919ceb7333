/* png_icc.c - see png_icc.h. */
#include "png_icc.h"

#include <string.h>

#include "../arena.h"
#include "../bytes.h"
#include "../fail.h"
#define ZLIB_CONST /* next_in is const */
#include "zlib.h"

#define NAME_BYTES_MAX 80u    /* the profile's name with its NUL */
#define FIRST_BYTES 4096u     /* most profiles fit; room doubles from here */

static const char written_name[] = "ICC profile";

/* The zlib stream in the chunk, or NULL. */
static const uint8_t *stream_of(const uint8_t *chunk, size_t chunk_bytes, size_t *stream_bytes) {
    struct th_cursor c = th_cursor_make(chunk, chunk_bytes);
    uint32_t name_bytes = 0;
    while (name_bytes < NAME_BYTES_MAX && !c.failed && th_cursor_u8(&c) != 0) name_bytes++;
    const uint8_t method = th_cursor_u8(&c);
    if (c.failed || name_bytes == NAME_BYTES_MAX || method != 0) return NULL;
    *stream_bytes = th_cursor_left(&c);
    return th_cursor_take(&c, *stream_bytes);
}

/* Doubles the room until the stream has ended or passed the limit. */
static enum th_status inflate_growing(z_stream *z, uint8_t **profile, size_t *profile_bytes) {
    size_t room = 0;
    int result = Z_OK;
    while (result == Z_OK && room < TH_ICC_BYTES_MAX) {
        const size_t room_next = room == 0 ? FIRST_BYTES : room * 2;
        uint8_t *grown = th_realloc(*profile, room_next);
        if (grown == NULL) return th_fail_memory();
        *profile = grown;
        z->next_out = grown + room;
        z->avail_out = (uInt)(room_next - room);
        room = room_next;
        result = inflate(z, Z_NO_FLUSH);
    }
    *profile_bytes = result == Z_STREAM_END ? room - z->avail_out : 0;
    return TH_OK;
}

enum th_status th_png_icc_unpack(const uint8_t *chunk, size_t chunk_bytes, uint8_t **profile,
                                 size_t *profile_bytes) {
    z_stream z = {0};
    uint8_t *found = NULL;
    size_t found_bytes = 0, stream_bytes = 0;
    const uint8_t *stream = stream_of(chunk, chunk_bytes, &stream_bytes);
    *profile = NULL;
    *profile_bytes = 0;
    if (stream == NULL) return TH_OK;
    if (inflateInit(&z) != Z_OK) return th_fail_memory();
    z.next_in = stream;
    z.avail_in = (uInt)stream_bytes;
    const enum th_status status = inflate_growing(&z, &found, &found_bytes);
    inflateEnd(&z);
    if (status != TH_OK || found_bytes == 0) {
        th_free(found);
        return status;
    }
    *profile = found;
    *profile_bytes = found_bytes;
    return TH_OK;
}

enum th_status th_png_icc_pack(const uint8_t *profile, size_t profile_bytes, uint8_t **chunk,
                               size_t *chunk_bytes) {
    const size_t head_bytes = sizeof written_name + 1; /* and the method, 0 */
    uLongf packed_bytes = compressBound((uLong)profile_bytes); /* at most TH_ICC_BYTES_MAX */
    uint8_t *made = th_malloc(head_bytes + packed_bytes);
    if (made == NULL) return th_fail_memory();
    memcpy(made, written_name, sizeof written_name);
    made[sizeof written_name] = 0;
    if (compress(made + head_bytes, &packed_bytes, profile, (uLong)profile_bytes) != Z_OK) {
        th_free(made);
        return th_fail_memory();
    }
    *chunk = made;
    *chunk_bytes = head_bytes + packed_bytes;
    return TH_OK;
}
