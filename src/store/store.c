/*
 * Lanes: one that writes, some that read, each a thread with a connection.  A writing lane takes
 * what has queued up since its last commit as one batch, so under load many acts share one fsync.
 *
 * Life of a job: handed over on the loop -> run in its lane -> the batch is committed -> posted
 * back as a whole -> done() of each in order.
 */
#include "store/store.h"

#include "base/log.h"
#include "base/metric.h"
#include "os/worker.h"
#include "store/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BATCH_WRITE = 256,
    BATCH_READ = 8,
    READERS_DEFAULT = 2,
    READERS_MAX = 16,
    PATH_MAX_ = 4096,
};

static struct metric queued = METRIC_GAUGE("convene_store_queued", "Jobs waiting for the store");
static struct metric batches =
    METRIC_COUNTER("convene_store_commits_total", "Transactions of the writer");

struct lane {
    struct store *store;
    struct worker *worker;
    struct db *db;
    bool write;
    int broken; /* -errno of a commit whose outcome is unknown: nothing is written any more */
};

struct store {
    struct loop *loop;
    struct lane writer;
    struct lane readers[READERS_MAX];
    unsigned reader_count;
    unsigned next_reader;
    size_t waiting; /* jobs handed over and not answered */
    bool closing;   /* no lane runs any more */
    int broken;     /* what the writing lane told with its last batch */
    int lock;       /* descriptor of the lock on the folder, or -1 */
};

