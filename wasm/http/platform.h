/* platform.h - a wasi:http host as a host of the service (edge/host.h): its handles, and the
 * files that know what to do with them. */
#ifndef HTTP_PLATFORM_H
#define HTTP_PLATFORM_H

#include "edge/host.h"
#include "edge/request.h"
#include "wasi.h"

struct platform {
    uint32_t request_fields;             /* the client's headers */
    uint32_t outparam;                   /* where the response goes */
    uint32_t client_body, client_stream; /* what is being sent */
    uint32_t answer, origin_body, origin_stream; /* what is being read */
    uint32_t stall_ms;
};

/* client.c */
const char *platform_method(uint32_t request);
char *platform_target(uint32_t request); /* static; NULL: longer than EDGE_URL_BYTES_MAX */
bool platform_request_header(void *self, const char *name, char *to, size_t room);
bool platform_send_head(void *self, const struct edge_head *head);
bool platform_send(void *self, const void *data, size_t bytes);
void platform_finish(void *self, bool whole);

/* origin.c */
enum edge_arrival platform_fetch(void *self, const struct edge_fetch *fetch, uint32_t *status);
bool platform_answer_header(void *self, const char *name, char *to, size_t room);
enum edge_arrival platform_read(void *self, uint8_t *to, size_t room, size_t *bytes);
void platform_drop(void *self);

/* settings.c */
enum edge_setting platform_setting(void *self, const char *name, char *value, size_t room);

/* fields.c: all values of a header, joined by commas. False, and "": none, or no room. */
bool platform_header(uint32_t fields, const char *name, char *to, size_t room);
/* False when the host refuses it. */
bool platform_add_header(uint32_t fields, const char *name, const char *value);

/* main.c: writes all of it; false when that is no longer possible. */
bool platform_write(uint32_t stream, const void *data, size_t bytes);

#endif
