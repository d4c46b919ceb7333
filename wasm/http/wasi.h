/* wasi.h - the functions of WASI 0.2 that thimble uses, as the canonical ABI passes them:
 * handles are numbers; a result that does not fit a register is written behind the last
 * pointer; texts and lists in it come from cabi_realloc (main.c) and are the caller's.
 * Version 0.2.0 is asked for, which every later 0.2 host has. */
#ifndef HTTP_WASI_H
#define HTTP_WASI_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WASI_NO_HANDLE UINT32_MAX
#define WASI_CALL(interface, name)                                                                 \
    __attribute__((import_module("wasi:" interface "@0.2.0"), import_name(name)))
#define WASI_HTTP(name) WASI_CALL("http/types", name)

struct wasi_list {
    void *data; /* owned */
    size_t count;
};

/* result<T, error>, T and the error being small: a handle, a list, a number. */
struct wasi_result {
    uint8_t failed;
    union {
        uint32_t handle;
        uint8_t error;
        struct wasi_list list;
    };
};

/* result<T, error-code> of wasi:http; an error-code may hold eight-byte numbers. */
struct wasi_http_result {
    alignas(8) uint8_t failed;
    alignas(8) uint32_t handle;
    uint8_t rest[32];
};

/* ---- fields ---- */
WASI_HTTP("[constructor]fields") uint32_t wasi_fields_new(void);
WASI_HTTP("[resource-drop]fields") void wasi_fields_drop(uint32_t fields);
WASI_HTTP("[method]fields.get")
void wasi_fields_get(uint32_t fields, const char *name, size_t name_bytes, struct wasi_list *texts);
WASI_HTTP("[method]fields.append")
void wasi_fields_append(uint32_t fields, const char *name, size_t name_bytes, const char *value,
                        size_t value_bytes, struct wasi_result *result);

/* ---- the client's request ---- */
struct wasi_method {
    uint8_t which; /* 0 GET, 1 HEAD, .. in the order of the interface; 9: other */
    struct wasi_list other;
};
struct wasi_optional_text {
    uint8_t given;
    struct wasi_list text;
};
WASI_HTTP("[method]incoming-request.method")
void wasi_request_method(uint32_t request, struct wasi_method *method);
WASI_HTTP("[method]incoming-request.path-with-query")
void wasi_request_path(uint32_t request, struct wasi_optional_text *path);
WASI_HTTP("[method]incoming-request.headers") uint32_t wasi_request_headers(uint32_t request);
WASI_HTTP("[resource-drop]incoming-request") void wasi_request_drop(uint32_t request);

/* ---- the answer to it ---- */
WASI_HTTP("[constructor]outgoing-response") uint32_t wasi_response_new(uint32_t fields);
WASI_HTTP("[method]outgoing-response.set-status-code")
uint32_t wasi_response_set_status(uint32_t response, uint32_t status);
WASI_HTTP("[method]outgoing-response.body")
void wasi_response_body(uint32_t response, struct wasi_result *body);
/* The zeros stand for the error-code that it is not. */
WASI_HTTP("[static]response-outparam.set")
void wasi_response_send(uint32_t where, uint32_t failed, uint32_t response, uint32_t a, uint64_t b,
                        uint32_t c, uint32_t d, uint32_t e, uint32_t f);
WASI_HTTP("[method]outgoing-body.write")
void wasi_body_write(uint32_t body, struct wasi_result *stream);
WASI_HTTP("[static]outgoing-body.finish")
void wasi_body_finish(uint32_t body, uint32_t has_trailers, uint32_t trailers,
                      struct wasi_http_result *result);
WASI_HTTP("[resource-drop]outgoing-body") void wasi_body_drop(uint32_t body);

/* ---- a request to an origin ---- */
WASI_HTTP("[constructor]outgoing-request") uint32_t wasi_fetch_new(uint32_t fields);
/* scheme: 0 HTTP, 1 HTTPS; the text is that of another one. The setters answer 0 when it went
 * well. */
WASI_HTTP("[method]outgoing-request.set-scheme")
uint32_t wasi_fetch_set_scheme(uint32_t request, uint32_t given, uint32_t scheme, const char *other,
                               size_t other_bytes);
