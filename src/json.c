/* json.c - see json.h. */
#include "json.h"

#include "text.h"

#define JSON_BYTES_MAX 200u /* six keys, five numbers */

enum th_status th_json_write(struct th_output *out, const struct th_header *header,
                             const char *format, uint64_t input_bytes) {
    char room[JSON_BYTES_MAX];
    struct th_text json = {.data = room, .room = sizeof room};
    bool swapped = header->orientation >= 5;
    th_text_put(&json, "{\"width\":");
    th_text_put_decimal(&json, swapped ? header->height : header->width);
    th_text_put(&json, ",\"height\":");
    th_text_put_decimal(&json, swapped ? header->width : header->height);
    th_text_put(&json, ",\"format\":\"");
    th_text_put(&json, format);
    th_text_put(&json, "\",\"orientation\":");
    th_text_put_decimal(&json, header->orientation);
    th_text_put(&json, ",\"hasAlpha\":");
    th_text_put(&json, header->has_alpha ? "true" : "false");
    th_text_put(&json, ",\"bytes\":");
    th_text_put_decimal(&json, input_bytes);
    th_text_put(&json, "}\n");
    return th_output_put(out, json.data, json.bytes);
}
