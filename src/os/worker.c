#include "os/worker.h"

#include "base/mem.h"

#include <assert.h>
#include <pthread.h>

struct worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct list queue; /* under lock, as are the two below */
    size_t queued;
    bool ending;
    size_t max_batch;
    worker_fn *run;
    void *arg;
};

/* Moves up to max_batch items over; false when there are none and none will come. */
static bool next_batch(struct worker *w, struct list *batch)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&w->lock);
    while (list_empty(&w->queue) && !w->ending)
        (void)pthread_cond_wait(&w->more, &w->lock);
    for (; n < w->max_batch && !list_empty(&w->queue); n++) {
        struct list *item = w->queue.next;
        list_del(item);
        list_add_tail(batch, item);
    }
    w->queued -= n;
    (void)pthread_mutex_unlock(&w->lock);
    return n > 0;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct list batch;

    list_init(&batch);
    while (next_batch(w, &batch)) {
        w->run(&batch, w->arg);
        assert(list_empty(&batch));
    }
    return NULL;
}

struct worker *worker_new(const char *name, size_t max_batch, worker_fn *run, void *arg)
{
    struct worker *w = mem_new(struct worker);

    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->more, NULL);
    list_init(&w->queue);
    w->max_batch = max_batch;
    w->run = run;
    w->arg = arg;
    if (pthread_create(&w->thread, NULL, work, w) != 0)
        abort(); /* a thread at start-up, like memory */
    (void)pthread_setname_np(w->thread, name);
    return w;
}

void worker_push(struct worker *w, struct list *item)
{
    (void)pthread_mutex_lock(&w->lock);
    const bool first = list_empty(&w->queue);
    list_add_tail(&w->queue, item);
    w->queued++;
    if (first)
        (void)pthread_cond_signal(&w->more);
    (void)pthread_mutex_unlock(&w->lock);
}

size_t worker_queued(struct worker *w)
{
    (void)pthread_mutex_lock(&w->lock);
    const size_t n = w->queued;
    (void)pthread_mutex_unlock(&w->lock);
    return n;
}

bool worker_ending(struct worker *w)
{
    (void)pthread_mutex_lock(&w->lock);
    const bool ending = w->ending;
    (void)pthread_mutex_unlock(&w->lock);
    return ending;
}

struct worker *worker_free(struct worker *w)
{
    if (!w)
        return NULL;
    (void)pthread_mutex_lock(&w->lock);
    w->ending = true;
    (void)pthread_cond_signal(&w->more);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    (void)pthread_cond_destroy(&w->more);
    (void)pthread_mutex_destroy(&w->lock);
    return mem_free(w);
}
