/*
 * call - calls as their history tells them: one row a call, and one for each person in it with how
 * it ended for them.
 *
 * Thread: a store thread with its job's connection; call_record_write() any.
 */
#pragma once

#include "store/person.h"

struct call_row {
    struct id id;
    struct id channel;
    struct id caller;
    struct id callee;
    bool video;
    const char *state;  /* of the contract's Call */
    const char *reason; /* NULL until it ended */
    int64_t started_at;
    int64_t answered_at; /* 0: never */
    int64_t ended_at;    /* 0: it runs */
    /* Of the contract's CallRecord, for each; NULL until it ended. */
    const char *caller_outcome;
    const char *callee_outcome;
};

/* A call as one of its people sees it. */
struct call_record {
    struct id id;
    struct id channel;
    struct person peer; /* id none: gone */
    bool incoming;
    bool video;
    struct span outcome;
    int64_t started_at;
    int64_t duration_ms;
};

struct call_records {
    struct call_record *rows;
    size_t count;
};

/* One who may be in a call of their chat. */
struct call_guest {
    struct id user;
    bool moderator; /* of the chat, or an owner of its team */
    bool busy;      /* does not want to be disturbed */
    bool active;
};

struct call_guests {
    struct call_guest *rows;
    size_t count;
};

/* All: 0 or -errno of db.h; text lives in the arena. */

int call_guests(struct db *db, const struct id *channel, struct arena *a, struct call_guests *ret);

/* Of one more person in a call of many. */
int call_party_put(struct db *db, const struct id *call, const struct id *user, bool incoming,
                   const char *outcome);

/* Writes the call as it is now, whether it was written before or not. */
int call_put(struct db *db, const struct call_row *c);
/* Calls that have not ended, at most max: rows without reason and outcomes. */
int calls_left_open(struct db *db, size_t max, struct call_row *ret_rows, size_t *ret_count);
/* Ended ones of the person before that call (none: the newest), newest first. */
int call_history(struct db *db, const struct id *person, const struct id *before, bool missed,
                 int64_t limit, struct arena *a, struct call_records *ret);
/* Missed ones since the person looked last. */
int call_missed_count(struct db *db, const struct id *person, int64_t *ret);
/* Looked at now. */
int call_seen(struct db *db, const struct id *person, struct wall now);

void call_record_write(struct json_out *o, const char *key, const struct call_record *r);
