#include "http/queue.h"

#include "base/mem.h"

enum { FIRST_CAP = 8, DROPPABLE = 1 };

static uintptr_t *slot(const struct queue *q, uint32_t i)
{
    return q->cap ? &q->ring[(q->head + i) & (q->cap - 1)] : (uintptr_t *)&q->few[i];
}

static struct frame *frame_of(uintptr_t entry)
{
    return (struct frame *)(entry & ~(uintptr_t)DROPPABLE);
}

static void forget_ring(struct queue *q)
{
    q->ring = mem_free(q->ring);
    q->cap = 0;
    q->head = 0;
}

void queue_done(struct queue *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        (void)frame_unref(frame_of(*slot(q, i)));
    forget_ring(q);
    *q = (struct queue){0};
}

static void grow(struct queue *q)
{
    const uint32_t cap = q->cap ? 2 * q->cap : FIRST_CAP;
    uintptr_t *ring = mem_array(uintptr_t, cap);

    for (uint32_t i = 0; i < q->count; i++)
        ring[i] = *slot(q, i);
    (void)mem_free(q->ring);
    q->ring = ring;
    q->cap = cap;
    q->head = 0;
}

void queue_push(struct queue *q, struct frame *f, bool droppable)
{
    if (q->count == (q->cap ? q->cap : QUEUE_INLINE))
        grow(q);
    *slot(q, q->count++) = (uintptr_t)frame_ref(f) | (droppable ? DROPPABLE : 0);
    q->bytes += (uint32_t)frame_len(f);
}

void queue_drop(struct queue *q, size_t need, size_t max)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < q->count; i++) {
        const uintptr_t entry = *slot(q, i);
        const bool started = i == 0 && q->sent > 0;
        if ((entry & DROPPABLE) && !started && q->bytes + need > max) {
            q->bytes -= (uint32_t)frame_len(frame_of(entry));
            (void)frame_unref(frame_of(entry));
        } else {
            *slot(q, kept++) = entry;
        }
    }
    q->count = kept;
}

void queue_cut(struct queue *q)
{
    const uint32_t keep = q->sent > 0 ? 1 : 0;

    for (uint32_t i = keep; i < q->count; i++) {
        struct frame *f = frame_of(*slot(q, i));
        q->bytes -= (uint32_t)frame_len(f);
        (void)frame_unref(f);
    }
    q->count = q->count < keep ? q->count : keep;
}

int queue_gather(const struct queue *q, struct iovec *iov, int max)
{
    int n = 0;

    for (; n < max && (uint32_t)n < q->count; n++) {
        const struct span bytes = frame_bytes(frame_of(*slot(q, (uint32_t)n)));
        const size_t skip = n == 0 ? q->sent : 0;
        iov[n] = (struct iovec){(char *)bytes.p + skip, bytes.len - skip};
    }
    return n;
}

/* Takes the first frame off. */
static void pop(struct queue *q)
{
    (void)frame_unref(frame_of(*slot(q, 0)));
    q->count--;
    if (q->cap) {
        q->head = (q->head + 1) & (q->cap - 1);
    } else {
        q->few[0] = q->few[1];
    }
    q->sent = 0;
}

void queue_sent(struct queue *q, size_t n)
{
    q->bytes -= (uint32_t)n;
    while (n > 0) {
        const size_t left = frame_len(frame_of(*slot(q, 0))) - q->sent;
        if (n < left) {
            q->sent += (uint32_t)n;
            return;
        }
        n -= left;
        pop(q);
    }
    if (q->count == 0 && q->cap)
        forget_ring(q);
}
