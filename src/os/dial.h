/*
 * dial - looks a name up, connects, waits: for commands and for threads of the pool, which may block.
 *
 * Descriptors are non-blocking and close-on-exec, and the caller's.
 *
 * Thread: any but a loop's that serves.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"

#include <stdbool.h>

/* The addresses of a name, or that one which it is, each once, with this port; how many. */
size_t dial_look_up(const char *host, uint16_t port, struct addr *ret, size_t max);

/* A socket that only to can answer.  Of TCP the connection may still be on its way: dial_wait() for
 * writing, then dial_outcome(). */
int dial_open(const struct addr *to, bool datagrams, int *ret_fd);
/* How a connection has come out: 0, -ECONNREFUSED and so on. */
int dial_outcome(int fd);

/* Until the socket can be read (or written), or the clock says until; -ETIMEDOUT. */
int dial_wait(int fd, bool write, usec_t until);
