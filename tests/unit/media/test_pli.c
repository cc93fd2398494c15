#include "media/pli.h"
#include "support/test.h"

TEST(who_needs_one_first_asks_at_once)
{
    struct pli p = {0};

    CHECK(!pli_due(&p, SEC));
    pli_want(&p);
    CHECK(pli_due(&p, SEC));
}

TEST(those_who_need_one_in_between_share_it)
{
    struct pli p = {0};

    pli_want(&p);
    CHECK(pli_due(&p, SEC));
    pli_want(&p);
    pli_want(&p);
    CHECK(!pli_due(&p, SEC + PLI_PAUSE - 1));
    CHECK(pli_due(&p, SEC + PLI_PAUSE));
    CHECK(!pli_due(&p, SEC + PLI_PAUSE));
}

TEST(it_is_asked_for_until_it_comes)
{
    struct pli p = {0};
    int asked = 0;

    pli_want(&p);
    for (usec_t now = SEC; now < 4 * SEC; now += 10 * MSEC)
        asked += pli_due(&p, now);
    CHECK_EQ(asked, 3 * SEC / PLI_PAUSE);
    pli_answered(&p);
    CHECK(!pli_due(&p, 10 * SEC));
    pli_want(&p);
    CHECK(pli_due(&p, 10 * SEC));
}

TEST(a_key_frame_that_came_by_itself_spares_asking)
{
    struct pli p = {0};

    pli_want(&p);
    pli_answered(&p);
    CHECK(!pli_due(&p, SEC));
}
