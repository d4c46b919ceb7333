/* arguments.c - see arguments.h. */
#include "arguments.h"

#include <string.h>

#define AT(member) offsetof(struct cli_arguments, member)

static const struct flag {
    const char *name, *letter;
    bool has_value;
    size_t at; /* in the arguments: the text of its value, or the switch */
} flags[] = {
    {"--canon", "", false, AT(canon)},       {"--describe", "", false, AT(describe)},
    {"--expires", "", true, AT(expires)},    {"--force", "-f", false, AT(force)},
    {"--help", "-h", false, AT(help)},       {"--json", "", false, AT(json)},
    {"--keys", "", true, AT(keys)},          {"--limits", "", true, AT(limits)},
    {"--name", "-n", true, AT(name)},        {"--output", "-o", true, AT(output)},
    {"--progress", "", false, AT(progress)}, {"--result", "-r", true, AT(options)},
    {"--stats", "", false, AT(stats)},       {"--version", "", false, AT(version)},
};

/* The flag of that word, and in *value what stands behind its equals sign, if it has one. */
static const struct flag *find_flag(char *word, const char **value) {
    size_t bytes = strcspn(word, "=");
    *value = word[bytes] == '=' ? word + bytes + 1 : NULL;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        bool name = strlen(flags[i].name) == bytes && memcmp(flags[i].name, word, bytes) == 0;
        if (name || (!*value && strcmp(flags[i].letter, word) == 0)) return &flags[i];
    }
    return NULL;
}

static const char *set_text(struct cli_arguments *arguments, const struct flag *flag,
                            const char *value) {
    const char **text = (const char **)((char *)arguments + flag->at);
    if (flag->at == AT(options)) {
        if (arguments->option_count == CLI_OPTIONS_MAX) return "at most 32 times";
        text += arguments->option_count++;
    } else if (*text) {
        return "given more than once";
    }
    *text = value;
    return NULL;
}

/* argv[*at], which begins with a dash. */
static const char *read_flag(struct cli_arguments *arguments, char **argv, int *at) {
    const char *value;
    const struct flag *flag = find_flag(argv[*at], &value);
    if (!flag) return "no such flag";
    if (!flag->has_value) {
        if (value) return "takes no value";
        *((bool *)arguments + flag->at) = true;
        return NULL;
    }
    if (!value) value = argv[++*at];
    return value ? set_text(arguments, flag, value) : "needs a value";
}

const char *cli_arguments_read(struct cli_arguments *arguments, int argc, char **argv,
                               const char **word) {
    bool flags_end = false;
    *arguments = (struct cli_arguments){.file = argv + 1};
    for (int at = 1; at < argc; at++) {
        *word = argv[at];
        if (!flags_end && strcmp(argv[at], "--") == 0) {
            flags_end = true;
        } else if (!flags_end && argv[at][0] == '-' && argv[at][1] != '\0') {
            const char *fault = read_flag(arguments, argv, &at);
            if (fault) return fault;
        } else {
            arguments->file[arguments->file_count++] = argv[at];
        }
    }
    return NULL;
}
