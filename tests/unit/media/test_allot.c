#include "media/allot.h"
#include "support/test.h"

static struct allot camera(int best, int had)
{
    return (struct allot){.rate = {150, 500, 1500}, .best = best, .had = had};
}

TEST(all_have_their_best_where_there_is_room)
{
    struct allot all[] = {camera(2, -1), camera(1, -1), camera(0, -1)};

    CHECK_EQ(allot_all(all, 3, UINT32_MAX, true), 0);
    CHECK_EQ(all[0].given, 2);
    CHECK_EQ(all[1].given, 1);
    CHECK_EQ(all[2].given, 0);
}

TEST(each_gets_something_before_one_gets_more)
{
    struct allot all[] = {camera(2, -1), camera(2, -1), camera(2, -1)};

    CHECK_EQ(allot_all(all, 3, 900, true), 4950);
    CHECK_EQ(all[0].given, 1);
    CHECK_EQ(all[1].given, 0);
    CHECK_EQ(all[2].given, 0);
}

TEST(what_matters_least_is_paused_first)
{
    struct allot all[] = {camera(2, -1), camera(2, -1), camera(2, -1)};

    CHECK_EQ(allot_all(all, 3, 340, true), 4950);
    CHECK_EQ(all[0].given, 0);
    CHECK_EQ(all[1].given, 0);
    CHECK_EQ(all[2].given, -1);
}

TEST(nothing_is_paused_while_the_line_is_not_known)
{
    struct allot all[] = {camera(2, -1), camera(2, -1)};

    allot_all(all, 2, 0, false);
    CHECK_EQ(all[0].given, 0);
    CHECK_EQ(all[1].given, 0);
}

TEST(more_room_is_needed_to_rise_than_to_stay)
{
    struct allot stays = camera(1, 1);
    struct allot rises = camera(1, 0);

    allot_all(&stays, 1, 500, true);
    CHECK_EQ(stays.given, 1);
    /* so much would do */
    CHECK_EQ(allot_all(&rises, 1, 500, true), 550);
    CHECK_EQ(rises.given, 0);
    allot_all(&rises, 1, 550, true);
    CHECK_EQ(rises.given, 1);
}

TEST(encodings_that_do_not_come_are_passed_over)
{
    struct allot a = {.rate = {0, 0, 1500}, .best = 2, .had = -1};
    struct allot none = {.best = -1, .had = -1};

    allot_all(&a, 1, 2000, true);
    CHECK_EQ(a.given, 2);
    CHECK_EQ(allot_all(&none, 1, 2000, true), 0);
    CHECK_EQ(none.given, -1);
}
