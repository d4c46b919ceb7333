/* settings.c - where the configuration is: a config store called thimble, or an edge
 * dictionary of that name, which is what older services have; and for secrets a secret store
 * of that name, which is asked first. */
#include <string.h>

#include "platform.h"

static const char store_name[] = PLATFORM_NAME;

/* Only these are secrets; every look into that store costs time. */
static bool is_secret(const char *name) {
    return strcmp(name, "PURGE_TOKEN") == 0 || strcmp(name, "SIGNING_KEYS") == 0;
}

static bool find_secret(const char *name, char *value, size_t room, size_t *bytes) {
    uint32_t store, secret;
    return is_secret(name) &&
           fastly_secrets_open(store_name, sizeof store_name - 1, &store) == FASTLY_OK &&
           fastly_secret_get(store, name, strlen(name), &secret) == FASTLY_OK &&
           fastly_secret_text(secret, value, room, bytes) == FASTLY_OK;
}

/* The status of asking the config store, or where there is none, the dictionary. */
static int find_setting(const char *name, char *value, size_t room, size_t *bytes) {
    static uint32_t store = FASTLY_NO_HANDLE, dictionary = FASTLY_NO_HANDLE;
    static bool opened;
    size_t name_bytes = strlen(name);
    if (!opened && fastly_config_open(store_name, sizeof store_name - 1, &store) != FASTLY_OK) {
        store = FASTLY_NO_HANDLE;
        fastly_dictionary_open(store_name, sizeof store_name - 1, &dictionary);
    }
    opened = true;
    if (store != FASTLY_NO_HANDLE) {
        return fastly_config_get(store, name, name_bytes, value, room, bytes);
    }
    return fastly_dictionary_get(dictionary, name, name_bytes, value, room, bytes);
}

enum edge_setting platform_setting(void *self, const char *name, char *value, size_t room) {
    size_t bytes = 0;
    (void)self;
    value[0] = '\0';
    if (!find_secret(name, value, room - 1, &bytes)) {
        int status = find_setting(name, value, room - 1, &bytes);
        if (status != FASTLY_OK)
            return bytes > room - 1 ? EDGE_SETTING_TOO_LONG : EDGE_SETTING_NONE;
    }
    value[bytes < room ? bytes : 0] = '\0';
    return EDGE_SETTING_FOUND;
}
