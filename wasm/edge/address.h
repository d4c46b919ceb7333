/* address.h - which addresses an origin may have: worker/origin/address.js, for hosts whose
 * runtime reads no URLs. Where a name leads is known to who resolves it only. */
#ifndef EDGE_ADDRESS_H
#define EDGE_ADDRESS_H

#include <stddef.h>

enum edge_host_kind {
    EDGE_HOST_PUBLIC, /* or a name that does not say otherwise */
    EDGE_HOST_PRIVATE,
    EDGE_HOST_NEVER, /* nothing that could be an origin: link-local, multicast, reserved */
    EDGE_HOST_WRONG, /* no host, or an IPv4 address in another spelling than a.b.c.d */
};

/* Behind the scheme of an http or https URL; NULL when it has neither, in lower case. */
const char *edge_url_host(const char *url);

/* Of a URL's host, with the brackets of an IPv6 address and without a port. */
enum edge_host_kind edge_host_kind(const char *host, size_t bytes);

#endif
