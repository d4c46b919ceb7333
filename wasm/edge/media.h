/* media.h - media types: what the first bytes of a file prove, and what may be said of
 * files that are not images. */
#ifndef EDGE_MEDIA_H
#define EDGE_MEDIA_H

#include "thimble.h"

#define EDGE_MEDIA_HEAD_BYTES 32u /* enough to tell */

/* The image type that the first bytes prove, or NULL. Neither a name nor what the origin
 * says makes thimble call an original an image. */
const char *edge_media_of(const uint8_t *head, size_t bytes);
const char *edge_media_of_format(enum th_format format);

/* No browser finds scripts to run in files of that type; all else is treated as a page. */
bool edge_media_is_inert(const char *type);
/* The type an original is served with after its bytes turned out not to be an image: never
 * one of an image, whatever the origin says. SVG is left, sandboxed as all that is not inert. */
const char *edge_media_passed(const char *type);

#endif
