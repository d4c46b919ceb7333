/* fastly.h - the hostcalls of Fastly Compute that thimble uses, as C sees them. Written from
 * the interface's description in witx; tests/fastly holds the module's imports against the
 * signatures that Fastly's own runtime has.
 *
 * Every call answers a status, 0 when it went well. Handles are numbers. */
#ifndef FASTLY_H
#define FASTLY_H

#include <stddef.h>
#include <stdint.h>

#define FASTLY_OK 0
#define FASTLY_NO_HANDLE UINT32_MAX
#define FASTLY_TIMED_OUT UINT32_MAX /* of fastly_select: none of them was ready */

#define FASTLY_CALL(module, name)                                                                  \
    __attribute__((import_module("fastly_" #module), import_name(#name)))

FASTLY_CALL(abi, init) int fastly_init(uint64_t version);

/* ---- requests ---- */

FASTLY_CALL(http_req, body_downstream_get)
int fastly_downstream_get(uint32_t *request, uint32_t *body);
FASTLY_CALL(http_req, method_get)
int fastly_method_get(uint32_t request, char *to, size_t room, size_t *bytes);
FASTLY_CALL(http_req, uri_get)
int fastly_uri_get(uint32_t request, char *to, size_t room, size_t *bytes);
/* Values from *next on, each with a NUL behind it; *next is then -1 when there are no more. */
FASTLY_CALL(http_req, header_values_get)
int fastly_request_values(uint32_t request, const char *name, size_t name_bytes, char *to,
                          size_t room, uint32_t cursor, int64_t *next, size_t *bytes);
FASTLY_CALL(http_req, new) int fastly_request_new(uint32_t *request);
FASTLY_CALL(http_req, uri_set)
int fastly_uri_set(uint32_t request, const char *uri, size_t bytes);
FASTLY_CALL(http_req, header_insert)
int fastly_request_insert(uint32_t request, const char *name, size_t name_bytes, const char *value,
                          size_t value_bytes);
#define FASTLY_GZIP 1u
FASTLY_CALL(http_req, auto_decompress_response_set)
int fastly_auto_decompress(uint32_t request, uint32_t encodings);
/* Sent past Fastly's own HTTP cache. */
FASTLY_CALL(http_req, send_async_v2)
int fastly_send(uint32_t request, uint32_t body, const char *backend, size_t backend_bytes,
                uint32_t streaming, uint32_t *pending);

struct fastly_send_error {
    uint32_t tag, mask;
    uint16_t dns_rcode, dns_info_code;
    uint8_t tls_alert, h2_frame;
    uint32_t h2_code;
};
FASTLY_CALL(http_req, pending_req_wait_v2)
int fastly_wait(uint32_t pending, struct fastly_send_error *error, uint32_t *response,
                uint32_t *body);

/* Waits for the first of these handles, at most so long. */
FASTLY_CALL(async_io, select)
int fastly_select(const uint32_t *handles, size_t count, uint32_t timeout_ms, uint32_t *ready);

/* ---- responses ---- */

FASTLY_CALL(http_resp, new) int fastly_response_new(uint32_t *response);
FASTLY_CALL(http_resp, status_get) int fastly_status_get(uint32_t response, uint16_t *status);
FASTLY_CALL(http_resp, status_set) int fastly_status_set(uint32_t response, uint16_t status);
FASTLY_CALL(http_resp, header_value_get)
int fastly_response_value(uint32_t response, const char *name, size_t name_bytes, char *to,
                          size_t room, size_t *bytes);
FASTLY_CALL(http_resp, header_insert)
int fastly_response_insert(uint32_t response, const char *name, size_t name_bytes,
                           const char *value, size_t value_bytes);
#define FASTLY_FRAMED_BY_HEADERS 1u /* Content-Length is what the header says */
FASTLY_CALL(http_resp, framing_headers_mode_set)
int fastly_framing_set(uint32_t response, uint32_t mode);
FASTLY_CALL(http_resp, send_downstream)
int fastly_send_downstream(uint32_t response, uint32_t body, uint32_t streaming);

/* ---- bodies ---- */

FASTLY_CALL(http_body, new) int fastly_body_new(uint32_t *body);
FASTLY_CALL(http_body, read)
int fastly_body_read(uint32_t body, uint8_t *to, size_t room, size_t *bytes);
FASTLY_CALL(http_body, write)
int fastly_body_write(uint32_t body, const void *data, size_t bytes, uint32_t end, size_t *written);
FASTLY_CALL(http_body, close) int fastly_body_close(uint32_t body);
FASTLY_CALL(http_body, abandon) int fastly_body_abandon(uint32_t body);

/* ---- the core cache ---- */

struct fastly_lookup_options {
    uint32_t request;
    const char *service;
    uint32_t service_bytes;
};

#define FASTLY_STALE_WHILE_REVALIDATE (1u << 4)
#define FASTLY_SURROGATE_KEYS (1u << 5)
#define FASTLY_LENGTH (1u << 6)
#define FASTLY_USER_METADATA (1u << 7)

struct fastly_write_options {
    uint64_t max_age_ns;
    uint32_t request;
    const char *vary;
    size_t vary_bytes;
    uint64_t initial_age_ns;
    uint64_t stale_while_revalidate_ns;
    const char *surrogate_keys;
    size_t surrogate_keys_bytes;
    uint64_t length;
    const void *user_metadata;
    size_t user_metadata_bytes;
    uint64_t edge_max_age_ns;
    const char *service;
    uint32_t service_bytes;
};
#ifdef __wasm__
_Static_assert(sizeof(struct fastly_write_options) == 80, "as the witx lays it out");
#endif

struct fastly_body_options {
    uint64_t from, to;
};

#define FASTLY_FOUND 1u
#define FASTLY_USABLE 2u
#define FASTLY_MUST_INSERT 8u

/* Waits while another request makes the same. */
FASTLY_CALL(cache, transaction_lookup)
int fastly_cache_lookup(const char *key, size_t bytes, uint32_t mask,
                        const struct fastly_lookup_options *options, uint32_t *entry);
FASTLY_CALL(cache, transaction_insert)
int fastly_cache_insert(uint32_t entry, uint32_t mask, const struct fastly_write_options *options,
                        uint32_t *body);
FASTLY_CALL(cache, transaction_cancel) int fastly_cache_cancel(uint32_t entry);
FASTLY_CALL(cache, close) int fastly_cache_close(uint32_t entry);
FASTLY_CALL(cache, get_state) int fastly_cache_state(uint32_t entry, uint32_t *state);
FASTLY_CALL(cache, get_user_metadata)
int fastly_cache_metadata(uint32_t entry, char *to, size_t room, size_t *bytes);
FASTLY_CALL(cache, get_body)
int fastly_cache_body(uint32_t entry, uint32_t mask, const struct fastly_body_options *options,
                      uint32_t *body);

struct fastly_purge_options {
    uint8_t *to;
    size_t room;
    size_t *bytes;
};
FASTLY_CALL(purge, purge_surrogate_key)
int fastly_purge(const char *key, size_t bytes, uint32_t mask,
                 struct fastly_purge_options *options);

/* ---- configuration, log, budget ---- */

FASTLY_CALL(config_store, open)
int fastly_config_open(const char *name, size_t bytes, uint32_t *store);
FASTLY_CALL(config_store, get)
int fastly_config_get(uint32_t store, const char *name, size_t name_bytes, char *to, size_t room,
                      size_t *bytes);
FASTLY_CALL(dictionary, open)
int fastly_dictionary_open(const char *name, size_t bytes, uint32_t *dictionary);
FASTLY_CALL(dictionary, get)
int fastly_dictionary_get(uint32_t dictionary, const char *name, size_t name_bytes, char *to,
                          size_t room, size_t *bytes);
FASTLY_CALL(secret_store, open)
int fastly_secrets_open(const char *name, size_t bytes, uint32_t *store);
FASTLY_CALL(secret_store, get)
int fastly_secret_get(uint32_t store, const char *name, size_t bytes, uint32_t *secret);
FASTLY_CALL(secret_store, plaintext)
int fastly_secret_text(uint32_t secret, char *to, size_t room, size_t *bytes);

FASTLY_CALL(log, endpoint_get)
int fastly_log_open(const char *name, size_t bytes, uint32_t *endpoint);
FASTLY_CALL(log, write)
int fastly_log_write(uint32_t endpoint, const char *line, size_t bytes, size_t *written);

FASTLY_CALL(compute_runtime, get_vcpu_ms) int fastly_vcpu_ms(uint64_t *ms);

#endif
