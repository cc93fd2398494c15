/*
 * How sessions end: by their owner, by an act that ends all of a person's, by age.
 */
#include "auth/authorize.h"
#include "auth/guest_leave.h"
#include "auth/session_inside.h"
#include "base/log.h"

#include <errno.h>

#define SWEEP_EVERY (3600 * SEC)

/* An ended one is kept so long, for who asks what happened. */
static const int64_t ended_kept_ms = (int64_t)7 * 24 * 3600 * 1000;

/* So long administrators see an invitation that came to its end. */
static const int64_t invite_kept_ms = (int64_t)30 * 24 * 3600 * 1000;

static void publish(const struct sessions *s, const struct id *user, const struct id *session)
{
    bus_publish(s->bus,
                &(struct bus_event){.kind = BUS_SESSION_ENDED, .user = *user, .session = *session});
}

bool session_is_ending(const struct sessions *s, const struct id *session)
{
    LIST_EACH (&s->ending, it) {
        if (id_eq(&container_of(it, struct ending, link)->session, session))
            return true;
    }
    return false;
}

static struct session *find_by_id(struct sessions *s, const struct id *id)
{
    size_t at = 0;

    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at)) {
        if (id_eq(&it->actor.session, id))
            return it;
    }
    return NULL;
}

/* One's own, at once and before its row says so. */

static int run_end(struct db *db, struct job *job)
{
    const struct ending *e = container_of(job, struct ending, job);
    const int rc = db_exec(db, SQL_SESSION_REVOKE, VALS(val_id(&e->session), val_int(job->now.ms)));

    return rc < 0 ? rc : 0;
}

static void on_ended(struct job *job, int rc)
{
    struct ending *e = container_of(job, struct ending, job);

    list_del(&e->link);
    e->sessions->ends++;
    if (e->done)
        e->done(rc, e->arg);
    job_done(job);
    (void)mem_free(e);
}

void session_end(struct sessions *s, const struct actor *actor, session_ended_fn *done, void *arg)
{
    struct session *cached = find_by_id(s, &actor->session);
    struct ending *e = mem_new(struct ending);

    s->ends++;
    if (cached)
        session_forget(s, cached);
    session_note_end(s, &actor->session);
    publish(s, &actor->user,
            &actor->session); /* also for one not cached: its socket lives longer */
    list_init(&e->link);
    list_add_tail(&s->ending, &e->link);
    e->sessions = s;
    e->session = actor->session;
    e->done = done;
    e->arg = arg;
    job_init(&e->job, run_end, on_ended);
    store_write(s->store, &e->job, SPAN_NONE);
}

/* Several, by an act. */

static int take_ids(struct db *db, struct arena *a, struct session_ends *ret)
{
    size_t room = 0;
    int rc;

    *ret = (struct session_ends){0};
    while ((rc = db_next(db)) > 0) {
        if (ret->count == room) {
            room = room ? 2 * room : 16;
            struct id *ids = arena_array(a, struct id, room);
            if (ret->count > 0)
                memcpy(ids, ret->ids, ret->count * sizeof(ids[0]));
            ret->ids = ids;
        }
        ret->ids[ret->count++] = db_id(db, 0);
    }
    db_rows_end(db);
    return rc;
}

int session_revoke(struct db *db, const struct id *person, const struct id *except, struct wall now,
                   struct arena *a, struct session_ends *ret)
{
    const struct span kept = id_none(except) ? span_str("") : id_span(except);
    const int rc =
        db_query(db, SQL_SESSION_REVOKE_ALL, VALS(val_id(person), val_text(kept), val_int(now.ms)));

    return rc < 0 ? rc : take_ids(db, a, ret);
}

static bool is_in(const struct session_ends *ends, const struct id *id)
{
    for (size_t i = 0; i < ends->count; i++) {
        if (id_eq(&ends->ids[i], id))
            return true;
    }
    return false;
}

void sessions_ended(struct sessions *s, const struct id *person, const struct session_ends *ends)
{
    size_t at = 0;

    ASSERT_ON(s->loop);
    s->ends++;
    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at)) {
        if (!id_eq(&it->actor.user, person) || !(it->api_token || is_in(ends, &it->actor.session)))
            continue;
        if (it->api_token) /* its sockets come back with what it may now */
            publish(s, person, &it->actor.session);
        session_forget(s, it);
    }
    for (size_t i = 0; i < ends->count; i++) {
        session_note_end(s, &ends->ids[i]);
        publish(s, person, &ends->ids[i]);
    }
}

void session_tokens_forget(struct sessions *s, const struct id *person, enum role role)
{
    size_t at = 0;

    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at)) {
        if (!it->api_token || !id_eq(&it->actor.user, person) || it->actor.role == role)
            continue;
        s->ends++;
        publish(s, person, &it->actor.session);
        session_forget(s, it);
    }
}

