/*
 * The threads that transfers run on, and the queue before them.  A thread is made when it is first
 * needed, and has one job at a time; which are idle and who waits is known on the loop alone.
 */
#include "fetch/inside.h"
#include "os/loop.h"
#include "os/worker.h"

#include <errno.h>
#include <stdatomic.h>

static const char stopping_why[] = "This server is about to stop.";

struct fetcher {
    struct fetcher_conf conf;
    struct addr_prefix *allowed;
    char *ca_file;
    struct {
        struct worker *worker;
        bool busy;
        uint64_t host; /* of busy */
    } slots[FETCH_PARALLEL];
    struct list queue;
    size_t queued;
    _Atomic bool stopping;
    bool ending;
};

static void run_batch(struct list *batch, void *arg);
static void on_failed(void *arg);

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

static size_t busy_with(const struct fetcher *f, uint64_t host)
{
    size_t n = 0;

    for (size_t i = 0; i < FETCH_PARALLEL; i++)
        n += f->slots[i].busy && f->slots[i].host == host;
    return n;
}

static void answer_unasked(struct fetcher *f, struct job *j, int rc, const char *why)
{
    list_del(&j->link);
    f->queued--;
    job_fail(j, rc, why);
    loop_post(f->conf.loop, on_failed, j);
}

/* The first that may run now; who has waited too long for that is told so. */
static struct job *next_of(struct fetcher *f)
{
    const usec_t now = loop_now(f->conf.loop);

    LIST_EACH_SAFE (&f->queue, it) {
        struct job *j = container_of(it, struct job, link);
        if (j->until != 0 && j->until < now) {
            answer_unasked(f, j, -ETIMEDOUT,
                           "Others are asked and do not answer; this one's turn did not come.");
        } else if (j->host == 0 || busy_with(f, j->host) < FETCH_A_HOST) {
            return j;
        }
    }
    return NULL;
}

static void dispatch(struct fetcher *f)
{
    for (size_t i = 0; i < FETCH_PARALLEL; i++) {
        if (f->slots[i].busy)
            continue;
        struct job *j = next_of(f);
        if (!j)
            return;
        list_del(&j->link);
        f->queued--;
        if (!f->slots[i].worker)
            f->slots[i].worker = worker_new("fetch", 1, run_batch, NULL);
        f->slots[i].busy = true;
        f->slots[i].host = j->host;
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

static size_t queued_for(const struct fetcher *f, uint64_t host)
{
    size_t n = 0;

    LIST_EACH (&f->queue, it)
        n += host != 0 && container_of(it, struct job, link)->host == host;
    return n;
}

void job_start(struct fetcher *f, struct job *j)
{
    ASSERT_ON(f->conf.loop);
    j->fetcher = f;
    if (j->error == 0 && (f->ending || f->stopping))
        job_fail(j, -ECANCELED, stopping_why);
    if (j->error == 0 &&
        (f->queued == FETCH_QUEUE_MAX || queued_for(f, j->host) >= FETCH_QUEUE_A_HOST))
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

bool fetcher_stopping(const struct fetcher *f)
{
    return f->stopping;
}

void fetcher_stop(struct fetcher *f)
{
    ASSERT_ON(f->conf.loop);
    f->stopping = true;
    LIST_EACH_SAFE (&f->queue, it)
        answer_unasked(f, container_of(it, struct job, link), -ECANCELED, stopping_why);
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
        job_fail(j, -ECANCELED, stopping_why);
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
