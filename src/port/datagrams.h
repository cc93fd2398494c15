/*
 * datagrams - the UDP port on one loop: what comes is told apart by its first byte (RFC 7983) and given
 * to whoever has asked for its kind, in batches; what is sent in between goes out together.
 *
 * There is one socket a loop, all on one port; the kernel gives each source to the same one for as
 * long as the group stays as it is.
 *
 * The life of a datagram: received into the batch -> its owner's fn, which may send bytes of it on without
 * a copy -> `after` of every owner -> all is sent -> the room is used again.
 *
 * Thread: the loop's, but for datagrams_open().
 */
#pragma once

#include "os/loop.h"
#include "os/udp.h"

enum {
    DATAGRAM_MAX = 2048,       /* bytes; longer ones are dropped: nothing that we speak has them */
    DATAGRAM_HEADROOM = 64,    /* before each, to be written to */
    DATAGRAM_TAILROOM = 8,     /* behind */
    DATAGRAM_BATCHES = 4,      /* a turn, then others have theirs */
    DATAGRAM_BUFFER = 4 << 20, /* bytes asked of the system for each direction */
};

enum datagram_kind {
    DATAGRAM_STUN,    /* first byte 0-3, but for the next */
    DATAGRAM_CHECK,   /* a connectivity check: a STUN Binding request with a USERNAME */
    DATAGRAM_DTLS,    /* 20-63 */
    DATAGRAM_CHANNEL, /* 64-127: channel data of TURN (80-127 by RFC 5766 alone) */
    DATAGRAM_RTP,     /* 128-191: SRTP and SRTCP */
    DATAGRAM_KINDS_,
};

/* n > 0 bytes; DATAGRAM_KINDS_: none of them. */
enum datagram_kind datagrams_kind(const uint8_t *p, size_t n);

/* n sockets on one port; 0: any that is free.  -EADDRINUSE, -EACCES, … */
int datagrams_open(uint16_t port, size_t n, int *ret_fds);

struct datagrams;

/* Takes fd over. */
struct datagrams *datagrams_new(struct loop *l, int fd);
struct datagrams *datagrams_free(struct datagrams *d);

typedef void datagram_fn(struct udp_in *in, void *arg);

/* fn is given each of the kind, after(arg) follows each batch; what nobody has asked for is dropped. */
void datagrams_own(struct datagrams *d, enum datagram_kind kind, datagram_fn *fn, loop_fn *after,
                   void *arg);
void datagrams_start(struct datagrams *d);

/* Sends with the others at the end of the batch, or by datagrams_flush(); the bytes must live till then. */
void datagrams_send(struct datagrams *d, const struct udp_out *out);
/* Sends at once: for what is on the stack. */
void datagrams_send_now(struct datagrams *d, const struct udp_out *out);
void datagrams_flush(struct datagrams *d);

/*
 * Relays of this server and whoever is on this port reach each other without a socket.  What comes from a relay is
 * given to its owner as if it had come by the port, with `inside` set - but not STUN and TURN's own, for nobody
 * relays to a relay in here; datagrams_taken() ends a batch of these.  What answers it goes back by
 * datagrams_send_inside(), whose bytes are not needed any more when it returns.
 */
void datagrams_take(struct datagrams *d, struct udp_in *in);
void datagrams_taken(struct datagrams *d);
typedef void datagram_out_fn(const struct udp_out *out, void *arg);
void datagrams_own_inside(struct datagrams *d, datagram_out_fn *fn, void *arg);
void datagrams_send_inside(struct datagrams *d, const struct udp_out *out);

uint16_t datagrams_port(const struct datagrams *d);
/* How many came when there was no room for them, modulo 2^32. */
uint32_t datagrams_overflown(const struct datagrams *d);
