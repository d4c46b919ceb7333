/* fuzz_sniff.c - any bytes as the start of a file: what is said of them does not depend on how
 * many of them had come when it was said. */
#include "codec/sniff.h"
#include "require.h"

#define PREFIX_BYTES_MAX 1200u /* a little more than sniffing ever looks at */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    enum th_format format = TH_FORMAT_NONE, early_format = TH_FORMAT_NONE;
    const char *what = NULL, *early_what = NULL;
    uint8_t *file = exact_copy(data, bytes);
    enum th_status status = th_sniff(file, bytes, true, &format, &what);
    REQUIRE(status == TH_OK || status == TH_UNSUPPORTED || status == TH_TRUNCATED);
    REQUIRE(status == TH_OK ? format != TH_FORMAT_NONE : what != NULL && what[0] != '\0');
    size_t most = bytes < PREFIX_BYTES_MAX ? bytes : PREFIX_BYTES_MAX;
    /* Every length where signatures end, then some. */
    for (size_t n = 0; n <= most; n += n < 2 * TH_SNIFF_BYTES ? 1 : 1 + bytes % 61) {
        uint8_t *prefix = exact_copy(data, n);
        enum th_status early = th_sniff(prefix, n, false, &early_format, &early_what);
        free(prefix);
        if (early == TH_MORE_INPUT) continue;
        REQUIRE(early == status);
        REQUIRE(status == TH_OK ? early_format == format : strcmp(early_what, what) == 0);
        break;
    }
    free(file);
    return 0;
}
