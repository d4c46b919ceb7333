/* address.c - see address.h. */
#include "address.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

#define HOST_BYTES_MAX 255u
#define GROUPS 8u

/* ---- IPv4 ---- */

/* First bits of addresses, as in address.js. */
static const struct {
    uint32_t first, bits;
    enum edge_host_kind kind;
} ipv4[] = {
    {0x00000000, 8, EDGE_HOST_NEVER},    {0x0a000000, 8, EDGE_HOST_PRIVATE},
    {0x64400000, 10, EDGE_HOST_PRIVATE}, /* carriers' NAT */
    {0x7f000000, 8, EDGE_HOST_PRIVATE},  {0xa9fe0000, 16, EDGE_HOST_NEVER},
    {0xac100000, 12, EDGE_HOST_PRIVATE}, {0xc0000000, 24, EDGE_HOST_NEVER},
    {0xc0a80000, 16, EDGE_HOST_PRIVATE}, {0xc6120000, 15, EDGE_HOST_PRIVATE}, /* benchmarks */
    {0xe0000000, 3, EDGE_HOST_NEVER},
};

static enum edge_host_kind kind_of_ipv4(uint32_t address) {
    for (size_t i = 0; i < sizeof ipv4 / sizeof ipv4[0]; i++) {
        if (((address ^ ipv4[i].first) >> (32 - ipv4[i].bits)) == 0) return ipv4[i].kind;
    }
    return EDGE_HOST_PUBLIC;
}

/* a.b.c.d in decimal without leading zeros, to the end of the text. */
static bool read_ipv4(const char *text, uint32_t *address) {
    *address = 0;
    for (uint32_t part = 0; part < 4; part++) {
        size_t digits = strspn(text, "0123456789");
        uint64_t value;
        if (!th_text_decimal(text, digits, &value) || value > 255) return false;
        if (text[digits] != (part < 3 ? '.' : '\0')) return false;
        *address = *address << 8 | (uint32_t)value;
        text += digits + 1;
    }
    return true;
}

/* ---- IPv6 ---- */

/* One group; false when there is none. */
static bool read_group(const char **text, uint32_t *group) {
    uint32_t digits = 0;
    *group = 0;
    for (int32_t digit; digits <= 4 && (digit = th_text_hex_digit(**text)) >= 0; digits++) {
        *group = *group << 4 | (uint32_t)digit;
        (*text)++;
    }
    return digits >= 1 && digits <= 4;
}

/* Moves the groups from `gap` on to the end, zeros before them. */
static void open_gap(uint32_t group[GROUPS], uint32_t gap, uint32_t count) {
    for (uint32_t i = 0; i < count - gap; i++) {
        group[GROUPS - 1 - i] = group[count - 1 - i];
        group[count - 1 - i] = 0;
    }
}

/* What stands between the brackets; false when it is no address. Zones are none of a URL. */
static bool read_ipv6(const char *text, uint32_t group[GROUPS]) {
    uint32_t count = 0, gap = GROUPS, address;
    memset(group, 0, GROUPS * sizeof group[0]);
    if (strncmp(text, "::", 2) == 0) gap = 0, text += 2;
    while (*text != '\0') {
        if (count <= GROUPS - 2 && read_ipv4(text, &address)) {
            group[count++] = address >> 16;
            group[count++] = address & 0xffff;
            break;
        }
        if (count == GROUPS) return false;
        if (!read_group(&text, &group[count++])) return false;
        if (*text == '\0') break;
        if (*text++ != ':') return false;
        if (*text == '\0') return false;
        if (*text != ':') continue;
        if (gap < GROUPS) return false;
        gap = count, text++;
    }
    if (gap == GROUPS) return count == GROUPS;
    if (count == GROUPS) return false; /* nothing for the gap to stand for */
    open_gap(group, gap, count);
    return true;
}

static bool is_zero(const uint32_t *group, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (group[i] != 0) return false;
    }
    return true;
}

