/*
 * The turn of libuv 1.x is: due timers, prepare, poll (descriptors and what other threads posted),
 * check, closing.  Deferred work therefore runs in check, for what the poll began, and in prepare,
 * for what the timers began, so that nothing waits through a poll.
 *
 * The timers are a binary heap of their owners' structs behind one uv_timer, which is armed again in
 * prepare when the nearest deadline has changed: setting a timer many times a turn costs only the
 * heap.  The clocks are read when first asked for after a poll.
 */
#include "os/loop.h"

#include "base/mem.h"
#include "os/clock.h"
#include "os/heap.h"
#include "os/uv.h"

#include <uv.h>

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

/* Work deferred by deferred work runs in the same turn, up to this many rounds. */
enum { DEFER_ROUNDS = 8 };

struct post {
    struct post *next;
    loop_fn *fn;
    void *arg;
};

struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t alarm;
    uv_prepare_t prepare;
    uv_check_t check;
    struct heap timers;
    usec_t armed; /* what alarm is set to; NEVER: not */
    struct list defers;
    struct list signals;
    usec_t now; /* 0: not read in this turn yet */
    struct wall wall;
    pthread_t thread;
    _Atomic bool running;
    _Atomic bool stopping;
    pthread_mutex_t lock;
    struct post *posted; /* under lock, oldest first */
    struct post **posted_end;
};

struct sig {
    struct list link;
    uv_signal_t uv;
    void (*fn)(int signum, void *arg);
    void *arg;
};

struct work {
    uv_work_t uv;
    loop_fn *work;
    loop_fn *done;
    void *arg;
};

static void read_clocks(struct loop *l)
{
    l->now = clock_now();
    l->wall = clock_wall();
}

/* The times are a cache, so reading them is no change of the loop to its user. */
static void need_clocks(const struct loop *l)
{
    if (l->now == 0 || !atomic_load_explicit(&l->running, memory_order_relaxed))
        read_clocks((struct loop *)l);
}

usec_t loop_now(const struct loop *l)
{
    need_clocks(l);
    return l->now;
}

struct wall loop_wall(const struct loop *l)
{
    need_clocks(l);
    return l->wall;
}

static void run_defers(struct loop *l)
{
    for (int round = 0; round < DEFER_ROUNDS && !list_empty(&l->defers); round++) {
        struct list due;

        list_init(&due);
        list_add_tail(&l->defers, &due);
        list_del(&l->defers); /* `due` is the head of the ring now */
        while (!list_empty(&due)) {
            struct defer *d = container_of(due.next, struct defer, link);
            list_del(&d->link);
            d->fn(d->arg);
        }
    }
    if (!list_empty(&l->defers))
        (void)uv_async_send(&l->wake);
}

static void on_alarm(uv_timer_t *handle)
{
    struct loop *l = handle->data;
    size_t most = heap_count(&l->timers); /* one that is set again to now waits a turn */

    l->armed = NEVER;
    read_clocks(l);
    while (most-- > 0) {
        struct timer *t = heap_first(&l->timers);
        if (!t || t->at > l->now)
            break;
        heap_del(&l->timers, t);
        t->fn(t->arg);
    }
}

static void arm(struct loop *l)
{
    const struct timer *t = heap_first(&l->timers);
    const usec_t at = t ? t->at : NEVER;

    if (at == l->armed)
        return;
    l->armed = at;
    if (at == NEVER) {
        (void)uv_timer_stop(&l->alarm);
        return;
    }
    read_clocks(l);
    uv_update_time(&l->uv); /* the alarm counts from libuv's own cached time */
    const usec_t wait = at > l->now ? at - l->now : 0;
    (void)uv_timer_start(&l->alarm, on_alarm, (wait + MSEC - 1) / MSEC, 0);
}

static void on_prepare(uv_prepare_t *handle)
{
    struct loop *l = handle->data;

    run_defers(l);
    arm(l);
    l->now = 0;
}

static void on_check(uv_check_t *handle)
{
    run_defers(handle->data);
}

void loop_run_posted(struct loop *l)
{
    (void)pthread_mutex_lock(&l->lock);
    struct post *p = l->posted;
    l->posted = NULL;
    l->posted_end = &l->posted;
    (void)pthread_mutex_unlock(&l->lock);

    while (p) {
        struct post *next = p->next;
        p->fn(p->arg);
        (void)mem_free(p);
        p = next;
    }
}

static void on_wake(uv_async_t *handle)
{
    struct loop *l = handle->data;

    loop_run_posted(l);
    if (atomic_load(&l->stopping))
        uv_stop(&l->uv);
}

struct loop *loop_new(void)
{
    struct loop *l = mem_new(struct loop);
    int rc = uv_loop_init(&l->uv);

    /* A peer that has gone is an error of the write (OpenSSL writes without MSG_NOSIGNAL). */
    (void)signal(SIGPIPE, SIG_IGN);
    rc = rc ? rc : uv_async_init(&l->uv, &l->wake, on_wake);
    rc = rc ? rc : uv_timer_init(&l->uv, &l->alarm);
    rc = rc ? rc : uv_prepare_init(&l->uv, &l->prepare);
    rc = rc ? rc : uv_check_init(&l->uv, &l->check);
    if (rc)
        abort(); /* no descriptors left at start-up: there is nothing to go on with */
    l->uv.data = l;
    l->wake.data = l->alarm.data = l->prepare.data = l->check.data = l;
    (void)uv_prepare_start(&l->prepare, on_prepare);
    (void)uv_check_start(&l->check, on_check);
    list_init(&l->defers);
    list_init(&l->signals);
    l->armed = NEVER;
    l->posted_end = &l->posted;
    (void)pthread_mutex_init(&l->lock, NULL);
    return l;
}

