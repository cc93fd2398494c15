/*
 * clock - the time for threads that have no loop (a loop's is read once a turn: loop_now()).
 *
 * Thread: any; clock_sleep() blocks.
 */
#pragma once

#include "base/clock.h"

/* As loop_now(): since some moment, never backwards. */
usec_t clock_now(void);
struct wall clock_wall(void);
void clock_sleep(usec_t for_so_long);
