/* webp_vp8l.h - the rows of a lossless WebP, by libwebp's decoder.
 *
 * VP8L copies from up to 2^20 pixels back, so the decoder holds a window of the picture
 * (patches/libwebp/0009), and small pictures of entries for 4 x 4 pixels at least, which
 * its transforms and prefix codes go by. Its decoding function is called for sixteen rows
 * at a time, as libwebp itself does for alpha planes. Private headers, as in webp_vp8.h. */
#ifndef TH_WEBP_VP8L_H
#define TH_WEBP_VP8L_H

#include "../rows.h"

struct th_webp_vp8l;

/* `data` is the payload of the VP8L chunk, borrowed until close. `opaque`: the header promises
 * no alpha, whatever the pixels say. */
enum th_status th_webp_vp8l_open(struct th_webp_vp8l **vp8l, const uint8_t *data, size_t bytes,
                                 bool opaque);
/* As th_source.next: bands of R G B A; A is 255 where opaque. */
enum th_status th_webp_vp8l_next(struct th_webp_vp8l *vp8l, struct th_band *band);
void th_webp_vp8l_close(struct th_webp_vp8l *vp8l); /* accepts NULL */

/* What the decoder allocates. Not a bound: a file may ask for any number of Huffman
 * tables. The arena's limit is what stops that. */
uint64_t th_webp_vp8l_memory(uint32_t width, uint32_t height);
/* Of that, the window: for a plane of alpha too. */
uint64_t th_webp_vp8l_window(uint32_t width, uint32_t height);

/* libwebp asks before it reads so many code lengths of a group (patches/libwebp/0008):
 * 0, and it gives up, when they are more work than the job may take. */
int th_webp_count_symbols(int symbols);

#endif
