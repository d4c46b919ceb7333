/* colour_weights.c - the constants of colour_rows.h, for both twins. */
#include "colour_rows.h"

const struct th_ycc_weights th_ycc_weights[2] = {
    {{9798, 19235, 3735}, {-5529, -10855, 16384}, {16384, -13720, -2664}, 0},
    {{8415, 16519, 3208}, {-4857, -9535, 14392}, {14392, -12052, -2340}, 16},
};

const struct th_rgb_weights th_rgb_weights[2] = {
    {8192, 11485, 2819, 5850, 14516, 0},
    {9539, 13075, 3209, 6660, 16525, 16},
};

const struct th_range_map th_range_maps[2][2] = {
    {{16, 0, 19077}, {128, 128, 18651}}, /* 255/219, 255/224 */
    {{0, 16, 14071}, {128, 128, 14392}}, /* 219/255, 224/255 */
};
