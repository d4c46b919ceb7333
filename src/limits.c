/* limits.c - the limits of a job, and the text a host sets them with. */
#include <string.h>

#include "text.h"
#include "thimble.h"

static const struct th_limits built_in = {
    .pixels_max = TH_PIXELS_MAX,
    .memory_bytes_max = TH_MEMORY_BYTES_MAX,
    .input_bytes_max = TH_INPUT_BYTES_MAX,
    .work_max = TH_WORK_MAX,
    .side_max = TH_OUT_SIDE_MAX,
};

void th_limits_default(struct th_limits *limits) {
    *limits = built_in;
}

enum { PIXELS, MEMORY, INPUT, SIDE, WORK, LIMIT_COUNT };

static const struct {
    const char *key;
    const char *message; /* key and what is wanted */
} table[LIMIT_COUNT] = {
    [PIXELS] = {"pixels", "pixels: a whole number from 1"},
    [MEMORY] = {"memory", "memory: a whole number of bytes from 1"},
    [INPUT] = {"input", "input: a whole number of bytes from 1"},
    [SIDE] = {"side", "side: a whole number of pixels from 1"},
    [WORK] = {"work", "work: a whole number of units from 1"},
};

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* One `key=value` into value[], where 0 means not given yet. */
static enum th_status read_pair(uint64_t value[LIMIT_COUNT], const char *text, size_t bytes,
                                const char **message) {
    const char *equals = bytes > 0 ? memchr(text, '=', bytes) : NULL;
    size_t key_bytes = equals ? (size_t)(equals - text) : bytes;
    uint32_t i = 0;
    while (i < LIMIT_COUNT && !th_text_equal(text, key_bytes, table[i].key)) i++;
    if (i == LIMIT_COUNT) {
        *message = "limits: the keys are pixels, memory, input, side, work";
        return TH_BAD_OPTION;
    }
    *message = table[i].message;
    if (!equals || value[i] != 0) return TH_BAD_OPTION;
    if (!th_text_decimal(equals + 1, bytes - key_bytes - 1, &value[i])) return TH_BAD_OPTION;
    return value[i] == 0 ? TH_BAD_OPTION : TH_OK;
}

enum th_status th_limits_parse(struct th_limits *limits, const char *text, size_t text_bytes,
                               const char **message) {
    uint64_t value[LIMIT_COUNT] = {0};
    for (size_t at = 0; at < text_bytes;) {
        const char *amp = memchr(text + at, '&', text_bytes - at);
        size_t bytes = amp ? (size_t)(amp - text) - at : text_bytes - at;
        TH_TRY(read_pair(value, text + at, bytes, message));
        at += bytes + 1;
    }
    for (uint32_t i = 0; i < LIMIT_COUNT; i++) {
        if (value[i] == 0) value[i] = UINT64_MAX;
    }
    limits->pixels_max = least(limits->pixels_max, value[PIXELS]);
    limits->memory_bytes_max = least(limits->memory_bytes_max, value[MEMORY]);
    limits->input_bytes_max = least(limits->input_bytes_max, value[INPUT]);
    limits->side_max = (uint32_t)least(limits->side_max, value[SIDE]);
    limits->work_max = least(limits->work_max, value[WORK]);
    *message = "";
    return TH_OK;
}
