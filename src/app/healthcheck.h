/*
 * healthcheck - asks a server on this machine whether it is alive, as `convene healthcheck` does for
 * a container's engine: an image that holds nothing else needs no curl.
 *
 * One GET /healthz over a blocking socket.  It asks in plain HTTP also where the port has a
 * certificate, since /healthz answers so to this machine (http/server.h).
 *
 * Thread: any; blocks, for `patience` at most at each step of connecting, writing and reading.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

/* 0: it has answered 200.  Otherwise -errno with a sentence in why: -ECONNREFUSED and the like: there
 * is none; -ETIMEDOUT; -EIO: it says something else. */
int healthcheck_ask(uint16_t port, usec_t patience, struct buf *why);
