/* webp_vp8.h - the rows of a lossy WebP, by libwebp's decoder, without its frame.
 *
 * libwebp's public API decodes into a frame. Its decoder itself works by rows of
 * macroblocks and hands each to a callback (VP8Io.put); webp_vp8.c drives that
 * loop, which in libwebp is the static function ParseFrame. This is a use of
 * private headers (src/dec/vp8i_dec.h), pinned with the version in versions.txt
 * and tested row for row against the public API (tests/unit/test_webp_read.c).
 *
 * Opaque: bands of YCC, limited range, chroma halved. With alpha: bands of RGBA,
 * chroma interpolated as libwebp's own RGBA output does. FRAME: the alpha plane is
 * held whole, one byte a pixel, and four more while a VP8L-packed one is decoded. */
#ifndef TH_WEBP_VP8_H
#define TH_WEBP_VP8_H

#include "../rows.h"

struct th_webp_vp8;

/* `data` is the payload of the VP8 chunk, `alpha` that of ALPH (NULL: opaque);
 * both are borrowed until close. The sizes must be those the payload tells. */
enum th_status th_webp_vp8_open(struct th_webp_vp8 **vp8, const uint8_t *data, size_t bytes,
                                const uint8_t *alpha, size_t alpha_bytes);
/* As th_source.next; a band has at most TH_BAND_ROWS_MAX rows. */
enum th_status th_webp_vp8_next(struct th_webp_vp8 *vp8, struct th_band *band);
void th_webp_vp8_close(struct th_webp_vp8 *vp8); /* accepts NULL */

/* Upper bound of what the decoder allocates. */
uint64_t th_webp_vp8_memory(uint32_t width, uint32_t height, bool alpha, bool alpha_packed);

#endif
