#include "media/remotes.h"
#include "support/test.h"

/* Peers are told apart by where they are, and not looked into. */
static char rooms[2];
static struct peer *const alice = (struct peer *)&rooms[0];
static struct peer *const bob = (struct peer *)&rooms[1];

static struct addr at(uint32_t n, uint16_t port)
{
    return (struct addr){
        .ip = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}, .port = port, .family = 4};
}

static struct peer *found(struct remotes *s, uint32_t n, uint16_t port, usec_t now)
{
    const struct addr a = at(n, port);
    const struct whose *w = remotes_find(s, &a, now);

    return w ? w->peer : NULL;
}

static void put(struct remotes *s, uint32_t n, uint16_t port, struct peer *p, usec_t now)
{
    const struct addr a = at(n, port);

    remotes_put(s, &a, (struct whose){.peer = p}, now);
}

TEST(an_address_is_one_peers)
{
    struct remotes *s = remotes_new();

    CHECK(!found(s, 1, 5000, SEC));
    put(s, 1, 5000, alice, SEC);
    put(s, 1, 5001, bob, SEC);
    CHECK(found(s, 1, 5000, SEC) == alice && found(s, 1, 5001, SEC) == bob);
    CHECK(!found(s, 2, 5000, SEC));
    put(s, 1, 5000, bob, SEC); /* has changed hands */
    CHECK(found(s, 1, 5000, SEC) == bob);
    CHECK(remotes_free(s) == NULL && remotes_free(NULL) == NULL);
}

TEST(families_are_told_apart)
{
    struct remotes *s = remotes_new();
    struct addr six = at(1, 5000);

    six.family = 6;
    put(s, 1, 5000, alice, SEC);
    CHECK(!remotes_find(s, &six, SEC));
    remotes_free(s);
}

TEST(another_lanes_is_remembered_as_such)
{
    struct remotes *s = remotes_new();
    const struct addr a = at(1, 5000);

    remotes_put(s, &a, (struct whose){.lane = 3}, SEC);
    const struct whose *w = remotes_find(s, &a, SEC);
    CHECK(w && !w->peer && w->lane == 3);
    remotes_free(s);
}

TEST(one_who_goes_takes_all_of_his_along)
{
    struct remotes *s = remotes_new();

    put(s, 1, 5000, alice, SEC);
    put(s, 2, 5000, bob, SEC);
    put(s, 3, 5000, alice, SEC);
    remotes_forget(s, alice);
    CHECK(!found(s, 1, 5000, SEC) && !found(s, 3, 5000, SEC) && found(s, 2, 5000, SEC) == bob);
    remotes_free(s);
}

TEST(what_is_used_stays_and_what_is_not_is_swept)
{
    struct remotes *s = remotes_new();
    usec_t now = SEC;

    put(s, 1, 5000, alice, now);
    put(s, 2, 5000, bob, now);
    for (; now < REMOTES_IDLE; now += 5 * SEC)
        CHECK(found(s, 1, 5000, now) == alice);
    remotes_sweep(s, SEC + REMOTES_IDLE - 1);
    put(s, 3, 5000, bob, now);
    CHECK(found(s, 1, 5000, now) == alice);
    remotes_sweep(s, SEC + REMOTES_IDLE);
    CHECK(found(s, 1, 5000, now) == alice && found(s, 3, 5000, now) == bob);
    CHECK(!found(s, 2, 5000, now));
    remotes_sweep(s, 2 * now + REMOTES_IDLE);
    CHECK(!found(s, 1, 5000, now) && !found(s, 3, 5000, now));
    remotes_free(s);
}

TEST(a_full_table_takes_nobody_new_and_keeps_who_is_there)
{
    struct remotes *s = remotes_new();

    for (uint32_t i = 0; i < REMOTES_MAX; i++)
        put(s, i, 5000, alice, SEC);
    put(s, REMOTES_MAX, 5000, bob, SEC);
    CHECK(!found(s, REMOTES_MAX, 5000, SEC));
    put(s, 7, 5000, bob, SEC);
    CHECK(found(s, 0, 5000, SEC) == alice && found(s, 7, 5000, SEC) == bob);
    remotes_sweep(s, SEC + REMOTES_IDLE);
    put(s, REMOTES_MAX, 5000, bob, 2 * SEC + REMOTES_IDLE);
    CHECK(found(s, REMOTES_MAX, 5000, 2 * SEC + REMOTES_IDLE) == bob);
    remotes_free(s);
}
