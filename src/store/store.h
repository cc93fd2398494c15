/*
 * store - where everything is kept.  Work is handed over as jobs; their answers come back to the
 * loop that asked.
 *
 * A job is run on a store thread with a connection, maybe more than once (its transaction may be
 * lost and asked again), so run() depends on nothing but the job's own fields and writes its answer
 * into them (memory from job->arena, which is emptied before each run).  Each writing job runs in a
 * savepoint of a batch that is committed as a whole: one that fails (returns < 0) is rolled back
 * alone, and one that says -EAGAIN is run once more first.  After the commit the answers leave in the
 * order of the jobs.  Jobs of one key (a channel) run in the order they were handed over.
 *
 * SQLite: one writer, several readers, WAL with synchronous=FULL.  PostgreSQL: several writers, of
 * which a key always meets the same one; a job that names no key meets the first.
 *
 * Thread: the main loop's, but for run().
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "os/loop.h"
#include "store/db.h"

struct store;
struct job;

/* 0 or -errno; see above. */
typedef int job_run_fn(struct db *db, struct job *job);
/* On the loop, exactly once; rc is what run() returned, or why the commit failed.  Frees the job
 * (job_done() for its arena, then the owner's struct). */
typedef void job_done_fn(struct job *job, int rc);

/* Embedded as the first member of what the job carries. */
struct job {
    struct list link;
    job_run_fn *run;
    job_done_fn *done;
    struct arena *arena;
    struct wall now;    /* the wall clock when it was handed over, */
    usec_t handed_over; /* and the loop's */
    int rc;
    bool write;
};

void job_init(struct job *job, job_run_fn *run, job_done_fn *done);
void job_done(struct job *job); /* frees the arena */

enum { STORE_QUEUE_MAX = 20000 /* jobs waiting; beyond it -EAGAIN ("unavailable") */ };

struct store_conf {
    const char *path; /* folder for SQLite's files; made with mode 0700 */
    const char *url;  /* PostgreSQL's; NULL: SQLite */
    unsigned pool;    /* connections to PostgreSQL, half of them write; 8 by default */
    unsigned readers; /* SQLite: threads that read; 2 by default */
    usec_t wait;      /* how long to ask again for a PostgreSQL that is not there yet */
    bool shared;      /* beside a server that runs: for the short acts of the admin commands */
};

/* Opens and migrates.  -errno with a sentence for the operator in why. */
int store_open(struct loop *l, const struct store_conf *conf, struct store **ret, struct buf *why);
/* Runs what was handed over; done() of each is called before it returns. */
struct store *store_close(struct store *s);

/* Hands a job over; done() is called in any case (rc -EAGAIN when the queue is full).  A reading
 * job sees everything that was committed before it was handed over. */
void store_read(struct store *s, struct job *job);
void store_write(struct store *s, struct job *job, struct span key);

/*
 * Calls fn(arg) on the loop whenever something has been committed of which nobody was told: jobs that
 * were answered -ECONNRESET turned out to be done.  What listeners hold may be behind the store then.
 */
void store_on_untold(struct store *s, loop_fn *fn, void *arg);

/* Ready to read and write?  0 or -errno with a sentence in why. */
int store_health(struct store *s, struct buf *why);
