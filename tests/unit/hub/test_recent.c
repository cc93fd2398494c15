#include "http/frame.h"
#include "hub/recent.h"
#include "support/test.h"

static void add(struct recent *r, uint64_t pos, const char *text)
{
    const struct bus_event e = {.audience = BUS_TO_ALL};
    struct frame *frame = frame_new_text(span_str(text));

    recent_add(r, pos, &e, frame);
    (void)frame_unref(frame);
}

TEST(events_after_a_position_come_in_order)
{
    struct recent *r = recent_new();

    add(r, 3, "three");
    add(r, 7, "seven");
    CHECK_EQ(recent_after(r, 0)->pos, 3);
    CHECK_EQ(recent_after(r, 3)->pos, 7);
    CHECK(recent_after(r, 7) == NULL);
    recent_free(r);
}

TEST(position_of_the_future_is_not_ours)
{
    struct recent *r = recent_new();

    add(r, 1, "one");
    CHECK(recent_reaches(r, 0, 1));
    CHECK(recent_reaches(r, 1, 1));
    CHECK(!recent_reaches(r, 2, 1));
    recent_free(r);
}

TEST(what_fell_out_of_the_ring_is_never_replayed_in_part)
{
    struct recent *r = recent_new();

    for (uint64_t pos = 1; pos <= RECENT_MAX + 5; pos++)
        add(r, pos, "x");
    CHECK(!recent_reaches(r, 4, RECENT_MAX + 5));
    CHECK(recent_reaches(r, 5, RECENT_MAX + 5));
    CHECK_EQ(recent_after(r, 5)->pos, 6);
    recent_free(r);
}

TEST(ring_is_bounded_in_bytes_too)
{
    enum { BIG = 1024 * 1024 };
    struct recent *r = recent_new();
    char *text = mem_alloc(BIG + 1);

    memset(text, 'a', BIG);
    for (uint64_t pos = 1; pos <= 20; pos++)
        add(r, pos, text);
    CHECK(!recent_reaches(r, 12, 20));
    CHECK(recent_after(r, 0)->pos > 12);
    recent_free(r);
    (void)mem_free(text);
}
