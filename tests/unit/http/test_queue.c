#include "http/queue.h"
#include "support/test.h"

static struct frame *text(char c)
{
    const char s[10] = {c, c, c, c, c, c, c, c, c, c};

    return frame_new_text(span_of(s, sizeof(s))); /* 12 bytes on the wire */
}

/* The first letters of what waits. */
static void check_letters(const struct queue *q, const char *want)
{
    struct iovec iov[64];
    char got[65] = "";
    const int n = queue_gather(q, iov, 64);

    for (int i = 0; i < n; i++)
        got[i] = ((const char *)iov[i].iov_base)[iov[i].iov_len - 1];
    CHECK_STR(got, want);
}

static void push(struct queue *q, char c, bool droppable)
{
    struct frame *f = text(c);

    queue_push(q, f, droppable);
    (void)frame_unref(f);
}

TEST(frames_leave_in_their_order_through_growth_and_wrap)
{
    struct queue q = {0};

    for (char c = 'a'; c <= 'e'; c++)
        push(&q, c, false);
    queue_sent(&q, 12 + 12 + 5);
    check_letters(&q, "cde");
    CHECK_EQ(q.bytes, 7 + 24);
    for (char c = 'f'; c <= 'p'; c++)
        push(&q, c, false);
    check_letters(&q, "cdefghijklmnop");
    queue_sent(&q, q.bytes);
    CHECK_EQ(q.count, 0);
    CHECK(q.ring == NULL);
    push(&q, 'x', false);
    check_letters(&q, "x");
    queue_done(&q);
}

TEST(the_oldest_droppable_go_first_but_none_that_has_begun)
{
    struct queue q = {0};

    push(&q, 'a', true);
    push(&q, 'b', true);
    push(&q, 'C', false);
    push(&q, 'd', true);
    queue_sent(&q, 3);
    queue_drop(&q, 12, 48);
    check_letters(&q, "aCd");
    queue_drop(&q, 100, 48);
    check_letters(&q, "aC");
    queue_cut(&q);
    check_letters(&q, "a");
    CHECK_EQ(q.bytes, 9);
    queue_done(&q);
}

TEST(a_reference_is_held_for_each_place_in_a_queue)
{
    struct queue q = {0};
    struct frame *f = text('z');

    for (int i = 0; i < 20; i++)
        queue_push(&q, f, i % 2);
    (void)frame_unref(f);
    check_letters(&q, "zzzzzzzzzzzzzzzzzzzz");
    queue_drop(&q, 0, 0);
    check_letters(&q, "zzzzzzzzzz");
    queue_done(&q);
}
