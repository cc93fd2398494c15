/*
 * session - who is signed in where: tokens of 256 bits, stored as SHA-256 only.
 *
 * A session is looked up by its token for every request, so those in use are kept in memory
 * (bounded); the rest come from the store.  Expiry slides: each use within SESSION_RENEW_SEC of the
 * last write costs nothing, after it one small write.  Ending one removes it here at once, then in
 * the store, and publishes BUS_SESSION_ENDED.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/actor.h"
#include "base/addr.h"
#include "bus/bus.h"
#include "os/loop.h"
#include "store/store.h"

enum {
    SESSION_DAYS = 30,        /* unused for so long: over */
    SESSION_RENEW_SEC = 3600, /* last_seen is written at most so often */
    SESSION_CACHE_MAX = 100000,
};

struct sessions;

struct sessions *sessions_new(struct loop *l, struct store *store, struct bus *bus);
/* After store_close(): endings are answered by then. */
struct sessions *sessions_free(struct sessions *s);

/* rc 0 with an actor; -EACCES: no such session, or expired, ended, deactivated; -EAGAIN. */
typedef void session_fn(int rc, const struct actor *actor, void *arg);

/* Who the token belongs to.  Calls fn before it returns when the answer is in memory: then and only then true. */
bool session_find(struct sessions *s, struct span token, session_fn *fn, void *arg);

/* In memory only, for the hot path: true and *ret, or false (ask session_find()). */
bool session_cached(struct sessions *s, struct span token, struct actor *ret);

/* token is the new session's, shown this once: rc 0, or -errno. */
typedef void session_made_fn(int rc, struct span token, const struct actor *actor, void *arg);
void session_create(struct sessions *s, const struct id *user, enum role role,
                    const struct addr *from, struct span user_agent, session_made_fn *fn,
                    void *arg);

/* Ends one session (signing out); done may be NULL. */
void session_end(struct sessions *s, const struct actor *actor, void (*done)(int rc, void *arg),
                 void *arg);
