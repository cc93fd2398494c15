#include "bus/bus.h"
#include "support/test.h"

#include <string.h>

static char heard[64];
static struct bus *the_bus;

static void hear(const struct bus_event *e, void *arg)
{
    (void)strncat(heard, arg, 1);
    (void)strncat(heard, e->members.p, e->members.len);
}

static void answer_first(const struct bus_event *e, void *arg)
{
    char text[] = "2";

    hear(e, arg);
    if (e->members.p[0] == '1')
        bus_publish(the_bus, &(struct bus_event){.members = span_str(text)});
    text[0] = 'x'; /* the bus keeps no pointer into the publisher */
}

TEST(all_hear_events_in_one_order)
{
    struct loop *l = loop_new();
    char a[] = "a";
    char b[] = "b";

    the_bus = bus_new(l);
    bus_subscribe(the_bus, answer_first, a);
    bus_subscribe(the_bus, hear, b);
    bus_publish(the_bus, &(struct bus_event){.members = span_str("1")});
    CHECK_STR(heard, "a1b1a2b2");
    bus_free(the_bus);
    loop_free(l);
}
