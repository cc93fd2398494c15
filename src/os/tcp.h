/*
 * tcp - listening sockets and the connections they bring, all non-blocking and close-on-exec.
 *
 * Thread: any; descriptors are the caller's.
 */
#pragma once

#include "base/addr.h"

/*
 * Listens on an IP address, or with SPAN_NONE on every one of the machine (IPv6 and IPv4 by one
 * socket, where the kernel has IPv6).  port 0: any free one.  -EBADMSG when host is no address.
 */
int tcp_listen(struct span host, uint16_t port, int *ret_fd);

/* The port a socket is bound to. */
uint16_t tcp_port(int fd);

/* The next connection, with TCP_NODELAY.  -EAGAIN: none; -EMFILE, -ENFILE, -ENOBUFS, -ENOMEM: no
 * room for it; connections that died while they waited are passed over. */
int tcp_accept(int fd, int *ret_fd, struct addr *ret_peer);

/* The machine's own addresses, loopback and link-local ones left out; how many. */
size_t tcp_own_addresses(struct addr *ret, size_t max);
