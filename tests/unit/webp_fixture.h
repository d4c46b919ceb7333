/* webp_fixture.h - WebP files for the tests, made by libwebp's own encoder, and
 * containers around them made by hand. Everything is malloc's, outside any arena. */
#ifndef TH_TEST_WEBP_FIXTURE_H
#define TH_TEST_WEBP_FIXTURE_H

#include "src/webp/encode.h"
#include "thimble.h"

struct file {
    uint8_t *data; /* owned */
    size_t bytes;
};

void file_free(struct file *file);
void file_append(struct file *file, const void *data, size_t bytes);
/* A chunk with its header and padding. */
void file_append_chunk(struct file *file, const char name[4], const void *data, size_t bytes);

/* Default settings; fields may be changed before webp_encode. */
WebPConfig webp_config(void);
/* A picture of gradients and noise, with an alpha plane of its own when asked. */
struct file webp_encode(const WebPConfig *config, uint32_t width, uint32_t height, bool alpha);

/* The payload of the first chunk of that name; NULL when there is none. */
const uint8_t *webp_chunk(const struct file *file, const char name[4], size_t *bytes);

/* A file of VP8X (with these flags and that canvas size) and the given chunks, which the caller
 * appends with file_append_chunk before webp_finish sets the RIFF size. */
struct file webp_begin(bool extended, uint8_t flags, uint32_t width, uint32_t height);
void webp_finish(struct file *file);

#endif
