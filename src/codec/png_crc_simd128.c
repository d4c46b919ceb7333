/* png_crc_simd128.c - png_crc.c for Wasm simd128, equal in every bit, without tables but for
 * the last hundred bytes.
 *
 * A CRC is the remainder of the bytes, taken as a polynomial over GF(2), by the CRC-32
 * polynomial P. P divides x^300 + x^155 + x^117 + x^89 + 1 (found by search: none with
 * five terms is shorter), hence also the same in x^8, for squaring is linear there. So a byte
 * may be left out when it is added (exclusive or) to those 145, 183, 211 and 300 places behind
 * it: the remainder stays. All bytes but the last 300 are left out that way, sixteen at a
 * time; all of these but the last 109 by a shorter multiple of P, x^109 + x^72 + x^60 + x^49 +
 * x^47 + x^34 + x^29 + 1 (found by search too); what has gathered in the rest goes
 * through zlib's tables. */
#include "png_crc.h"

#if defined(__wasm_simd128__) && !defined(TH_SCALAR)

#include <string.h>
#include <wasm_simd128.h>

#include "zlib.h"

#define REACH 300u        /* bytes behind a byte that it is added to at most */
#define NEAR_REACH 109u   /* the same by the shorter multiple */
#define ROOM_REACH 304u   /* REACH in whole vectors */
#define PIECE_BYTES 2048u /* left out between two moves */
#define BYTES_MIN 1200u   /* fewer are faster by tables alone */

/* Bytes left out, as they were when everything before them had been added: the last
 * ROOM_REACH of before, then those of now. */
typedef uint8_t left_out[ROOM_REACH + PIECE_BYTES];

/* What has to be added to the sixteen bytes whose place is `p`. */
static inline v128_t gathered(const uint8_t *p) {
    return wasm_v128_xor(wasm_v128_xor(wasm_v128_load(p - 300), wasm_v128_load(p - 211)),
                         wasm_v128_xor(wasm_v128_load(p - 183), wasm_v128_load(p - 145)));
}

/* Leaves out `bytes`, a multiple of 16 and at most PIECE_BYTES. */
static void leave_out(left_out out, const uint8_t *data, size_t bytes) {
    uint8_t *now = out + ROOM_REACH;
    for (size_t i = 0; i < bytes; i += 16)
        wasm_v128_store(now + i, wasm_v128_xor(wasm_v128_load(data + i), gathered(now + i)));
    memmove(out, out + bytes, ROOM_REACH);
}

/* The first sixteen bytes, with the CRC so far added to the first four. */
static void begin(left_out out, const uint8_t *data, uint32_t crc) {
    const v128_t start = wasm_i32x4_replace_lane(wasm_i32x4_const_splat(0), 0, (int32_t)~crc);
    uint8_t first[16];
    memset(out, 0, ROOM_REACH);
    wasm_v128_store(first, wasm_v128_xor(wasm_v128_load(data), start));
    leave_out(out, first, sizeof first);
}

/* Leaves out sixteen bytes by the shorter multiple. */
static inline void leave_out_near(uint8_t *p) {
    static const uint8_t reach[7] = {37, 49, 60, 62, 75, 80, NEAR_REACH};
    const v128_t bytes = wasm_v128_load(p);
    for (size_t i = 0; i < 7; i++)
        wasm_v128_store(p + reach[i], wasm_v128_xor(wasm_v128_load(p + reach[i]), bytes));
}

/* The CRC of the bytes that stay: REACH of them and up to fifteen more. */
static uint32_t finish(left_out out, const uint8_t *data, size_t bytes) {
    uint8_t last[ROOM_REACH + 16], *now = out + ROOM_REACH;
    memcpy(last, data, bytes);
    memset(now, 0, ROOM_REACH); /* nothing here is left out */
    for (size_t i = 0; i < ROOM_REACH; i += 16)
        wasm_v128_store(last + i, wasm_v128_xor(wasm_v128_load(last + i), gathered(now + i)));
    const size_t stop = (bytes - NEAR_REACH) & ~(size_t)15;
    for (size_t i = 0; i < stop; i += 16) leave_out_near(last + i);
    /* The complement of UINT32_MAX is zlib's zero. */
    return (uint32_t)crc32(UINT32_MAX, last + stop, (uInt)(bytes - stop));
}

uint32_t th_png_crc(uint32_t crc, const uint8_t *data, size_t bytes) {
    if (bytes == 0) return crc; /* zlib has another answer where `data` is NULL */
    if (bytes < BYTES_MIN) return (uint32_t)crc32(crc, data, (uInt)bytes);
    left_out out;
    const size_t stop = (bytes - REACH) & ~(size_t)15;
    begin(out, data, crc);
    for (size_t at = 16, part; at < stop; at += part) {
        part = stop - at < PIECE_BYTES ? stop - at : PIECE_BYTES;
        leave_out(out, data + at, part);
    }
    return finish(out, data + stop, bytes - stop);
}

#endif