int session_rotate(struct db *db, const struct actor *actor, struct span token, struct arena *a)
{
    uint8_t hash[SHA256_SIZE];
    int rc = token_hash(token, hash);

    if (rc == 0) {
        rc = db_exec(db, SQL_SESSION_ROTATE,
                     VALS(val_id(&actor->session), val_id(&actor->user),
                          val_text(session_hash_hex(hash, a))));
    }
    return rc == 0 ? -EACCES : (rc < 0 ? rc : 0);
}

void session_rotated(struct sessions *s, const struct actor *actor)
{
    struct session *cached = find_by_id(s, &actor->session);

    ASSERT_ON(s->loop);
    s->ends++;
    if (cached)
        session_forget(s, cached);
}

struct act {
    struct job job;
    struct sessions *sessions;
    struct actor actor;
    struct id one; /* none: all others */
    struct session_ends ends;
    session_ended_fn *done;
    void *arg;
};

static int run_act(struct db *db, struct job *job)
{
    struct act *a = container_of(job, struct act, job);
    int rc = authorize(&a->actor, VERB_SESSION_END, &OBJECT_OF_SELF);

    if (rc < 0)
        return rc;
    if (id_none(&a->one)) {
        return session_revoke(db, &a->actor.user, &a->actor.session, job->now, job->arena,
                              &a->ends);
    }
    rc = db_exec(db, SQL_SESSION_REVOKE_ONE,
                 VALS(val_id(&a->one), val_id(&a->actor.user), val_int(job->now.ms)));
    a->ends = (struct session_ends){&a->one, 1};
    return rc == 0 ? -ENOENT : (rc < 0 ? rc : 0);
}

static void on_acted(struct job *job, int rc)
{
    struct act *a = container_of(job, struct act, job);

    if (rc == 0)
        sessions_ended(a->sessions, &a->actor.user, &a->ends);
    a->done(rc, a->arg);
    job_done(job);
    (void)mem_free(a);
}

void session_end_one(struct sessions *s, const struct actor *actor, const struct id *session,
                     session_ended_fn *done, void *arg)
{
    struct act *a = mem_new(struct act);

    a->sessions = s;
    a->actor = *actor;
    a->one = *session;
    a->done = done;
    a->arg = arg;
    job_init(&a->job, run_act, on_acted);
    store_write(s->store, &a->job, SPAN_NONE);
}

void session_end_others(struct sessions *s, const struct actor *actor, session_ended_fn *done,
                        void *arg)
{
    static const struct id all = {0};

    session_end_one(s, actor, &all, done, arg);
}

/* By age. */

struct sweeping {
    struct job job;
    struct sessions *sessions;
    struct guest_places left;
};

static int run_sweep(struct db *db, struct job *job)
{
    const int gone = db_exec(db, SQL_SESSION_SWEEP,
                             VALS(val_int(job->now.ms), val_int(job->now.ms - ended_kept_ms)));
    int rc = gone;

    if (rc >= 0)
        rc = db_exec(db, SQL_ONCE_SWEEP, VALS(val_int(job->now.ms)));
    if (rc >= 0)
        rc = db_exec(db, SQL_GUEST_SWEEP, VALS(val_int(job->now.ms)));
    if (rc >= 0)
        rc = guests_leave(db, job->now, job->arena, &container_of(job, struct sweeping, job)->left);
    if (rc >= 0) {
        rc = db_exec(db, SQL_RESET_SWEEP,
                     VALS(val_int(job->now.ms), val_int(job->now.ms - invite_kept_ms)));
    }
    return rc < 0 ? rc : gone;
}

static void on_swept(struct job *job, int rc)
{
    struct sweeping *w = container_of(job, struct sweeping, job);

    if (rc > 0)
        log_info("session.sweep", "gone=%d", rc);
    if (rc >= 0)
        guests_left(w->sessions->bus, &w->left);
    job_done(job);
    (void)mem_free(w);
}

static void sweep(void *arg)
{
    struct sessions *s = arg;
    struct sweeping *w = mem_new(struct sweeping);

    w->sessions = s;
    job_init(&w->job, run_sweep, on_swept);
    store_write(s->store, &w->job, SPAN_NONE);
    timer_after(&s->sweep, SWEEP_EVERY);
}

void sessions_tend(struct sessions *s)
{
    timer_init(&s->sweep, s->loop, sweep, s);
    timer_after(&s->sweep, SWEEP_EVERY);
}

void sessions_tend_no_more(struct sessions *s)
{
    timer_stop(&s->sweep);
}
