/*
 * session - who is signed in where: tokens of 256 bits, stored as SHA-256 only.  The API tokens of
 * programs (auth/token.h) are found the same way.
 *
 * A session is looked up by its token for every request, so those in use are kept in memory
 * (bounded); the rest come from the store.  Expiry slides: each use within SESSION_RENEW_SEC of the
 * last write costs nothing, after it one small write.  Ending one removes it here at once and publishes
 * BUS_SESSION_ENDED; what another process has ended is found every SESSION_LOOK.
 *
 * Thread: the main loop's, but for session_revoke() and session_rotate().
 */
#pragma once

#include "auth/actor.h"
#include "base/addr.h"
#include "base/json.h"
#include "bus/bus.h"
#include "os/loop.h"
#include "store/store.h"

enum {
    SESSION_DAYS = 30,       /* unused for so long: over */
    SESSION_RENEW_SEC = 300, /* last_seen is written at most so often: people judge devices by it */
    SESSION_CACHE_MAX = 100000,
    SESSION_LIST_MAX = 200,
};

#define SESSION_LOOK (20 * SEC) /* between looks at what others have ended */

struct sessions;

struct sessions *sessions_new(struct loop *l, struct store *store, struct bus *bus);
/* After store_close(): endings are answered by then. */
struct sessions *sessions_free(struct sessions *s);

/* rc 0 with an actor; -EACCES: no such session, or expired, ended, deactivated; -EAGAIN. */
typedef void session_fn(int rc, const struct actor *actor, void *arg);

/* Who the token belongs to, of a cookie or an API token (API_TOKEN_PREFIX before it).  Calls fn before it
 * returns when the answer is in memory: then and only then true. */
bool session_find(struct sessions *s, struct span token, session_fn *fn, void *arg);

/* In memory only, for the hot path: true and *ret, or false (ask session_find()). */
bool session_cached(struct sessions *s, struct span token, struct actor *ret);

typedef void session_going_fn(bool going, void *arg);

/* Is this session (or API token) still going, and this user's?  False too when the store cannot say.
 * One that ends between the question and the answer may be told as going: BUS_SESSION_ENDED has come by
 * then. */
void session_going(struct sessions *s, const struct id *user, const struct id *session,
                   session_going_fn *fn, void *arg);

struct session_new {
    struct id user;
    /* By a password: the text that it was checked against, and whether a second factor was asked for. */
    struct span password;
    bool second_factor;
    struct addr from;
    struct span user_agent;
    struct span method; /* as in the contract: "password", "guest", or a provider's id */
    int64_t until;      /* of a guest: it never outlives this (ms since 1970); 0: no end */
};

/* token is the new session's, shown this once: rc 0, or -errno; -EACCES: they have been deactivated since they
 * proved who they are, or have another password, or a second factor now.  Their role is that of now. */
typedef void session_made_fn(int rc, struct span token, const struct actor *actor, void *arg);
void session_create(struct sessions *s, const struct session_new *n, session_made_fn *fn,
                    void *arg);

typedef void session_ended_fn(int rc, void *arg);

/* Ends the actor's own session (signing out); done may be NULL. */
void session_end(struct sessions *s, const struct actor *actor, session_ended_fn *done, void *arg);
/* Another one of the actor's.  -ENOENT: not theirs, or ended. */
void session_end_one(struct sessions *s, const struct actor *actor, const struct id *session,
                     session_ended_fn *done, void *arg);
/* All of the actor's but this one. */
void session_end_others(struct sessions *s, const struct actor *actor, session_ended_fn *done,
                        void *arg);

/* Sessions that a transaction has ended, in its job's arena. */
struct session_ends {
    struct id *ids;
    size_t count;
};

/*
 * Within the transaction of an act that must end a person's sessions (a role, a password): all of them
 * but `except` (none: all).  0 or -errno.  After its commit, on the loop: sessions_ended(), which takes
 * them out of memory and closes their sockets; API tokens are then asked for anew, with the new role.
 *
 * Thread: a store thread.
 */
int session_revoke(struct db *db, const struct id *person, const struct id *except, struct wall now,
                   struct arena *a, struct session_ends *ret);
void sessions_ended(struct sessions *s, const struct id *person, const struct session_ends *ends);

/*
 * Within the transaction of an act after which this session goes on by another token (a password or a
 * second factor was changed).  -EACCES: it has ended.  After its commit, on the loop: session_rotated(),
 * from when on the old token is nobody's.  Its sockets stay.
 *
 * Thread: a store thread.
 */
int session_rotate(struct db *db, const struct actor *actor, struct span token, struct arena *a);
void session_rotated(struct sessions *s, const struct actor *actor);

/* One's devices, as the contract tells them. */
struct session_info {
    struct id id;
    struct span ip;
    struct span user_agent;
    struct span method;
    int64_t created_at;
    int64_t last_seen_at;
    int64_t expires_at;
};

struct session_infos {
    int rc;
    const struct session_info *rows; /* at most SESSION_LIST_MAX, the newest use first */
    size_t count;
};

typedef void session_infos_fn(const struct session_infos *e, void *arg);
void session_list(struct sessions *s, const struct actor *actor, session_infos_fn *fn, void *arg);

/* Reads seven columns from `from` on: id, ip, user agent, method, created, last seen, expires. */
void session_info_read(struct db *db, int from, struct arena *a, struct session_info *ret);
void session_info_write(struct json_out *o, const char *key, const struct session_info *i,
                        bool current);
