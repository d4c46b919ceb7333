/* fuzz_exif.c - any bytes as EXIF: an orientation of 1 to 8, whatever they are. */
#include "codec/exif.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    uint8_t *exif = exact_copy(data, bytes);
    uint32_t orientation = th_exif_orientation(exif, bytes);
    REQUIRE(orientation >= 1 && orientation <= 8);
    free(exif);
    return 0;
}
