#include "os/heap.h"

#include "base/mem.h"

enum { FIRST_CAP = 64 };

void heap_done(struct heap *h)
{
    h->at = mem_free(h->at);
    h->count = 0;
    h->cap = 0;
}

size_t heap_count(const struct heap *h)
{
    return h->count;
}

struct timer *heap_first(const struct heap *h)
{
    return h->count > 0 ? h->at[1] : NULL;
}

static void stand(struct heap *h, struct timer *t, size_t place)
{
    h->at[place] = t;
    t->place = place;
}

/* Moves the hole at `place` up until t may stand there. */
static void rise(struct heap *h, struct timer *t, size_t place)
{
    while (place > 1 && t->at < h->at[place / 2]->at) {
        stand(h, h->at[place / 2], place);
        place /= 2;
    }
    stand(h, t, place);
}

static void sink(struct heap *h, struct timer *t, size_t place)
{
    for (;;) {
        size_t child = 2 * place;

        if (child > h->count)
            break;
        if (child < h->count && h->at[child + 1]->at < h->at[child]->at)
            child++;
        if (t->at <= h->at[child]->at)
            break;
        stand(h, h->at[child], place);
        place = child;
    }
    stand(h, t, place);
}

static void settle(struct heap *h, struct timer *t, size_t place)
{
    if (place > 1 && t->at < h->at[place / 2]->at) {
        rise(h, t, place);
    } else {
        sink(h, t, place);
    }
}

void heap_put(struct heap *h, struct timer *t)
{
    if (t->place != 0) {
        settle(h, t, t->place);
        return;
    }
    if (h->count + 2 > h->cap) {
        h->cap = h->cap ? 2 * h->cap : FIRST_CAP;
        h->at = mem_realloc(h->at, h->cap * sizeof(struct timer *));
    }
    rise(h, t, ++h->count);
}

void heap_del(struct heap *h, struct timer *t)
{
    const size_t place = t->place;

    if (place == 0)
        return;
    t->place = 0;
    struct timer *last = h->at[h->count--];
    if (last != t)
        settle(h, last, place);
}
