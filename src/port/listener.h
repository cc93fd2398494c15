/*
 * listener - the TCP port: accepts connections, tells their protocols apart by the first bytes, and
 * hands each over as a stream.
 *
 * A connection that begins with 0x16 speaks TLS (where there is a certificate) and is asked the same
 * question inside it.  Protocols are tried in the order they were added; what none wants is closed,
 * and so is what has not said enough within LISTENER_GREETING.  The first bytes are only looked at:
 * the protocol reads them itself.
 *
 * How many connections one address (IPv6: one /64; not a proxy's) and all together may hold is
 * counted for as long as a stream lives, whoever owns it.  Out of descriptors, the connections that
 * wait are accepted into a spare one and closed, so that the loop does not spin and clients are not
 * left hanging.
 *
 * Thread: the loop's.
 */
#pragma once

#include "os/loop.h"
#include "port/stream.h"

enum {
    LISTENER_PEEK = 24, /* first bytes that a protocol is told by: a STUN header and a bit */
    LISTENER_PER_IP = 1000,
    LISTENER_TOTAL = 50000,
};

#define LISTENER_GREETING (10 * SEC)

struct listener;

struct listener_conf {
    struct loop *loop;
    struct span host; /* the IP address to listen on; SPAN_NONE: all */
    uint16_t port;    /* 0: any */
    /* NULL: plain only.  Stays the caller's. */
    struct tls_context *tls;
    /* Addresses that stand for many people, to whom per_ip does not apply.  Stay the caller's. */
    const struct addr_prefix *proxies;
    size_t proxies_count;
    size_t per_ip;   /* 0: LISTENER_PER_IP */
    size_t total;    /* 0: LISTENER_TOTAL */
    usec_t greeting; /* 0: LISTENER_GREETING */
};

enum match { MATCH_NO, MATCH_MORE, MATCH_YES };

struct protocol {
    /* Judges the first n > 0 bytes; MATCH_MORE: needs more of them (never of LISTENER_PEEK). */
    enum match (*match)(const uint8_t *first, size_t n);
    /* Takes the stream over. */
    void (*accept)(struct stream *st, void *arg);
    void *arg;
};

/* -EADDRINUSE, -EACCES, …, -EBADMSG: host is no address. */
int listener_new(const struct listener_conf *conf, struct listener **ret);
/* Streams that were handed over live on. */
struct listener *listener_free(struct listener *l);

void listener_add(struct listener *l, const struct protocol *p);
/* Begins to accept, once all protocols are there. */
void listener_start(struct listener *l);
/* No new connections from now on; those that are being told apart go on. */
void listener_stop(struct listener *l);

/* The certificate of those who come from now on.  Stays the caller's; the one before may be freed. */
void listener_set_tls(struct listener *l, struct tls_context *tls);

uint16_t listener_port(const struct listener *l);
/* Connections from this port that are open, whoever owns them. */
size_t listener_open(const struct listener *l);

/* A method begins with a letter: HTTP. */
enum match match_http(const uint8_t *first, size_t n);
