/* test_webp_alpha.c - our alpha packing, unpacked by libwebp. */
#include <stdlib.h>

#include "check.h"
#include "codec/webp_alpha.h"
#include "frame.h"
#include "src/webp/decode.h"
#include "webp_fixture.h"

enum kind { CONSTANT, MASK, FOUR, SIXTEEN, CIRCLE, GRADIENT, NOISE, STRIPES, SPARSE, KINDS };

static uint8_t sample(enum kind kind, uint32_t x, uint32_t y, uint32_t *seed) {
    int32_t dx = (int32_t)x - 100, dy = (int32_t)y - 100, d = dx * dx + dy * dy;
    switch (kind) {
    case CONSTANT: return 77;
    case MASK: return (x / 5 + y / 7) % 2 ? 255 : 0;
    case FOUR: return (uint8_t)((x / 3 * y / 4) % 4 * 85);
    case SIXTEEN: return (uint8_t)((x + y / 2) % 16 * 17);
    case CIRCLE: return (uint8_t)(d < 4000 ? 255 : d > 6000 ? 0 : (6000 - d) / 8);
    case GRADIENT: return (uint8_t)(x + 2 * y);
    case NOISE: return (uint8_t)frame_random(seed);
    case STRIPES: return (uint8_t)(y % 3 * 100 + x % 2);
    case SPARSE: return (uint8_t)(frame_random(seed) % 50 == 0 ? frame_random(seed) : 200);
    case KINDS: break;
    }
    return 0;
}

/* A file of that alpha chunk and any VP8 picture of the size. */
static struct file file_of(const uint8_t *payload, size_t bytes, uint32_t width, uint32_t height) {
    WebPConfig config = webp_config();
    config.method = 0;
    struct file colour = webp_encode(&config, width, height, false);
    struct file file = webp_begin(true, 0x10, width, height);
    size_t vp8_bytes = 0;
    const uint8_t *vp8 = webp_chunk(&colour, "VP8 ", &vp8_bytes);
    file_append_chunk(&file, "ALPH", payload, bytes);
    file_append_chunk(&file, "VP8 ", vp8, vp8_bytes);
    webp_finish(&file);
    file_free(&colour);
    return file;
}

static size_t test(enum kind kind, uint32_t width, uint32_t height) {
    uint32_t stride = width + 3, seed = width * 50 + height;
    struct th_output out = {.limit = UINT64_MAX};
    uint8_t *plane = calloc(stride, height);
    const uint8_t *payload;
    int w, h;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) plane[y * stride + x] = sample(kind, x, y, &seed);
    }
    CHECK_EQ(th_webp_alpha_pack(plane, stride, width, height, &out), TH_OK);
    size_t bytes = th_output_take(&out, &payload);
    struct file file = file_of(payload, bytes, width, height);
    uint8_t *rgba = WebPDecodeRGBA(file.data, file.bytes, &w, &h);
    size_t wrong = rgba ? 0 : 1;
    for (uint32_t i = 0; rgba && i < width * height; i++) {
        wrong += rgba[i * 4 + 3] != plane[i / width * stride + i % width];
    }
    CHECK_EQ(wrong, 0);
    WebPFree(rgba);
    file_free(&file);
    th_output_free(&out);
    free(plane);
    return bytes;
}

int main(void) {
    for (enum kind kind = 0; kind < KINDS; kind++) {
        for (uint32_t width = 1; width <= 40; width += 1 + width % 2) {
            for (uint32_t height = 1; height <= 40; height += 4) test(kind, width, height);
        }
        size_t bytes = test(kind, 300, 200);
        CHECK(bytes <= 300 * 200 + 2000);
        CHECK(kind != CONSTANT || bytes < 50);
        CHECK(kind != CIRCLE || bytes < 2600);
        CHECK(kind != GRADIENT || bytes < 200);
    }
    test(CONSTANT, 1, 9000); /* runs are cut at 4096 */
    test(MASK, 5000, 3);
    return check_done();
}