static void on_signal_closed(uv_handle_t *handle)
{
    struct sig *s = handle->data;

    (void)mem_free(s);
}

static void check_closing(uv_handle_t *handle, void *arg)
{
    (void)arg;
    assert(uv_is_closing(handle)); /* a poll outlives its loop */
}

struct loop *loop_free(struct loop *l)
{
    if (!l)
        return NULL;
    assert(!atomic_load(&l->running));
    loop_run_posted(l);
    LIST_EACH_SAFE (&l->signals, it) {
        struct sig *s = container_of(it, struct sig, link);
        list_del(it);
        uv_close((uv_handle_t *)&s->uv, on_signal_closed);
    }
    uv_close((uv_handle_t *)&l->wake, NULL);
    uv_close((uv_handle_t *)&l->alarm, NULL);
    uv_close((uv_handle_t *)&l->prepare, NULL);
    uv_close((uv_handle_t *)&l->check, NULL);
    uv_walk(&l->uv, check_closing, NULL);
    (void)uv_run(&l->uv, UV_RUN_DEFAULT); /* waits for work that the pool still has */
    const int rc = uv_loop_close(&l->uv);
    assert(rc == 0);
    (void)rc;
    heap_done(&l->timers);
    (void)pthread_mutex_destroy(&l->lock);
    return mem_free(l);
}

void loop_run(struct loop *l)
{
    l->thread = pthread_self();
    atomic_store(&l->running, true);
    if (!atomic_load(&l->stopping))
        (void)uv_run(&l->uv, UV_RUN_DEFAULT);
    run_defers(l);
    atomic_store(&l->stopping, false);
    atomic_store(&l->running, false);
}

void loop_stop(struct loop *l)
{
    atomic_store(&l->stopping, true);
    (void)uv_async_send(&l->wake);
}

bool loop_here(const struct loop *l)
{
    return !atomic_load(&l->running) || pthread_equal(l->thread, pthread_self());
}

void loop_post(struct loop *l, loop_fn *fn, void *arg)
{
    struct post *p = mem_new(struct post);

    p->fn = fn;
    p->arg = arg;
    (void)pthread_mutex_lock(&l->lock);
    const bool first = l->posted == NULL;
    *l->posted_end = p;
    l->posted_end = &p->next;
    (void)pthread_mutex_unlock(&l->lock);
    if (first)
        (void)uv_async_send(&l->wake);
}

static void run_work(uv_work_t *uv)
{
    struct work *w = container_of(uv, struct work, uv);

    w->work(w->arg);
}

static void work_done(uv_work_t *uv, int status)
{
    struct work *w = container_of(uv, struct work, uv);

    (void)status; /* nothing cancels work */
    w->done(w->arg);
    (void)mem_free(w);
}

void loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg)
{
    struct work *w = mem_new(struct work);

    ASSERT_ON(l);
    w->work = work;
    w->done = done;
    w->arg = arg;
    (void)uv_queue_work(&l->uv, &w->uv, run_work, work_done); /* fails only without a function */
}

static void on_signal(uv_signal_t *uv, int signum)
{
    const struct sig *s = uv->data;

    s->fn(signum, s->arg);
}

void loop_on_signal(struct loop *l, int signum, void (*fn)(int signum, void *arg), void *arg)
{
    struct sig *s = mem_new(struct sig);

    ASSERT_ON(l);
    s->fn = fn;
    s->arg = arg;
    if (uv_signal_init(&l->uv, &s->uv) != 0)
        abort(); /* as in loop_new */
    s->uv.data = s;
    list_add_tail(&l->signals, &s->link);
    (void)uv_signal_start(&s->uv, on_signal, signum);
    uv_unref((uv_handle_t *)&s->uv);
}

void defer_init(struct defer *d, loop_fn *fn, void *arg)
{
    list_init(&d->link);
    d->fn = fn;
    d->arg = arg;
}

void loop_defer(struct loop *l, struct defer *d)
{
    ASSERT_ON(l);
    if (list_empty(&d->link))
        list_add_tail(&l->defers, &d->link);
}

void defer_cancel(struct defer *d)
{
    list_del(&d->link);
}

void timer_init(struct timer *t, struct loop *l, loop_fn *fn, void *arg)
{
    *t = (struct timer){.loop = l, .fn = fn, .arg = arg};
}

void timer_set(struct timer *t, usec_t at)
{
    ASSERT_ON(t->loop);
    if (at == NEVER) {
        timer_stop(t);
        return;
    }
    t->at = at;
    heap_put(&t->loop->timers, t);
}

void timer_after(struct timer *t, usec_t delay)
{
    timer_set(t, loop_now(t->loop) + delay);
}

void timer_stop(struct timer *t)
{
    if (t->loop)
        heap_del(&t->loop->timers, t);
}

void *loop_uv(struct loop *l)
{
    return &l->uv;
}
