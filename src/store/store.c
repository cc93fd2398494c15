/*
 * Life of a job: handed over on the loop -> run in a lane -> the batch is committed -> posted back as
 * a whole -> done() of each in order.
 */
#include "store/store.h"

#include "base/log.h"
#include "base/metric.h"
#include "os/clock.h"
#include "store/data_folder.h"
#include "store/lane.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    LANES_MAX = 32, /* of either kind */
    READERS_DEFAULT = 2,
    POOL_DEFAULT = 8,
};

#define CHECK_EVERY (2 * SEC)
#define RETRY_EVERY (1 * SEC)

static struct metric queued = METRIC_GAUGE("convene_store_queued", "Jobs waiting for the store");

struct store {
    struct loop *loop;
    struct lane writers[LANES_MAX];
    unsigned writer_count;
    struct lane readers[LANES_MAX];
    unsigned reader_count;
    unsigned next_reader;
    struct timer check;
    size_t waiting; /* jobs handed over and not answered */
    bool closing;   /* no lane runs any more */
    loop_fn *untold;
    void *untold_arg;
    int lock; /* descriptor of the lock on the folder, or -1 */
};

void job_init(struct job *job, job_run_fn *run, job_done_fn *done)
{
    *job = (struct job){.run = run, .done = done};
    list_init(&job->link);
}

void job_done(struct job *job)
{
    job->arena = arena_free(job->arena);
}

static struct job *job_of(struct list *link)
{
    return container_of(link, struct job, link);
}

static void answer_all(struct store *s, struct list *jobs)
{
    while (!list_empty(jobs)) {
        struct job *job = job_of(jobs->next);
        list_del(&job->link);
        s->waiting--;
        job->done(job, job->rc);
    }
    metric_set(&queued, (int64_t)s->waiting);
}

static void on_untold(void *arg)
{
    struct store *s = arg;

    if (s->untold && !s->closing)
        s->untold(s->untold_arg);
}

void store_on_untold(struct store *s, loop_fn *fn, void *arg)
{
    s->untold = fn;
    s->untold_arg = arg;
}

static void on_answer(struct lane *lane, struct list *jobs)
{
    answer_all(lane->arg, jobs);
}

static int open_db(const struct store_conf *conf, bool write, struct db **ret, struct buf *why)
{
    if (conf->url)
        return postgres_open(conf->url, "DATABASE_URL", PG_SERVES, ret, why);
    const int rc = sqlite_open(conf->path, write, ret, why);
    if (rc < 0 && why->len == 0)
        buf_printf(why, "The database in %s cannot be used: %s.", conf->path, strerror(-rc));
    return rc;
}

/* A database that may be there in a moment is waited for: a platform starts both at once. */
static int open_patiently(const struct store_conf *conf, struct db **ret, struct buf *why)
{
    int rc;

    for (usec_t waited = 0;; waited += RETRY_EVERY) {
        rc = open_db(conf, true, ret, why);
        if (rc != -EAGAIN || waited >= conf->wait)
            return rc;
        log_warn("store.wait", "why=\"%s\"", buf_cstr(why));
        buf_clear(why);
        clock_sleep(RETRY_EVERY);
    }
}

static void start_lane(struct store *s, struct lane *lane, bool write, struct db *db)
{
    lane->loop = s->loop;
    lane->write = write;
    lane->answer = on_answer;
    lane->untold = on_untold;
    lane->arg = s;
    lane_start(lane, db);
}

static int open_writer(struct store *s, const struct store_conf *conf, struct buf *why)
{
    const bool first = s->writer_count == 0;
    struct db *db = NULL;
    int rc = first ? open_patiently(conf, &db, why) : open_db(conf, true, &db, why);

    if (rc == 0 && first)
        rc = migrate(db, true, why);
    if (rc == 0)
        rc = db->ops->enlist(db);
    if (rc == 0) {
        start_lane(s, &s->writers[s->writer_count++], true, db);
        return 0;
    }
    if (why->len == 0 && rc == -EBUSY)
        buf_add_str(why, "Another program holds the database's lock (a backup, a shell). End it.");
    if (why->len == 0)
        buf_printf(why, "The database cannot be used: %s.", strerror(-rc));
    if (db)
        (void)db->ops->close(db);
    return rc;
}

static int open_reader(struct store *s, const struct store_conf *conf, struct buf *why)
{
    struct db *db = NULL;
    const int rc = open_db(conf, false, &db, why);

    if (rc == 0)
        start_lane(s, &s->readers[s->reader_count++], false, db);
    return rc;
}

static unsigned at_most(unsigned n, unsigned max)
{
    return n > max ? max : n;
}

