#include "auth/office.h"

#include <errno.h>

const struct actor office_shell = {.user = {"00000000-0000-0000-0000-000000000000"},
                                   .role = ROLE_OWNER,
                                   .scopes = SCOPES_OF_SESSION};

struct id errand_by(const struct errand *e)
{
    return id_eq(&e->actor.user, &office_shell.user) ? (struct id){{0}} : e->actor.user;
}

struct span errand_text(struct errand *e, struct span s)
{
    return s.p ? arena_span(e->input, s) : SPAN_NONE;
}

static int run(struct db *db, struct job *job)
{
    struct errand *e = container_of(job, struct errand, job);

    buf_clear(&e->json);
    e->field = e->why = NULL;
    e->ends = NULL;
    e->told = (struct person){0};
    const int rc = e->run(db, e);
    return rc < 0 ? rc : 0;
}

static void tell(const struct errand *e)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    person_write(&o, "person", &e->told);
    bus_publish(e->office->bus, &(struct bus_event){.kind = BUS_EVENT,
                                                    .audience = BUS_TO_ALL,
                                                    .type = "person",
                                                    .members = buf_span(&json)});
    buf_clear(&json);
    o = json_out(&json);
    me_write(&o, "me", &e->told);
    bus_publish(e->office->bus, &(struct bus_event){.kind = BUS_EVENT,
                                                    .audience = BUS_TO_USER,
                                                    .user = e->told.id,
                                                    .type = "me",
                                                    .members = buf_span(&json)});
    buf_done(&json);
}

static void on_done(struct job *job, int rc)
{
    struct errand *e = container_of(job, struct errand, job);

    for (const struct errand_end *it = rc == 0 ? e->ends : NULL; it; it = it->next)
        sessions_ended(e->office->sessions, &it->person, &it->sessions);
    if (rc == 0 && !id_none(&e->told.id))
        tell(e);
    const struct errand_answer answer = {rc, e->field, e->why, &e->json};
    e->fn(&answer, e->arg);
    buf_done(&e->json);
    e->input = arena_free(e->input);
    job_done(job);
    (void)mem_free(e);
}

static struct span text_of(struct arena *a, const struct addr *from)
{
    struct buf text = {0};

    if (!from)
        return span_str("");
    addr_write_ip(&text, from);
    const struct span s = arena_span(a, buf_span(&text));
    buf_done(&text);
    return s;
}

void *errand_new(size_t size, const struct office *o, const struct actor *actor,
                 const struct addr *from, errand_run_fn *run_it, errand_fn *fn, void *arg)
{
    struct errand *e = mem_alloc(size);

    e->office = o;
    e->input = arena_new();
    if (actor)
        e->actor = *actor;
    e->ip = text_of(e->input, from);
    e->run = run_it;
    e->fn = fn;
    e->arg = arg;
    job_init(&e->job, run, on_done);
    return e;
}

void errand_read(struct errand *e)
{
    store_read(e->office->store, &e->job);
}

void errand_write(struct errand *e)
{
    store_write(e->office->store, &e->job, span_str(AUDIT_LANE));
}

void errand_give_up(struct errand *e, int rc)
{
    on_done(&e->job, rc);
}

int errand_refuse(struct errand *e, const char *field, const char *why)
{
    e->field = field;
    e->why = why;
    return -EINVAL;
}

static struct errand_end *end_new(struct errand *e, const struct id *person)
{
    struct errand_end *end = arena_array(e->job.arena, struct errand_end, 1);

    *end = (struct errand_end){.next = e->ends, .person = *person};
    e->ends = end;
    return end;
}

int errand_end_sessions(struct db *db, struct errand *e, const struct id *person,
                        const struct id *except)
{
    struct errand_end *end = end_new(e, person);

    return session_revoke(db, person, except, e->job.now, e->job.arena, &end->sessions);
}

void errand_end_session(struct errand *e, const struct id *person, const struct id *session)
{
    struct errand_end *end = end_new(e, person);

    end->sessions.ids = arena_array(e->job.arena, struct id, 1);
    end->sessions.ids[0] = *session;
    end->sessions.count = 1;
}

int errand_audit(struct db *db, const struct errand *e, const struct audit_entry *entry)
{
    struct audit_entry full = *entry;

    full.actor = errand_by(e);
    full.ip = e->ip;
    return audit_write(db, e->office->secret, &full, e->job.now);
}

/* The row is changed at the end of the transaction, once, whatever else is done in it. */
int errand_tell(struct db *db, struct errand *e, const struct id *person)
{
    int rc = person_changed(db, person);

    if (rc >= 0)
        rc = person_by_id(db, person, e->job.arena, &e->told);
    if (rc == 0)
        e->told.change++;
    return rc;
}
