/* codec.c - the list of formats. */
#include "codec.h"

static const struct th_codec codecs[] = {
    {TH_FORMAT_JPEG, "jpeg", "image/jpeg", th_jpeg_open_reader, th_jpeg_open_writer,
     th_jpeg_writer_memory, false, 0},
    {TH_FORMAT_PNG, "png", "image/png", th_png_open_reader, th_png_open_writer,
     th_png_writer_memory, true, 0},
    {TH_FORMAT_WEBP, "webp", "image/webp", th_webp_open_reader, th_webp_open_writer,
     th_webp_writer_memory, true, 12},
};

const struct th_codec *th_codec_of(enum th_format format) {
    for (uint32_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (codecs[i].format == format) return &codecs[i];
    }
    return NULL;
}
