/*
 * queue - the frames that wait for one socket: references in their order, with few of them inside
 * the struct, so that an idle socket costs little and a delivery no allocation.  Private to http/.
 *
 * Thread: the loop's.
 */
#pragma once

#include "http/frame.h"

#include <sys/uio.h>

enum { QUEUE_INLINE = 2 };

struct queue {
    uintptr_t *ring; /* of cap entries: a frame's address, 1 added when it is droppable */
    uint32_t cap;    /* a power of two; 0: the inline ones are used, from 0 up */
    uint32_t head;
    uint32_t count;
    uint32_t sent;  /* bytes of the first frame that are gone */
    uint32_t bytes; /* of all that wait */
    uintptr_t few[QUEUE_INLINE];
};

void queue_done(struct queue *q);
/* Takes a reference of its own. */
void queue_push(struct queue *q, struct frame *f, bool droppable);
/* Drops droppable frames, the oldest first, until `need` more bytes stay within max or there are no
 * more; never one that is partly sent. */
void queue_drop(struct queue *q, size_t need, size_t max);
/* Drops all but a frame that is partly sent. */
void queue_cut(struct queue *q);
/* Fills iov with what is next; how many it took. */
int queue_gather(const struct queue *q, struct iovec *iov, int max);
/* n bytes are gone. */
void queue_sent(struct queue *q, size_t n);
