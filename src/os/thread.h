/*
 * thread - a thread that runs a loop of its own until it is freed.
 *
 * Thread: the owner's.
 */
#pragma once

#include "os/loop.h"

struct thread;

/* The loop is there at once and can be posted to, or set up, before thread_start(). */
struct thread *thread_new(const char *name);
void thread_start(struct thread *t);
struct loop *thread_loop(struct thread *t);
/* Ends the loop's turn and waits for the thread: what was on the loop is now the caller's to free. */
void thread_stop(struct thread *t);
/* After thread_stop(), when nothing is on the loop any more. */
struct thread *thread_free(struct thread *t);
