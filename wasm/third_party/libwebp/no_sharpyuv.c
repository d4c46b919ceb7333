/* no_sharpyuv.c - stands in for libsharpyuv, the slow RGB to YUV conversion that only
 * WebPConfig.use_sharp_yuv asks for. thimble never sets it: it would hold float copies
 * of the frame. Answers "failed", which the encoder reports as an error. */
#include "sharpyuv/sharpyuv.h"
#include "sharpyuv/sharpyuv_csp.h"
#include "src/dsp/cpu.h"

void SharpYuvInit(VP8CPUInfo cpu_info_func);
void SharpYuvInit(VP8CPUInfo cpu_info_func) {
    (void)cpu_info_func;
}

const SharpYuvConversionMatrix *SharpYuvGetConversionMatrix(SharpYuvMatrixType matrix_type) {
    (void)matrix_type;
    return NULL;
}

int SharpYuvConvert(const void *r_ptr, const void *g_ptr, const void *b_ptr, int rgb_step,
                    int rgb_stride, int rgb_bit_depth, void *y_ptr, int y_stride, void *u_ptr,
                    int u_stride, void *v_ptr, int v_stride, int yuv_bit_depth, int width,
                    int height, const SharpYuvConversionMatrix *yuv_matrix) {
    (void)r_ptr, (void)g_ptr, (void)b_ptr, (void)rgb_step, (void)rgb_stride, (void)rgb_bit_depth;
    (void)y_ptr, (void)y_stride, (void)u_ptr, (void)u_stride, (void)v_ptr, (void)v_stride;
    (void)yuv_bit_depth, (void)width, (void)height, (void)yuv_matrix;
    return 0;
}
