/* icc.c - see icc.h. Written from ICC.1:2022 (v4) and ICC.1:2001-04 (v2). */
#include "icc.h"

#include "../bytes.h"

#define HEADER_BYTES 128u
#define TAGS_MAX 256u /* real profiles have about twenty */
#define SIGNATURE(a, b, c, d)                                                                      \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

struct profile {
    const uint8_t *data; /* borrowed */
    size_t bytes;        /* as the profile's own header says */
};

/* A tag's bytes; those of an absent one have length 0. */
static struct th_cursor find_tag(const struct profile *p, uint32_t signature) {
    struct th_cursor table = th_cursor_make(p->data, p->bytes);
    th_cursor_seek(&table, HEADER_BYTES);
    uint32_t tags = th_cursor_u32be(&table);
    for (uint32_t i = 0; i < tags && i < TAGS_MAX; i++) {
        uint32_t found = th_cursor_u32be(&table);
        uint32_t at = th_cursor_u32be(&table), bytes = th_cursor_u32be(&table);
        if (found == signature) return th_cursor_make(p->data + at, bytes);
    }
    return th_cursor_make(NULL, 0);
}

/* Every tag lies inside the profile. */
static bool tags_fit(const struct profile *p) {
    struct th_cursor table = th_cursor_make(p->data, p->bytes);
    th_cursor_seek(&table, HEADER_BYTES);
    uint32_t tags = th_cursor_u32be(&table);
    if (tags == 0 || tags > TAGS_MAX) return false;
    for (uint32_t i = 0; i < tags; i++) {
        th_cursor_skip(&table, 4);
        uint32_t at = th_cursor_u32be(&table), bytes = th_cursor_u32be(&table);
        if (table.failed || at > p->bytes || bytes > p->bytes - at) return false;
    }
    return true;
}

static bool near(double a, double b, double tolerance) {
    return a - b <= tolerance && b - a <= tolerance;
}

static double s15_fixed16(struct th_cursor *c) {
    return (double)(int32_t)th_cursor_u32be(c) / 65536.0;
}

/* ---- primaries ---- */

/* sRGB's primaries adapted to D50 (Bradford), the same as in every sRGB profile
 * that follows the standard to within 0.0002. */
static bool colorant_is(const struct profile *p, uint32_t signature, const double xyz[3]) {
    struct th_cursor tag = find_tag(p, signature);
    bool same = th_cursor_u32be(&tag) == SIGNATURE('X', 'Y', 'Z', ' ');
    th_cursor_skip(&tag, 4);
    for (uint32_t i = 0; i < 3; i++) same = near(s15_fixed16(&tag), xyz[i], 0.003) && same;
    return same && !tag.failed;
}

static bool primaries_are_srgb(const struct profile *p) {
    static const double red[3] = {0.4361, 0.2225, 0.0139};
    static const double green[3] = {0.3851, 0.7169, 0.0971};
    static const double blue[3] = {0.1431, 0.0606, 0.7141};
    return colorant_is(p, SIGNATURE('r', 'X', 'Y', 'Z'), red) &&
           colorant_is(p, SIGNATURE('g', 'X', 'Y', 'Z'), green) &&
           colorant_is(p, SIGNATURE('b', 'X', 'Y', 'Z'), blue);
}

/* ---- curves ---- */

/* x to the power of 12/5 for 0 < x <= 1, by Newton's method for the fifth root:
 * no libm, so that every build decides alike. From 1 it falls to the root. */
static double power_2_4(double x) {
    double root = 1;
    for (uint32_t i = 0; i < 40; i++) {
        double fourth = root * root * root * root;
        root = (4 * root + x / fourth) / 5;
    }
    double square = root * root, fourth = square * square;
    return fourth * fourth * fourth;
}

/* IEC 61966-2-1: encoded 0..1 to linear. */
static double srgb_to_linear(double x) {
    return x <= 0.04045 ? x / 12.92 : power_2_4((x + 0.055) / 1.055);
}

/* A sampled curve, at 33 places, interpolated as the standard says. The tolerance
 * lets through tables of few points but not a plain gamma of 2.2, which is 30 %
 * darker in the shadows. A table of none or one (a plain gamma) is not sRGB. */
