/* not_built.c - what the Wasm build leaves out of libwebp: the lossless encoder, the
 * alpha encoder on top of it (src/codec/webp_alpha.c packs alpha), pictures of RGB, and
 * the decoder's output of RGB frames (the readers take rows). The rest of libwebp names
 * these functions, but thimble never asks for what leads there. About 60 KB of gzip.
 * Native builds have it all, because the tests make and read files of every kind. */
#include "src/dec/webpi_dec.h"
#include "src/enc/vp8i_enc.h"
#include "src/enc/vp8li_enc.h"

int VP8LEncodeImage(const WebPConfig *const config, const WebPPicture *const picture) {
    (void)config;
    return WebPEncodingSetError(picture, VP8_ENC_ERROR_INVALID_CONFIGURATION);
}

/* To libwebp every picture is opaque. */
void VP8EncInitAlpha(VP8Encoder *const enc) {
    enc->has_alpha = 0;
    enc->alpha_data = NULL;
    enc->alpha_data_size = 0;
}

int VP8EncStartAlpha(VP8Encoder *const enc) {
    (void)enc;
    return 1;
}

int VP8EncFinishAlpha(VP8Encoder *const enc) {
    return WebPReportProgress(enc->pic, enc->percent + 20, &enc->percent);
}

int VP8EncDeleteAlpha(VP8Encoder *const enc) {
    (void)enc;
    return 1;
}

int WebPPictureARGBToYUVA(WebPPicture *picture, WebPEncCSP colorspace) {
    (void)colorspace;
    return WebPEncodingSetError(picture, VP8_ENC_ERROR_INVALID_CONFIGURATION);
}

int WebPPictureARGBToYUVADithered(WebPPicture *picture, WebPEncCSP colorspace, float dithering) {
    (void)dithering;
    return WebPPictureARGBToYUVA(picture, colorspace);
}

int WebPPictureSharpARGBToYUVA(WebPPicture *picture) {
    return WebPPictureARGBToYUVA(picture, WEBP_YUV420);
}

int WebPPictureYUVAToARGB(WebPPicture *picture) {
    return WebPPictureARGBToYUVA(picture, WEBP_YUV420);
}

/* The alpha decoder sets the hooks, but calls none. */
void WebPInitCustomIo(WebPDecParams *const params, VP8Io *const io) {
    (void)params;
    (void)io;
}
