/*
 * session_inside - what the files of sessions share.  Private to auth/session*.c.
 *
 * Sessions in use stand in a table by the hash of their token, so that a request costs one SHA-256
 * and one look-up.  The table is bounded: when it is full an entry is let go, the store still has it.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/session.h"
#include "base/map.h"
#include "crypto/token.h"

struct session {
    uint8_t hash[SHA256_SIZE]; /* the key */
    struct actor actor;
    bool api_token;
    int64_t expires_at;
    int64_t until;   /* never slides beyond this */
    int64_t seen_at; /* as the store has it */
};

struct sessions {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct map *by_hash;
    uint64_t ends;      /* rises when a session ends, and when its row says so */
    struct list ending; /* those whose row does not say so yet */
    struct timer sweep;
    struct timer look;
    int64_t looked_at;     /* ms since 1970 */
    int64_t rights_n;      /* entry of the audit log up to which changes of roles are known */
    struct map *ends_told; /* by the id of the session; what a look need not tell again */
};

/* The row does not say so yet. */
struct ending {
    struct job job;
    struct list link;
    struct sessions *sessions;
    struct id session;
    session_ended_fn *done;
    void *arg;
};

bool session_is_ending(const struct sessions *s, const struct id *session);
/* Takes a copy. */
void session_keep(struct sessions *s, const struct session *session);
void session_forget(struct sessions *s, struct session *session);
/* As the store has the hash. */
struct span session_hash_hex(const uint8_t hash[SHA256_SIZE], struct arena *a);
/* Slides: the end of a session that is used now. */
int64_t session_expiry(int64_t until, struct wall now);

/* Starts and stops the sweep of old rows. */
void sessions_tend(struct sessions *s);
void sessions_tend_no_more(struct sessions *s);

/* API tokens of that person which are held with another role are asked for anew; their sockets close. */
void session_tokens_forget(struct sessions *s, const struct id *person, enum role role);

/* Starts and stops the look at what others have ended. */
void sessions_look(struct sessions *s);
void sessions_look_no_more(struct sessions *s);
/* This end is told here: no look tells it again. */
void session_note_end(struct sessions *s, const struct id *session);
