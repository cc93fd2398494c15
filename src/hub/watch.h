/*
 * watch - who hears of whose presence.
 *
 * A page watches the people it shows.  News is merged over WATCH_TICK: of one person only the
 * latest counts, and a page gets one frame a tick; a frame about one person alone is built once
 * for all who need no other.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "hub/audience.h"
#include "os/loop.h"

struct buf;
struct frame;
struct news;
struct watch;

#define WATCH_TICK (50 * MSEC)

/* Embedded in a client. */
struct eye {
    struct ear ear; /* listener is NULL while nobody is watched */
    struct list due;
    struct news *news; /* of this tick, when it is of one person */
    struct buf *more;  /* of this tick, when it is of several */
};

typedef void watch_send_fn(struct eye *eye, struct frame *frame, void *arg);

struct watch *watch_new(struct loop *l, watch_send_fn *send, void *arg);
struct watch *watch_free(struct watch *w);

void eye_init(struct eye *eye);
/* Replaces the people this eye watches; n may be 0. */
void watch_set(struct watch *w, struct eye *eye, const struct id *users, size_t n);

/* person's outward state is now this Presence object; told at the next tick. */
void watch_tell(struct watch *w, const struct id *person, struct span presence);

/* The frame that carries these Presence objects (with commas between). */
struct frame *watch_frame(struct span presences);
