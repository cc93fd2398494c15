/*
 * security - what people change about how they themselves sign in: the password, the second factor.
 *
 * Each change is proved by what it changes: the password by the old one, and by a code where there is a
 * second factor; where there is no password, by having signed in a short while ago.  With its commit all other sessions of the person end, and this one goes on by a new
 * token.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/account.h"
#include "auth/identity.h"
#include "auth/office.h"

struct security_answer {
    /* 0; -EACCES: the password is wrong; -ENOKEY: a code is needed; -EKEYREJECTED: it is wrong, or was
     * used; -EDQUOT: too often, wait so long; -EINVAL: field, why; -EPROTO: not in this state;
     * -EOPNOTSUPP: LOCAL_ACCOUNTS=off; -EPERM; -errno */
    int rc;
    const char *field;
    const char *why;
    usec_t wait;
    struct buf *json;  /* may be taken; empty where there is nothing to tell */
    struct span token; /* the session's new one; SPAN_NONE: it goes on by its own */
};
typedef void security_fn(const struct security_answer *answer, void *arg);

/* Who asks, and on what. */
struct security_by {
    struct accounts *accounts;
    const struct office *office;
    const struct actor *actor;
    const struct addr *from;
};

enum { SECURITY_FRESH_MINUTES = 10 };

/* Before an account elsewhere becomes a way in: rc 0 where the password (and the code, where there is a second factor) is
 * right; without a password where the session was made at most SECURITY_FRESH_MINUTES ago. */
void security_prove(const struct security_by *by, struct span password, struct span code,
                    security_fn *fn, void *arg);

/* How somebody can sign in. */
struct security {
    int rc;
    bool password;
    bool second_factor;
    int64_t recovery_codes;
    const struct identity *identities;
    size_t identity_count;
};
typedef void security_got_fn(const struct security *s, void *arg);
void security_get(const struct office *o, const struct actor *actor, security_got_fn *fn,
                  void *arg);

struct password_wish {
    struct span current; /* needed where there is one */
    struct span wanted;
    struct span code; /* needed where there is a second factor */
};
/* Me. */
void security_set_password(const struct security_by *by, const struct password_wish *wish,
                           security_fn *fn, void *arg);

/* {secret, uri}; issuer: how the authenticator names us.  The password is needed where there is one;
 * without one there is no second factor (-EINVAL). */
void security_begin_totp(const struct security_by *by, struct span password, struct span issuer,
                         security_fn *fn, void *arg);
/* {recovery_codes} */
void security_confirm_totp(const struct security_by *by, struct span code, security_fn *fn,
                           void *arg);
void security_end_totp(const struct security_by *by, struct span code, security_fn *fn, void *arg);
/* {recovery_codes}; the session keeps its token. */
void security_renew_codes(const struct security_by *by, struct span code, security_fn *fn,
                          void *arg);

/* An administrator ends somebody's second factor, whose sessions end.  -ENOENT: there is none. */
void security_end_totp_of(const struct office *o, const struct actor *actor,
                          const struct addr *from, const struct id *person, errand_fn *fn,
                          void *arg);
