#include "media/source.h"
#include "support/test.h"

static const struct heard_report none;

static uint64_t seen(struct reception *r, uint16_t seq, uint32_t timestamp, usec_t now)
{
    uint64_t whole;

    reception_seen(r, seq, timestamp, 90000, now, &whole);
    return whole;
}

static struct rtcp_report report(struct reception *r, usec_t now)
{
    struct rtcp_report told;

    reception_report(r, &none, 7, now, &told);
    return told;
}

TEST(a_line_without_loss_is_told_of_as_such)
{
    struct reception r = {0};

    for (uint32_t i = 0; i < 100; i++)
        (void)seen(&r, (uint16_t)i, i * 3000, SEC + i * (SEC / 30));
    const struct rtcp_report told = report(&r, 5 * SEC);
    CHECK(told.ssrc == 7 && told.lost == 0 && told.fraction_lost == 0);
    CHECK((uint16_t)told.highest == 99 && told.jitter < 2);
    CHECK(told.last_sr == 0 && told.delay == 0);
}

TEST(what_is_missing_is_told_for_the_time_since_and_for_all)
{
    struct reception r = {0};

    for (uint16_t i = 0; i < 100; i++) {
        if (i % 4 != 2)
            (void)seen(&r, i, 0, SEC);
    }
    struct rtcp_report told = report(&r, SEC);
    CHECK(told.lost == 25 && told.fraction_lost >= 63 && told.fraction_lost <= 64);
    for (uint16_t i = 100; i < 200; i++)
        (void)seen(&r, i, 0, SEC);
    told = report(&r, SEC);
    CHECK(told.lost == 25 && told.fraction_lost == 0);
    told = report(&r, SEC); /* nothing came, nothing was expected */
    CHECK(told.lost == 25 && told.fraction_lost == 0);
}

TEST(numbers_are_counted_on_where_they_begin_anew)
{
    struct reception r = {0};
    uint64_t before = 0;

    for (uint32_t i = 65000; i < 65000 + 140000; i++) {
        const uint64_t whole = seen(&r, (uint16_t)i, 0, SEC);
        CHECK(before == 0 || whole == before + 1);
        before = whole;
    }
    CHECK_EQ(seen(&r, (uint16_t)(before - 5), 0, SEC), before - 5); /* late */
    CHECK_EQ(report(&r, SEC).lost, 0);
    CHECK_EQ(report(&r, SEC).highest, (uint32_t)before);
}

/* RFC 3550, A.8: a sixteenth of each difference. */
TEST(jitter_is_as_the_rfc_has_it)
{
    struct reception r = {0};

    (void)seen(&r, 1, 0, SEC);
    (void)seen(&r, 2, 900, SEC + 30 * MSEC); /* 20 ms late: 1800 of the clock */
    CHECK_EQ(report(&r, SEC).jitter, 1800 / 16);
    (void)seen(&r, 3, 1800, SEC + 40 * MSEC);
    CHECK_EQ(report(&r, SEC).jitter, 112 - 112 / 16);
    (void)seen(&r, 2, 0, 9 * SEC); /* what comes late says nothing of it */
    CHECK_EQ(report(&r, SEC).jitter, 112 - 112 / 16);
}

TEST(a_senders_report_is_given_back_with_its_age)
{
    const struct heard_report heard = {.ntp = 0x1122334455667788, .at = 3 * SEC};
    struct reception r = {0};
    struct rtcp_report told;

    (void)seen(&r, 1, 0, SEC);
    reception_report(&r, &heard, 7, 3 * SEC + 500 * MSEC, &told);
    CHECK(told.last_sr == 0x33445566 && told.delay == 32768);
}

static void come(struct source *s, int layer, uint16_t height, usec_t at)
{
    s->encodings[layer].bound = true;
    s->encodings[layer].last_at = at;
    s->encodings[layer].height = height;
}

TEST(the_smallest_that_is_fine_enough_is_chosen)
{
    struct source s = {.kind = PLANE_CAMERA};

    come(&s, 0, 180, SEC);
    come(&s, 1, 360, SEC);
    come(&s, 2, 720, SEC);
    CHECK_EQ(source_layer_for(&s, 90, SEC), 0);
    CHECK_EQ(source_layer_for(&s, 216, SEC), 0); /* a fifth larger than it is */
    CHECK_EQ(source_layer_for(&s, 217, SEC), 1);
    CHECK_EQ(source_layer_for(&s, 720, SEC), 2);
    CHECK_EQ(source_layer_for(&s, 2160, SEC), 2);
}

TEST(what_does_not_come_is_not_chosen)
{
    struct source s = {.kind = PLANE_CAMERA};

    CHECK_EQ(source_layer_for(&s, 180, SEC), -1);
    come(&s, 0, 180, SEC);
    CHECK_EQ(source_layer_for(&s, 720, SEC), 0);
    come(&s, 2, 720, SEC);
    CHECK_EQ(source_layer_for(&s, 360, SEC), 2);
    CHECK_EQ(source_layer_for(&s, 360, SEC + SOURCE_ALIVE), -1);
}

TEST(what_would_be_best_does_not_hang_on_what_comes)
{
    struct source camera = {.kind = PLANE_CAMERA};
    const struct source screen = {.kind = PLANE_SCREEN};

    CHECK_EQ(source_ideal_layer(&camera, 180), PLANE_LOW);
    CHECK_EQ(source_ideal_layer(&camera, 360), PLANE_MID);
    CHECK_EQ(source_ideal_layer(&camera, 1080), PLANE_HIGH);
    come(&camera, 0, 270, SEC); /* a larger camera than usual */
    CHECK_EQ(source_ideal_layer(&camera, 320), PLANE_LOW);
    CHECK_EQ(source_ideal_layer(&screen, 1080), 0);
}
