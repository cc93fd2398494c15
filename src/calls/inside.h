/*
 * inside - what the files of calls/ share: the calls that are known, and what follows from a change
 * of one.  Private to calls/.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/authorize.h"
#include "base/list.h"
#include "base/map.h"
#include "calls/call.h"
#include "calls/calls.h"

enum { CALL_MANY = 16 /* legs: from then on what changes is told in ticks */ };

#define CALL_TELL_EVERY (100 * MSEC)
#define CALL_WHOLE_EVERY                                                                           \
    (5 * SEC) /* of many: in between only the legs that have changed are told */

struct calls {
    struct calls_conf conf;
    struct map *by_id;      /* struct entry: also those that ended a moment ago */
    struct map *by_channel; /* struct entry: those that ring or run */
    struct map *by_user;    /* struct busy: people with such a call */
    struct list groups;     /* struct entry: those of groups among them */
    struct plane *plane;    /* NULL: no rooms */
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

/* One who has a leg of a call, or is asked to. */
struct side {
    struct list link; /* busy.sides */
    struct list with; /* entry.sides */
    struct entry *entry;
    struct busy *busy;
};

/* One who may join a group's call. */
struct guest {
    struct id user; /* the key */
    bool moderator; /* of the chat */
    bool asked;     /* was rung */
    bool joined;    /* at some time */
};

struct entry {
    struct calls *calls;
    struct call call;
    struct list sides;
    struct list link;   /* calls.groups */
    struct map *guests; /* of a group: struct guest by user */
    struct timer timer;
    struct timer tell;     /* of what has changed since */
    int64_t told;          /* the change that was told last */
    struct leg *told_legs; /* of many: as they were told; NULL: not yet */
    size_t told_count;
    usec_t whole_at;       /* when all of them are told next */
    enum call_state saved; /* the state that was saved last */
};

struct call_time calls_time(const struct calls *c);
struct call_who call_who_of(const struct caller *who);

/* The call, when the actor may: 0, or what authorize() says. */
int calls_find(const struct calls *c, const struct caller *who, enum verb verb,
               const struct id *call, struct entry **ret);

/* Makes a call, keeps and tells it.  guests: those of a group, who become the entry's; NULL. */
struct entry *entry_new(struct calls *c, const struct call_plan *plan, struct map *guests);
/* Is this one of its people? */
bool entry_has(const struct entry *e, const struct id *user);
struct map *guests_free(struct map *guests);
/* Without a word to anybody. */
struct entry *entry_free(struct entry *e);
/* Tells and keeps what has changed since the last time, and sets the next deadline. */
void entry_settle(struct entry *e);
struct entry *entry_of(struct list *side);

/* NULL: none rings or runs. */
struct busy *busy_find(const struct calls *c, const struct id *user);
size_t busy_count(const struct calls *c, const struct id *user);

/* media.c: tells the room who is there and what they send. */
void media_settle(struct entry *e);
void media_close(struct entry *e);

/* Starts that the store is still asked about: those of the page, or of the session, come to
 * nothing. */
void start_forget_page(struct calls *c, const struct id *user, const struct id *page);
void start_forget_session(struct calls *c, const struct id *session);
