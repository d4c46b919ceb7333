/* main.c - the command: which of its works is asked for.
 *
 *     thimble 'w=200&h=150&f=webp&q=90' < in.png > out.webp
 *
 * The same source is the native program and the WASI command. Exit code: minus the status
 * of thimble.h, or 9 for files. */
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "help.h"
#include "report.h"
#include "sign.h"
#include "thimble.h"

static int print(const char *text) {
    return fputs(text, stdout) < 0 || fflush(stdout) != 0 ? -CLI_FILE_FAULT : 0;
}

static int refuse_usage(void) {
    fputs(cli_usage, stderr);
    return -TH_BAD_OPTION;
}

static int canonical(char **word, size_t count) {
    char text[TH_CANON_BYTES_MAX + 1];
    size_t bytes = 0;
    if (count != 1 && count != 2) return refuse_usage();
    const char *accept = count == 2 ? word[1] : "";
    enum th_status status = th_canon(word[0], strlen(word[0]), accept, strlen(accept), text,
                                     sizeof text - 1, &bytes);
    text[bytes] = '\0';
    if (status == TH_OK) return puts(text) < 0;
    cli_report_fault(NULL, text);
    return -(int)status;
}

int main(int argc, char **argv) {
    struct cli_arguments arguments;
    const char *word = NULL;
    const char *fault = cli_arguments_read(&arguments, argc, argv, &word);
    if (fault) {
        cli_report_fault(word, fault);
        return refuse_usage();
    }
    if (arguments.help) return print(cli_help);
    if (arguments.version) return print("thimble " CLI_VERSION "\n");
    if (arguments.describe) return print(th_describe()) || print("\n");
    if (arguments.canon) return canonical(arguments.file, arguments.file_count);
    if (arguments.option_count == 0) {
        if (arguments.file_count == 0) return refuse_usage();
        if (strcmp(arguments.file[0], "sign") == 0) {
            if (arguments.file_count != 2) return refuse_usage();
            return cli_sign(arguments.file[1], arguments.expires, arguments.keys);
        }
        arguments.options[arguments.option_count++] = *arguments.file++;
        arguments.file_count--;
    }
    return cli_batch_run(&arguments);
}
