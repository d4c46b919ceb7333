/* not_built.c - what libjpeg-turbo's master control names but we do not build: every
 * stage for 12-bit samples. A file that asks for one fails with the library's own
 * "Unsupported JPEG data precision". (Arithmetic coding, lossless JPEG and with it
 * 16-bit samples are compiled out and answer in the same way.) */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"

#define NOT_BUILT(prototype)                                                                       \
    GLOBAL(void) prototype {                                                                       \
        ERREXIT1(cinfo, JERR_BAD_PRECISION, cinfo->data_precision);                                \
    }
#define MAYBE_UNUSED __attribute__((unused))

NOT_BUILT(j12init_c_main_controller(j_compress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_c_prep_controller(j_compress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_c_coef_controller(j_compress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_color_converter(j_compress_ptr cinfo))
NOT_BUILT(j12init_downsampler(j_compress_ptr cinfo))
NOT_BUILT(j12init_forward_dct(j_compress_ptr cinfo))

NOT_BUILT(j12init_d_main_controller(j_decompress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_d_coef_controller(j_decompress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_d_post_controller(j_decompress_ptr cinfo, boolean full MAYBE_UNUSED))
NOT_BUILT(j12init_inverse_dct(j_decompress_ptr cinfo))
NOT_BUILT(j12init_merged_upsampler(j_decompress_ptr cinfo))
NOT_BUILT(j12init_upsampler(j_decompress_ptr cinfo))
NOT_BUILT(j12init_color_deconverter(j_decompress_ptr cinfo))
