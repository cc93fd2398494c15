#include "media/twcc_out.h"
#include "support/test.h"

TEST(tells_when_what_arrives_was_sent)
{
    struct twcc_out *t = twcc_out_new();
    struct twcc_result r;

    CHECK_EQ(twcc_out_next(t), 1);
    twcc_out_sent(t, 1200, 3, 5 * SEC);
    CHECK(twcc_out_heard(t, 1, true, 777, 5 * SEC + 40 * MSEC, &r));
    CHECK_EQ(r.sent_at, 5 * SEC);
    CHECK_EQ(r.arrived_at, 777);
    CHECK_EQ(r.size, 1200);
    CHECK_EQ(r.probe, 3);
    CHECK(!r.lost);
    CHECK(!twcc_out_heard(t, 1, true, 777, 6 * SEC, &r)); /* no news */
    twcc_out_free(t);
}

TEST(what_was_never_sent_is_no_news)
{
    struct twcc_out *t = twcc_out_new();
    struct twcc_result r;

    CHECK(!twcc_out_heard(t, 0, true, 0, SEC, &r));
    CHECK(!twcc_out_heard(t, 1, true, 0, SEC, &r));
    CHECK(!twcc_out_heard(t, 65535, false, 0, SEC, &r));
    twcc_out_sent(t, 100, 0, SEC);
    CHECK(!twcc_out_heard(t, 2, true, 0, SEC, &r));
    CHECK(!twcc_out_heard(t, 0, true, 0, SEC, &r));
    twcc_out_free(t);
}

TEST(lost_packet_may_come_after_all)
{
    struct twcc_out *t = twcc_out_new();
    struct twcc_result r;

    twcc_out_sent(t, 100, 0, SEC);
    CHECK(twcc_out_heard(t, 1, false, 0, 2 * SEC, &r));
    CHECK(r.lost && !r.mended);
    CHECK(!twcc_out_heard(t, 1, false, 0, 2 * SEC, &r));
    CHECK(twcc_out_heard(t, 1, true, 9, 2 * SEC, &r));
    CHECK(!r.lost && r.mended);
    twcc_out_free(t);
}

TEST(only_so_many_are_remembered)
{
    struct twcc_out *t = twcc_out_new();
    struct twcc_result r;

    for (int i = 0; i < TWCC_OUT_WINDOW + 1; i++)
        twcc_out_sent(t, 100, 0, SEC);
    CHECK(!twcc_out_heard(t, 1, true, 0, SEC, &r));
    CHECK(twcc_out_heard(t, 2, true, 0, SEC, &r));
    twcc_out_free(t);
}

TEST(numbers_and_times_begin_anew)
{
    const int64_t round = (int64_t)TWCC_OUT_TICK_US << TWCC_OUT_CLOCK_BITS;
    struct twcc_out *t = twcc_out_new();
    struct twcc_result r;
    usec_t now = SEC;
    int64_t before = 0;

    for (int i = 0; i < 70000; i++, now += MSEC) {
        const uint16_t seq = twcc_out_next(t);
        twcc_out_sent(t, 100, 0, now);
        /* the receiver's clock begins anew on the way */
        const int64_t at = ((int64_t)now + round - 30 * (int64_t)SEC) % round;
        CHECK(twcc_out_heard(t, seq, true, at, now + MSEC, &r));
        CHECK_EQ(r.sent_at, now);
        CHECK(i == 0 || r.arrived_at == before + (int64_t)MSEC);
        before = r.arrived_at;
    }
    twcc_out_free(t);
}
