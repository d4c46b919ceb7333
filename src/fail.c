/* fail.c - see fail.h. */
#include "fail.h"

#include <string.h>

#include "arena.h"
#include "per_thread.h"

TH_PER_THREAD char text[TH_MESSAGE_BYTES_MAX];

enum th_status th_fail(enum th_status status, const char *message) {
    if (text[0] != '\0') return status;
    size_t bytes = strlen(message);
    if (bytes >= sizeof text) bytes = sizeof text - 1;
    memcpy(text, message, bytes);
    text[bytes] = '\0';
    return status;
}

enum th_status th_fail_memory(void) {
    if (th_arena_limit_hit()) {
        return th_fail(TH_TOO_LARGE, "job: needs more memory than the limit (memory)");
    }
    return th_fail(TH_NO_MEMORY, "job: no memory");
}

const char *th_fail_message(void) {
    return text;
}

void th_fail_clear(void) {
    text[0] = '\0';
}
