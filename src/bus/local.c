/*
 * The bus of one node: a call to each subscriber.  What a subscriber publishes meanwhile waits, so
 * that all of them hear events in one order.
 */
#include "base/list.h"
#include "base/mem.h"
#include "bus/bus.h"

#include <assert.h>

enum { SUBSCRIBERS_MAX = 8 };

struct waiting {
    struct list link;
    struct bus_event event;
    char members[]; /* the event's own copy */
};

struct bus {
    struct loop *loop;
    struct {
        bus_fn *fn;
        void *arg;
    } subscribers[SUBSCRIBERS_MAX];
    size_t count;
    struct list waiting;
    bool telling;
};

static void tell(struct bus *b, const struct bus_event *e)
{
    for (size_t i = 0; i < b->count; i++)
        b->subscribers[i].fn(e, b->subscribers[i].arg);
}

static void wait_in_line(struct bus *b, const struct bus_event *e)
{
    struct waiting *w = mem_alloc(sizeof(*w) + e->members.len);

    w->event = *e;
    if (e->members.len > 0)
        memcpy(w->members, e->members.p, e->members.len);
    w->event.members.p = w->members;
    list_init(&w->link);
    list_add_tail(&b->waiting, &w->link);
}

struct bus *bus_new(struct loop *l)
{
    struct bus *b = mem_new(struct bus);

    b->loop = l;
    list_init(&b->waiting);
    return b;
}

struct bus *bus_free(struct bus *b)
{
    return mem_free(b);
}

void bus_subscribe(struct bus *b, bus_fn *fn, void *arg)
{
    assert(b->count < SUBSCRIBERS_MAX);
    b->subscribers[b->count].fn = fn;
    b->subscribers[b->count++].arg = arg;
}

void bus_publish(struct bus *b, const struct bus_event *e)
{
    ASSERT_ON(b->loop);
    if (b->telling) {
        wait_in_line(b, e);
        return;
    }
    b->telling = true;
    tell(b, e);
    while (!list_empty(&b->waiting)) {
        struct waiting *w = container_of(b->waiting.next, struct waiting, link);
        list_del(&w->link);
        tell(b, &w->event);
        (void)mem_free(w);
    }
    b->telling = false;
}
