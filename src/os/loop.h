/*
 * loop - the turn of one thread: file descriptors, timers, what other threads post, and work handed
 * to the pool.  libuv stands behind it and nowhere else.
 *
 * A turn is: posted calls and ready descriptors and due timers, then everything that asked to be
 * run at its end (struct defer), so that a burst is written out once a turn.
 *
 * Thread: the loop's own, but for loop_post() and loop_stop().
 */
#pragma once

#include "base/clock.h"
#include "base/list.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

struct loop;

struct loop *loop_new(void);
struct loop *loop_free(struct loop *l); /* after loop_run() has returned */
/* Runs until loop_stop(). */
void loop_run(struct loop *l);
/* Any thread. */
void loop_stop(struct loop *l);
/* Is this the loop's own thread (or is the loop not running yet)?  For asserts. */
bool loop_here(const struct loop *l);
#define ASSERT_ON(loop) assert(loop_here(loop))

/* The time of this turn, read once a turn. */
usec_t loop_now(const struct loop *l);
struct wall loop_wall(const struct loop *l);

typedef void loop_fn(void *arg);

/* Any thread: runs fn(arg) on the loop's thread, in the order posted by one thread. */
void loop_post(struct loop *l, loop_fn *fn, void *arg);

/* On the loop's own thread: runs now what has been posted; for whoever has ended the thread that
 * posted it and must see its answers before going on. */
void loop_run_posted(struct loop *l);

/* Runs work(arg) on a thread of the pool, then done(arg) on this loop. */
void loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg);

/* Calls fn(signum, arg) on the loop when the signal comes. */
void loop_on_signal(struct loop *l, int signum, void (*fn)(int signum, void *arg), void *arg);

/* Something to run once at the end of this turn; embedded in its owner, asked for at most once a
 * turn (asking again changes nothing). */
struct defer {
    struct list link;
    loop_fn *fn;
    void *arg;
};

void defer_init(struct defer *d, loop_fn *fn, void *arg);
void loop_defer(struct loop *l, struct defer *d);
void defer_cancel(struct defer *d);

/* One deadline; embedded in its owner, ended with timer_stop().  Small: 10,000 are nothing. */
struct timer {
    struct loop *loop;
    loop_fn *fn;
    void *arg;
    usec_t at;
    size_t place; /* in the loop's heap, from 1; 0 when not set */
};

void timer_init(struct timer *t, struct loop *l, loop_fn *fn, void *arg);
void timer_set(struct timer *t, usec_t at); /* replaces an earlier deadline; NEVER stops */
void timer_after(struct timer *t, usec_t delay);
void timer_stop(struct timer *t);
