#include "base/mem.h"
#include "media/twcc_in.h"
#include "support/test.h"

static struct twcc_arrival told[TWCC_PACKETS_MAX];

/* How many packets the next feedback tells of; 0: there is none. */
static int tell(struct twcc_in *t, usec_t now, uint8_t *ret_number)
{
    uint8_t out[TWCC_BODY_MAX];
    uint8_t number = 0;
    const size_t len = twcc_in_write(t, out, now);

    if (len == 0)
        return 0;
    CHECK_EQ(len % 4, 0);
    const int n = twcc_parse(span_of(out, len), &number, told, TWCC_PACKETS_MAX);
    CHECK(n > 0);
    if (ret_number)
        *ret_number = number;
    return n;
}

TEST(nothing_is_due_before_something_came)
{
    struct twcc_in t = {0};

    CHECK(!twcc_in_due(&t, true, SEC));
    CHECK_EQ(tell(&t, SEC, NULL), 0);
}

TEST(it_is_due_soon_at_the_end_of_a_frame_and_late_without)
{
    struct twcc_in t = {0};

    twcc_in_seen(&t, 9, SEC, SEC);
    CHECK(!twcc_in_due(&t, true, SEC + TWCC_IN_SOON - 1));
    CHECK(twcc_in_due(&t, true, SEC + TWCC_IN_SOON));
    CHECK(!twcc_in_due(&t, false, SEC + TWCC_IN_LATE - 1));
    CHECK(twcc_in_due(&t, false, SEC + TWCC_IN_LATE));
    CHECK_EQ(tell(&t, SEC + TWCC_IN_LATE, NULL), 1);
    CHECK(!twcc_in_due(&t, true, 9 * SEC));
}

TEST(many_packets_do_not_wait)
{
    struct twcc_in t = {0};

    for (uint16_t i = 0; i < TWCC_IN_MANY; i++) {
        CHECK(!twcc_in_due(&t, true, SEC));
        twcc_in_seen(&t, i, SEC, SEC);
    }
    CHECK(twcc_in_due(&t, false, SEC));
    CHECK_EQ(tell(&t, SEC, NULL), TWCC_IN_MANY);
}

TEST(what_came_and_what_is_missing_is_told_once)
{
    struct twcc_in t = {0};
    uint8_t number;

    twcc_in_seen(&t, 65534, SEC, SEC);
    twcc_in_seen(&t, 1, SEC + 3 * MSEC, SEC + 3 * MSEC);
    twcc_in_seen(&t, 65535, SEC + 4 * MSEC, SEC + 4 * MSEC);
    twcc_in_seen(&t, 65535, SEC + 9 * MSEC, SEC + 9 * MSEC); /* twice: the first time counts */
    CHECK_EQ(tell(&t, 2 * SEC, &number), 4);
    CHECK_EQ(number, 0);
    CHECK(told[0].seq == 65534 && told[0].received);
    CHECK(told[1].seq == 65535 && told[1].received && told[1].at - told[0].at == 4000);
    CHECK(told[2].seq == 0 && !told[2].received);
    CHECK(told[3].seq == 1 && told[3].received && told[3].at - told[0].at == 3000);
    CHECK_EQ(tell(&t, 2 * SEC, NULL), 0);
    twcc_in_seen(&t, 2, 2 * SEC, 2 * SEC);
    CHECK_EQ(tell(&t, 3 * SEC, &number), 1);
    CHECK(number == 1 && told[0].seq == 2);
}

TEST(one_that_comes_late_is_told_of_with_those_behind_it)
{
    struct twcc_in t = {0};

    twcc_in_seen(&t, 10, SEC, SEC);
    twcc_in_seen(&t, 12, SEC, SEC);
    CHECK_EQ(tell(&t, SEC, NULL), 3);
    CHECK(!told[1].received);
    twcc_in_seen(&t, 11, SEC + MSEC, SEC + MSEC);
    CHECK_EQ(tell(&t, SEC + MSEC, NULL), 2);
    CHECK(told[0].seq == 11 && told[0].received && told[1].seq == 12 && told[1].received);
}

