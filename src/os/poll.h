/*
 * poll - being told that a descriptor can be read or written (level-triggered).
 *
 * The owner makes the read and write calls itself, which is as fast as bare epoll.
 *
 * Thread: the loop's.
 */
#pragma once

#include "os/loop.h"

enum { POLL_READ = 1, POLL_WRITE = 2 };

struct poll;

typedef void poll_fn(int events, void *arg);

/* fd stays the caller's, must be non-blocking, and is closed only after poll_free(). */
struct poll *poll_new(struct loop *l, int fd, poll_fn *fn, void *arg);
void poll_set(struct poll *p, int events); /* 0 pauses */
struct poll *poll_free(struct poll *p);    /* safe inside fn */
