/* test_jpeg_simd128.c - the JPEG kernels of wasm/jpeg_simd against libjpeg-turbo's scalar
 * code, on random and extreme blocks. Runs as a WASI command.
 *
 * The scalar sources are compiled in here once more, with a 64-bit JLONG as they have it
 * natively: there nothing overflows, so it is what files full of nonsense are held to. */
#include "check.h"
#include "memory_end.h"

#include <stdlib.h>

#define JPEG_INTERNALS
#define MULTIPLIER int
#define USE_CLZ_INTRINSIC
#include <jinclude.h>
#include <jpeglib.h>

#undef LEFT_SHIFT
#define LEFT_SHIFT(a, b) ((JLONG)((uint64_t)(a) << (b)))
#define JLONG int64_t

/* The library's own prototypes of the kernels have the scalar build's types. */
#define jsimd_convsamp scalar_type_convsamp
#define jsimd_fdct_islow scalar_type_fdct_islow
#define jsimd_quantize scalar_type_quantize

#define jpeg_idct_islow scalar_idct_islow
#define jpeg_idct_3x3 scalar_idct_3x3
#include <jidctint.c>
#undef CONST_BITS
#undef PASS1_BITS
#define jpeg_idct_4x4 scalar_idct_4x4
#define jpeg_idct_2x2 scalar_idct_2x2
#define jpeg_idct_1x1 scalar_idct_1x1
#include <jidctred.c>
#undef CONST_BITS
#undef PASS1_BITS
#undef MULTIPLY
#define jpeg_fdct_islow scalar_fdct_islow
#include <jfdctint.c>
#undef CONST_BITS
#undef PASS1_BITS
#include <jcdctmgr.c>
#undef _buffer
#include <jchuff.c>

#undef jsimd_convsamp
#undef jsimd_fdct_islow
#undef jsimd_quantize

void jsimd_convsamp(JSAMPARRAY samples, JDIMENSION column, int16_t *workspace);
void jsimd_fdct_islow(int16_t *data);
void jsimd_quantize(JCOEFPTR block, int16_t *divisors, int16_t *workspace);
void th_jpeg_reciprocal(uint16_t divisor, int16_t *table);
int jsimd_can_huff_encode_one_block(void);
JOCTET *jsimd_huff_encode_one_block(void *state, JOCTET *buffer, JCOEFPTR block, int last_dc_val,
                                    c_derived_tbl *dctbl, c_derived_tbl *actbl);
boolean th_jpeg_count_block(const JCOEF *block, int last_dc_val, int bits_max, long dc_counts[],
                            long ac_counts[]);
void th_idct_3x3(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column);
void th_idct_1x1(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block,
                 JSAMPARRAY out, JDIMENSION column);

#define ROUNDS 1000000u

static uint64_t seed = 1;

static uint32_t random_bits(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

/* -limit .. limit, small values more often. */
static int random_value(int limit) {
    int span = 1 << (random_bits() % 16);
    if (span > limit) span = limit;
    return (int)(random_bits() % (2 * (uint32_t)span + 1)) - span;
}

/* ---- inverse ---- */

struct kinds {
    int coefficient_max;
    int multiplier_max;
};

static const struct kinds kinds[] = {
    {64, 64}, {400, 16}, {1023, 1}, {60, 255}, {1023, 255}, {32767, 255}, {32767, 65535},
};

/* How many coefficients, and where: everywhere, in the first rows, in the corner. */
static void random_block(JCOEF *block, int coefficient_max) {
    memset(block, 0, 64 * sizeof(JCOEF));
    uint32_t shape = random_bits() % 4, count = random_bits() % 65;
    if (random_bits() % 8 == 0) count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = random_bits() % 64;
        if (shape == 1) at %= 32;
        if (shape == 2) at = at % 32 / 8 * 8 + at % 4;
        if (shape == 3) at = at % 8 * 8;
        block[at] = (JCOEF)random_value(coefficient_max);
    }
    if (random_bits() % 2) block[0] = (JCOEF)random_value(coefficient_max);
    if (coefficient_max == 32767 && random_bits() % 4 == 0) block[random_bits() % 64] = -32768;
}

