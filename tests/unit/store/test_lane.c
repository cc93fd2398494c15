/*
 * What a lane makes of a commit whose answer was lost, on an engine that does as it is told here: the
 * real one loses connections only by chance.
 */
#include "store/lane.h"
#include "support/test.h"

#include <errno.h>

struct engine {
    struct db db;
    bool lost;
    unsigned losses;      /* so many commits will lose the connection */
    enum outcome outcome; /* what revive() will tell */
    unsigned commits;     /* that were asked for */
};

static struct engine *engine_of(struct db *db)
{
    return container_of(db, struct engine, db);
}

static int begin(struct db *db, bool write)
{
    (void)write;
    return engine_of(db)->lost ? -ECONNRESET : 0;
}

static int commit(struct db *db)
{
    struct engine *e = engine_of(db);

    e->commits++;
    if (e->losses == 0)
        return 0;
    e->losses--;
    e->lost = true;
    return -ECONNRESET;
}

static void nothing(struct db *db)
{
    (void)db;
}

static int fine(struct db *db)
{
    (void)db;
    return 0;
}

static bool in_transaction(struct db *db)
{
    (void)db;
    return true;
}

static bool lost(const struct db *db)
{
    return container_of(db, const struct engine, db)->lost;
}

static int revive(struct db *db, enum outcome *ret, struct buf *why)
{
    struct engine *e = engine_of(db);

    (void)why;
    e->lost = false;
    *ret = e->outcome;
    return 0;
}

static struct db *close_it(struct db *db)
{
    (void)db;
    return NULL;
}

static const struct db_ops ops = {
    .begin = begin,
    .commit = commit,
    .rollback = nothing,
    .rows_end = nothing,
    .savepoint = fine,
    .release = fine,
    .rollback_to = fine,
    .in_transaction = in_transaction,
    .lost = lost,
    .revive = revive,
    .close = close_it,
};

struct act {
    struct job job;
    unsigned runs;
};

static struct loop *loop;
static struct act act;
static unsigned told; /* of what nobody was told */

static int run(struct db *db, struct job *job)
{
    (void)db;
    container_of(job, struct act, job)->runs++;
    return 0;
}

static void done(struct job *job, int rc)
{
    (void)job;
    (void)rc;
}

static void answer(struct lane *lane, struct list *jobs)
{
    (void)lane;
    while (!list_empty(jobs))
        list_del(jobs->next);
    loop_stop(loop);
}

static void untold(void *arg)
{
    (void)arg;
    told++;
}

/* One job on a lane whose first commits lose the connection. */
static void run_over(struct engine *e)
{
    struct lane lane = {.write = true, .answer = answer, .untold = untold};

    act = (struct act){0};
    told = 0;
    e->db.ops = &ops;
    loop = lane.loop = loop_new();
    job_init(&act.job, run, done);
    act.job.write = true;
    act.job.handed_over = loop_now(loop);
    lane_start(&lane, &e->db);
    lane_push(&lane, &act.job);
    loop_run(loop);
    lane_end(&lane);
    loop_run_posted(loop);
    job_done(&act.job);
    buf_done(&lane.why);
    loop = loop_free(loop);
}

TEST(what_was_not_committed_is_run_again)
{
    struct engine e = {.losses = 1, .outcome = OUTCOME_NONE};

    run_over(&e);
    CHECK_EQ(act.job.rc, 0);
    CHECK_EQ(act.runs, 2);
    CHECK_EQ(e.commits, 2);
    CHECK_EQ(told, 0);
}

TEST(what_was_committed_is_not_run_again)
{
    struct engine e = {.losses = 1, .outcome = OUTCOME_COMMITTED};

    run_over(&e);
    CHECK_EQ(act.job.rc, 0);
    CHECK_EQ(act.runs, 1);
    CHECK_EQ(told, 0);
}

TEST(what_nobody_was_told_of_is_told_to_the_listeners)
{
    struct engine e = {.losses = 1, .outcome = OUTCOME_UNTOLD};

    run_over(&e);
    CHECK_EQ(act.job.rc, 0);
    CHECK_EQ(act.runs, 2);
    CHECK_EQ(told, 1);
}

TEST(a_job_that_loses_each_connection_is_given_up)
{
    struct engine e = {.losses = 100, .outcome = OUTCOME_NONE};

    run_over(&e);
    CHECK_EQ(act.job.rc, -ECONNRESET);
    CHECK(act.runs > 1 && act.runs < 10);
}
