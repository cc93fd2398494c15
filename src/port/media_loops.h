/*
 * media_loops - the loops that media are moved on: a thread each, with a socket of MEDIA_PORT.
 *
 * Those who work on them are made after the loops, are started before the threads, and go between
 * media_loops_stop() and media_loops_free(), when nothing runs any more.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "os/thread.h"
#include "port/datagrams.h"

enum { MEDIA_LOOPS_MAX = 16 };

struct media_loops;

/* n: 1 to MEDIA_LOOPS_MAX; port 0: any that is free.  -errno of the port. */
int media_loops_new(uint16_t port, size_t n, struct media_loops **ret);
void media_loops_start(struct media_loops *m);
/* Waits for the threads, then runs what the loops and main have posted to one another. */
void media_loops_stop(struct media_loops *m, struct loop *main);
/* The same again, for what was posted by those who went since. */
struct media_loops *media_loops_free(struct media_loops *m, struct loop *main);

size_t media_loops_count(const struct media_loops *m);
struct loop *media_loops_loop(const struct media_loops *m, size_t i);
struct datagrams *media_loops_datagrams(const struct media_loops *m, size_t i);
uint16_t media_loops_port(const struct media_loops *m);
