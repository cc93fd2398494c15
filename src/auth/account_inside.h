/*
 * account_inside - what the ways in by address and password share: limits, hashes, and a visit.
 * Private to auth/account.c, sign_in.c, security.c and reset.c.
 *
 * Coming in takes turns: the limit, a question to the store, a password hash in the pool, the rows,
 * and a session.  One `struct visit` goes through them and is answered once.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/account.h"
#include "auth/entry.h"
#include "auth/second_factor.h"
#include "base/bucket.h"
#include "crypto/password.h"

struct accounts {
    struct accounts_conf conf;
    struct passwords *passwords;
    struct buckets *tries;    /* of one site at one account */
    struct buckets *sites;    /* of one site at any */
    struct buckets *refusals; /* of an account, that are written down */
    struct buckets *mails;    /* to one address */
};

enum purpose { SIGN_IN, SET_UP, ACCEPT, ADMIN_ADD };

struct visit {
    struct job job;
    struct accounts *accounts;
    enum purpose purpose;
    struct arena *arena; /* what the visitor said, and its person: for the whole visit */
    struct addr from;
    struct span user_agent;
    struct span email;
    struct span password;
    struct span code; /* of the second factor */
    struct span team;
    struct span account_key; /* of tries */
    struct span link;        /* the hash of its token, as the store has it */
    struct person me;
    bool familiar; /* was signed in at this address before */
    bool second_factor;
    struct proof proof;
    struct entry entry;
    const char *field;
    const char *why;
    arrival_fn *fn;
    admin_added_fn *admin_fn;
    void *arg;
};

struct visit *visit_new(struct accounts *a, enum purpose purpose, void *arg);
void visit_from(struct visit *v, const struct origin_of *from);
/* Answer, and free. */
void visit_finish(struct visit *v, const struct arrival *e);
void visit_fail(struct visit *v, int rc);
/* As all ways end: with a session. */
void visit_open_session(struct visit *v);

static inline struct visit *visit_of(struct job *job)
{
    return container_of(job, struct visit, job);
}

/*
 * One more try from this site, at an account (none: at any): 0, or how long to wait.  *ret_key, which
 * may be NULL, can be given back (accounts->tries) when it was a right one; it lives in the arena.
 */
usec_t accounts_try(struct accounts *a, const struct addr *from, struct span whom,
                    struct arena *arena, struct span *ret_key);
/* Somebody's password or code was wrong: into the audit log, once in a minute. */
void accounts_note_refusal(struct accounts *a, const struct person *who, const struct addr *from,
                           const char *why);
/* 0 or -EBADMSG with a sentence. */
int accounts_check_password(struct span password, const char **ret_why);
