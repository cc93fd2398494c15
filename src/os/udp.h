/*
 * udp - sockets for datagrams, and many of them in and out by one call.
 *
 * A receiver has room for a batch; what it has received stays where it is until it receives again.
 * Sending joins datagrams of one size to one address into one for the kernel to split (UDP_SEGMENT),
 * where the kernel can.  What a socket has no room for is dropped: datagrams are not promised.
 *
 * IPv4 and IPv6 may share a socket; addresses are then IPv4 where they can be.
 *
 * Thread: a receiver and a sender their owner's; a socket any.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"

enum { UDP_BATCH = 64 };

struct udp_open {
    struct addr at; /* family 0: all addresses of both families; port 0: any free one */
    bool shared; /* several sockets of this process on one port, told apart by the kernel's hash */
    bool tells_local; /* struct udp_in has local, and when the kernel got it */
    int buffer;       /* bytes of SO_RCVBUF and SO_SNDBUF; 0: the system's */
};

/* Non-blocking, close-on-exec.  -EADDRINUSE, -EADDRNOTAVAIL, -EAFNOSUPPORT, -EMFILE, … */
int udp_open(const struct udp_open *o, int *ret_fd);

struct udp_in {
    uint8_t *p; /* with the receiver's room before and behind it, which may be written to */
    size_t len;
    struct addr from;
    struct addr local; /* that it was sent to, without port; family 0 where it is not told */
    usec_t at;         /* when the kernel got it, by the monotonic clock; 0 where it is not told */
    bool inside;       /* never met a socket: see port/datagrams.h */
};

struct udp_receiver;

/* size: bytes of the longest datagram; longer ones are left out. */
struct udp_receiver *udp_receiver_new(size_t headroom, size_t size, size_t tailroom);
struct udp_receiver *udp_receiver_free(struct udp_receiver *r);

/*
 * Up to UDP_BATCH - skip datagrams, into the room behind the first `skip` ones, which stay.  How many of
 * ret were filled; *ret_used: how much room (those left out count); 0 and 0: none.
 */
size_t udp_receive(struct udp_receiver *r, int fd, size_t skip, struct udp_in ret[UDP_BATCH],
                   size_t *ret_used);

struct udp_out {
    const uint8_t *p;
    size_t len;
    struct addr to;
    struct addr local; /* to send from, without port; family 0: the system's choice */
};

struct udp_sender;

struct udp_sender *udp_sender_new(void);
struct udp_sender *udp_sender_free(struct udp_sender *s);
/* Sends n, in order; how many the system took.  v6: is the socket of IPv6 (or of both)? */
size_t udp_send(struct udp_sender *s, int fd, bool v6, const struct udp_out *out, size_t n);

/* Is the socket of IPv6 (or of both)? */
bool udp_is_v6(int fd);
/* Datagrams that the kernel had no room for, modulo 2^32. */
uint32_t udp_overflown(int fd);
