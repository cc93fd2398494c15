#include "api/inside.h"

#include <errno.h>

static const char name_at_first[] = "Convene";

struct site {
    struct store *store;
    const char *version;
    struct buf name;
    bool set_up;
};

struct site *site_new(struct store *store, const char *version)
{
    struct site *s = mem_new(struct site);

    s->store = store;
    s->version = version;
    return s;
}

struct site *site_free(struct site *s)
{
    if (s)
        buf_done(&s->name);
    return mem_free(s);
}

struct asking {
    struct job job;
    struct site *site;
    int64_t people;
    struct span name;
    site_fn *fn;
    void *arg;
};

static int run(struct db *db, struct job *job)
{
    struct asking *a = container_of(job, struct asking, job);
    int rc = person_count(db, &a->people);

    if (rc < 0)
        return rc;
    a->name = SPAN_NONE;
    rc = db_query(db, SQL_TEAM_ALL, NULL, 0);
    if (rc == 0)
        rc = db_next(db);
    if (rc <= 0)
        return rc;
    a->name = db_text(db, 1, job->arena);
    db_rows_end(db);
    return 0;
}

static void done(struct job *job, int rc)
{
    struct asking *a = container_of(job, struct asking, job);
    struct site *s = a->site;

    if (rc >= 0) {
        buf_clear(&s->name);
        buf_add_span(&s->name, a->name);
        s->set_up = a->people > 0;
    }
    a->fn(rc < 0 ? rc : 0, a->arg);
    job_done(job);
    (void)mem_free(a);
}

void site_know(struct site *s, site_fn *fn, void *arg)
{
    struct asking *a;

    if (s->set_up) {
        fn(0, arg);
        return;
    }
    a = mem_new(struct asking);
    job_init(&a->job, run, done);
    a->site = s;
    a->fn = fn;
    a->arg = arg;
    store_read(s->store, &a->job);
}

struct span site_name(const struct site *s)
{
    return s->name.len > 0 ? buf_span(&s->name) : span_str(name_at_first);
}

void site_write(const struct site *s, struct json_out *o, const char *key)
{
    json_obj_begin(o, key);
    json_put_str(o, "name", site_name(s));
    json_put_bool(o, "setup_needed", !s->set_up);
    json_put_cstr(o, "version", s->version);
    json_obj_end(o);
}

static void answer_site(int rc, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc) {
        answer_errno(x, rc);
        return;
    }
    site_write(x->api->site, &o, NULL);
    answer_json(x, 200, &json);
}

void handle_site_get(struct exchange *x)
{
    site_know(x->api->site, answer_site, x);
}
