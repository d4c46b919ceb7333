/* fields.c - headers, as wasi:http keeps them. */
#include <stdlib.h>
#include <string.h>

#include "platform.h"

bool platform_header(uint32_t fields, const char *name, char *to, size_t room) {
    struct wasi_list texts = {0};
    size_t used = 0;
    bool fits = true;
    wasi_fields_get(fields, name, strlen(name), &texts);
    struct wasi_list *text = texts.data;
    for (size_t i = 0; i < texts.count; i++) {
        fits = fits && text[i].count + 2 <= room - used;
        if (fits && i > 0) to[used++] = ',';
        if (fits && text[i].count > 0) memcpy(to + used, text[i].data, text[i].count);
        if (fits) used += text[i].count;
        if (text[i].count > 0) free(text[i].data);
    }
    to[fits ? used : 0] = '\0';
    if (texts.count > 0) free(texts.data);
    return fits && texts.count > 0;
}

bool platform_add_header(uint32_t fields, const char *name, const char *value) {
    struct wasi_result result = {0};
    wasi_fields_append(fields, name, strlen(name), value, strlen(value), &result);
    return !result.failed;
}
