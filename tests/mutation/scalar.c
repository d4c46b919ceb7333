/* scalar.c - linked into the native command, makes libwebp use its plain C, not SSE2 or NEON.
 *
 * But for the decoder's inverse transform: of coefficients that no encoder makes, whose sums pass
 * 16 bits, libwebp's plain C makes other samples than its SSE2, which dwebp and our module run. */
#include <stddef.h>

#include "src/dsp/dsp.h"

extern VP8CPUInfo VP8GetCPUInfo;

__attribute__((constructor)) static void use_plain_c(void) {
    VP8DspInit();
    VP8DecIdct2 transform = VP8Transform;
    VP8GetCPUInfo = NULL;
    VP8DspInit();
    VP8Transform = transform;
}
