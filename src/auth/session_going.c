/*
 * Whether a session is still going, asked by its id: for what outlives the request that it was given in,
 * as the credentials of a relay do.
 */
#include "auth/session_inside.h"

struct asking {
    struct job job;
    struct id user;
    struct id session;
    bool going;
    session_going_fn *fn;
    void *arg;
};

static int run_going(struct db *db, struct job *job)
{
    struct asking *a = container_of(job, struct asking, job);
    int rc = db_query(db, SQL_SESSION_GOING,
                      VALS(val_id(&a->session), val_id(&a->user), val_int(job->now.ms)));

    if (rc < 0)
        return rc;
    rc = db_next(db);
    a->going = rc > 0;
    db_rows_end(db);
    return rc < 0 ? rc : 0;
}

static void on_going(struct job *job, int rc)
{
    struct asking *a = container_of(job, struct asking, job);

    a->fn(rc == 0 && a->going, a->arg);
    job_done(job);
    (void)mem_free(a);
}

void session_going(struct sessions *s, const struct id *user, const struct id *session,
                   session_going_fn *fn, void *arg)
{
    struct asking *a;

    if (session_is_ending(s, session)) {
        fn(false, arg);
        return;
    }
    a = mem_new(struct asking);
    a->user = *user;
    a->session = *session;
    a->fn = fn;
    a->arg = arg;
    job_init(&a->job, run_going, on_going);
    store_read(s->store, &a->job);
}
