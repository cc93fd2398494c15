/*
 * guest_leave - a guest who has come to the end (the link was withdrawn or has expired, or an administrator
 * said so) is a member no more: they would fill the group that they were in, and stand in its lists. What
 * they wrote keeps its sender.
 *
 * Thread: guests_leave() a store thread; guests_left() the main loop's, after the commit.
 */
#pragma once

#include "base/arena.h"
#include "bus/bus.h"
#include "store/store.h"

enum { GUESTS_LEAVE_MAX = 1000 /* at once; the rest at the next sweep */ };

/* Channels that somebody has left, each once. */
struct guest_places {
    const struct id *channels;
    size_t count;
};

/* All who are at their end by now.  0 or -errno; *ret lives in the arena. */
int guests_leave(struct db *db, struct wall now, struct arena *a, struct guest_places *ret);
/* Who is there hears that the channel has changed. */
void guests_left(struct bus *bus, const struct guest_places *p);
