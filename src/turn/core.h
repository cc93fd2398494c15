/*
 * core - the STUN and TURN server of one loop (RFC 8489, RFC 8656) as a state machine: it is fed what
 * clients and peers send and the time, and says by its `struct core_ops` what is to be sent.  It owns the
 * allocations; sockets and ports are its user's.
 *
 * The life of a relayed packet: a client's channel data -> core_input() -> to_peer() (or to_own(), when
 * the peer is a relay of this very server, or its room for calls); a peer's datagram -> core_peer() -> to_client() as
 * channel data or a Data indication, whose header is written into the bytes before it.
 *
 * Who is not authenticated gets nothing larger over UDP than 1.5 times what they sent, counted with
 * IP's and UDP's headers, and only so many answers an address.  Nothing is said to datagrams that are no
 * requests.
 *
 * Whether an allocation is to be had is not known here: admit() asks, core_admitted() brings the
 * answer.  The request is kept by whoever was asked.
 *
 * Not done: reservations of a second port (508), TCP relays (RFC 6062), DONT-FRAGMENT (420).
 *
 * Pure but for its nonces' secret, which is drawn when it is made.
 *
 * Thread: the loop's that it is used on.
 */
#pragma once

#include "turn/allocation.h"
#include "turn/path.h"
#include "turn/peers.h"

enum {
    CORE_HEADROOM =
        48,            /* bytes before data: STUN header, XOR-PEER-ADDRESS of IPv6, DATA's header */
    CORE_TAILROOM = 4, /* bytes behind data, for padding */
    CORE_DATA_MAX = 1 << 16,
    CORE_USER_KBIT = 20000, /* a second, both ways together */
    CORE_ASKED_MAX = 4096,  /* admissions under way */
};

struct core;

/* What was asked of whoever knows sessions. */
enum admission {
    ADMIT_YES,
    ADMIT_NO,    /* the session has ended: 401 */
    ADMIT_QUOTA, /* 486 */
    ADMIT_FULL,  /* 508 */
};

/* All come from within core_input(), core_admitted(), core_peer(), and the ends. */
struct core_ops {
    /* A message to a client, to be sent or copied before it returns. */
    void (*answer)(void *arg, const struct path *to, struct span message);
    /* Data whose bytes live until the current batch has been sent; over streams channel data are to be
     * padded to 4 bytes. */
    void (*to_client)(void *arg, const struct path *to, uint8_t *p, size_t len);
    void (*to_peer)(void *arg, struct relay *from, const struct addr *to, const uint8_t *p,
                    size_t len);
    /* To a port of this machine; CORE_HEADROOM bytes before p may be written to. */
    void (*to_own)(void *arg, const struct addr *from, const struct addr *to, uint8_t *p,
                   size_t len);
    /* -EAFNOSUPPORT: no address of this family (0: whichever suits the path); -ENOSPC: no port;
     * -ENOTCONN: the client has gone. */
    int (*open)(void *arg, struct allocation *a, uint8_t family, bool even);
    void (*close)(void *arg, struct relay *r);
    void (*admit)(void *arg, const struct path *from, struct span request,
                  const struct credential *c);
    /* Of one that was admitted: it is over, or was not made. */
    void (*release)(void *arg, const struct id *user);
};

struct core_conf {
    const struct core_ops *ops;
    void *arg;
    struct span secret; /* of the credentials; stays the caller's */
    /* Stay the caller's, who may look anew. */
    const struct peers *peers;
    unsigned user_kbit; /* a second; 0: no limit */
    bool limits;        /* of answers to whoever is not authenticated */
};

/* Why packets were not relayed. */
enum core_drop { CORE_DROP_PEER, CORE_DROP_CHANNEL, CORE_DROP_RATE, CORE_DROPS };

/* Why requests were answered by an error. */
enum core_refusal {
    CORE_REFUSED_WORD, /* 401 or 441 to a signed one: a wrong or lapsed credential, an ended session */
    CORE_REFUSED_PEER,  /* 403 */
    CORE_REFUSED_QUOTA, /* 486 */
    CORE_REFUSED_FULL,  /* 508 */
    CORE_REFUSED_OTHER,
    CORE_REFUSALS,
};

struct core_count {
    uint64_t packets; /* relayed, both ways */
    uint64_t bytes;
    uint64_t dropped[CORE_DROPS];
    uint64_t challenged; /* 401 to unsigned requests, as every client begins with, and 438 */
    uint64_t refused[CORE_REFUSALS];
};

struct core *core_new(const struct core_conf *conf);
/* Closes every relay. */
struct core *core_free(struct core *c);

struct core_time {
    usec_t now;
    struct wall wall;
};

/* A datagram, or one frame of a stream.  Its bytes are the core's until the batch has been sent; there are
 * CORE_HEADROOM before and CORE_TAILROOM behind it. */
void core_input(struct core *c, const struct path *from, uint8_t *p, size_t len,
                const struct core_time *t);
/* The answer to admit() for that user; from is where the request came from, for the client may be gone. */
void core_admitted(struct core *c, const struct path *from, struct span request,
                   const struct id *user, enum admission verdict, const struct core_time *t);
/* What came to an allocation's relayed address; inside: from a relay of this server, by to_own(). */
void core_peer(struct core *c, struct allocation *a, const struct addr *from, bool inside,
               uint8_t *p, size_t len, const struct core_time *t);
/* The connection is gone. */
void core_gone(struct core *c, const struct path *from);
/* All that a session holds. */
void core_end_session(struct core *c, const struct id *session);
/* Frees what has lapsed; once a second is enough. */
void core_sweep(struct core *c, usec_t now);

size_t core_allocations(const struct core *c);
/* Since the last time it was asked. */
struct core_count core_take_count(struct core *c);
