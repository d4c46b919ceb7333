/* decode.c - what our readers make of files, for tests/mutation to hold against others:
 *
 *     decode FILE...
 *
 * For each file a line on standard output, "OK LAYOUT WIDTH HEIGHT [WIDTH HEIGHT ..]" with the
 * layout's number and each plane's size, behind which the planes' bytes follow without gaps; or
 * the status's number and the message. */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "codec/codec.h"
#include "codec/sniff.h"
#include "fail.h"
#include "frame.h"
#include "work.h"

/* Larger pictures are not what this is for. */
#define PIXELS_MAX (1u << 22)

static bool read_whole(struct th_input *in, const char *path) {
    uint8_t chunk[65536];
    size_t bytes;
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    while ((bytes = fread(chunk, 1, sizeof chunk, file)) > 0) {
        uint8_t *room = th_input_reserve(in, bytes);
        if (!room) break;
        for (size_t i = 0; i < bytes; i++) room[i] = chunk[i];
        th_input_push(in, bytes);
    }
    in->closed = true;
    return fclose(file) == 0;
}

static enum th_status open_reader(struct th_input *in, struct th_reader **reader) {
    struct th_limits limits;
    enum th_format format;
    const char *what = "";
    th_limits_default(&limits);
    enum th_status status = th_sniff(th_input_data(in), th_input_ready(in), true, &format, &what);
    if (status != TH_OK) return th_fail(status, what);
    return th_codec_of(format)->open_reader(in, &limits, reader);
}

static enum th_status decode(struct th_reader *reader, struct frame *frame) {
    const struct th_header *h = &reader->header;
    TH_TRY(reader->read_header(reader));
    if ((uint64_t)h->width * h->height > PIXELS_MAX) {
        return th_fail(TH_TOO_LARGE, "image: more pixels than this program wants");
    }
    TH_TRY(reader->start(reader, TH_SCALE_FULL));
    enum th_status status = TH_OK;
    *frame = frame_collect(&reader->source, &status);
    return status == TH_DONE ? TH_OK : status;
}

static void print(enum th_status status, const struct frame *frame) {
    if (status != TH_OK) {
        printf("%d %s\n", (int)status, th_fail_message());
        return;
    }
    const struct th_shape *shape = &frame->shape;
    const uint32_t planes = th_layout_planes(shape->layout);
    printf("OK %d", (int)shape->layout);
    for (uint32_t p = 0; p < planes; p++) {
        printf(" %u %u", shape->plane[p].width, shape->plane[p].height);
    }
    putchar('\n');
    for (uint32_t p = 0; p < planes; p++) {
        fwrite(frame->data[p], frame_row_bytes(frame, p), shape->plane[p].height, stdout);
    }
}

static bool take(const char *path) {
    struct th_arena arena;
    struct th_input in = {.limit = TH_INPUT_BYTES_MAX};
    struct th_reader *reader = NULL;
    struct frame frame = {0};
    th_arena_init(&arena, TH_MEMORY_BYTES_MAX);
    struct th_arena *outer = th_arena_enter(&arena);
    th_work_begin(TH_WORK_MAX);
    th_fail_clear();
    const bool readable = read_whole(&in, path);
    if (readable) {
        enum th_status status = open_reader(&in, &reader);
        if (status == TH_OK) status = decode(reader, &frame);
        print(status, &frame);
    }
    frame_free(&frame);
    if (reader) reader->source.close(&reader->source);
    th_input_free(&in);
    th_arena_clear(&arena);
    th_arena_enter(outer);
    return readable;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!take(argv[i])) return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
