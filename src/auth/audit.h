/*
 * audit - who did what, when and from where: a log that is only ever added to.
 *
 * Each entry bears HMAC-SHA256, by a key that follows from SESSION_SECRET, of the entry before it and
 * of what it says itself.  So an entry that was changed, left out or put in shows, to whoever has the
 * secret, from there on; only the newest ones can be cut off unseen, and those a backup has.
 *
 * Positions have no holes.  The head of the log is one row, so all that writes an entry runs in one lane
 * of the store (AUDIT_LANE as the key of store_write()).
 *
 * Thread: a store thread with its job's connection; audit_note() the main loop's.
 */
#pragma once

#include "auth/secret.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/person.h"
#include "store/store.h"

#define AUDIT_LANE "audit"

enum { AUDIT_PAGE_MAX = 200, AUDIT_DETAIL_MAX = 4096 };

struct audit_entry {
    int64_t n;               /* read only */
    int64_t at;              /* read only: ms since 1970 */
    struct id actor;         /* none: nobody who was signed in (the command line, a stranger) */
    struct span actor_name;  /* SPAN_NONE: as the store has it */
    struct span action;      /* "session.create" */
    struct span target;      /* an id, or none */
    struct span target_name; /* its name then, or none */
    struct span ip;          /* or none */
    struct span detail;      /* a JSON object, or none */
};

/* Within the transaction of the act.  0 or -errno. */
int audit_write(struct db *db, const struct secret *secret, const struct audit_entry *given,
                struct wall now);
/* In a transaction of its own, of which nobody hears: for what has no other. */
void audit_note(struct store *store, const struct secret *secret, const struct audit_entry *e);

struct audit_query {
    int64_t before;     /* 0: from the newest */
    struct span action; /* none: any */
    struct id person;   /* none: anybody; else as actor or target */
    int64_t limit;
};

/* The newest first; text lives in the arena.  *ret_more: there are older ones. */
int audit_list(struct db *db, const struct audit_query *q, struct arena *a,
               struct audit_entry **ret, size_t *ret_count, bool *ret_more);

/* Goes through all of it: how many there are, and the first that is not as it was written; 0: none. */
int audit_verify(struct db *db, const struct secret *secret, int64_t *ret_count,
                 int64_t *ret_broken_at);
