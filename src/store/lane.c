#include "store/lane.h"

#include "base/log.h"
#include "base/metric.h"
#include "os/clock.h"

#include <errno.h>
#include <string.h>

enum { BATCH_WRITE = 256, BATCH_READ = 8, TRIES_MAX = 5 /* over lost connections */ };

#define TELL_EVERY  (60 * SEC)
#define TURN        (50 * MSEC) /* of waiting, between looks whether it should end */
#define BACKOFF_MIN (50 * MSEC)
#define BACKOFF_MAX (1600 * MSEC)

static struct metric batches =
    METRIC_COUNTER("convene_store_commits_total", "Transactions of the writers");
static struct metric failed =
    METRIC_COUNTER("convene_store_failed_total", "Batches of which something could not be written");
static struct metric lost =
    METRIC_COUNTER("convene_store_lost_total", "Connections to the database that were lost");

/* What a lane tells the loop: a batch that is through, and how the lane is. */
struct word {
    struct lane *lane;
    struct list jobs;
    bool about_lane;
    int rc;
    char *why;
};

/* On the loop. */
static void hear(void *arg)
{
    struct word *w = arg;
    struct lane *lane = w->lane;

    if (w->about_lane) {
        lane->rc = w->rc;
        buf_clear(&lane->why);
        buf_add_str(&lane->why, w->why ? w->why : "");
    }
    if (!list_empty(&w->jobs))
        lane->answer(lane, &w->jobs);
    (void)mem_free(w->why);
    (void)mem_free(w);
}

static void move_all(struct list *from, struct list *to)
{
    while (!list_empty(from)) {
        struct list *it = from->next;
        list_del(it);
        list_add_tail(to, it);
    }
}

static struct word *word_new(struct lane *lane)
{
    struct word *w = mem_new(struct word);

    w->lane = lane;
    list_init(&w->jobs);
    return w;
}

static void send_back(struct lane *lane, struct list *jobs)
{
    struct word *w = word_new(lane);

    move_all(jobs, &w->jobs);
    loop_post(lane->loop, hear, w);
}

static void tell(struct lane *lane, int rc, const char *why)
{
    struct word *w = word_new(lane);

    w->about_lane = true;
    w->rc = rc;
    w->why = why ? mem_strdup(why, strlen(why)) : NULL;
    loop_post(lane->loop, hear, w);
}

static struct job *job_of(struct list *link)
{
    return container_of(link, struct job, link);
}

static void fail_all(struct list *jobs, int rc)
{
    LIST_EACH (jobs, it)
        job_of(it)->rc = rc;
}

static void tell_damage(struct lane *lane, const char *why)
{
    log_error("store.broken", "why=\"%s\"", why);
    tell(lane, -EIO, why);
}

/*
 * After a failed write of the disk the kernel may have dropped the pages and a second fsync would
 * say "done" (the lesson of fsyncgate): so the lane never writes again, and a restart reads what
 * is really there.
 */
static void note_broken(struct lane *lane, int rc, const char *why)
{
    if (rc != -EIO || lane->broken)
        return;
    lane->broken = true;
    tell_damage(lane, why);
}

static void run_job(struct lane *lane, struct job *job)
{
    job->arena = arena_free(job->arena);
    job->arena = arena_new();
    job->rc = job->run(lane->db, job);
    lane->db->ops->rows_end(lane->db);
    note_broken(lane, job->rc,
                "The database is damaged, or its disk fails (the log has the engine's words). Stop "
                "Convene, check the disk, restore a backup if need be.");
}

/* One job inside the batch's transaction; false when that transaction is gone. */
static bool run_in_savepoint(struct lane *lane, struct job *job)
{
    const struct db_ops *ops = lane->db->ops;

    if (ops->savepoint(lane->db) < 0)
        return false;
    run_job(lane, job);
    if (!ops->in_transaction(lane->db))
        return false;
    return (job->rc < 0 ? ops->rollback_to(lane->db) : ops->release(lane->db)) == 0;
}

/* 0: all ran and are committed, each with its own rc.  -EAGAIN: nothing is, and they may be run
 * again one by one.  -ECONNRESET: the connection is lost, and maybe the outcome with it.  Else:
 * nothing is, and nothing may be run. */
