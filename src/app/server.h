/*
 * server - all parts put together: `convene serve`.
 *
 * Built from the bottom up: loop, store, bus, sessions and accounts, chat and calls, the API and
 * the hub, HTTP, the port.  It ends the other way round, but for the store, which goes first, since
 * its last answers still want the parts that asked.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "app/config.h"

struct server;

/* Opens everything but serves nothing yet.  -errno with a sentence for the operator in why. */
int server_new(const struct config *conf, struct server **ret, struct buf *why);
struct server *server_free(struct server *s);

/* Serves until a signal ends it: the first one gracefully, the second at once. */
void server_run(struct server *s);
