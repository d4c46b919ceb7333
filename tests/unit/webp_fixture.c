/* webp_fixture.c - see webp_fixture.h. */
#include "webp_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "frame.h"

void file_free(struct file *file) {
    free(file->data);
    *file = (struct file){0};
}

void file_append(struct file *file, const void *data, size_t bytes) {
    uint8_t *grown = realloc(file->data, file->bytes + bytes + 1);
    if (!grown) exit(2);
    if (bytes > 0) memcpy(grown + file->bytes, data, bytes);
    file->data = grown;
    file->bytes += bytes;
}

static void append_le32(struct file *file, uint32_t value) {
    uint8_t le[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                     (uint8_t)(value >> 24)};
    file_append(file, le, 4);
}

void file_append_chunk(struct file *file, const char name[4], const void *data, size_t bytes) {
    file_append(file, name, 4);
    append_le32(file, (uint32_t)bytes);
    file_append(file, data, bytes);
    if (bytes % 2 == 1) file_append(file, "", 1);
}

WebPConfig webp_config(void) {
    WebPConfig config;
    if (!WebPConfigInit(&config)) exit(2);
    return config;
}

static int write_some(const uint8_t *data, size_t bytes, const WebPPicture *picture) {
    file_append(picture->custom_ptr, data, bytes);
    return 1;
}

static uint32_t pixel_at(uint32_t x, uint32_t y, uint32_t *seed, bool alpha) {
    uint32_t noise = frame_random(seed) % 24;
    uint32_t red = (x * 7 + noise) & 255, green = (y * 5 + noise) & 255;
    uint32_t blue = ((x / 8 + y / 8) % 2 * 150 + noise) & 255;
    uint32_t a = alpha ? (x * 9 + y * 4 + noise / 8) & 255 : 255;
    return a << 24 | red << 16 | green << 8 | blue;
}

struct file webp_encode(const WebPConfig *config, uint32_t width, uint32_t height, bool alpha) {
    struct file file = {0};
    WebPPicture picture;
    uint32_t seed = width * 64 + height;
    if (!WebPPictureInit(&picture)) exit(2);
    picture.use_argb = 1;
    picture.width = (int)width;
    picture.height = (int)height;
    if (!WebPPictureAlloc(&picture)) exit(2);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            picture.argb[y * (uint32_t)picture.argb_stride + x] = pixel_at(x, y, &seed, alpha);
        }
    }
    picture.writer = write_some;
    picture.custom_ptr = &file;
    if (!WebPEncode(config, &picture)) exit(2);
    WebPPictureFree(&picture);
    return file;
}

const uint8_t *webp_chunk(const struct file *file, const char name[4], size_t *bytes) {
    for (size_t at = 12; at + 8 <= file->bytes;) {
        const uint8_t *c = file->data + at;
        *bytes = c[4] | (size_t)c[5] << 8 | (size_t)c[6] << 16 | (size_t)c[7] << 24;
        if (memcmp(c, name, 4) == 0) return c + 8;
        at += 8 + *bytes + *bytes % 2;
    }
    return NULL;
}

struct file webp_begin(bool extended, uint8_t flags, uint32_t width, uint32_t height) {
    struct file file = {0};
    uint32_t w = width - 1, h = height - 1;
    uint8_t vp8x[10] = {flags,
                        0,
                        0,
                        0,
                        (uint8_t)w,
                        (uint8_t)(w >> 8),
                        (uint8_t)(w >> 16),
                        (uint8_t)h,
                        (uint8_t)(h >> 8),
                        (uint8_t)(h >> 16)};
    file_append(&file, "RIFF\0\0\0\0WEBP", 12);
    if (extended) file_append_chunk(&file, "VP8X", vp8x, sizeof vp8x);
    return file;
}

void webp_finish(struct file *file) {
    uint32_t bytes = (uint32_t)file->bytes - 8;
    for (uint32_t i = 0; i < 4; i++) file->data[4 + i] = (uint8_t)(bytes >> (8 * i));
}
