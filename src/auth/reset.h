/*
 * reset - one-time links for a new password: handed on by an administrator, or sent by mail.
 *
 * A link is a row of invite of which only the hash of its secret is kept.  It sets a password and
 * nothing else: it ends all sessions of the account and all its links, signs nobody in, and leaves the
 * second factor as it is.  By mail it goes to people who have a password already and to nobody else, so
 * that an account of a provider does not get a second way in by whoever reads its mail.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/account.h"
#include "auth/office.h"

enum { RESET_HOURS_BY_ADMIN = 24, RESET_MINUTES_BY_MAIL = 60 };

/* {url, expires_at}, of somebody below the actor's rank, or themselves; base: what the link begins
 * with.  -ENOENT, -EPERM, -EINVAL (guests and bots have no password), -EOPNOTSUPP. */
void reset_create(const struct office *o, const struct actor *actor, const struct addr *from,
                  const struct id *person, struct span base, errand_fn *fn, void *arg);

struct reset_answer {
    int rc; /* 0; -ENOENT: no such link, or spent; -EBADMSG: the password (why); -EDQUOT; -EOPNOTSUPP;
               -errno */
    const char *why;
    usec_t wait;
    const struct person *person; /* of rc 0 */
};
typedef void reset_fn(const struct reset_answer *answer, void *arg);

/* Whose password it resets. */
void reset_lookup(struct accounts *a, struct span token, const struct addr *from, reset_fn *fn,
                  void *arg);
void reset_accept(struct accounts *a, struct span token, struct span password,
                  const struct addr *from, reset_fn *fn, void *arg);

/*
 * Makes a link for the account of this address, to be sent there: made() comes later, and not at all
 * where there is no such account, or it takes no mail.  Nobody who asked may learn that, so what this
 * returns does not tell: 0, -EDQUOT (too often from one site, wait so long), -EOPNOTSUPP.
 */
typedef void reset_made_fn(const struct person *to, struct span token, void *arg);
int reset_by_mail(struct accounts *a, struct span email, const struct addr *from, usec_t *ret_wait,
                  reset_made_fn *made, void *arg);
