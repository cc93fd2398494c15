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
    struct services *s = services_new(t.loop, &conf, NULL, on_found, &t);

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
    struct services *s = services_new(t.loop, &conf, NULL, on_found, &t);

    s = services_free(s);
    t.loop = loop_free(t.loop);
    CHECK_EQ(t.count, 0);
}

/* db2's name server rests in the second look. */
static size_t looks;

static size_t look_up(const char *host, uint16_t port, struct addr *ret, size_t max)
{
    CHECK(max > 0 && port == 0);
    const bool second = strcmp(host, "db2") == 0;

    if (second && looks++ == 1)
        return 0;
    *ret = (struct addr){.ip = {198, 20, 0, second ? 6 : 5}, .family = 4};
    return 1;
}

TEST(a_host_that_is_not_found_stays_where_it_was)
{
    char url[] = "postgres://u:p@db1,db2/d";
    const struct config conf = {.database_url = url};
    struct told t = {.loop = loop_new()};
    struct services *s = services_new(t.loop, &conf, look_up, on_found, &t);

    loop_run(t.loop);
    CHECK_EQ(t.count, 2);
    t.count = 0;
    services_look_now(s);
    loop_run(t.loop);
    CHECK_EQ(looks, 2);
    CHECK_EQ(t.count, 2);
    s = services_free(s);
    t.loop = loop_free(t.loop);
}
