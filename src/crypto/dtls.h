/*
 * dtls - the server's side of DTLS 1.2 (RFC 6347) for media: who the peer is, by its certificate's hash
 * (RFC 8122), and the keys for SRTP (RFC 5764).
 *
 * Only datagrams of a path that ICE has found good are given to it, so it asks for no cookie; and a ClientHello
 * may come in pieces.  Nothing else is carried: what the peer writes over it is thrown away.
 *
 * Pure but for OpenSSL's own timer, which it is asked about.
 *
 * Thread: the owner's; an identity any.
 */
#pragma once

#include "base/clock.h"
#include "crypto/srtp.h"

enum {
    DTLS_SHA256 = 32,
    DTLS_MTU = 1200, /* bytes of a datagram of ours */
};

/* A certificate of this process: ECDSA P-256, signed by itself. */
struct dtls_identity;

struct dtls_identity *dtls_identity_new(void);
struct dtls_identity *dtls_identity_free(struct dtls_identity *i);
/* "AB:CD:…" of SHA-256, as SDP has it. */
const char *dtls_identity_fingerprint(const struct dtls_identity *i);

struct dtls;

typedef void dtls_send_fn(const uint8_t *bytes, size_t n, void *arg);

/* The identity outlives it.  send: a datagram for the peer, during any call below. */
struct dtls *dtls_new(struct dtls_identity *identity, const uint8_t peer[DTLS_SHA256],
                      dtls_send_fn *send, void *arg);
struct dtls *dtls_free(struct dtls *d);

/* 0: go on; 1: done now, there are keys; -EPROTO: it has failed, or the peer has another certificate. */
int dtls_input(struct dtls *d, const uint8_t *p, size_t n);
/* When dtls_tick() has something to send again, or NEVER. */
usec_t dtls_deadline(const struct dtls *d, usec_t now);
void dtls_tick(struct dtls *d);
/* The peer has said goodbye. */
bool dtls_closed(const struct dtls *d);

/* After it is done.  -EPROTO: no SRTP profile was agreed on. */
int dtls_keys(struct dtls *d, struct srtp_keys *ret_in, struct srtp_keys *ret_out);
