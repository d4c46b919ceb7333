/* rows.c - see rows.h. */
#include "rows.h"

uint32_t th_layout_planes(enum th_layout layout) {
    switch (layout) {
    case TH_LAYOUT_YCC: return 3;
    case TH_LAYOUT_YCCA: return 4;
    case TH_LAYOUT_GRAY:
    case TH_LAYOUT_RGBX:
    case TH_LAYOUT_RGBA:
    case TH_LAYOUT_RGBA_PRE: break;
    }
    return 1;
}

uint32_t th_layout_pixel_bytes(enum th_layout layout) {
    switch (layout) {
    case TH_LAYOUT_RGBX:
    case TH_LAYOUT_RGBA: return 4;
    case TH_LAYOUT_RGBA_PRE: return 8;
    case TH_LAYOUT_GRAY:
    case TH_LAYOUT_YCC:
    case TH_LAYOUT_YCCA: break;
    }
    return 1;
}
