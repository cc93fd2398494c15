#include "port/media_loops.h"

#include "base/mem.h"

struct media_loops {
    size_t count;
    bool stopped;
    struct thread *threads[MEDIA_LOOPS_MAX];
    struct datagrams *datagrams[MEDIA_LOOPS_MAX];
};

int media_loops_new(uint16_t port, size_t n, struct media_loops **ret)
{
    int fds[MEDIA_LOOPS_MAX];

    assert(n >= 1 && n <= MEDIA_LOOPS_MAX);
    const int rc = datagrams_open(port, n, fds);
    if (rc)
        return rc;
    struct media_loops *m = mem_new(struct media_loops);
    m->count = n;
    for (size_t i = 0; i < n; i++) {
        m->threads[i] = thread_new("media");
        m->datagrams[i] = datagrams_new(thread_loop(m->threads[i]), fds[i]);
    }
    *ret = m;
    return 0;
}

void media_loops_start(struct media_loops *m)
{
    for (size_t i = 0; i < m->count; i++) {
        datagrams_start(m->datagrams[i]);
        thread_start(m->threads[i]);
    }
}

/* Twice: an answer may have been asked for on the way. */
static void settle(struct media_loops *m, struct loop *main)
{
    for (int round = 0; round < 2; round++) {
        loop_run_posted(main);
        for (size_t i = 0; i < m->count; i++)
            loop_run_posted(thread_loop(m->threads[i]));
    }
}

void media_loops_stop(struct media_loops *m, struct loop *main)
{
    if (m->stopped)
        return;
    m->stopped = true;
    for (size_t i = 0; i < m->count; i++)
        thread_stop(m->threads[i]);
    settle(m, main);
}

struct media_loops *media_loops_free(struct media_loops *m, struct loop *main)
{
    if (!m)
        return NULL;
    media_loops_stop(m, main);
    loop_run_posted(main);
    for (size_t i = 0; i < m->count; i++) {
        m->datagrams[i] = datagrams_free(m->datagrams[i]);
        m->threads[i] = thread_free(m->threads[i]);
    }
    return mem_free(m);
}

size_t media_loops_count(const struct media_loops *m)
{
    return m->count;
}

struct loop *media_loops_loop(const struct media_loops *m, size_t i)
{
    return thread_loop(m->threads[i]);
}

struct datagrams *media_loops_datagrams(const struct media_loops *m, size_t i)
{
    return m->datagrams[i];
}

uint16_t media_loops_port(const struct media_loops *m)
{
    return datagrams_port(m->datagrams[0]);
}