static int try_together(struct lane *lane, struct list *jobs)
{
    const struct db_ops *ops = lane->db->ops;
    int rc = ops->begin(lane->db, true);

    if (rc < 0)
        return rc;
    LIST_EACH (jobs, it) {
        if (!run_in_savepoint(lane, job_of(it))) {
            rc = ops->lost(lane->db) ? -ECONNRESET : -EAGAIN;
            ops->rollback(lane->db);
            return rc;
        }
    }
    rc = ops->commit(lane->db);
    if (rc < 0) {
        ops->rollback(lane->db);
    } else {
        metric_add(&batches, 1);
    }
    return rc;
}

/* When the job that waits longest is to be answered. */
static usec_t patience(struct list *jobs)
{
    return list_empty(jobs) ? 0 : job_of(jobs->next)->handed_over + LANE_PATIENCE;
}

static bool may_wait(const struct lane *lane, usec_t until)
{
    return !worker_ending(lane->worker) && clock_now() < until;
}

/* One attempt at least.  0 when the connection is back, with what became of a commit. */
static int bring_back(struct lane *lane, usec_t until, enum outcome *ret)
{
    struct buf why = {0};
    usec_t wait = BACKOFF_MIN;
    int rc;

    while ((rc = lane->db->ops->revive(lane->db, ret, &why)) < 0) {
        tell(lane, rc, buf_cstr(&why));
        buf_clear(&why);
        for (usec_t slept = 0; slept < wait && may_wait(lane, until); slept += TURN)
            clock_sleep(TURN);
        if (!may_wait(lane, until))
            break;
        wait = wait * 2 < BACKOFF_MAX ? wait * 2 : BACKOFF_MAX;
    }
    buf_done(&why);
    if (rc == 0) {
        static const char *const names[] = {"none", "committed", "untold"};
        log_info("store.back", "outcome=%s", names[*ret]);
        tell(lane, 0, NULL);
        if (*ret == OUTCOME_UNTOLD)
            loop_post(lane->loop, lane->untold, lane->arg);
    }
    return rc < 0 ? -ECONNRESET : 0;
}

/* try_together(), and again over lost connections.  A batch that loses its connection every time may
 * have a job in it that is to blame: it is found by running them one by one. */
static int commit_jobs(struct lane *lane, struct list *jobs)
{
    const bool several = jobs->next != jobs->prev;
    int rc = -ECONNRESET;

    for (int tries = 0; rc == -ECONNRESET; tries++) {
        if (tries == TRIES_MAX)
            return several ? -EAGAIN : -ECONNRESET;
        rc = try_together(lane, jobs);
        if (rc != -ECONNRESET)
            break;
        enum outcome outcome = OUTCOME_NONE;
        metric_add(&lost, 1);
        if (bring_back(lane, patience(jobs), &outcome) < 0)
            return -ECONNRESET;
        if (outcome == OUTCOME_COMMITTED)
            rc = 0;
    }
    if (rc == -EIO)
        note_broken(lane, rc, "The disk failed while writing. Check it, then restart Convene.");
    return rc;
}

static void run_one_by_one(struct lane *lane, struct list *jobs)
{
    struct list done;
    struct list one;

    list_init(&done);
    list_init(&one);
    while (!list_empty(jobs)) {
        struct list *it = jobs->next;
        list_del(it);
        list_add_tail(&one, it);

        const int rc = lane->broken ? -EROFS : commit_jobs(lane, &one);
        struct job *job = job_of(it);
        if (rc == -EAGAIN) {
            job->rc = job->rc < 0 ? job->rc : -EAGAIN;
        } else if (rc < 0) {
            job->rc = rc;
        }
        move_all(&one, &done);
    }
    move_all(&done, jobs);
}

/* What no request can help, and only the operator can mend. */
static const struct failure {
    int rc;
    const char *why;
} failures[] = {
    {-ENOSPC, "Nothing can be stored: the disk of the database is full. Make room there."},
    {-EBUSY, "Nothing can be stored: another program holds the database's lock (a backup, a "
             "shell). End it."},
    {-ETIMEDOUT, "Nothing can be stored: the database takes too long over a statement, or somebody "
                 "cancels them. Look at its load and its locks."},
    {-EROFS,
     "Nothing can be stored: the database takes no changes. Check its rights and its disk."},
};

static const struct failure *failure_of(struct list *jobs)
{
    LIST_EACH (jobs, it) {
        for (size_t i = 0; job_of(it)->write && i < ARRAY_SIZE(failures); i++) {
            if (job_of(it)->rc == failures[i].rc)
                return &failures[i];
        }
    }
    return NULL;
}

static bool has_written(struct list *jobs)
{
    LIST_EACH (jobs, it) {
        if (job_of(it)->write && job_of(it)->rc >= 0)
            return true;
    }
    return false;
}

