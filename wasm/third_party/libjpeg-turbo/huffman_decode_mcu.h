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

typedef struct {
    uint64_t bits;
    const JOCTET *at, *end;
} th_bits;

/* How many bits there are, if any. */
TH_INLINE int th_count(uint64_t bits) {
    return 63 - __builtin_ctzll(bits);
}

/* Byte by byte, until 56 bits, a marker or the end of the input. */
static __attribute__((noinline)) void th_refill_bytes(th_bits *b) {
    if (b->bits == 0) return;
    while (th_count(b->bits) < 56 && b->at < b->end) {
        uint64_t byte = b->at[0];
        if (byte == 255) {
            if (b->end - b->at < 2 || b->at[1] != 0) return;
            b->at++;
        }
        b->at++;
        int count = th_count(b->bits);
        b->bits = (b->bits & (b->bits - 1)) | (byte << 56 | (uint64_t)1 << 55) >> count;
    }
}

/* At least 32 bits, if the input has them. */
TH_INLINE void th_refill(th_bits *b) {
    if ((uint32_t)b->bits) return;
    if (b->end - b->at >= 4 && b->bits) {
        uint32_t next = (uint32_t)b->at[0] << 24 | (uint32_t)b->at[1] << 16 |
                        (uint32_t)b->at[2] << 8 | b->at[3];
        /* No byte is 255, that is, none carries when 1 is added and had its top bit set? */
        if (!(next & 0x80808080 & ~(next + 0x01010101))) {
            uint64_t more = (uint64_t)next << 32 | (uint64_t)1 << 31;
            b->bits = (b->bits & (b->bits - 1)) | more >> th_count(b->bits);
            b->at += 4;
            return;
        }
    }
    th_bits slow = *b;
    th_refill_bytes(&slow);
    *b = slow;
}

/* The symbol of an entry that is special. 31 bits are there; -1 when no code matches. */
TH_INLINE int th_symbol(th_bits *b, const d_derived_tbl *table, uint32_t entry) {
    if (entry & 63) {
        b->bits <<= entry & 63;
        return (int)(entry >> 16 & 255);
    }
    for (uint32_t length = TH_LOOK + 1; length <= 16; length++) {
        JLONG code = (JLONG)(b->bits >> (64 - length));
        if (code <= table->maxcode[length]) {
            b->bits <<= length;
            return table->pub->huffval[(code + table->valoffset[length]) & 255];
        }
    }
    return -1;
}

TH_INLINE int th_value(th_bits *b, int size) {
    int value = th_extend((uint32_t)(b->bits >> (64 - size)), size);
    b->bits <<= size;
    return value;
}

TH_INLINE uint32_t th_look(const uint32_t *table, const th_bits *b) {
    return table[b->bits >> (64 - TH_LOOK)];
}

/* The difference of the mean; TH_BAD when no code matches. */
#define TH_BAD (-0x10000)
TH_INLINE int th_difference(th_bits *b, const d_derived_tbl *table) {
    th_refill(b);
    uint32_t entry = th_look(table->fast.entry, b);
    if (!(entry & TH_SPECIAL)) {
        b->bits <<= entry & 63;
        return (int32_t)entry >> 16;
    }
    int size = th_symbol(b, table, entry);
    if (size < 0) return TH_BAD;
    return size == 0 ? 0 : th_value(b, size);
}

_Static_assert(3 * TH_LOOK <= 32, "three look-ups a refill");

/* The other coefficients. FALSE when a code is none. After a refill there are 32 bits:
 * enough for three entries that are not special. */
TH_INLINE boolean th_coefficients(th_bits *b, const d_derived_tbl *table, JCOEF *block) {
    const uint32_t *look = table->fast.entry;
    const uint8_t *place = th_place, *last = th_place + DCTSIZE2 - 1;
    uint32_t entry;
    int value;
#define TH_STORE(value)                                                                            \
    *(JCOEF *)((char *)block + *place) = (JCOEF)(value);                                           \
    if (place >= last) return TRUE;
#define TH_STEP                                                                                    \
    entry = th_look(look, b);                                                                      \
    if (entry & TH_SPECIAL) goto special;                                                          \
    b->bits <<= entry & 63;                                                                        \
    place += entry >> 8 & 255;                                                                     \
    TH_STORE((int32_t)entry >> 16)
    for (;;) {
        th_refill(b);
        TH_STEP
        TH_STEP
        TH_STEP
        continue;
    special:
        th_refill(b);
        int symbol = th_symbol(b, table, entry);
        if (symbol < 0) return FALSE;
        place += (symbol >> 4) + 1;
        value = 0;
        if (symbol & 15)
            value = th_value(b, symbol & 15);
        else if (symbol >> 4 != 15)
            return TRUE;
        TH_STORE(value)
    }
}

/* The same when nobody wants them. */
TH_INLINE boolean th_skip(th_bits *b, const d_derived_tbl *table) {
    for (uint32_t k = 0; k < DCTSIZE2 - 1;) {
        th_refill(b);
        uint32_t entry = th_look(table->fast.skip, b);
        uint32_t move = entry >> 8 & 127;
        /* Only the last of several symbols may end the block. */
        if (k + move >= DCTSIZE2 - 1) {
            entry = th_look(table->fast.entry, b);
            move = entry >> 8 & 127;
        }
        if (entry & TH_SPECIAL) {
            int symbol = th_symbol(b, table, entry);
            if (symbol < 0) return FALSE;
            if ((symbol & 15) == 0 && symbol >> 4 != 15) return TRUE;
            b->bits <<= symbol & 15;
            k += (uint32_t)(symbol >> 4) + 1;
            continue;
        }
        b->bits <<= entry & 63;
        if (entry & TH_END << 8) return TRUE;
        k += move;
    }
    return TRUE;
}

/* Decodes one MCU, or changes nothing but coefficients and returns FALSE. */
LOCAL(boolean)
th_try_mcu(j_decompress_ptr cinfo, JBLOCKROW *MCU_data) {
    huff_entropy_ptr entropy = (huff_entropy_ptr)cinfo->entropy;
    savable_state state = entropy->saved;
    struct jpeg_source_mgr *src = cinfo->src;
    int left = entropy->bitstate.bits_left;
    if (left > 63) return FALSE;
    th_bits b = {((uint64_t)entropy->bitstate.get_buffer << 1 | 1) << (63 - left),
                 src->next_input_byte, src->next_input_byte + src->bytes_in_buffer};
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
    if (b.bits == 0) return FALSE;
    left = th_count(b.bits);
    src->next_input_byte = b.at;
    src->bytes_in_buffer = (size_t)(b.end - b.at);
    entropy->bitstate.get_buffer = left ? (bit_buf_type)(b.bits >> (64 - left)) : 0;
    entropy->bitstate.bits_left = left;
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
