#include "os/thread.h"

#include "base/mem.h"

#include <pthread.h>
#include <signal.h>

struct thread {
    pthread_t thread;
    struct loop *loop;
    const char *name;
    bool runs;
};

static void *run(void *arg)
{
    struct thread *t = arg;

    loop_run(t->loop);
    return NULL;
}

struct thread *thread_new(const char *name)
{
    struct thread *t = mem_new(struct thread);

    t->name = name;
    t->loop = loop_new();
    return t;
}

/* Signals are the main loop's. */
void thread_start(struct thread *t)
{
    sigset_t all;
    sigset_t before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&t->thread, NULL, run, t) != 0)
        abort(); /* a thread at start-up, like memory */
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_setname_np(t->thread, t->name);
    t->runs = true;
}

struct loop *thread_loop(struct thread *t)
{
    return t->loop;
}

void thread_stop(struct thread *t)
{
    if (!t->runs)
        return;
    loop_stop(t->loop);
    (void)pthread_join(t->thread, NULL);
    t->runs = false;
}

struct thread *thread_free(struct thread *t)
{
    if (!t)
        return NULL;
    thread_stop(t);
    t->loop = loop_free(t->loop);
    return mem_free(t);
}
