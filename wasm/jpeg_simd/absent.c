/* absent.c - the kernels we have not written: libjpeg-turbo asks by jsimd_can_X, hears
 * no, and takes its scalar code. It names them all, so the linker wants them all. */
#include "kernel.h"

#define ABSENT(name)                                                                               \
    int jsimd_can_##name(void) {                                                                   \
        return 0;                                                                                  \
    }
#define NEVER __builtin_trap()
#define UNUSED __attribute__((unused))

/* Colour conversion and sampling of the encoder: the core hands over planes. */
ABSENT(rgb_ycc)
ABSENT(rgb_gray)
ABSENT(h2v1_downsample)
ABSENT(h2v2_downsample)

void jsimd_rgb_ycc_convert(j_compress_ptr c UNUSED, JSAMPARRAY in UNUSED, JSAMPIMAGE out UNUSED,
                           JDIMENSION row UNUSED, int rows UNUSED) {
    NEVER;
}

void jsimd_rgb_gray_convert(j_compress_ptr c UNUSED, JSAMPARRAY in UNUSED, JSAMPIMAGE out UNUSED,
                            JDIMENSION row UNUSED, int rows UNUSED) {
    NEVER;
}

void jsimd_h2v1_downsample(j_compress_ptr c UNUSED, jpeg_component_info *component UNUSED,
                           JSAMPARRAY in UNUSED, JSAMPARRAY out UNUSED) {
    NEVER;
}

void jsimd_h2v2_downsample(j_compress_ptr c UNUSED, jpeg_component_info *component UNUSED,
                           JSAMPARRAY in UNUSED, JSAMPARRAY out UNUSED) {
    NEVER;
}

/* Colour conversion and sampling of the decoder. */
ABSENT(ycc_rgb)
ABSENT(ycc_rgb565)
ABSENT(h2v1_upsample)
ABSENT(h2v2_upsample)
ABSENT(h2v1_fancy_upsample)
ABSENT(h2v2_fancy_upsample)
ABSENT(h1v2_fancy_upsample)
ABSENT(h2v1_merged_upsample)
ABSENT(h2v2_merged_upsample)

void jsimd_ycc_rgb_convert(j_decompress_ptr d UNUSED, JSAMPIMAGE in UNUSED, JDIMENSION row UNUSED,
                           JSAMPARRAY out UNUSED, int rows UNUSED) {
    NEVER;
}

void jsimd_ycc_rgb565_convert(j_decompress_ptr d UNUSED, JSAMPIMAGE in UNUSED,
                              JDIMENSION row UNUSED, JSAMPARRAY out UNUSED, int rows UNUSED) {
    NEVER;
}

#define UPSAMPLE(name)                                                                             \
    void jsimd_##name(j_decompress_ptr d UNUSED, jpeg_component_info *component UNUSED,            \
                      JSAMPARRAY in UNUSED, JSAMPARRAY *out UNUSED) {                              \
        NEVER;                                                                                     \
    }
UPSAMPLE(h2v1_upsample)
UPSAMPLE(h2v2_upsample)
UPSAMPLE(h2v1_fancy_upsample)
UPSAMPLE(h2v2_fancy_upsample)
UPSAMPLE(h1v2_fancy_upsample)

#define MERGED_UPSAMPLE(name)                                                                      \
    void jsimd_##name(j_decompress_ptr d UNUSED, JSAMPIMAGE in UNUSED, JDIMENSION group UNUSED,    \
                      JSAMPARRAY out UNUSED) {                                                     \
        NEVER;                                                                                     \
    }
MERGED_UPSAMPLE(h2v1_merged_upsample)
MERGED_UPSAMPLE(h2v2_merged_upsample)
