/*
 * password - hashing with Argon2id (RFC 9106) at OWASP's parameters: 19 MiB, 2 passes, 1 lane.
 *
 * Hashing takes tens of milliseconds and megabytes on purpose, so it runs on the pool, at most
 * PASSWORD_AT_ONCE at a time, and at most PASSWORD_QUEUE of each rank wait: a flood of sign-ins costs an
 * attacker an answer -EAGAIN and nobody else their pages.  Whoever is expected (signed in, with a link,
 * or back where they have signed in before) is served before all strangers, so that a flood of those
 * keeps nobody out.  The rank is not whether there is such an account: the time would tell.
 *
 * Thread: the loop's.
 */
#pragma once

#include "base/span.h"
#include "os/loop.h"

enum {
    PASSWORD_AT_ONCE = 2,
    PASSWORD_QUEUE = 64,
    PASSWORD_MAX = 1024,        /* bytes; longer is -EMSGSIZE */
    PASSWORD_ENCODED_MAX = 160, /* characters of "$argon2id$v=19$m=19456,t=2,p=1$…" */
};

struct passwords;

enum password_rank { PASSWORD_EXPECTED, PASSWORD_STRANGER, PASSWORD_RANKS_ };

struct passwords *passwords_new(struct loop *l);
/* After loop_run(); jobs at work are waited for by loop_free() and their answers dropped. */
struct passwords *passwords_free(struct passwords *p);

/* rc 0 and the encoded hash (the callee's until it returns). */
typedef void password_hashed_fn(int rc, struct span encoded, void *arg);
/* Of somebody expected.  0 and fn comes later; -EAGAIN: too many wait; -EMSGSIZE: too long.  The password
 * is copied. */
int password_hash(struct passwords *p, struct span password, password_hashed_fn *fn, void *arg);

/* rc 0: it is the password; -EACCES: it is not. */
typedef void password_checked_fn(int rc, void *arg);
/*
 * encoded SPAN_NONE: there is no such account; the answer is -EACCES after the same work, so that
 * its time does not tell.  0 and fn comes later; -EAGAIN, -EMSGSIZE as above.
 */
int password_check(struct passwords *p, enum password_rank rank, struct span password,
                   struct span encoded, password_checked_fn *fn, void *arg);
