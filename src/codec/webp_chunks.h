/* webp_chunks.h - the outer layer of a WebP file: a RIFF of chunks, where the
 * image data lies in it and what the rest says (WebP Container Specification).
 *
 * Reads the input region through cursors, keeps offsets between calls (the region
 * moves while it grows) and can stop anywhere for more input. Nothing is decoded,
 * but the few bytes in front of the image data that tell its size. A fault in ICCP
 * or EXIF only loses that chunk, and so does one behind the image data; every other
 * contradiction fails the image. */
#ifndef TH_WEBP_CHUNKS_H
#define TH_WEBP_CHUNKS_H

#include "../bytes.h"
#include "../thimble.h"

/* Where a chunk's payload lies, from the start of the file. bytes is 0 when absent. */
struct th_webp_chunk {
    size_t at, bytes;
};

struct th_webp_info {
    uint32_t width, height;
    bool lossless;
    bool has_alpha;               /* an ALPH chunk, or a VP8L header that says so */
    uint32_t orientation;         /* 1..8 */
    struct th_webp_chunk image; /* VP8 or VP8L; may not have arrived yet, or lie to be shorter */
    struct th_webp_chunk alpha; /* ALPH */
    bool alpha_packed; /* compressed as VP8L, not raw */
    struct th_webp_chunk profile; /* ICCP */
    uint64_t file_bytes; /* as the RIFF header says */

    size_t at; /* the next chunk to look at */
    bool extended, wants_exif;
    uint32_t canvas_width, canvas_height; /* when extended */
};

/* Fills *info (all zero at first) from the input's unconsumed region, which must
 * begin with the file. TH_OK: everything a header needs is known. TH_MORE_INPUT:
 * call again with the same *info and more. EXIF often lies behind the image data:
 * only a file that announces it is read that far. */
enum th_status th_webp_info_read(struct th_webp_info *info, const struct th_input *in);

/* Once the input is closed: TH_TRUNCATED when it ends before the file does. libwebp and
 * browsers refuse that too, even where only metadata lacks. */
enum th_status th_webp_info_complete(const struct th_webp_info *info, const struct th_input *in);

#endif
