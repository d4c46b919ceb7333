/* fuzz_jpeg.c - any bytes into the JPEG reader, baseline or not, at any scale (reader.h). */
#include "reader.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    reader_check(TH_FORMAT_JPEG, data, bytes);
    return 0;
}
