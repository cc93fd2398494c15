/*
 * The calls of a person, as they ended.
 */
#include "auth/authorize.h"
#include "calls/inside.h"
#include "calls/record.h"

#include <errno.h>

struct asking {
    struct job job;
    struct bus *bus;
    struct actor actor;
    struct id before;
    bool missed;
    int64_t limit;
    struct buf json;
    calls_fn *fn;
    void *arg;
};

static struct asking *asking_of(struct job *job)
{
    return container_of(job, struct asking, job);
}

static void finish(struct asking *a, int rc)
{
    a->fn(rc < 0 ? rc : 0, &a->json, a->arg);
    buf_done(&a->json);
    job_done(&a->job);
    (void)mem_free(a);
}

static struct asking *asking_new(struct calls *c, const struct actor *actor, calls_fn *fn,
                                 void *arg)
{
    struct asking *a = mem_new(struct asking);

    a->bus = c->conf.bus;
    a->actor = *actor;
    a->fn = fn;
    a->arg = arg;
    return a;
}

static int run_history(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    const int64_t most = a->limit + 1; /* one more tells whether there is more */
    struct call_records list = {0};
    int rc = authorize(&a->actor, VERB_CALL_LIST, &OBJECT_OF_SELF);

    buf_clear(&a->json);
    if (rc == 0)
        rc = call_history(db, &a->actor.user, &a->before, a->missed, most, job->arena, &list);
    if (rc < 0)
        return rc;

    const bool more = (int64_t)list.count > a->limit;
    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "calls");
    for (size_t i = 0; i < list.count - more; i++)
        call_record_write(&o, NULL, &list.rows[i]);
    json_arr_end(&o);
    json_put_bool(&o, "more", more);
    json_obj_end(&o);
    return 0;
}

static void on_history(struct job *job, int rc)
{
    finish(asking_of(job), rc);
}

void calls_history(struct calls *c, const struct actor *actor, const struct id *before, bool missed,
                   int64_t limit, calls_fn *fn, void *arg)
{
    struct asking *a = asking_new(c, actor, fn, arg);

    a->before = *before;
    a->missed = missed;
    a->limit = limit > 0 && limit < CALLS_PAGE_MAX ? limit : CALLS_PAGE_MAX;
    job_init(&a->job, run_history, on_history);
    store_read(c->conf.store, &a->job);
}

static int run_seen(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    const int rc = authorize(&a->actor, VERB_CALL_MARK, &OBJECT_OF_SELF);

    return rc < 0 ? rc : call_seen(db, &a->actor.user, job->now);
}

static void on_seen(struct job *job, int rc)
{
    struct asking *a = asking_of(job);

    if (rc == 0)
        record_tell_missed(a->bus, &a->actor.user, 0);
    finish(a, rc);
}

void calls_seen(struct calls *c, const struct actor *actor, calls_fn *fn, void *arg)
{
    struct asking *a = asking_new(c, actor, fn, arg);

    job_init(&a->job, run_seen, on_seen);
    store_write(c->conf.store, &a->job, id_span(&actor->user));
}
