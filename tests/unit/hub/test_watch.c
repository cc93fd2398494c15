#include "base/buf.h"
#include "http/frame.h"
#include "hub/watch.h"
#include "support/test.h"

#include <stdio.h>

struct seen {
    struct eye eye;
    struct buf text;
    unsigned frames;
    const struct frame *last;
};

static void on_send(struct eye *eye, struct frame *frame, void *arg)
{
    struct seen *s = container_of(eye, struct seen, eye);
    const struct span bytes = frame_bytes(frame);

    (void)arg;
    buf_add(&s->text, bytes.p + 2, bytes.len - 2);
    s->frames++;
    s->last = frame;
}

static void stop(void *arg)
{
    loop_stop(arg);
}

static void run_one_tick(struct loop *l)
{
    struct timer t;

    timer_init(&t, l, stop, l);
    timer_after(&t, 2 * WATCH_TICK);
    loop_run(l);
}

static struct id person(unsigned n)
{
    struct id id;

    (void)snprintf(id.s, sizeof(id.s), "aaaaaaaa-0000-7000-8000-%012u", n);
    return id;
}

TEST(latest_of_a_person_is_told_once_a_tick_and_built_once)
{
    struct loop *l = loop_new();
    struct watch *w = watch_new(l, on_send, NULL);
    struct seen one = {0};
    struct seen two = {0};
    const struct id ada = person(1);

    eye_init(&one.eye);
    eye_init(&two.eye);
    watch_set(w, &one.eye, &ada, 1);
    watch_set(w, &two.eye, &ada, 1);
    watch_tell(w, &ada, span_str("{\"old\":1}"));
    watch_tell(w, &ada, span_str("{\"new\":1}"));
    run_one_tick(l);

    CHECK_EQ(one.frames, 1);
    CHECK_EQ(two.frames, 1);
    CHECK(one.last == two.last);
    CHECK_STR(buf_cstr(&one.text), "{\"type\":\"presence\",\"people\":[{\"new\":1}]}");
    watch_set(w, &one.eye, NULL, 0);
    watch_set(w, &two.eye, NULL, 0);
    buf_done(&one.text);
    buf_done(&two.text);
    watch_free(w);
    loop_free(l);
}

TEST(several_people_come_in_one_frame_and_strangers_not_at_all)
{
    struct loop *l = loop_new();
    struct watch *w = watch_new(l, on_send, NULL);
    struct seen s = {0};
    const struct id mine[2] = {person(1), person(2)};
    const struct id stranger = person(3);

    eye_init(&s.eye);
    watch_set(w, &s.eye, mine, 2);
    watch_tell(w, &mine[0], span_str("1"));
    watch_tell(w, &stranger, span_str("3"));
    watch_tell(w, &mine[1], span_str("2"));
    run_one_tick(l);

    CHECK_EQ(s.frames, 1);
    CHECK(strstr(buf_cstr(&s.text), "1") && strstr(buf_cstr(&s.text), "2"));
    CHECK(!strstr(buf_cstr(&s.text), "3"));
    watch_set(w, &s.eye, NULL, 0);
    buf_done(&s.text);
    watch_free(w);
    loop_free(l);
}

TEST(eye_that_closes_before_the_tick_hears_nothing)
{
    struct loop *l = loop_new();
    struct watch *w = watch_new(l, on_send, NULL);
    struct seen s = {0};
    const struct id ada = person(1);

    eye_init(&s.eye);
    watch_set(w, &s.eye, &ada, 1);
    watch_tell(w, &ada, span_str("1"));
    watch_set(w, &s.eye, NULL, 0);
    run_one_tick(l);
    CHECK_EQ(s.frames, 0);
    watch_free(w);
    loop_free(l);
}
