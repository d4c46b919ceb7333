/* huffman_decode_mcu.h - the decoding loop of huffman_decode.h; included by jdhuff.c where
 * its private types are known. */

#define TH_INLINE static inline __attribute__((always_inline))

/* Byte offsets in a block of the zigzag's coefficients; a damaged file may run over by 15. */
static const uint8_t th_place[DCTSIZE2 + 16] = {
    0,   2,   16,  32,  18,  4,   6,   20,  34,  48,  64,  50,  36,  22,  8,   10,
    24,  38,  52,  66,  80,  96,  82,  68,  54,  40,  26,  12,  14,  28,  42,  56,
    70,  84,  98,  112, 114, 100, 86,  72,  58,  44,  30,  46,  60,  74,  88,  102,
    116, 118, 104, 90,  76,  62,  78,  92,  106, 120, 122, 108, 94,  110, 124, 126,
    126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126, 126,
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define TH_BIG_ENDIAN(x) __builtin_bswap64(x)
#else
#define TH_BIG_ENDIAN(x) (x)
#endif

typedef struct {
    uint64_t bits;
    const JOCTET *at, *end;
    int count; /* below zero: so many bits were used that are not there */
} th_bits;

/* Byte by byte, until 56 bits, a marker or the end of the input. */
static __attribute__((noinline)) void th_refill_bytes(th_bits *b) {
    while (b->count >= 0 && b->count < 56 && b->at < b->end) {
        uint64_t byte = b->at[0];
        if (byte == 255) {
            if (b->end - b->at < 2 || b->at[1] != 0) return;
            b->at++;
        }
        b->at++;
        b->bits |= byte << (56 - b->count);
        b->count += 8;
    }
}

/* At least 56 bits, if the input has them. Without a condition on how many there are:
 * it would be mispredicted too often. */
TH_INLINE void th_refill(th_bits *b) {
    uint64_t next;
    if (b->end - b->at >= 8 && b->count >= 0) {
        memcpy(&next, b->at, 8);
        /* No byte is 255, that is, none carries when 1 is added and had its top bit set? */
        if (!(next & 0x8080808080808080 & ~(next + 0x0101010101010101))) {
            b->bits |= TH_BIG_ENDIAN(next) >> b->count;
            b->at += (63 - b->count) >> 3;
            b->count |= 56;
            return;
        }
    }
    th_bits slow = *b;
    th_refill_bytes(&slow);
    *b = slow;
}

TH_INLINE void th_take(th_bits *b, uint32_t bits) {
    b->bits <<= bits & 63;
    b->count -= (int)(bits & 63);
}

/* The symbol of an entry that is special. 31 bits are there; -1 when no code matches. */
TH_INLINE int th_symbol(th_bits *b, const d_derived_tbl *table, uint32_t entry) {
    if (entry & 63) {
        th_take(b, entry);
        return (int)(entry >> 16 & 255);
    }
    for (uint32_t length = TH_LOOK + 1; length <= 16; length++) {
        JLONG code = (JLONG)(b->bits >> (64 - length));
        if (code <= table->maxcode[length]) {
            th_take(b, length);
            return table->pub->huffval[(code + table->valoffset[length]) & 255];
        }
    }
    return -1;
}

TH_INLINE int th_value(th_bits *b, int size) {
    int value = th_extend((uint32_t)(b->bits >> (64 - size)), size);
    th_take(b, (uint32_t)size);
    return value;
}

TH_INLINE uint32_t th_next(const th_bits *b) {
    return (uint32_t)(b->bits >> (64 - TH_LOOK));
}

/* The difference of the mean; TH_BAD when no code matches. Leaves 46 bits, if the input has
 * them. */
#define TH_BAD (-0x10000)
TH_INLINE int th_difference(th_bits *b, const d_derived_tbl *table) {
    th_refill(b);
    uint32_t entry = table->fast.entry[th_next(b)].one;
    if (!(entry & TH_SPECIAL)) {
        th_take(b, entry);
        return (int32_t)entry >> 16;
    }
    int size = th_symbol(b, table, entry);
    if (size < 0) return TH_BAD;
    int difference = size == 0 ? 0 : th_value(b, size);
    th_refill(b);
    return difference;
}

_Static_assert(4 * TH_SKIP_LOOK <= 56 - TH_LOOK && TH_LOOK <= TH_SKIP_LOOK,
               "four look-ups behind a difference and behind each refill");

/* The other coefficients. FALSE when a code is none. */
TH_INLINE boolean th_coefficients(th_bits *b, const d_derived_tbl *table, JCOEF *block) {
    const th_entry *look = table->fast.entry;
    const uint8_t *place = th_place, *last = th_place + DCTSIZE2 - 1, *then;
    uint32_t one, two;
    int value;
#define TH_STORE(place, value) *(JCOEF *)((char *)block + *(place)) = (JCOEF)(value)
#define TH_STEP                                                                                    \
    one = look[th_next(b)].one;                                                                    \
    two = look[th_next(b)].two;                                                                    \
    if (one & TH_SPECIAL) goto special;                                                            \
    then = place + (two & 255);                                                                    \
    if (then >= last) goto careful;                                                                \
    th_take(b, one);                                                                               \
    TH_STORE(place + (one >> 8 & 255), (int32_t)one >> 16);                                        \
    TH_STORE(then, (int32_t)two >> 16);                                                            \
    place = then;
    for (;; th_refill(b)) {
        TH_STEP TH_STEP TH_STEP TH_STEP continue;
    careful: /* the first may be the last of the block */
        th_take(b, two >> 8);
        place += one >> 8 & 255;
        value = (int32_t)one >> 16;
        TH_STORE(place, value);
        if (place >= last) return TRUE;
        continue;
    special:
        if ((one & 63) && !(one >> 16 & 15)) {
            th_take(b, one);
            return TRUE;
        }
        th_refill(b);
        int symbol = th_symbol(b, table, one);
        if (symbol < 0) return FALSE;
        place += (symbol >> 4) + 1;
        value = 0;
        if (symbol & 15)
            value = th_value(b, symbol & 15);
        else if (symbol >> 4 != 15)
            return TRUE;
        TH_STORE(place, value);
        if (place >= last) return TRUE;
    }
}

/* The same when nobody wants them. */
TH_INLINE boolean th_skip(th_bits *b, const d_derived_tbl *table) {
    const uint32_t *look = table->fast.skip;
    uint32_t k = 0, skip, move;
#define TH_SKIP_STEP                                                                               \
    skip = look[b->bits >> (64 - TH_SKIP_LOOK)];                                                   \
    move = skip >> 8 & 127;                                                                        \
    if ((skip & TH_SPECIAL) || k + move >= DCTSIZE2 - 1) goto careful;                             \
    th_take(b, skip);                                                                              \
    if (skip & TH_END << 8) return TRUE;                                                           \
    k += move;
    for (;; th_refill(b)) {
        TH_SKIP_STEP TH_SKIP_STEP TH_SKIP_STEP TH_SKIP_STEP continue;
    careful: /* only the first is sure to be of this block */
        th_refill(b);
        th_entry entry = table->fast.entry[th_next(b)];
        if (!(entry.one & TH_SPECIAL)) {
            th_take(b, th_first_bits(entry));
            k += entry.one >> 8 & 255;
        } else {
            int symbol = th_symbol(b, table, entry.one);
            if (symbol < 0) return FALSE;
            if ((symbol & 15) == 0 && symbol >> 4 != 15) return TRUE;
            th_take(b, symbol & 15);
            k += (uint32_t)(symbol >> 4) + 1;
        }
        if (k >= DCTSIZE2 - 1) return TRUE;
    }
}

/* Decodes one MCU, or changes nothing but coefficients and returns FALSE. */
LOCAL(boolean)
th_try_mcu(j_decompress_ptr cinfo, JBLOCKROW *MCU_data) {
    huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
    savable_state state = entropy->saved;
    struct jpeg_source_mgr *src = cinfo->src;
    int left = entropy->bitstate.bits_left;
    if (left > 63) return FALSE;
    th_bits b = {left ? (uint64_t)entropy->bitstate.get_buffer << (64 - left) : 0,
                 src->next_input_byte, src->next_input_byte + src->bytes_in_buffer, left};
    for (int i = 0; i < cinfo->blocks_in_MCU; i++) {
        int difference = th_difference(&b, entropy->dc_cur_tbls[i]);
        if (difference == TH_BAD) return FALSE;
        if (entropy->dc_needed[i]) {
            int *last = &state.last_dc_val[cinfo->MCU_membership[i]];
            *last = (int)((unsigned)*last + (unsigned)difference);
            MCU_data[i][0][0] = (JCOEF)*last;
        }
        boolean good = entropy->ac_needed[i]
                           ? th_coefficients(&b, entropy->ac_cur_tbls[i], MCU_data[i][0])
                           : th_skip(&b, entropy->ac_cur_tbls[i]);
        if (!good) return FALSE;
    }
    if (b.count < 0) return FALSE;
    src->next_input_byte = b.at;
    src->bytes_in_buffer = (size_t)(b.end - b.at);
    entropy->bitstate.get_buffer = b.count ? (bit_buf_type)(b.bits >> (64 - b.count)) : 0;
    entropy->bitstate.bits_left = b.count;
    entropy->saved = state;
    return TRUE;
}

/* Decodes one MCU or changes nothing and returns FALSE. */
LOCAL(boolean)
th_decode_mcu(j_decompress_ptr cinfo, JBLOCKROW *MCU_data) {
    if (th_try_mcu(cinfo, MCU_data)) return TRUE;
    for (int i = 0; i < cinfo->blocks_in_MCU; i++) memset(MCU_data[i], 0, sizeof(JBLOCK));
    return FALSE;
}
