#include "auth/people.h"

#include "auth/authorize.h"
#include "auth/names.h"

#include <errno.h>

enum { IDS_MAX = 500, QUERY_MAX = 400 };

struct asking {
    struct job job;
    struct actor actor;
    struct bus *bus; /* of an act that is told */
    struct buf text; /* the query, the name, the state */
    bool none;       /* text is SPAN_NONE */
    int64_t limit;
    struct id *ids;
    size_t id_count;
    struct people people;
    people_fn *fn;
    void *arg;
};

static struct asking *asking_of(struct job *job)
{
    return container_of(job, struct asking, job);
}

static void tell(const struct asking *a)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    me_write(&o, "me", &a->people.rows[0]);
    bus_publish(a->bus, &(struct bus_event){.kind = BUS_EVENT,
                                            .audience = BUS_TO_USER,
                                            .user = a->actor.user,
                                            .type = "me",
                                            .members = buf_span(&json)});
    buf_clear(&json);
    o = json_out(&json);
    person_write(&o, "person", &a->people.rows[0]);
    bus_publish(a->bus, &(struct bus_event){.kind = BUS_EVENT,
                                            .audience = BUS_TO_ALL,
                                            .type = "person",
                                            .members = buf_span(&json)});
    buf_done(&json);
}

static void on_done(struct job *job, int rc)
{
    struct asking *a = asking_of(job);

    if (rc >= 0 && a->bus)
        tell(a);
    a->fn(rc < 0 ? rc : 0, &a->people, a->arg);
    buf_done(&a->text);
    (void)mem_free(a->ids);
    job_done(job);
    (void)mem_free(a);
}

static struct asking *asking_new(const struct actor *actor, job_run_fn *run, people_fn *fn,
                                 void *arg)
{
    struct asking *a = mem_new(struct asking);

    a->actor = *actor;
    a->fn = fn;
    a->arg = arg;
    job_init(&a->job, run, on_done);
    return a;
}

static int run_find(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    const int rc = authorize(&a->actor, VERB_PEOPLE_READ, &OBJECT_OF_NONE);

    if (rc < 0)
        return rc;
    const struct span query = person_search_text(job->arena, buf_span(&a->text), SPAN_NONE);
    return people_search(db, span_trim(query), a->limit, job->arena, &a->people);
}

void people_find(struct store *store, const struct actor *actor, struct span query, int64_t limit,
                 people_fn *fn, void *arg)
{
    struct asking *a = asking_new(actor, run_find, fn, arg);

    buf_add_span(&a->text, span_sub(query, 0, QUERY_MAX));
    a->limit = limit;
    store_read(store, &a->job);
}

static int run_get(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    const int rc = authorize(&a->actor, VERB_PEOPLE_READ, &OBJECT_OF_NONE);

    return rc < 0 ? rc : people_by_ids(db, a->ids, a->id_count, job->arena, &a->people);
}

void people_get(struct store *store, const struct actor *actor, const struct id *ids, size_t n,
                people_fn *fn, void *arg)
{
    struct asking *a = asking_new(actor, run_get, fn, arg);

    a->id_count = n < IDS_MAX ? n : IDS_MAX;
    a->ids = mem_array(struct id, a->id_count + 1);
    memcpy(a->ids, ids, a->id_count * sizeof(ids[0]));
    store_read(store, &a->job);
}

static int read_me(struct db *db, struct asking *a)
{
    struct person *me = arena_array(a->job.arena, struct person, 1);
    const int rc = person_by_id(db, &a->actor.user, a->job.arena, me);

    a->people = (struct people){.rows = me, .count = 1};
    return rc;
}

static int run_me(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    const int rc = authorize(&a->actor, VERB_ME_READ, &OBJECT_OF_SELF);

    return rc < 0 ? rc : read_me(db, a);
}

void people_me(struct store *store, const struct actor *actor, people_fn *fn, void *arg)
{
    store_read(store, &asking_new(actor, run_me, fn, arg)->job);
}

static int run_rename(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    struct span name;
    int rc = authorize(&a->actor, VERB_ME_EDIT, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = names_name(buf_span(&a->text), &name);
    if (rc == 0)
        rc = person_rename(db, &a->actor.user, name);
    return rc < 0 ? rc : read_me(db, a);
}

void people_rename_me(struct store *store, struct bus *bus, const struct actor *actor,
                      struct span name, people_fn *fn, void *arg)
{
    struct asking *a = asking_new(actor, run_rename, fn, arg);

    a->bus = bus;
    buf_add_span(&a->text, name);
    store_write(store, &a->job, id_span(&actor->user));
}

static int run_presence(struct db *db, struct job *job)
{
    struct asking *a = asking_of(job);
    int rc = authorize(&a->actor, VERB_ME_EDIT, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = person_set_presence(db, &a->actor.user, a->none ? SPAN_NONE : buf_span(&a->text));
    return rc < 0 ? rc : read_me(db, a);
}

void people_set_presence(struct store *store, struct bus *bus, const struct actor *actor,
                         struct span state, people_fn *fn, void *arg)
{
    struct asking *a = asking_new(actor, run_presence, fn, arg);

    a->bus = bus;
    a->none = state.p == NULL;
    buf_add_span(&a->text, state);
    store_write(store, &a->job, id_span(&actor->user));
}
