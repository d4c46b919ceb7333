/* settings.c - where the configuration is: the environment (wasi:cli/environment). */
#include <stdlib.h>
#include <string.h>

#include "platform.h"
#include "text.h"

enum edge_setting platform_setting(void *self, const char *name, char *value, size_t room) {
    static struct wasi_list variables;
    static bool asked;
    (void)self;
    if (!asked) wasi_environment(&variables);
    asked = true;
    const struct wasi_variable *variable = variables.data;
    value[0] = '\0';
    for (size_t i = 0; i < variables.count; i++) {
        if (!th_text_equal(variable[i].name.data, variable[i].name.count, name)) continue;
        if (variable[i].value.count >= room) return EDGE_SETTING_TOO_LONG;
        if (variable[i].value.count > 0) {
            memcpy(value, variable[i].value.data, variable[i].value.count);
        }
        value[variable[i].value.count] = '\0';
        return EDGE_SETTING_FOUND;
    }
    return EDGE_SETTING_NONE;
}
