/* test_icc.c - sRGB is recognised in its spellings, its neighbours are not, and a
 * broken profile is refused without a read past its end. */
#include <stdlib.h>

#include "check.h"
#include "codec/icc.h"

struct profile {
    uint8_t data[20000];
    uint32_t bytes;
    uint32_t tags;
};

static void put32(struct profile *p, uint32_t at, uint32_t value) {
    for (uint32_t i = 0; i < 4; i++) p->data[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put_name(struct profile *p, uint32_t at, const char *name) {
    memcpy(p->data + at, name, 4);
}

#define TAGS_ROOM 257u /* one more than are allowed: unused ones are empty, and fit */

static struct profile begin(const char *profile_class, const char *space, const char *connection) {
    struct profile p = {.bytes = 132 + TAGS_ROOM * 12};
    put32(&p, 8, 0x04300000);
    put_name(&p, 12, profile_class);
    put_name(&p, 16, space);
    put_name(&p, 20, connection);
    put_name(&p, 36, "acsp");
    return p;
}

/* Room for a tag of so many bytes; its place is returned. */
static uint32_t add_tag(struct profile *p, const char *name, const char *type, uint32_t bytes) {
    uint32_t entry = 132 + 12 * p->tags++, at = p->bytes;
    put_name(p, entry, name);
    put32(p, entry + 4, at);
    put32(p, entry + 8, bytes);
    put_name(p, at, type);
    p->bytes += bytes + (4 - bytes % 4) % 4;
    put32(p, 128, p->tags);
    put32(p, 0, p->bytes);
    return at;
}

static uint32_t s15_fixed16(double value) {
    return (uint32_t)(int32_t)floor(value * 65536 + 0.5);
}

static void add_colorants(struct profile *p, const double xyz[3][3]) {
    static const char *const names[3] = {"rXYZ", "gXYZ", "bXYZ"};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t at = add_tag(p, names[i], "XYZ ", 20);
        for (uint32_t k = 0; k < 3; k++) put32(p, at + 8 + 4 * k, s15_fixed16(xyz[i][k]));
    }
}

static void add_parametric(struct profile *p, uint32_t type, const double *value, uint32_t count) {
    static const char *const names[3] = {"rTRC", "gTRC", "bTRC"};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t at = add_tag(p, names[i], "para", 12 + 4 * count);
        p->data[at + 9] = (uint8_t)type;
        for (uint32_t k = 0; k < count; k++) put32(p, at + 12 + 4 * k, s15_fixed16(value[k]));
    }
}

static double srgb(double x) {
    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static double gamma_2_2(double x) {
    return pow(x, 2.2);
}

static double identity(double x) {
    return x;
}

static void add_sampled(struct profile *p, uint32_t count, double (*curve)(double)) {
    static const char *const names[3] = {"rTRC", "gTRC", "bTRC"};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t at = add_tag(p, names[i], "curv", 12 + 2 * count);
        put32(p, at + 8, count);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t value = (uint32_t)floor(curve(k / (count - 1.0)) * 65535 + 0.5);
            p->data[at + 12 + 2 * k] = (uint8_t)(value >> 8);
            p->data[at + 13 + 2 * k] = (uint8_t)value;
        }
    }
}

static enum th_icc_kind classify(const struct profile *p, size_t bytes) {
    uint8_t *exact = malloc(bytes ? bytes : 1);
    if (bytes > 0) memcpy(exact, p->data, bytes);
    enum th_icc_kind kind = th_icc_classify(exact, bytes);
    free(exact);
    return kind;
}

static const double srgb_xyz[3][3] = {
    {0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.7141}};
static const double p3_xyz[3][3] = {
    {0.51512, 0.2412, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.1571, 0.06657, 0.78407}};
static const double adobe_xyz[3][3] = {
    {0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}};
static const double srgb_curve[7] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0};

static struct profile srgb_profile(void) {
    struct profile p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, srgb_xyz);
    add_parametric(&p, 3, srgb_curve, 5);
    return p;
}

