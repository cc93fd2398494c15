/*
 * worker - a thread with a queue: it is handed items (through a struct list in each) and runs them
 * in batches, all that have come since the last one.
 *
 * Thread: worker_push() any; the run function runs on the worker's own thread.
 */
#pragma once

#include "base/list.h"

#include <stdbool.h>
#include <stddef.h>

struct worker;

/* batch: the items' links, in order; the function takes each off.  max items a batch. */
typedef void worker_fn(struct list *batch, void *arg);

struct worker *worker_new(const char *name, size_t max_batch, worker_fn *run, void *arg);
void worker_push(struct worker *w, struct list *item);
size_t worker_queued(struct worker *w);
/* Is it being freed?  For a batch that waits for something. */
bool worker_ending(struct worker *w);
/* Runs what is queued, then ends the thread. */
struct worker *worker_free(struct worker *w);