/* A batch on its way back. */
struct answers {
    struct store *store;
    struct list jobs;
    int broken;
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

/* On the loop. */
static void answer(void *arg)
{
    struct answers *a = arg;
    struct store *s = a->store;

    if (a->broken < 0)
        s->broken = a->broken;
    while (!list_empty(&a->jobs)) {
        struct job *job = job_of(a->jobs.next);
        list_del(&job->link);
        s->waiting--;
        job->done(job, job->rc);
    }
    metric_set(&queued, (int64_t)s->waiting);
    (void)mem_free(a);
}

static void move_all(struct list *from, struct list *to)
{
    while (!list_empty(from)) {
        struct list *it = from->next;
        list_del(it);
        list_add_tail(to, it);
    }
}

static void send_back(struct lane *lane, struct list *jobs)
{
    struct answers *a = mem_new(struct answers);

    a->store = lane->store;
    a->broken = lane->broken;
    list_init(&a->jobs);
    move_all(jobs, &a->jobs);
    loop_post(lane->store->loop, answer, a);
}

static void run_job(struct lane *lane, struct job *job)
{
    job->arena = arena_free(job->arena);
    job->arena = arena_new();
    job->rc = job->run(lane->db, job);
    lane->db->ops->rows_end(lane->db);
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

static void fail_all(struct list *jobs, int rc)
{
    LIST_EACH (jobs, it)
        job_of(it)->rc = rc;
}

/* 0: all ran and are committed, each with its own rc.  -EAGAIN: nothing is, and they may be run
 * again one by one.  Else: nothing may be. */
static int try_together(struct lane *lane, struct list *jobs)
{
    const struct db_ops *ops = lane->db->ops;
    int rc = ops->begin(lane->db, true);

    if (rc < 0)
        return rc;
    LIST_EACH (jobs, it) {
        if (!run_in_savepoint(lane, job_of(it))) {
            ops->rollback(lane->db);
            return -EAGAIN;
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

/*
 * After a failed write of the disk the kernel may have dropped the pages and a second fsync would
 * say "done" (the lesson of fsyncgate): so the lane never writes again, and a restart reads what
 * is really there.
 */
static void note_broken(struct lane *lane, int rc)
{
    if (rc != -EIO || lane->broken)
        return;
    lane->broken = rc;
    log_error("store.broken", "why=%s do=%s", strerror(-rc),
              "\"check the disk, then restart Convene\"");
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

        const int rc = lane->broken ? lane->broken : try_together(lane, &one);
        note_broken(lane, rc);
        struct job *job = job_of(it);
        if (rc == -EAGAIN) {
            job->rc = job->rc < 0 ? job->rc : -EIO;
        } else if (rc < 0) {
            job->rc = rc;
        }
        move_all(&one, &done);
    }
    move_all(&done, jobs);
}

static void write_batch(struct list *jobs, void *arg)
{
    struct lane *lane = arg;
    const int rc = lane->broken ? lane->broken : try_together(lane, jobs);

    note_broken(lane, rc);
    if (rc == -EAGAIN || rc == -ENOSPC) {
        run_one_by_one(lane, jobs);
    } else if (rc < 0) {
        fail_all(jobs, rc);
    }
    send_back(lane, jobs);
}

static void read_batch(struct list *jobs, void *arg)
{
    struct lane *lane = arg;
    const struct db_ops *ops = lane->db->ops;

    LIST_EACH (jobs, it) {
        struct job *job = job_of(it);
        job->rc = ops->begin(lane->db, false);
        if (job->rc == 0) {
            run_job(lane, job);
            ops->rollback(lane->db);
        }
    }
    send_back(lane, jobs);
}

static int make_folder(const char *path, struct buf *why)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    const int rc = -errno;
    buf_printf(why, "Cannot make the folder %s: %s. Set DATA_DIR to one that can be written.", path,
               strerror(-rc));
    return rc;
}

/* One server a folder: two would not hear of each other's messages. */
static int lock_folder(const char *path, int *ret_fd, struct buf *why)
{
    char name[PATH_MAX_];

    (void)snprintf(name, sizeof(name), "%s/lock", path);
    const int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const int rc = -errno;
        buf_printf(why, "Cannot write in %s: %s. Check the rights of DATA_DIR.", path,
                   strerror(-rc));
        return rc;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        buf_printf(why, "Another Convene is running on %s. Stop it, or set another DATA_DIR.",
                   path);
        (void)close(fd);
        return -EBUSY;
    }
    *ret_fd = fd;
    return 0;
}

static int open_lane(struct store *s, struct lane *lane, const char *path, bool write,
                     struct buf *why)
{
    lane->store = s;
    lane->write = write;
    int rc = sqlite_open(path, write, &lane->db, why);
    if (rc == 0 && write)
        rc = migrate(lane->db, why);
    if (rc < 0) {
        if (why->len == 0)
            buf_printf(why, "The database in %s cannot be used: %s.", path, strerror(-rc));
        return rc;
    }
    lane->worker = write ? worker_new("store-write", BATCH_WRITE, write_batch, lane)
                         : worker_new("store-read", BATCH_READ, read_batch, lane);
    return 0;
}

static void close_lane(struct lane *lane)
{
    lane->worker = worker_free(lane->worker);
    if (lane->db)
        lane->db = lane->db->ops->close(lane->db);
}

int store_open(struct loop *l, const struct store_conf *conf, struct store **ret, struct buf *why)
{
    struct store *s = mem_new(struct store);

    s->loop = l;
    s->lock = -1;
    int rc = make_folder(conf->path, why);
    if (rc == 0 && !conf->shared)
        rc = lock_folder(conf->path, &s->lock, why);
    if (rc == 0)
        rc = open_lane(s, &s->writer, conf->path, true, why);

    unsigned readers = conf->readers ? conf->readers : READERS_DEFAULT;
    readers = readers > READERS_MAX ? READERS_MAX : readers;
    while (rc == 0 && s->reader_count < readers)
        rc = open_lane(s, &s->readers[s->reader_count++], conf->path, false, why);
    if (rc < 0) {
        (void)store_close(s);
        return rc;
    }
    *ret = s;
    return 0;
}

struct store *store_close(struct store *s)
{
    if (!s)
        return NULL;
    close_lane(&s->writer);
    for (unsigned i = 0; i < s->reader_count; i++)
        close_lane(&s->readers[i]);
    /* What an answer hands over is refused, and its owner told. */
    s->closing = true;
    while (s->waiting > 0)
        loop_run_posted(s->loop);
    if (s->lock >= 0)
        (void)close(s->lock);
    return mem_free(s);
}

/* A job that cannot be taken is answered in a turn of its own all the same, so that its owner need
 * not expect done() from inside the hand-over. */
static bool refuse_if_it_must(struct store *s, struct job *job)
{
    if (s->waiting < STORE_QUEUE_MAX && !s->closing)
        return false;

    struct answers *a = mem_new(struct answers);
    a->store = s;
    list_init(&a->jobs);
    list_add_tail(&a->jobs, &job->link);
    job->rc = -EAGAIN;
    loop_post(s->loop, answer, a);
    return true;
}

static void hand_over(struct store *s, struct job *job, struct lane *lane)
{
    ASSERT_ON(s->loop);
    job->now = loop_wall(s->loop);
    s->waiting++;
    metric_set(&queued, (int64_t)s->waiting);
    if (!refuse_if_it_must(s, job))
        worker_push(lane->worker, &job->link);
}

void store_read(struct store *s, struct job *job)
{
    job->write = false;
    hand_over(s, job, &s->readers[s->next_reader]);
    s->next_reader = (s->next_reader + 1) % s->reader_count;
}

void store_write(struct store *s, struct job *job, struct span key)
{
    (void)key; /* with one writer all jobs are in order */
    job->write = true;
    hand_over(s, job, &s->writer);
}

int store_health(struct store *s, struct buf *why)
{
    if (s->broken < 0)
        buf_add_str(why, "The disk failed while writing. Check it, then restart Convene.");
    return s->broken;
}
