#include "os/heap.h"
#include "os/loop.h"
#include "os/poll.h"
#include "support/test.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

struct seen {
    struct loop *loop;
    char order[64];
    size_t n;
    size_t stop_at;
};

static void note(struct seen *s, char c)
{
    s->order[s->n++] = c;
    if (s->n == s->stop_at)
        loop_stop(s->loop);
}

struct late {
    struct timer timer;
    struct seen *seen;
    char name;
};

static void on_late(void *arg)
{
    struct late *t = arg;

    note(t->seen, t->name);
}

TEST(timers_come_in_the_order_of_their_deadlines)
{
    struct seen s = {.loop = loop_new(), .stop_at = 4};
    struct late t[5];
    const char *names = "edcba";
    const usec_t base = loop_now(s.loop); /* one for all, whatever time setting them takes */

    for (size_t i = 0; i < 5; i++) {
        t[i] = (struct late){.seen = &s, .name = names[i]};
        timer_init(&t[i].timer, s.loop, on_late, &t[i]);
        timer_set(&t[i].timer, base + (5 - i) * MSEC);
    }
    timer_stop(&t[2].timer);
    timer_set(&t[1].timer, base);
    loop_run(s.loop);
    CHECK_STR(s.order, "dabe");
    loop_free(s.loop);
}

static void nothing(void *arg)
{
    (void)arg;
}

TEST(the_heap_keeps_its_order_through_changes)
{
    enum { N = 1000 };
    static struct timer t[N];
    struct loop *l = loop_new();
    struct heap h = {0};
    size_t left = 0;

    for (size_t i = 0; i < N; i++) {
        timer_init(&t[i], l, nothing, NULL);
        t[i].at = (i * 7919) % N;
        heap_put(&h, &t[i]);
    }
    for (size_t i = 0; i < N; i += 3) {
        t[i].at = (i * 104729) % N;
        heap_put(&h, &t[i]);
    }
    for (size_t i = 0; i < N; i += 7)
        heap_del(&h, &t[i]);
    for (usec_t last = 0; heap_first(&h); left++) {
        struct timer *first = heap_first(&h);
        CHECK(first->at >= last);
        last = first->at;
        heap_del(&h, first);
    }
    CHECK_EQ(left, N - (N + 6) / 7);
    heap_done(&h);
    loop_free(l);
}

struct burst {
    struct seen *seen;
    struct defer defer;
    struct timer timer;
};

static void on_deferred(void *arg)
{
    note(arg, 'd');
}

static void on_burst(void *arg)
{
    struct burst *b = arg;

    note(b->seen, 't');
    loop_defer(b->seen->loop, &b->defer);
    loop_defer(b->seen->loop, &b->defer);
}

TEST(what_a_timer_defers_runs_once_before_the_next_poll)
{
    struct seen s = {.loop = loop_new(), .stop_at = 4};
    struct burst b = {.seen = &s};

    defer_init(&b.defer, on_deferred, &s);
    timer_init(&b.timer, s.loop, on_burst, &b);
    timer_after(&b.timer, 0);
    s.stop_at = 2;
    loop_run(s.loop);
    CHECK_STR(s.order, "td");
    loop_free(s.loop);
}

TEST(a_cancelled_defer_does_not_run)
{
    struct seen s = {.loop = loop_new()};
    struct defer d;

    defer_init(&d, on_deferred, &s);
    loop_defer(s.loop, &d);
    defer_cancel(&d);
    loop_stop(s.loop);
    loop_run(s.loop);
    CHECK_EQ(s.n, 0);
    loop_free(s.loop);
}

struct poster {
    struct loop *loop;
    int next;
    int wrong;
};

struct number {
    struct poster *to;
    int n;
};

enum { POSTS = 5000 };

static void on_number(void *arg)
{
    struct number *number = arg;
    struct poster *p = number->to;

    p->wrong += number->n != p->next++;
    if (p->next == POSTS)
        loop_stop(p->loop);
}

static struct number numbers[POSTS];

static void *post_all(void *arg)
{
    struct poster *p = arg;

    for (int i = 0; i < POSTS; i++) {
        numbers[i] = (struct number){p, i};
        loop_post(p->loop, on_number, &numbers[i]);
    }
    return NULL;
}

TEST(posts_of_one_thread_arrive_in_their_order)
{
    struct poster p = {.loop = loop_new()};
    pthread_t thread;

    CHECK_OK(pthread_create(&thread, NULL, post_all, &p));
    loop_run(p.loop);
    CHECK_OK(pthread_join(thread, NULL));
    CHECK_EQ(p.next, POSTS);
    CHECK_EQ(p.wrong, 0);
    loop_free(p.loop);
}

static void work(void *arg)
{
    *(int *)arg += 1;
}

struct job {
    int value;
    struct loop *loop;
};

static void worked(void *arg)
{
    struct job *j = arg;

    loop_stop(j->loop);
}

TEST(work_of_the_pool_comes_back)
{
    struct job j = {.value = 41, .loop = loop_new()};

    loop_work(j.loop, work, worked, &j);
    loop_run(j.loop);
    CHECK_EQ(j.value, 42);
    loop_free(j.loop);
}

static void on_signal(int signum, void *arg)
{
    CHECK_EQ(signum, SIGUSR1);
    loop_stop(arg);
}

TEST(a_signal_reaches_the_loop)
{
    struct loop *l = loop_new();

    loop_on_signal(l, SIGUSR1, on_signal, l);
    CHECK_OK(kill(getpid(), SIGUSR1));
    loop_run(l);
    loop_free(l);
}

struct pipe_end {
    struct loop *loop;
    struct poll *poll;
    int fd;
    int events;
};

static void on_pipe(int events, void *arg)
{
    struct pipe_end *e = arg;

    e->events |= events;
    e->poll = poll_free(e->poll);
    loop_stop(e->loop);
}

TEST(a_poll_may_end_itself_and_tells_of_a_gone_peer)
{
    struct pipe_end e = {.loop = loop_new()};
    int fds[2];

    CHECK_OK(pipe(fds));
    e.poll = poll_new(e.loop, fds[1], on_pipe, &e);
    CHECK_OK(close(fds[0]));
    poll_set(e.poll, POLL_READ | POLL_WRITE);
    loop_run(e.loop);
    CHECK(e.events != 0);
    CHECK_OK(close(fds[1]));
    loop_free(e.loop);
}

TEST(the_time_stands_still_within_a_turn)
{
    struct seen s = {.loop = loop_new()};
    const usec_t before = loop_now(s.loop);

    usleep(2000);
    CHECK(loop_now(s.loop) > before); /* not running: read anew */
    CHECK(loop_wall(s.loop).ms > 1600000000000);
    loop_free(s.loop);
}
