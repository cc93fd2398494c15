/*
 * inside - what the files of calls/ share: the calls that are known, and what follows from a change
 * of one.  Private to calls/.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "calls/call.h"
#include "calls/calls.h"

enum { CALL_PAIR = 2 };

struct calls {
    struct calls_conf conf;
    struct map *by_id;      /* struct entry: also those that ended a moment ago */
    struct map *by_channel; /* struct entry: those that ring or run */
    struct map *by_user;    /* struct busy: people with such a call */
    struct list starting;   /* see start.c */
    struct buckets *starts;
};

/* A person with calls that ring or run. */
struct busy {
    struct id user; /* the key */
    struct list sides;
    bool in_call; /* as told */
};

struct entry;

/* One of the two of a call. */
struct side {
    struct list link;
    struct entry *entry;
    struct busy *busy; /* NULL once the call has ended */
};

struct entry {
    struct calls *calls;
    struct call call;
    struct side sides[CALL_PAIR];
    struct timer timer;
    int64_t told;          /* the change that was told last */
    enum call_state saved; /* the state that was saved last */
};

struct call_time calls_time(const struct calls *c);
struct call_who call_who_of(const struct caller *who);

/* Makes a call, keeps and tells it. */
struct entry *entry_new(struct calls *c, const struct call_plan *plan);
/* Without a word to anybody. */
struct entry *entry_free(struct entry *e);
/* Tells and keeps what has changed since the last time, and sets the next deadline. */
void entry_settle(struct entry *e);
struct entry *entry_of(struct list *side);

/* NULL: none rings or runs. */
struct busy *busy_find(const struct calls *c, const struct id *user);
size_t busy_count(const struct calls *c, const struct id *user);

/* Starts that the store is still asked about: those of the page, or of the session, come to
 * nothing. */
void start_forget_page(struct calls *c, const struct id *user, const struct id *page);
void start_forget_session(struct calls *c, const struct id *session);