WASI_HTTP("[method]outgoing-request.set-authority")
uint32_t wasi_fetch_set_authority(uint32_t request, uint32_t given, const char *text, size_t bytes);
WASI_HTTP("[method]outgoing-request.set-path-with-query")
uint32_t wasi_fetch_set_path(uint32_t request, uint32_t given, const char *text, size_t bytes);
WASI_HTTP("[resource-drop]outgoing-request") void wasi_fetch_drop(uint32_t request);
WASI_CALL("http/outgoing-handler", "handle")
void wasi_fetch_send(uint32_t request, uint32_t has_options, uint32_t options,
                     struct wasi_http_result *future);

/* option<result<result<incoming-response, error-code>>> */
struct wasi_arrived {
    alignas(8) uint8_t there;
    alignas(8) uint8_t taken;
    struct wasi_http_result response;
};
WASI_HTTP("[method]future-incoming-response.subscribe") uint32_t wasi_future_ready(uint32_t future);
WASI_HTTP("[method]future-incoming-response.get")
void wasi_future_get(uint32_t future, struct wasi_arrived *arrived);
WASI_HTTP("[resource-drop]future-incoming-response") void wasi_future_drop(uint32_t future);

WASI_HTTP("[method]incoming-response.status") uint32_t wasi_answer_status(uint32_t response);
WASI_HTTP("[method]incoming-response.headers") uint32_t wasi_answer_headers(uint32_t response);
WASI_HTTP("[method]incoming-response.consume")
void wasi_answer_consume(uint32_t response, struct wasi_result *body);
WASI_HTTP("[resource-drop]incoming-response") void wasi_answer_drop(uint32_t response);
WASI_HTTP("[method]incoming-body.stream")
void wasi_incoming_stream(uint32_t body, struct wasi_result *stream);
WASI_HTTP("[resource-drop]incoming-body") void wasi_incoming_drop(uint32_t body);

/* ---- streams, waiting, clocks ---- */
#define WASI_STREAM_CLOSED 1u /* of a stream's error; 0: it failed, and a handle says how */
struct wasi_stream_result {
    uint8_t failed;
    union {
        struct wasi_list bytes;
        struct {
            uint8_t error;
            uint32_t why;
        };
    };
};
WASI_CALL("io/streams", "[method]input-stream.read")
void wasi_stream_read(uint32_t stream, uint64_t most, struct wasi_stream_result *result);
WASI_CALL("io/streams", "[method]input-stream.subscribe")
uint32_t wasi_stream_ready(uint32_t stream);
WASI_CALL("io/streams", "[resource-drop]input-stream") void wasi_input_drop(uint32_t stream);
/* At most WASI_WRITE_BYTES_MAX bytes. */
#define WASI_WRITE_BYTES_MAX 4096u
WASI_CALL("io/streams", "[method]output-stream.blocking-write-and-flush")
void wasi_stream_write(uint32_t stream, const void *data, size_t bytes,
                       struct wasi_stream_result *result);
WASI_CALL("io/streams", "[resource-drop]output-stream") void wasi_output_drop(uint32_t stream);
WASI_CALL("io/error", "[resource-drop]error") void wasi_error_drop(uint32_t error);

WASI_CALL("io/poll", "poll")
void wasi_poll(const uint32_t *pollable, size_t count, struct wasi_list *ready);
WASI_CALL("io/poll", "[resource-drop]pollable") void wasi_pollable_drop(uint32_t pollable);
WASI_CALL("clocks/monotonic-clock", "subscribe-duration")
uint32_t wasi_timer(uint64_t nanoseconds);
struct wasi_time {
    uint64_t seconds;
    uint32_t nanoseconds;
};
WASI_CALL("clocks/wall-clock", "now") void wasi_now(struct wasi_time *now);

/* ---- the program's surroundings ---- */
struct wasi_variable {
    struct wasi_list name, value;
};
WASI_CALL("cli/environment", "get-environment")
void wasi_environment(struct wasi_list *variables);
WASI_CALL("cli/stderr", "get-stderr") uint32_t wasi_stderr(void);

#endif
