/*
 * probe - asks one STUN or TURN server whether it answers, and whether it takes a credential: what the
 * doctor and the start say of servers is found out here.
 *
 * A credential is tried by an allocation (RFC 8656, 7.1), which is given back at once.  Over UDP a
 * question is repeated as RFC 8489, 6.2.1 wants it.
 *
 * Not here: who may be asked; names.
 *
 * Thread: any but a loop's that serves: it blocks, for PROBE_PATIENCE at most a question.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"

#include "ice/url.h"

#define PROBE_PATIENCE (4 * SEC)

struct probe {
    struct addr to;
    enum ice_transport transport;
    const char *name;    /* TLS: what the certificate must be for */
    const char *ca_file; /* TLS: authorities besides the system's, or NULL */
    usec_t patience;     /* 0: PROBE_PATIENCE */
};

struct probe_answer {
    struct addr seen;    /* by which address it sees us; family 0: it does not say */
    struct addr relayed; /* the address of a relay at it */
};

/*
 * Each 0, or -errno with a sentence's end in why ("is silent"): -ETIMEDOUT; -ECONNREFUSED and other
 * words of the network; -EKEYREJECTED: TLS; -EPROTO: what answers is not such a server; -EACCES: it
 * refuses the credential; -EPERM: it refuses the question for another reason; -EADDRINUSE: see probe_realm().
 */
int probe_binding(const struct probe *p, struct probe_answer *ret, struct buf *why);
/* Is it a TURN server of this realm?  -EADDRINUSE: it is one of another. */
int probe_realm(const struct probe *p, const char *realm, struct buf *why);
int probe_relay(const struct probe *p, struct span username, struct span credential,
                struct probe_answer *ret, struct buf *why);
