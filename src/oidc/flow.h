/*
 * flow - one sign-in under way: what must be known when the browser comes back from the provider.
 *
 * It is kept by the browser, in a cookie sealed by SESSION_SECRET, so that a sign-in that nobody ends
 * costs nothing here and any node can end it.  The state (RFC 6749, 10.12) binds the way back to this
 * browser, the nonce the token to this flow, the verifier (PKCE, RFC 7636) the code to it; and the seal
 * binds all to one provider, so that an answer of one is never taken to another (RFC 9700, 4.4).
 *
 * Thread: any; values.
 */
#pragma once

#include "auth/secret.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"

enum {
    FLOW_SECONDS = 600,
    FLOW_NAME_LEN = 8, /* of the state, in the cookie's name: several tabs may sign in */
    FLOW_RETURN_MAX = 512,
};

/* Text lives in the arena it was made or opened with. */
struct flow {
    struct span state;
    struct span nonce;
    struct span verifier;
    struct span redirect_uri;
    struct span return_to;
    struct span invite; /* secret of an invitation, or none */
    struct span setup;  /* of the set-up link, or none */
    struct span team;   /* with it */
    struct id connect;  /* the session to whose person the account is connected, or none */
    int64_t issued_at;  /* ms since 1970 */
};

/* Draws state, nonce and verifier. */
void flow_begin(struct flow *f, struct wall now, struct arena *a);
/* Appends S256 of the verifier. */
void flow_challenge(const struct flow *f, struct buf *out);

void flow_seal(const struct flow *f, const struct secret *secret, struct span provider,
               struct buf *out);
/* -EBADMSG: not sealed here for this provider; -ETIMEDOUT: too old; -EPERM: of another state. */
int flow_open(const struct secret *secret, struct span provider, struct span sealed,
              struct span state, struct wall now, struct arena *a, struct flow *ret);

/* A path of this site and nothing else: begins with one slash, printable ASCII without '\'. */
bool flow_may_return(struct span path);
