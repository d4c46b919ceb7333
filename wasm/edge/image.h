/* image.h - answering with an image made of the object. */
#ifndef EDGE_IMAGE_H
#define EDGE_IMAGE_H

#include "visit.h"

void edge_image_answer(struct edge_visit *v);

/* Answers for a job that failed: the original, or its status. */
void edge_image_fail(struct edge_visit *v, enum th_status status, const char *message);

#endif
