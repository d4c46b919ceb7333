/* fuzz_options.c - any text as a query, an Accept header (behind the first line feed) and limits.
 *
 * Crashes where canonical text is not its own canonical text, is no options text, does not
 * fit its room, or where a refusal has no words. */
#include "options.h"
#include "require.h"
#include "thimble.h"

/* Reads the text as options, as the job does. */
static enum th_status parse(const char *text, size_t bytes) {
    struct th_options options;
    char message[256] = {0};
    enum th_status status = th_options_parse(&options, text, bytes, message, sizeof message);
    REQUIRE(status == TH_OK || (status == TH_BAD_OPTION && message[0] != '\0'));
    return status;
}

static void check_canon(const char *query, size_t query_bytes, const char *accept,
                        size_t accept_bytes) {
    char out[TH_CANON_BYTES_MAX], again[TH_CANON_BYTES_MAX];
    size_t out_bytes = 0, again_bytes = 0;
    enum th_status status = th_canon(query, query_bytes, accept, accept_bytes, out, sizeof out,
                                     &out_bytes);
    REQUIRE(out_bytes <= sizeof out);
    REQUIRE(status == TH_OK || (status == TH_BAD_OPTION && out_bytes > 0));
    REQUIRE(parse(query, query_bytes) == status);
    if (status != TH_OK) return;
    REQUIRE(parse(out, out_bytes) == TH_OK);
    REQUIRE(th_canon(out, out_bytes, "", 0, again, sizeof again, &again_bytes) == TH_OK);
    REQUIRE(again_bytes == out_bytes && memcmp(again, out, out_bytes) == 0);
}

static void check_limits(const char *text, size_t bytes) {
    struct th_limits limits, before;
    const char *message = NULL;
    th_limits_default(&limits);
    before = limits;
    enum th_status status = th_limits_parse(&limits, text, bytes, &message);
    REQUIRE(message != NULL);
    if (status == TH_OK) {
        REQUIRE(limits.pixels_max <= before.pixels_max && limits.work_max <= before.work_max);
        REQUIRE(limits.memory_bytes_max <= before.memory_bytes_max);
        REQUIRE(limits.input_bytes_max <= before.input_bytes_max);
        REQUIRE(limits.side_max <= before.side_max);
        return;
    }
    REQUIRE(status == TH_BAD_OPTION && message[0] != '\0');
    REQUIRE(memcmp(&limits, &before, sizeof limits) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    const uint8_t *line = bytes > 0 ? memchr(data, '\n', bytes) : NULL;
    size_t query_bytes = line ? (size_t)(line - data) : bytes;
    size_t accept_bytes = line ? bytes - query_bytes - 1 : 0;
    uint8_t *query = exact_copy(data, query_bytes);
    uint8_t *accept = exact_copy(data + bytes - accept_bytes, accept_bytes);
    check_canon((const char *)query, query_bytes, (const char *)accept, accept_bytes);
    check_limits((const char *)query, query_bytes);
    free(query);
    free(accept);
    return 0;
}