TEST(a_pause_too_long_to_be_told_of_begins_another_feedback)
{
    struct twcc_in t = {0};

    twcc_in_seen(&t, 1, SEC, SEC);
    twcc_in_seen(&t, 2, 12 * SEC, 12 * SEC);
    CHECK_EQ(tell(&t, 12 * SEC, NULL), 1);
    CHECK_EQ(told[0].seq, 1);
    CHECK_EQ(tell(&t, 12 * SEC, NULL), 1);
    CHECK_EQ(told[0].seq, 2);
}

TEST(more_than_one_feedback_holds_comes_in_several)
{
    struct twcc_in t = {0};
    int n = 0;

    for (uint16_t i = 0; i < 700; i++)
        twcc_in_seen(&t, i, SEC + i * MSEC, SEC + i * MSEC);
    for (int got = 1; got > 0; n += got) {
        got = tell(&t, 2 * SEC, NULL);
        CHECK(got <= TWCC_IN_TOLD);
        CHECK(got == 0 || told[0].seq == n);
    }
    CHECK_EQ(n, 700);
}

TEST(what_comes_behind_a_long_loss_is_told)
{
    struct twcc_in t = {0};

    twcc_in_seen(&t, 1, SEC, SEC);
    CHECK_EQ(tell(&t, SEC, NULL), 1);
    twcc_in_seen(&t, 602, 2 * SEC, 2 * SEC);
    twcc_in_seen(&t, 603, 2 * SEC, 2 * SEC);
    const int n = tell(&t, 2 * SEC, NULL);
    CHECK(n >= 2 && told[n - 2].seq == 602 && told[n - 2].received);
    CHECK(told[n - 1].seq == 603 && told[n - 1].received);
    CHECK_EQ(tell(&t, 2 * SEC, NULL), 0);
}

TEST(a_leap_beyond_the_window_forgets_what_was)
{
    struct twcc_in t = {0};

    twcc_in_seen(&t, 1, SEC, SEC);
    twcc_in_seen(&t, 1 + TWCC_IN_WINDOW, 2 * SEC, 2 * SEC);
    twcc_in_seen(&t, 1, 2 * SEC, 2 * SEC); /* too old to have a place */
    CHECK_EQ(tell(&t, 2 * SEC, NULL), 1);
    CHECK(told[0].seq == 1 + TWCC_IN_WINDOW && told[0].received);
}

/* A sender's whole round of numbers and more, some lost, some late: in the end each that came has been told as come. */
TEST(each_that_came_is_told_of)
{
    enum { ALL = 100000, HELD = 4 };
    struct twcc_in t = {0};
    uint64_t seed = 5;
    uint8_t *state = mem_array(uint8_t, ALL); /* 1: came, 2: told as come */
    uint64_t base = 0;

    for (uint32_t i = 0; i < ALL; i++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        const uint32_t chance = (uint32_t)(seed >> 33);
        /* one of four comes after the next three */
        const uint32_t seq = i / HELD * HELD + (i + chance % 2) % HELD;
        const usec_t now = SEC + i * MSEC;
        if (chance % 50 > 0) {
            twcc_in_seen(&t, (uint16_t)seq, now, now);
            state[seq] |= 1;
        }
        if (!twcc_in_due(&t, i % 5 == 4, now))
            continue;
        const int n = tell(&t, now, NULL);
        for (int k = 0; k < n; k++) {
            /* the whole number next to where we are */
            base = i + (uint64_t)(int64_t)(int16_t)(uint16_t)(told[k].seq - (uint16_t)i);
            if (told[k].received)
                state[base] |= 2;
        }
    }
    for (uint32_t i = 0; i < ALL - 200; i++)
        CHECK(state[i] == 0 || state[i] == 3);
    (void)mem_free(state);
}
