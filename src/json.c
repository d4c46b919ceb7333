/* json.c - see json.h. */
#include "json.h"

#include <string.h>

static enum th_status put_text(struct th_output *out, const char *text) {
    return th_output_put(out, text, strlen(text));
}

static enum th_status put_number(struct th_output *out, uint64_t number) {
    char digits[20], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return th_output_put(out, at, (size_t)(digits + sizeof digits - at));
}

enum th_status th_json_write(struct th_output *out, const struct th_header *header,
                             const char *format, uint64_t input_bytes) {
    bool swapped = header->orientation >= 5;
    TH_TRY(put_text(out, "{\"width\":"));
    TH_TRY(put_number(out, swapped ? header->height : header->width));
    TH_TRY(put_text(out, ",\"height\":"));
    TH_TRY(put_number(out, swapped ? header->width : header->height));
    TH_TRY(put_text(out, ",\"format\":\""));
    TH_TRY(put_text(out, format));
    TH_TRY(put_text(out, "\",\"orientation\":"));
    TH_TRY(put_number(out, header->orientation));
    TH_TRY(put_text(out, ",\"hasAlpha\":"));
    TH_TRY(put_text(out, header->has_alpha ? "true" : "false"));
    TH_TRY(put_text(out, ",\"bytes\":"));
    TH_TRY(put_number(out, input_bytes));
    return put_text(out, "}\n");
}
