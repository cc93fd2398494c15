#include "base/rand.h"
#include "hub/audience.h"
#include "support/test.h"

#include <stdio.h>

static struct id name(const char *kind, unsigned n)
{
    struct id id;

    (void)snprintf(id.s, sizeof(id.s), "%.8s-0000-7000-8000-%012u", kind, n);
    return id;
}

static void count(struct ear *ear, void *arg)
{
    (void)ear;
    (*(unsigned *)arg)++;
}

static unsigned heard_in(struct audience *a, const struct id *channel)
{
    unsigned n = 0;

    audience_each_of_channel(a, channel, count, &n);
    return n;
}

TEST(every_page_of_every_member_hears_a_channel)
{
    struct audience *a = audience_new();
    struct ear ears[3];
    const struct id ada = name("aaaaaaaa", 1);
    const struct id ben = name("aaaaaaaa", 2);
    const struct id general = name("cccccccc", 1);

    audience_join(a, &ada, &ears[0]);
    audience_join(a, &ada, &ears[1]);
    audience_join(a, &ben, &ears[2]);
    audience_load(a, ears[0].listener, &general, 1);
    CHECK_EQ(heard_in(a, &general), 2);
    audience_load(a, ears[2].listener, &general, 1);
    CHECK_EQ(heard_in(a, &general), 3);
    audience_leave(a, &ears[1]);
    CHECK_EQ(heard_in(a, &general), 2);
    audience_free(a);
}

TEST(who_is_removed_hears_nothing_more)
{
    struct audience *a = audience_new();
    struct ear ear;
    const struct id ada = name("aaaaaaaa", 1);
    const struct id general = name("cccccccc", 1);

    audience_join(a, &ada, &ear);
    audience_load(a, ear.listener, &general, 1);
    audience_exit(a, &ada, &general);
    CHECK_EQ(heard_in(a, &general), 0);
    CHECK(!listener_in(ear.listener, &general));
    audience_free(a);
}

TEST(membership_that_changes_during_a_load_is_seen_by_its_number)
{
    struct audience *a = audience_new();
    struct ear ear;
    const struct id ada = name("aaaaaaaa", 1);
    const struct id general = name("cccccccc", 1);

    audience_join(a, &ada, &ear);
    const uint32_t before = listener_moves(ear.listener);
    audience_exit(a, &ada, &general);
    CHECK(listener_moves(ear.listener) != before);
    audience_free(a);
}

TEST(channel_named_twice_is_heard_once)
{
    struct audience *a = audience_new();
    struct ear ear;
    const struct id ada = name("aaaaaaaa", 1);
    const struct id twice[2] = {name("cccccccc", 1), name("cccccccc", 1)};

    audience_join(a, &ada, &ear);
    audience_load(a, ear.listener, twice, 2);
    audience_enter(a, &ada, &twice[0]);
    CHECK_EQ(heard_in(a, &twice[0]), 1);
    audience_exit(a, &ada, &twice[0]);
    CHECK_EQ(heard_in(a, &twice[0]), 0);
    audience_free(a);
}

/* The back references are held against a plain matrix through 20,000 random moves. */
TEST(index_agrees_with_a_plain_matrix)
{
    enum { PEOPLE = 12, CHANNELS = 9, MOVES = 20000 };
    struct audience *a = audience_new();
    struct ear ears[PEOPLE];
    struct id people[PEOPLE];
    struct id channels[CHANNELS];
    bool in[PEOPLE][CHANNELS] = {0};

    rand_seed(7);
    for (unsigned c = 0; c < CHANNELS; c++)
        channels[c] = name("cccccccc", c);
    for (unsigned p = 0; p < PEOPLE; p++) {
        people[p] = name("aaaaaaaa", p);
        audience_join(a, &people[p], &ears[p]);
        audience_load(a, ears[p].listener, channels, 0);
    }
    for (unsigned move = 0; move < MOVES; move++) {
        const size_t p = rand_below(PEOPLE);
        const size_t c = rand_below(CHANNELS);
        const bool enter = rand_below(2) == 1;

        if (enter)
            audience_enter(a, &people[p], &channels[c]);
        else
            audience_exit(a, &people[p], &channels[c]);
        in[p][c] = enter;

        unsigned want = 0;
        for (unsigned i = 0; i < PEOPLE; i++)
            want += in[i][c];
        CHECK_EQ(heard_in(a, &channels[c]), want);
        CHECK_EQ(listener_in(ears[p].listener, &channels[c]), enter);
    }
    audience_free(a);
}
