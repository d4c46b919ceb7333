/* libpng.c - what libpng, the system's, makes of files, as a judge for tests/mutation:
 *
 *     libpng FILE...
 *
 * For each file a line on standard output, "OK WIDTH HEIGHT", behind which its pixels follow as
 * R G B A, 16-bit samples by their high bytes; or "NO " and what libpng complains of, a warning
 * being enough. Like most of its users it reads the rows and not what is behind them; zlib's
 * checksum, which nearly every change of the image data would spoil, is not looked at. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <png.h>

#define PIXELS_MAX (1u << 22)

/* Of the file at hand; static, because a longjmp passes it. */
static char complaint[256];
static uint8_t *pixels;
static uint32_t width, height;

static void warn(png_structp png, const char *message) {
    (void)png;
    if (complaint[0] == '\0') snprintf(complaint, sizeof complaint, "%s", message);
}

static void fail(png_structp png, const char *message) {
    warn(png, message);
    png_longjmp(png, 1);
}

static void to_rgba(png_structp png) {
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
}

static void read_pixels(png_structp png) {
    const int passes = png_set_interlace_handling(png);
    pixels = calloc(height, (size_t)width * 4);
    if (!pixels) png_error(png, "no memory");
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height; y++) {
            png_read_row(png, pixels + (size_t)y * width * 4, NULL);
        }
    }
}

static void read_file(png_structp png, png_infop info, FILE *file) {
    if (setjmp(png_jmpbuf(png))) return;
    png_init_io(png, file);
    png_read_info(png, info);
    width = png_get_image_width(png, info);
    height = png_get_image_height(png, info);
    if ((uint64_t)width * height > PIXELS_MAX) png_error(png, "too many pixels");
    to_rgba(png);
    read_pixels(png);
}

static bool take(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, warn);
    png_infop info = png_create_info_struct(png);
    png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    complaint[0] = '\0';
    read_file(png, info, file);
    if (complaint[0] != '\0') {
        printf("NO %s\n", complaint);
    } else {
        printf("OK %u %u\n", width, height);
        fwrite(pixels, (size_t)width * 4, height, stdout);
    }
    free(pixels);
    pixels = NULL;
    png_destroy_read_struct(&png, &info, NULL);
    return fclose(file) == 0;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!take(argv[i])) return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