static void test_srgb(void) {
    struct profile p = srgb_profile();
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_SRGB);
    CHECK_EQ(classify(&p, p.bytes + 3), TH_ICC_SRGB); /* padding behind */
    put32(&p, 8, 0x02100000);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_SRGB);
    p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, srgb_xyz);
    add_parametric(&p, 4, srgb_curve, 7);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_SRGB);
    static const uint32_t counts[] = {26, 33, 64, 256, 1024};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        p = begin("spac", "RGB ", "XYZ ");
        add_sampled(&p, counts[i], srgb);
        add_colorants(&p, srgb_xyz);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_SRGB);
    }
}

static void test_other_rgb(void) {
    struct profile p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, p3_xyz);
    add_parametric(&p, 3, srgb_curve, 5);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, adobe_xyz);
    add_sampled(&p, 256, gamma_2_2);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    /* sRGB's primaries with other curves */
    double (*const curves[])(double) = {gamma_2_2, identity};
    for (size_t i = 0; i < 2; i++) {
        p = begin("mntr", "RGB ", "XYZ ");
        add_colorants(&p, srgb_xyz);
        add_sampled(&p, 1024, curves[i]);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    }
    static const double plain_gamma[1] = {2.2};
    p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, srgb_xyz);
    add_parametric(&p, 0, plain_gamma, 1);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    p = srgb_profile(); /* a look-up table goes before the matrix */
    add_tag(&p, "A2B0", "mAB ", 32);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    p = begin("scnr", "RGB ", "Lab "); /* no matrix at all */
    add_tag(&p, "A2B0", "mft2", 64);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    p = begin("mntr", "RGB ", "XYZ "); /* curves missing */
    add_colorants(&p, srgb_xyz);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
}

static void test_other_spaces(void) {
    static const char *const spaces[] = {"CMYK", "GRAY", "Lab ", "YCbr", "4CLR", "\0\0\0\0"};
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        struct profile p = begin("prtr", spaces[i], "Lab ");
        add_tag(&p, "desc", "mluc", 16);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_OTHER);
    }
    static const char *const classes[] = {"link", "abst", "nmcl", "    "};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        struct profile p = srgb_profile();
        put_name(&p, 12, classes[i]);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_OTHER);
    }
    struct profile p = srgb_profile();
    put_name(&p, 20, "RGB "); /* not a connection space */
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_OTHER);
}

static void test_broken(void) {
    struct profile p = srgb_profile();
    CHECK_EQ(th_icc_classify(NULL, 0), TH_ICC_INVALID);
    for (size_t bytes = 0; bytes < p.bytes; bytes++) {
        CHECK_EQ(classify(&p, bytes), TH_ICC_INVALID);
    }
    put32(&p, 128, 256);
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_SRGB);
    static const struct {
        uint32_t at, value;
    } faults[] = {
        {0, 0},
        {0, 131},
        {0, 0xffffffff},
        {36, 0},
        {128, 0},
        {128, 257},
        {128, 0xffffffff},
        {132 + 4, 0xffffffff},
        {132 + 8, 0xffffffff},
        {132 + 4, 0x7fffffff},
        {132 + 16, 0x80000000},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        p = srgb_profile();
        put32(&p, faults[i].at, faults[i].value);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_INVALID);
    }
    /* Inside the tags only: a valid profile that is not known to be sRGB. */
    p = srgb_profile();
    put32(&p, 132 + 8, 12); /* the red colorant's length */
    CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    p = begin("mntr", "RGB ", "XYZ ");
    add_colorants(&p, srgb_xyz);
    add_sampled(&p, 64, srgb);
    uint32_t red_curve = 132 + TAGS_ROOM * 12 + 3 * 20;
    static const uint32_t counts[] = {0, 1, 65, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        put32(&p, red_curve + 8, counts[i]);
        CHECK_EQ(classify(&p, p.bytes), TH_ICC_RGB);
    }
}

static void test_noise(void) {
    uint32_t random = 3;
    for (uint32_t i = 0; i < 50000; i++) {
        struct profile p = srgb_profile();
        for (uint32_t k = 0; k < 2; k++) {
            random = random * 1664525 + 1013904223;
            p.data[(random >> 8) % p.bytes] = (uint8_t)(random >> 24);
        }
        enum th_icc_kind kind = classify(&p, p.bytes);
        CHECK(kind <= TH_ICC_OTHER);
    }
}

int main(void) {
    test_srgb();
    test_other_rgb();
    test_other_spaces();
    test_broken();
    test_noise();
    return check_done();
}