typedef void inverse(j_decompress_ptr, jpeg_component_info *, JCOEFPTR, JSAMPARRAY, JDIMENSION);

struct inverse_pair {
    inverse *scalar, *simd;
};

static JSAMPLE limit_table[128 + 1024];

static void make_limit_table(void) {
    for (int i = 0; i < 128; i++) limit_table[i] = (JSAMPLE)i;
    for (int i = 0; i < 1024; i++) {
        int v = i < 128 ? i + 128 : i < 512 ? 255 : i < 896 ? 0 : i - 896;
        limit_table[128 + i] = (JSAMPLE)v;
    }
}

/* `block` ends where memory does. */
static void check_inverse(const struct inverse_pair *pair, const struct kinds *kind, JCOEF *block) {
    static struct jpeg_decompress_struct d;
    static jpeg_component_info scalar, simd;
    static JQUANT_TBL table;
    int wide[64];
    int16_t narrow[64];
    JSAMPLE out[2][8][24];
    JSAMPROW rows[2][8];
    d.sample_range_limit = limit_table;
    for (int i = 0; i < 64; i++) {
        uint32_t q = 1 + random_bits() % (uint32_t)kind->multiplier_max;
        table.quantval[i] = (UINT16)q;
        wide[i] = (int)q;
        narrow[i] = (int16_t)(q < 4095 ? q : 4095);
    }
    scalar.dct_table = wide;
    simd.dct_table = narrow;
    scalar.quant_table = simd.quant_table = &table;
    random_block(block, kind->coefficient_max);
    memset(out, 77, sizeof out);
    for (int i = 0; i < 8; i++) {
        rows[0][i] = out[0][i];
        rows[1][i] = out[1][i];
    }
    JDIMENSION column = random_bits() % 9;
    pair->scalar(&d, &scalar, block, rows[0], column);
    pair->simd(&d, &simd, block, rows[1], column);
    CHECK_BYTES(out[1], out[0], sizeof out[0]); /* and nothing beside it */
}

static void check_inverses(void) {
    static const struct inverse_pair pairs[] = {
        {scalar_idct_islow, jsimd_idct_islow}, {scalar_idct_4x4, jsimd_idct_4x4},
        {scalar_idct_3x3, th_idct_3x3},        {scalar_idct_2x2, jsimd_idct_2x2},
        {scalar_idct_1x1, th_idct_1x1},
    };
    JCOEF *block = (JCOEF *)memory_end() - DCTSIZE2;
    make_limit_table();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            check_inverse(&pairs[i], &kinds[round % (sizeof kinds / sizeof kinds[0])], block);
        }
    }
}

/* ---- forward ---- */

static void random_samples(JSAMPLE samples[8][24]) {
    uint32_t kind = random_bits() % 4;
    uint32_t base = random_bits() % 256, span = 1 + random_bits() % 64;
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 24; x++) {
            uint32_t r = random_bits();
            if (kind == 0) r %= 256;
            if (kind == 1) r = r % 2 * 255;
            if (kind == 2) r = base + r % span;
            if (kind == 3) r = (uint32_t)(x * 9 + y * 3) + r % 4;
            samples[y][x] = (JSAMPLE)r;
        }
    }
}

static void check_forward(void) {
    for (uint32_t round = 0; round < ROUNDS; round++) {
        JSAMPLE samples[8][24];
        JSAMPROW rows[8];
        int scalar[64];
        int16_t simd[64], widened[64];
        random_samples(samples);
        for (int y = 0; y < 8; y++) rows[y] = samples[y];
        JDIMENSION column = random_bits() % 17;
        convsamp(rows, column, scalar);
        jsimd_convsamp(rows, column, simd);
        scalar_fdct_islow(scalar);
        jsimd_fdct_islow(simd);
        for (int i = 0; i < 64; i++) widened[i] = (int16_t)scalar[i];
        CHECK_BYTES(simd, widened, sizeof simd);
    }
}

