#include "app/services.h"
#include "support/test.h"

#include <string.h>

struct told {
    struct loop *loop;
    size_t count;
    struct addr first;
};

static void on_found(const struct addr *found, size_t n, void *arg)
{
    struct told *t = arg;

    t->count = n;
    t->first = found[0];
    loop_stop(t->loop);
}

TEST(the_databases_addresses_are_told)
{
    char url[] = "postgres://u:p@198.20.0.5,198.20.0.6/d";
    const struct config conf = {.database_url = url};
    struct told t = {.loop = loop_new()};
    struct services *s = services_new(t.loop, &conf, on_found, &t);

    loop_run(t.loop);
    CHECK_EQ(t.count, 2);
    CHECK_EQ(t.first.family, 4);
    CHECK_EQ(t.first.ip[3], 5);
    s = services_free(s);
    t.loop = loop_free(t.loop);
}

TEST(who_ends_while_it_looks_is_not_told)
{
    char url[] = "postgres://u:p@198.20.0.5/d";
    const struct config conf = {.database_url = url};
    struct told t = {.loop = loop_new()};
    struct services *s = services_new(t.loop, &conf, on_found, &t);

    s = services_free(s);
    t.loop = loop_free(t.loop);
    CHECK_EQ(t.count, 0);
}