/* What holds an IPv4 address is of that one's kind; of all else only global unicast is public. */
static enum edge_host_kind kind_of_ipv6(const uint32_t g[GROUPS]) {
    uint32_t last = g[6] << 16 | g[7];
    bool nat64 = g[0] == 0x64 && g[1] == 0xff9b;
    if (is_zero(g, 7) && g[7] == 1) return EDGE_HOST_PRIVATE;
    if (is_zero(g, 6)) return kind_of_ipv4(last); /* v4-compatible */
    if (is_zero(g, 5) && g[5] == 0xffff) return kind_of_ipv4(last); /* v4-mapped */
    if (is_zero(g, 4) && g[4] == 0xffff && g[5] == 0) return kind_of_ipv4(last); /* RFC 2765 */
    if (nat64 && is_zero(g + 2, 4)) return kind_of_ipv4(last);
    if (nat64 && g[2] == 1) return EDGE_HOST_PRIVATE; /* a network's own NAT64 */
    if (g[0] == 0x2002) return kind_of_ipv4(g[1] << 16 | g[2]); /* 6to4 */
    if (g[0] == 0x2001 && g[1] < 0x200) return EDGE_HOST_NEVER; /* Teredo, for protocols */
    if (g[0] >= 0xfc00 && g[0] <= 0xfdff) return EDGE_HOST_PRIVATE; /* unique local */
    if ((g[4] & 0xfdff) == 0 && g[5] == 0x5efe) return kind_of_ipv4(last); /* ISATAP */
    return g[0] >> 13 == 1 ? EDGE_HOST_PUBLIC : EDGE_HOST_NEVER;
}

/* ---- names ---- */

static const char *const private_names[] = {
    "localhost", "ip6-localhost", "ip6-loopback", "localdomain", "local", "internal", "home.arpa",
};

/* Whether `name` is `ending`, or ends with it behind a dot. */
static bool ends_with(const char *name, const char *ending) {
    size_t bytes = strlen(name), own = strlen(ending);
    if (bytes < own || strcmp(name + bytes - own, ending) != 0) return false;
    return bytes == own || name[bytes - own - 1] == '.';
}

/* A resolver takes a name for an address where its last label is a number. */
static bool ends_in_number(const char *name) {
    const char *dot = strrchr(name, '.'), *label = dot ? dot + 1 : name;
    if (strncmp(label, "0x", 2) == 0)
        return label[2 + strspn(label + 2, "0123456789abcdef")] == '\0';
    return *label != '\0' && label[strspn(label, "0123456789")] == '\0';
}

static enum edge_host_kind kind_of_name(const char *name) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    if (name[0] == '\0' || name[strspn(name, allowed)] != '\0') return EDGE_HOST_WRONG;
    for (size_t i = 0; i < sizeof private_names / sizeof private_names[0]; i++) {
        if (ends_with(name, private_names[i])) return EDGE_HOST_PRIVATE;
    }
    return EDGE_HOST_PUBLIC;
}

/* ---- the public face ---- */

const char *edge_url_host(const char *url) {
    return strncmp(url, "https://", 8) == 0  ? url + 8
           : strncmp(url, "http://", 7) == 0 ? url + 7
                                             : NULL;
}

enum edge_host_kind edge_host_kind(const char *host, size_t bytes) {
    char name[HOST_BYTES_MAX + 1];
    uint32_t group[GROUPS], address;
    if (bytes == 0 || bytes > HOST_BYTES_MAX) return EDGE_HOST_WRONG;
    for (size_t i = 0; i < bytes; i++) {
        bool upper = host[i] >= 'A' && host[i] <= 'Z';
        name[i] = (char)(upper ? host[i] + ('a' - 'A') : host[i]);
    }
    name[bytes] = '\0';
    if (name[0] == '[') {
        if (name[bytes - 1] != ']') return EDGE_HOST_WRONG;
        name[bytes - 1] = '\0';
        return read_ipv6(name + 1, group) ? kind_of_ipv6(group) : EDGE_HOST_WRONG;
    }
    if (name[bytes - 1] == '.') name[bytes - 1] = '\0';
    if (!ends_in_number(name)) return kind_of_name(name);
    return read_ipv4(name, &address) ? kind_of_ipv4(address) : EDGE_HOST_WRONG;
}
