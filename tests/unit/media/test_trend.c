#include "media/trend.h"
#include "support/test.h"

/* Packets every 10 ms, of which each comes `later` us later than the one before it did. */
static enum trend_state after(struct trend *t, int n, int64_t later, int64_t *late)
{
    static usec_t sent;

    for (int i = 0; i < n; i++) {
        sent += 10 * MSEC;
        *late += later;
        trend_seen(t, sent, (int64_t)sent + 5000000 + *late);
    }
    return t->state;
}

TEST(steady_line_is_normal)
{
    struct trend t;
    int64_t late = 0;

    trend_init(&t);
    CHECK_EQ(after(&t, 200, 0, &late), TREND_NORMAL);
}

TEST(growing_queue_is_over_and_emptying_one_under)
{
    struct trend t;
    int64_t late = 0;

    trend_init(&t);
    after(&t, 100, 0, &late);
    CHECK_EQ(after(&t, 40, 2000, &late), TREND_OVER);
    CHECK_EQ(after(&t, 40, -2000, &late), TREND_UNDER);
    CHECK_EQ(after(&t, 400, 0, &late), TREND_NORMAL);
}

TEST(clock_that_drifts_a_little_is_normal)
{
    struct trend t;
    int64_t late = 0;

    trend_init(&t);
    CHECK_EQ(after(&t, 3000, 1, &late), TREND_NORMAL); /* 100 ppm */
}

TEST(what_comes_late_of_an_older_group_is_not_counted)
{
    struct trend t;

    trend_init(&t);
    for (usec_t at = SEC; at < 2 * SEC; at += 10 * MSEC) {
        trend_seen(&t, at, (int64_t)at);
        trend_seen(&t, at - 50 * MSEC, (int64_t)at + 1);
    }
    CHECK_EQ(t.state, TREND_NORMAL);
}