static int open_lanes(struct store *s, const struct store_conf *conf, struct buf *why)
{
    const unsigned pool = conf->pool ? conf->pool : POOL_DEFAULT;
    const unsigned asked = conf->readers ? conf->readers : READERS_DEFAULT;
    const unsigned writers = conf->url ? at_most(pool / 2, LANES_MAX) : 1;
    const unsigned readers = at_most(conf->url ? pool - pool / 2 : asked, LANES_MAX);
    int rc = 0;

    while (rc == 0 && s->writer_count < writers)
        rc = open_writer(s, conf, why);
    while (rc == 0 && s->reader_count < readers)
        rc = open_reader(s, conf, why);
    return rc;
}

static void hand_over(struct store *s, struct job *job, struct lane *lane);

static void check_lane(struct store *s, struct lane *lane)
{
    struct job *job = lane_check(lane);

    if (job)
        hand_over(s, job, lane);
}

/* A writer of PostgreSQL that works is left alone: each of its transactions costs a commit there,
 * and the readers see the same server. */
static void on_check(void *arg)
{
    struct store *s = arg;

    for (unsigned i = 0; i < s->writer_count; i++) {
        if (s->writers[i].rc < 0 || s->writer_count == 1)
            check_lane(s, &s->writers[i]);
    }
    for (unsigned i = 0; i < s->reader_count; i++)
        check_lane(s, &s->readers[i]);
    timer_after(&s->check, CHECK_EVERY);
}

int store_open(struct loop *l, const struct store_conf *conf, struct store **ret, struct buf *why)
{
    struct store *s = mem_new(struct store);

    s->loop = l;
    s->lock = -1;
    timer_init(&s->check, l, on_check, s);
    int rc = data_folder_make(conf->path, why);
    if (rc == 0 && !conf->shared)
        rc = data_folder_lock(conf->path, &s->lock, why);
    if (rc == 0)
        rc = open_lanes(s, conf, why);
    if (rc < 0) {
        (void)store_close(s);
        return rc;
    }
    if (!conf->shared)
        timer_after(&s->check, CHECK_EVERY);
    *ret = s;
    return 0;
}

struct store *store_close(struct store *s)
{
    if (!s)
        return NULL;
    timer_stop(&s->check);
    for (unsigned i = 0; i < s->writer_count; i++)
        lane_end(&s->writers[i]);
    for (unsigned i = 0; i < s->reader_count; i++)
        lane_end(&s->readers[i]);
    /* What an answer hands over is refused, and its owner told. */
    s->closing = true;
    while (s->waiting > 0)
        loop_run_posted(s->loop);
    loop_run_posted(s->loop); /* what a lane told of itself */
    for (unsigned i = 0; i < s->writer_count; i++)
        buf_done(&s->writers[i].why);
    for (unsigned i = 0; i < s->reader_count; i++)
        buf_done(&s->readers[i].why);
    if (s->lock >= 0)
        (void)close(s->lock);
    return mem_free(s);
}

/* A job on its way back without having run. */
struct refusal {
    struct store *store;
    struct list jobs;
};

static void on_refusal(void *arg)
{
    struct refusal *r = arg;

    answer_all(r->store, &r->jobs);
    (void)mem_free(r);
}

/* A job that cannot be taken is answered in a turn of its own all the same, so that its owner need
 * not expect done() from inside the hand-over. */
static bool refuse_if_it_must(struct store *s, struct job *job)
{
    if (s->waiting < STORE_QUEUE_MAX && !s->closing)
        return false;

    struct refusal *r = mem_new(struct refusal);
    r->store = s;
    list_init(&r->jobs);
    list_add_tail(&r->jobs, &job->link);
    job->rc = -EAGAIN;
    loop_post(s->loop, on_refusal, r);
    return true;
}

static void hand_over(struct store *s, struct job *job, struct lane *lane)
{
    ASSERT_ON(s->loop);
    job->now = loop_wall(s->loop);
    job->handed_over = loop_now(s->loop);
    s->waiting++;
    metric_set(&queued, (int64_t)s->waiting);
    if (!refuse_if_it_must(s, job))
        lane_push(lane, job);
}

void store_read(struct store *s, struct job *job)
{
    job->write = false;
    hand_over(s, job, &s->readers[s->next_reader]);
    s->next_reader = (s->next_reader + 1) % s->reader_count;
}

void store_write(struct store *s, struct job *job, struct span key)
{
    const size_t lane = key.len > 0 ? span_hash(key) % s->writer_count : 0;

    job->write = true;
    hand_over(s, job, &s->writers[lane]);
}

static int lane_health(const struct lane *lane, struct buf *why)
{
    if (lane->rc < 0)
        buf_add_span(why, buf_span(&lane->why));
    return lane->rc;
}

int store_health(struct store *s, struct buf *why)
{
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < s->writer_count; i++)
        rc = lane_health(&s->writers[i], why);
    for (unsigned i = 0; rc == 0 && i < s->reader_count; i++)
        rc = lane_health(&s->readers[i], why);
    return rc;
}
