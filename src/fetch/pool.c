/*
 * The threads that transfers run on, and the queue before them.  A thread is made when it is first
 * needed, and has one job at a time; which are idle and who waits is known on the loop alone.
 */
#include "fetch/inside.h"
#include "os/loop.h"
#include "os/worker.h"

#include <errno.h>

struct fetcher {
    struct fetcher_conf conf;
    struct addr_prefix *allowed;
    char *ca_file;
    struct {
        struct worker *worker;
        bool busy;
    } slots[FETCH_PARALLEL];
    struct list queue;
    size_t queued;
    bool ending;
};

static void run_batch(struct list *batch, void *arg);

const struct fetcher_conf *fetcher_conf(const struct fetcher *f)
{
    return &f->conf;
}

struct wall fetcher_wall(const struct fetcher *f)
{
    return loop_wall(f->conf.loop);
}

void job_fail(struct job *j, int rc, const char *why)
{
    j->error = rc;
    buf_clear(&j->why);
    buf_add_str(&j->why, why);
}

static void dispatch(struct fetcher *f)
{
    for (size_t i = 0; i < FETCH_PARALLEL && !list_empty(&f->queue); i++) {
        if (f->slots[i].busy)
            continue;
        struct job *j = container_of(f->queue.next, struct job, link);
        list_del(&j->link);
        f->queued--;
        if (!f->slots[i].worker)
            f->slots[i].worker = worker_new("fetch", 1, run_batch, NULL);
        f->slots[i].busy = true;
        j->slot = i;
        j->worker = f->slots[i].worker;
        worker_push(j->worker, &j->link);
    }
}

static void on_ran(void *arg)
{
    struct job *j = arg;
    struct fetcher *f = j->fetcher;

    f->slots[j->slot].busy = false;
    if (!f->ending)
        dispatch(f);
    j->answer(j);
}

static void on_failed(void *arg)
{
    struct job *j = arg;

    j->answer(j);
}

/* On a worker's thread. */
static void run_batch(struct list *batch, void *arg)
{
    struct job *j = container_of(batch->next, struct job, link);

    (void)arg;
    list_del(&j->link);
    j->run(j);
    loop_post(j->fetcher->conf.loop, on_ran, j);
}

void job_start(struct fetcher *f, struct job *j)
{
    ASSERT_ON(f->conf.loop);
    j->fetcher = f;
    if (j->error == 0 && f->ending)
        job_fail(j, -ECANCELED, "This server is about to stop.");
    if (j->error == 0 && f->queued == FETCH_QUEUE_MAX)
        job_fail(j, -EAGAIN, "Too many requests wait already; try again in a moment.");
    if (j->error) {
        loop_post(f->conf.loop, on_failed, j);
        return;
    }
    list_init(&j->link);
    list_add_tail(&f->queue, &j->link);
    f->queued++;
    dispatch(f);
}

struct fetcher *fetcher_new(const struct fetcher_conf *conf)
{
    struct fetcher *f = mem_new(struct fetcher);

    /* Counted and, since 7.84, safe beside other threads; never undone, since OpenSSL's is neither. */
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort(); /* at start-up, like memory */
    f->conf = *conf;
    f->allowed = mem_array(struct addr_prefix, conf->allowed_count + 1);
    for (size_t i = 0; i < conf->allowed_count; i++)
        f->allowed[i] = conf->allowed[i];
    f->conf.allowed = f->allowed;
    if (conf->ca_file)
        f->ca_file = mem_strdup(conf->ca_file, strlen(conf->ca_file));
    f->conf.ca_file = f->ca_file;
    list_init(&f->queue);
    return f;
}

void fetcher_end(struct fetcher *f)
{
    ASSERT_ON(f->conf.loop);
    f->ending = true;
    for (size_t i = 0; i < FETCH_PARALLEL; i++)
        f->slots[i].worker = worker_free(f->slots[i].worker);
    loop_run_posted(f->conf.loop);
    while (!list_empty(&f->queue)) {
        struct job *j = container_of(f->queue.next, struct job, link);
        list_del(&j->link);
        f->queued--;
        job_fail(j, -ECANCELED, "This server is about to stop.");
        j->answer(j);
    }
}

struct fetcher *fetcher_free(struct fetcher *f)
{
    if (!f)
        return NULL;
    fetcher_end(f);
    loop_run_posted(f->conf.loop);
    (void)mem_free(f->allowed);
    (void)mem_free(f->ca_file);
    return mem_free(f);
}
