/*
 * One's devices.
 */
#include "auth/authorize.h"
#include "auth/session_inside.h"
#include "base/json.h"

struct listing {
    struct job job;
    struct actor actor;
    struct session_infos infos;
    session_infos_fn *fn;
    void *arg;
};

void session_info_read(struct db *db, int from, struct arena *a, struct session_info *ret)
{
    *ret = (struct session_info){.id = db_id(db, from),
                                 .ip = db_text(db, from + 1, a),
                                 .user_agent = db_text(db, from + 2, a),
                                 .method = db_text(db, from + 3, a),
                                 .created_at = db_int(db, from + 4),
                                 .last_seen_at = db_int(db, from + 5),
                                 .expires_at = db_int(db, from + 6)};
}

static int run_list(struct db *db, struct job *job)
{
    struct listing *l = container_of(job, struct listing, job);
    int rc = authorize(&l->actor, VERB_SESSION_LIST, &OBJECT_OF_SELF);

    if (rc == 0) {
        rc =
            db_query(db, SQL_SESSION_LIST,
                     VALS(val_id(&l->actor.user), val_int(job->now.ms), val_int(SESSION_LIST_MAX)));
    }
    if (rc < 0)
        return rc;
    struct session_info *rows = arena_array(job->arena, struct session_info, SESSION_LIST_MAX);
    size_t n = 0;
    while (n < SESSION_LIST_MAX && (rc = db_next(db)) > 0)
        session_info_read(db, 0, job->arena, &rows[n++]);
    db_rows_end(db);
    l->infos = (struct session_infos){.rows = rows, .count = n};
    return rc < 0 ? rc : 0;
}

static void on_listed(struct job *job, int rc)
{
    struct listing *l = container_of(job, struct listing, job);

    l->infos.rc = rc;
    l->fn(&l->infos, l->arg);
    job_done(job);
    (void)mem_free(l);
}

void session_list(struct sessions *s, const struct actor *actor, session_infos_fn *fn, void *arg)
{
    struct listing *l = mem_new(struct listing);

    l->actor = *actor;
    l->fn = fn;
    l->arg = arg;
    job_init(&l->job, run_list, on_listed);
    store_read(s->store, &l->job);
}

void session_info_write(struct json_out *o, const char *key, const struct session_info *i,
                        bool current)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &i->id);
    json_put_bool(o, "current", current);
    json_put_str(o, "user_agent", i->user_agent);
    json_put_str(o, "ip", i->ip);
    json_put_str(o, "method", i->method);
    json_put_i64(o, "created_at", i->created_at);
    json_put_i64(o, "last_seen_at", i->last_seen_at);
    json_put_i64(o, "expires_at", i->expires_at);
    json_obj_end(o);
}
