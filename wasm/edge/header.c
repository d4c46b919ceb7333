/* header.c - see header.h. */
#include "header.h"

#include <string.h>

bool edge_header_is_name(const char *text) {
    const char *at = text;
    while (*at > 0x20 && *at < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", *at)) at++;
    return at > text && *at == '\0';
}

bool edge_header_is_value(const char *text) {
    while (*text >= 0x20 && *text <= 0x7e) text++;
    return *text == '\0';
}
