/*
 * bus - what happened, told to every node: chat and calls publish, the hub delivers.
 *
 * With one node it is a call to each subscriber in turn; with several it goes through Redis as a
 * hint (a later driver).  So an event is a value: ids and text, no pointer.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/id.h"
#include "base/span.h"
#include "os/loop.h"

struct bus;

enum bus_kind {
    BUS_EVENT,          /* a frame for the audience: type and members */
    BUS_MEMBER_ADDED,   /* user joined channel */
    BUS_MEMBER_REMOVED, /* user left channel: deliver nothing of it any more */
    BUS_SESSION_ENDED,  /* session: close its sockets, end its calls */
    BUS_PRESENCE,       /* user: members is a Presence object of the contract */
};

enum bus_audience {
    BUS_TO_ALL,
    BUS_TO_CHANNEL, /* members of channel */
    BUS_TO_USER,    /* every page of user */
    BUS_TO_PAGE,    /* one page of user */
};

struct bus_event {
    enum bus_kind kind;
    enum bus_audience audience;
    bool transient; /* not kept for those who resume, first dropped for the slow (typing) */
    struct id channel;
    struct id user;
    struct id page;
    struct id session;
    struct id except_user; /* not to this one (the typist) */
    const char *type;      /* the contract's name of the event, static text */
    struct span members;   /* the members of its JSON object besides type and pos, without braces */
    int64_t change;        /* of the channel, 0 when it has none: a later driver sees gaps by it */
};

typedef void bus_fn(const struct bus_event *e, void *arg);

struct bus *bus_new(struct loop *l);
struct bus *bus_free(struct bus *b);
/* For the life of the bus. */
void bus_subscribe(struct bus *b, bus_fn *fn, void *arg);
/* Calls every subscriber before it returns; a publication made meanwhile comes after this one. */
void bus_publish(struct bus *b, const struct bus_event *e);