static bool sampled_is_srgb(struct th_cursor *tag) {
    uint32_t count = th_cursor_u32be(tag);
    const uint8_t *sample = th_cursor_take(tag, (size_t)count * 2);
    if (!sample || count < 2 || count > 65536) return false;
    for (uint32_t i = 0; i <= 32; i++) {
        uint32_t position = i * (count - 1), low = position / 32;
        uint32_t high = low + 1 < count ? low + 1 : low;
        double part = (double)(position % 32) / 32.0;
        double a = sample[2 * low] * 256.0 + sample[2 * low + 1];
        double b = sample[2 * high] * 256.0 + sample[2 * high + 1];
        double is = (a + (b - a) * part) / 65535.0, srgb = srgb_to_linear(i / 32.0);
        if (!near(is, srgb, 0.001 + 0.01 * srgb)) return false;
    }
    return true;
}

/* Y = (aX + b)^g + e above d, cX + f below (types 3 and 4 of table 68). */
static bool parametric_is_srgb(struct th_cursor *tag) {
    static const double srgb[7] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0};
    static const double tolerance[7] = {0.01, 0.002, 0.002, 0.001, 0.005, 0.0005, 0.0005};
    uint32_t type = th_cursor_u16be(tag);
    th_cursor_skip(tag, 2);
    if (type != 3 && type != 4) return false;
    for (uint32_t i = 0; i < (type == 3 ? 5u : 7u); i++) {
        if (!near(s15_fixed16(tag), srgb[i], tolerance[i])) return false;
    }
    return !tag->failed;
}

static bool curve_is_srgb(const struct profile *p, uint32_t signature) {
    struct th_cursor tag = find_tag(p, signature);
    uint32_t type = th_cursor_u32be(&tag);
    th_cursor_skip(&tag, 4);
    if (type == SIGNATURE('c', 'u', 'r', 'v')) return sampled_is_srgb(&tag);
    return type == SIGNATURE('p', 'a', 'r', 'a') && parametric_is_srgb(&tag);
}

static bool curves_are_srgb(const struct profile *p) {
    return curve_is_srgb(p, SIGNATURE('r', 'T', 'R', 'C')) &&
           curve_is_srgb(p, SIGNATURE('g', 'T', 'R', 'C')) &&
           curve_is_srgb(p, SIGNATURE('b', 'T', 'R', 'C'));
}

/* A table from device colours to the connection space goes before the matrix. */
static bool has_lookup_table(const struct profile *p) {
    return find_tag(p, SIGNATURE('A', '2', 'B', '0')).bytes > 0;
}

/* ---- the answer ---- */

/* Display, input, output and colour space profiles say what an image's numbers
 * mean; device links, abstract and named colour profiles do not. */
static bool class_fits_images(uint32_t profile_class) {
    return profile_class == SIGNATURE('m', 'n', 't', 'r') ||
           profile_class == SIGNATURE('s', 'c', 'n', 'r') ||
           profile_class == SIGNATURE('p', 'r', 't', 'r') ||
           profile_class == SIGNATURE('s', 'p', 'a', 'c');
}

enum th_icc_kind th_icc_classify(const uint8_t *profile, size_t bytes) {
    struct th_cursor header = th_cursor_make(profile, bytes);
    struct profile p = {.data = profile, .bytes = th_cursor_u32be(&header)};
    th_cursor_seek(&header, 12);
    uint32_t profile_class = th_cursor_u32be(&header);
    uint32_t space = th_cursor_u32be(&header), connection = th_cursor_u32be(&header);
    th_cursor_seek(&header, 36);
    uint32_t magic = th_cursor_u32be(&header);
    if (header.failed || magic != SIGNATURE('a', 'c', 's', 'p')) return TH_ICC_INVALID;
    if (p.bytes > bytes || !tags_fit(&p)) return TH_ICC_INVALID;
    bool xyz = connection == SIGNATURE('X', 'Y', 'Z', ' ');
    if (!xyz && connection != SIGNATURE('L', 'a', 'b', ' ')) return TH_ICC_OTHER;
    if (space != SIGNATURE('R', 'G', 'B', ' ')) return TH_ICC_OTHER;
    if (!class_fits_images(profile_class)) return TH_ICC_OTHER;
    bool srgb = xyz && !has_lookup_table(&p) && primaries_are_srgb(&p) && curves_are_srgb(&p);
    return srgb ? TH_ICC_SRGB : TH_ICC_RGB;
}
