/* report.c - see report.h. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What has to be at hand before progress shows itself on a terminal. */
#define PROGRESS_RESULTS_MIN 2u

void cli_report_fault(const char *subject, const char *message) {
    fprintf(stderr, "thimble: %s%s%s\n", subject ? subject : "", subject ? ": " : "", message);
}

/* ---- progress ---- */

void cli_report_begin(struct cli_report *report, bool progress) {
    report->terminal = isatty(STDERR_FILENO);
    report->progress = progress || (report->terminal && report->expected >= PROGRESS_RESULTS_MIN);
}

/* On a terminal one line that is written over and over. */
void cli_report_progress(struct cli_report *report, const char *input) {
    if (!report->progress) return;
    fprintf(stderr, "%s%" PRIu64 " of %" PRIu64 ": %s%s", report->terminal ? "\r\033[K" : "",
            report->done + 1, report->expected, input, report->terminal ? "" : "\n");
    fflush(stderr);
}

static void clear_progress(const struct cli_report *report) {
    if (report->progress && report->terminal) fputs("\r\033[K", stderr);
}

/* ---- JSON lines ---- */

/* Bytes of the UTF-8 sequence at the start; 0: it is none. */
static size_t utf8_bytes(const char *text) {
    const uint8_t *at = (const uint8_t *)text;
    size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (at[0] > 0xf4) return 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
    }
    bool overlong = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xf0 && at[1] < 0x90);
    bool beyond = (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf4 && at[1] > 0x8f);
    return overlong || beyond ? 0 : bytes;
}

/* A file's name is any bytes: what is no UTF-8 becomes U+FFFD. */
static void print_string(const char *text) {
    putchar('"');
    while (*text != '\0') {
        size_t bytes = utf8_bytes(text);
        if (bytes == 0)
            fputs("\\ufffd", stdout);
        else if (bytes > 1)
            fwrite(text, 1, bytes, stdout);
        else if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((uint8_t)*text < 0x20 || *text == 0x7f)
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
        text += bytes > 0 ? bytes : 1;
    }
    putchar('"');
}

static void print_text(const char *key, const char *text) {
    printf(",\"%s\":", key);
    print_string(text);
}

static void print_number(const char *key, uint64_t value) {
    printf(",\"%s\":%" PRIu64, key, value);
}

static const char *status_name(int status) {
    static const char *const names[] = {"OK",        "BAD_OPTION", "UNSUPPORTED", "CORRUPT",
                                        "TRUNCATED", "TOO_LARGE",  "NO_MEMORY",   "MISUSE",
                                        "INTERNAL",  "FILE"};
    return names[-status];
}

static const char *format_name(enum th_format format) {
    static const char *const names[] = {"", "jpeg", "png", "webp", "json"};
    return names[format];
}

static void print_result(const struct cli_outcome *outcome) {
    const struct th_info *info = &outcome->info;
    if (outcome->output) print_text("output", outcome->output);
    if (outcome->metadata) {
        size_t bytes = strcspn(outcome->metadata, "\n"); /* it ends with one */
        printf(",\"metadata\":%.*s", (int)bytes, outcome->metadata);
        return;
    }
    print_text("format", format_name(info->out_format));
    print_number("width", info->out_width);
    print_number("height", info->out_height);
    print_number("bytes", outcome->output_bytes);
    printf(",\"from\":{\"format\":\"%s\"", format_name(info->in_format));
    print_number("width", info->in_width);
    print_number("height", info->in_height);
    print_number("bytes", outcome->input_bytes);
    putchar('}');
    print_number("memory", info->peak_memory_bytes);
    print_number("work", info->work);
}

static void print_json(const struct cli_outcome *outcome) {
    fputs("{\"input\":", stdout);
    print_string(outcome->input);
    print_text("options", outcome->options);
    print_text("status", status_name(outcome->status));
    if (outcome->status != TH_OK)
        print_text("message", outcome->message);
    else
        print_result(outcome);
    puts("}");
    fflush(stdout);
}

/* ---- outcomes ---- */

static void print_stats(const struct th_info *info) {
    fprintf(stderr, "in %ux%u out %ux%u peak memory %" PRIu64 " bytes work %" PRIu64 " units\n",
            info->in_width, info->in_height, info->out_width, info->out_height,
            info->peak_memory_bytes, info->work);
}

void cli_report_outcome(struct cli_report *report, const struct cli_outcome *outcome) {
    report->done++;
    if (outcome->status != TH_OK && report->failed++ == 0) report->first_status = outcome->status;
    if (report->json) print_json(outcome);
    clear_progress(report);
    if (outcome->status != TH_OK && !report->json) {
        char subject[512];
        snprintf(subject, sizeof subject, "%s (%s)", outcome->input, outcome->options);
        cli_report_fault(report->several ? subject : NULL, outcome->message);
    }
    if (outcome->status == TH_OK && report->stats) print_stats(&outcome->info);
}

int cli_report_end(const struct cli_report *report) {
    clear_progress(report);
    if (report->failed > 0 && report->expected > 1) {
        fprintf(stderr, "thimble: %" PRIu64 " of %" PRIu64 " failed\n", report->failed,
                report->expected);
    }
    return -report->first_status;
}
