/*
 * addr - an IP address with a port, and prefixes (CIDR) of them.  IPv4-mapped IPv6 addresses are
 * turned into IPv4 on the way in, so that one address has one form.
 */
#pragma once

#include "base/buf.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct addr {
    uint8_t ip[16]; /* IPv4 in the first four */
    uint16_t port;  /* host order */
    uint8_t family; /* 4, 6, or 0 for none */
};

int addr_from_sockaddr(const struct sockaddr *sa, struct addr *ret); /* -EAFNOSUPPORT */
/* n: 4 or 16 bytes in network order. */
void addr_from_bytes(const uint8_t *ip, size_t n, uint16_t port, struct addr *ret);
/* The same address?  Ports are not looked at. */
bool addr_same_ip(const struct addr *a, const struct addr *b);
/* "192.0.2.1" or "2001:db8::1", no port, no brackets.  -EBADMSG. */
int addr_parse_ip(struct span s, struct addr *ret);
/* The address without the port, IPv6 without brackets. */
void addr_write_ip(struct buf *out, const struct addr *a);

/*
 * What one who asks is counted by: all of an IPv4 address, the first 64 bits of an IPv6 one, since a
 * site gets a /64 at least (RFC 6177) and a host there has as many addresses as it likes.  Bytes of a.
 */
struct span addr_site(const struct addr *a);

struct addr_prefix {
    struct addr addr;
    uint8_t bits;
};

/* "10.0.0.0/8", "::1"; -EBADMSG. */
int addr_prefix_parse(struct span s, struct addr_prefix *ret);
/* Are all bits behind the prefix zero, as in 10.0.0.0/8? */
bool addr_prefix_exact(const struct addr_prefix *p);
bool addr_in(const struct addr *a, const struct addr_prefix *p);