/* The operator hears when writing begins to fail, each minute that it goes on, and of its end. */
static void note_failure(struct lane *lane, struct list *jobs)
{
    const struct failure *f = failure_of(jobs);

    if (lane->broken)
        return;
    if (f) {
        metric_add(&failed, 1);
        if (f->rc != lane->failing || clock_now() >= lane->told + TELL_EVERY) {
            log_error("store.write", "why=\"%s\"", f->why);
            lane->told = clock_now();
        }
        if (f->rc != lane->failing)
            tell(lane, f->rc, f->why);
        lane->failing = f->rc;
    } else if (lane->failing && has_written(jobs)) {
        log_info("store.write", "why=\"it can be written again\"");
        lane->failing = 0;
        tell(lane, 0, NULL);
    }
}

/* A job that lost a race against another writer (its own repeat by another node, a deadlock) is run
 * once more, alone, and sees what the other has done. */
static void run_losers_again(struct lane *lane, struct list *jobs)
{
    LIST_EACH_SAFE (jobs, it) {
        struct list one;
        struct list *behind = it->next;
        if (job_of(it)->rc != -EAGAIN)
            continue;
        list_init(&one);
        list_del(it);
        list_add_tail(&one, it);
        run_one_by_one(lane, &one);
        list_del(it);
        list_add_tail(behind, it); /* where it stood */
    }
}

static void write_batch(struct list *jobs, void *arg)
{
    struct lane *lane = arg;
    const int rc = lane->broken ? -EROFS : commit_jobs(lane, jobs);

    if (rc == -EAGAIN || rc == -ENOSPC) {
        run_one_by_one(lane, jobs);
    } else if (rc < 0) {
        fail_all(jobs, rc);
    }
    run_losers_again(lane, jobs);
    note_failure(lane, jobs);
    send_back(lane, jobs);
}

static void read_one(struct lane *lane, struct job *job)
{
    const struct db_ops *ops = lane->db->ops;

    for (int tries = 0; tries < TRIES_MAX; tries++) {
        job->rc = ops->begin(lane->db, false);
        if (job->rc == 0) {
            run_job(lane, job);
            ops->rollback(lane->db);
        }
        if (!ops->lost(lane->db))
            return;
        enum outcome outcome;
        metric_add(&lost, 1);
        job->rc = bring_back(lane, job->handed_over + LANE_PATIENCE, &outcome);
        if (job->rc < 0)
            return;
    }
    job->rc = -ECONNRESET;
}

static void read_batch(struct list *jobs, void *arg)
{
    struct lane *lane = arg;

    LIST_EACH (jobs, it)
        read_one(lane, job_of(it));
    send_back(lane, jobs);
}

struct check {
    struct job job;
    struct lane *lane;
};

static struct check *check_of(struct job *job)
{
    return container_of(job, struct check, job);
}

/* On the lane.  What is lost is brought back by whoever runs the job. */
static int run_check(struct db *db, struct job *job)
{
    struct lane *lane = check_of(job)->lane;
    struct buf why = {0};
    int rc = db->ops->check(db, &why);

    if (rc == -EIO)
        note_broken(lane, rc, buf_cstr(&why));
    /* A lane that failed to write tries itself: nobody else may come by any more. */
    if (rc == 0 && job->write)
        rc = db_exec(db, SQL_WRITER_PROBE, VALS(val_int(job->now.ms)));
    buf_done(&why);
    return rc < 0 ? rc : 0;
}

static void checked(struct job *job, int rc)
{
    (void)rc;
    check_of(job)->lane->checking = false;
    job_done(job);
    (void)mem_free(check_of(job));
}

struct job *lane_check(struct lane *lane)
{
    if (lane->checking)
        return NULL;
    struct check *c = mem_new(struct check);
    c->lane = lane;
    lane->checking = true;
    job_init(&c->job, run_check, checked);
    c->job.write = lane->write && lane->rc < 0;
    return &c->job;
}

void lane_start(struct lane *lane, struct db *db)
{
    lane->db = db;
    lane->worker = lane->write ? worker_new("store-write", BATCH_WRITE, write_batch, lane)
                               : worker_new("store-read", BATCH_READ, read_batch, lane);
}

void lane_push(struct lane *lane, struct job *job)
{
    worker_push(lane->worker, &job->link);
}

void lane_end(struct lane *lane)
{
    lane->worker = worker_free(lane->worker);
    if (lane->db)
        lane->db = lane->db->ops->close(lane->db);
}
