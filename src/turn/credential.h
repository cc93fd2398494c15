/*
 * credential - what a client signs TURN requests with: a name that says until when, for whom and in
 * which session it is good, and a password that follows from the name by a secret of the server's
 * (draft-uberti-behave-turn-rest, 2.2: base64 of HMAC-SHA1).  Nothing is kept: every node with the
 * secret can check one.
 *
 * The name is "EXPIRY:USER.SESSION": seconds since 1970, then two ids.
 *
 * Thread: any; pure.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "crypto/hash.h"

enum {
    CREDENTIAL_HOURS = 12,
    CREDENTIAL_SKEW_SEC = 60, /* that the clocks of two nodes may differ by */
    CREDENTIAL_KEY = MD5_SIZE,
};

#define CREDENTIAL_REALM "convene"

struct credential {
    struct id user;
    struct id session;
    int64_t expires_s; /* since 1970 */
};

/* Good for CREDENTIAL_HOURS from now on. */
void credential_write(struct span secret, const struct id *user, const struct id *session,
                      struct wall now, struct buf *ret_name, struct buf *ret_password);

/* -EBADMSG: not such a name.  Says nothing of whether it is signed or still good. */
int credential_parse(struct span name, struct credential *ret);
bool credential_expired(const struct credential *c, struct wall now);

/* What requests under this name are signed with (RFC 8489, 9.2.2: MD5 of name:realm:password). */
void credential_key(struct span secret, struct span name, uint8_t ret[CREDENTIAL_KEY]);