/* Every divisor of 8-bit tables with every number there is. */
static void check_quantize(void) {
    static int scalar_divisors[64 * 4];
    static int16_t simd_divisors[64 * 4];
    for (int q = 1; q <= 255; q++) {
        for (int i = 0; i < 64; i++) {
            compute_reciprocal((UINT16)(q << 3), &scalar_divisors[i]);
            th_jpeg_reciprocal((uint16_t)(q << 3), &simd_divisors[i]);
        }
        for (int base = -16384; base <= 16384; base += 64) {
            int scalar[64];
            int16_t simd[64];
            JCOEF out[2][64];
            for (int i = 0; i < 64; i++) {
                scalar[i] = base + i < 16384 ? base + i : 16384;
                simd[i] = (int16_t)scalar[i];
            }
            quantize(out[0], scalar_divisors, scalar);
            jsimd_quantize(out[1], simd_divisors, simd);
            CHECK_BYTES(out[1], out[0], sizeof out[0]);
        }
    }
}

/* ---- Huffman ---- */

/* Any codes will do, as long as no size is above 16. */
static void random_codes(c_derived_tbl *table) {
    for (int i = 0; i < 256; i++) {
        uint32_t size = 1 + random_bits() % 16;
        table->ehufsi[i] = (char)size;
        table->ehufco[i] = random_bits() % 4 ? random_bits() & ((1u << size) - 1)
                                             : (1u << size) - 1;
    }
}

static void check_huffman(void) {
    static struct jpeg_compress_struct c;
    static struct jpeg_destination_mgr destination;
    static c_derived_tbl dc, ac;
    static JOCTET out[2][1024];
    working_state state[2];
    c.data_precision = 8;
    c.dest = &destination;
    memset(state, 0, sizeof state);
    state[0].cinfo = state[1].cinfo = &c;
    state[0].cur.free_bits = state[1].cur.free_bits = 64;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        JCOEF block[64];
        if (round % 100 == 0) {
            random_codes(&dc);
            random_codes(&ac);
        }
        random_block(block, 1023);
        int last = random_value(1023);
        state[0].next_output_byte = out[0];
        state[0].free_in_buffer = sizeof out[0];
        encode_one_block(&state[0], block, last, &dc, &ac);
        JOCTET *end = jsimd_huff_encode_one_block(&state[1], out[1], block, last, &dc, &ac);
        CHECK_EQ(end - out[1], state[0].next_output_byte - out[0]);
        CHECK_BYTES(out[1], out[0], (size_t)(state[0].next_output_byte - out[0]));
        CHECK_EQ(state[1].cur.free_bits, state[0].cur.free_bits);
        int used = 64 - state[0].cur.free_bits;
        uint64_t mask = used == 64 ? ~UINT64_C(0) : (UINT64_C(1) << used) - 1;
        CHECK_EQ(state[1].cur.put_buffer.c & mask, state[0].cur.put_buffer.c & mask);
    }
}

/* Blocks that are out of range are told apart and not counted further: that is an error of
 * the library's, which the scalar code cannot return from. */
static void check_counts(void) {
    static struct jpeg_compress_struct c;
    c.data_precision = 8;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        long counts[2][2][257] = {{{0}}};
        JCOEF block[64];
        random_block(block, 1023);
        int last = random_value(1023);
        htest_one_block(&c, block, last, counts[0][0], counts[0][1]);
        CHECK(th_jpeg_count_block(block, last, 10, counts[1][0], counts[1][1]));
        CHECK_BYTES(counts[1], counts[0], sizeof counts[0]);
        block[1 + random_bits() % 63] = 1024;
        CHECK(!th_jpeg_count_block(block, last, 10, counts[1][0], counts[1][1]));
        CHECK(!th_jpeg_count_block(block, block[0] - 2048, 10, counts[1][0], counts[1][1]));
    }
}

/* A kernel that is not offered is never called, and nothing but the time would tell. */
static void check_offered(void) {
    CHECK(jsimd_can_convsamp());
    CHECK(jsimd_can_fdct_islow());
    CHECK(jsimd_can_quantize());
    CHECK(jsimd_can_huff_encode_one_block());
    CHECK(jsimd_can_idct_islow());
    CHECK(jsimd_can_idct_4x4());
    CHECK(jsimd_can_idct_2x2());
}

int main(void) {
    check_offered();
    check_inverses();
    check_forward();
    check_quantize();
    check_huffman();
    check_counts();
    return check_done();
}
