/*
 * Sessions in use stand in a table by the hash of their token, so that a request costs one SHA-256
 * and one look-up.  The table is bounded: when it is full an entry is let go, the store still has it.
 */
#include "auth/session.h"

#include "base/log.h"
#include "base/map.h"
#include "base/text.h"
#include "crypto/token.h"

#include <errno.h>

enum { USER_AGENT_MAX = 256 };

static const int64_t life_ms = (int64_t)SESSION_DAYS * 24 * 3600 * 1000;
static const int64_t renew_ms = (int64_t)SESSION_RENEW_SEC * 1000;
#define SWEEP_EVERY (3600 * SEC)

struct session {
    uint8_t hash[SHA256_SIZE]; /* the key */
    struct actor actor;
    int64_t expires_at;
    int64_t seen_at; /* as the store has it */
};

struct sessions {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct map *by_hash;
    uint64_t ends;      /* rises when a session ends, and when its row says so */
    struct list ending; /* those whose row does not say so yet */
    struct timer sweep;
};

static struct span hash_span(const uint8_t hash[SHA256_SIZE])
{
    return span_of(hash, SHA256_SIZE);
}

static struct span hash_hex(const uint8_t hash[SHA256_SIZE], struct arena *a)
{
    struct buf hex = {0};

    text_hex(&hex, hash_span(hash));
    const struct span s = arena_span(a, buf_span(&hex));
    buf_done(&hex);
    return s;
}

static void forget(struct sessions *s, struct session *session)
{
    (void)map_del(s->by_hash, hash_span(session->hash));
    (void)mem_free(session);
}

static void keep(struct sessions *s, const struct session *session)
{
    if (map_count(s->by_hash) >= SESSION_CACHE_MAX) {
        size_t at = 0;
        struct session *some = map_next(s->by_hash, &at);
        forget(s, some);
    }
    struct session *copy = mem_new(struct session);
    *copy = *session;
    (void)mem_free(map_put(s->by_hash, hash_span(copy->hash), copy));
}

/* The row is written at most once in SESSION_RENEW_SEC; nobody waits for it. */

struct touch {
    struct job job;
    struct id session;
};

static int run_touch(struct db *db, struct job *job)
{
    const struct touch *t = container_of(job, struct touch, job);

    return db_exec(db, SQL_SESSION_TOUCH,
                   VALS(val_id(&t->session), val_int(job->now.ms), val_int(job->now.ms + life_ms)));
}

static void free_touch(struct job *job, int rc)
{
    if (rc < 0)
        log_debug("session.touch", "rc=%d", rc);
    job_done(job);
    (void)mem_free(container_of(job, struct touch, job));
}

static void slide(struct sessions *s, struct session *session, struct wall now)
{
    if (now.ms - session->seen_at < renew_ms)
        return;
    session->seen_at = now.ms;
    session->expires_at = now.ms + life_ms;

    struct touch *t = mem_new(struct touch);
    t->session = session->actor.session;
    job_init(&t->job, run_touch, free_touch);
    store_write(s->store, &t->job, SPAN_NONE);
}

static struct session *find_cached(struct sessions *s, const uint8_t hash[SHA256_SIZE])
{
    struct session *session = map_get(s->by_hash, hash_span(hash));
    const struct wall now = loop_wall(s->loop);

    if (!session)
        return NULL;
    if (session->expires_at <= now.ms) {
        forget(s, session);
        return NULL;
    }
    slide(s, session, now);
    return session;
}

bool session_cached(struct sessions *s, struct span token, struct actor *ret)
{
    uint8_t hash[SHA256_SIZE];

    if (token_hash(token, hash) < 0)
        return false;
    const struct session *session = find_cached(s, hash);
    if (!session)
        return false;
    *ret = session->actor;
    return true;
}

struct ending {
    struct job job;
    struct list link;
    struct sessions *sessions;
    struct id session;
    void (*done)(int rc, void *arg);
    void *arg;
};

static bool is_ending(const struct sessions *s, const struct id *session)
{
    LIST_EACH (&s->ending, it) {
        if (id_eq(&container_of(it, struct ending, link)->session, session))
            return true;
    }
    return false;
}

struct finding {
    struct job job;
    struct sessions *sessions;
    struct session found;
    uint64_t ends; /* when it was handed over */
    session_fn *fn;
    void *arg;
};

static int run_find(struct db *db, struct job *job)
{
    struct finding *f = container_of(job, struct finding, job);
    const int rc =
        db_one(db, SQL_SESSION_BY_TOKEN,
               VALS(val_text(hash_hex(f->found.hash, job->arena)), val_int(job->now.ms)));

    if (rc < 0)
        return rc == -ENOENT ? -EACCES : rc;
    f->found.actor.session = db_id(db, 0);
    f->found.actor.user = db_id(db, 1);
    f->found.actor.role = role_parse(db_span(db, 2));
    f->found.actor.scopes = SCOPES_OF_SESSION;
    f->found.expires_at = db_int(db, 3);
    f->found.seen_at = db_int(db, 4);
    return 0;
}

static void on_found(struct job *job, int rc)
{
    struct finding *f = container_of(job, struct finding, job);

    if (rc == 0 && f->ends != f->sessions->ends) {
        f->ends = f->sessions->ends; /* it may be this one that ended meanwhile */
        store_read(f->sessions->store, job);
        return;
    }
    if (rc == 0 && is_ending(f->sessions, &f->found.actor.session))
        rc = -EACCES;
    if (rc == 0)
        keep(f->sessions, &f->found);
    f->fn(rc, rc == 0 ? &f->found.actor : NULL, f->arg);
    job_done(job);
    (void)mem_free(f);
}

bool session_find(struct sessions *s, struct span token, session_fn *fn, void *arg)
{
    uint8_t hash[SHA256_SIZE];

    ASSERT_ON(s->loop);
    if (token_hash(token, hash) < 0) {
        fn(-EACCES, NULL, arg);
        return true;
    }
    const struct session *session = find_cached(s, hash);
    if (session) {
        fn(0, &session->actor, arg);
        return true;
    }
    struct finding *f = mem_new(struct finding);
    f->sessions = s;
    f->ends = s->ends;
    f->fn = fn;
    f->arg = arg;
    memcpy(f->found.hash, hash, sizeof(hash));
    job_init(&f->job, run_find, on_found);
    store_read(s->store, &f->job);
    return false;
}

struct making {
    struct job job;
    struct sessions *sessions;
    struct token token;
    struct session made;
    struct buf ip;
    struct buf user_agent;
    session_made_fn *fn;
    void *arg;
};

static int run_make(struct db *db, struct job *job)
{
    struct making *m = container_of(job, struct making, job);

    m->made.seen_at = job->now.ms;
    m->made.expires_at = job->now.ms + life_ms;
    const int rc =
        db_exec(db, SQL_SESSION_INSERT,
                VALS(val_id(&m->made.actor.session), val_text(hash_hex(m->made.hash, job->arena)),
                     val_id(&m->made.actor.user), val_text(span_str(buf_cstr(&m->ip))),
                     val_text(span_str(buf_cstr(&m->user_agent))), val_int(job->now.ms),
                     val_int(m->made.expires_at)));
    return rc < 0 ? rc : 0;
}

static void on_made(struct job *job, int rc)
{
    struct making *m = container_of(job, struct making, job);

    if (rc == 0)
        keep(m->sessions, &m->made);
    m->fn(rc, token_span(&m->token), &m->made.actor, m->arg);
    buf_done(&m->ip);
    buf_done(&m->user_agent);
    job_done(job);
    (void)mem_free(m);
}

/* A field of a request may hold any byte; what is kept is text, for people to read. */
static void add_printable(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        buf_add(out, s.p[i] >= ' ' && s.p[i] <= '~' ? &s.p[i] : "?", 1);
}

void session_create(struct sessions *s, const struct id *user, enum role role,
                    const struct addr *from, struct span user_agent, session_made_fn *fn, void *arg)
{
    struct making *m = mem_new(struct making);

    m->sessions = s;
    m->token = token_new();
    (void)token_hash(token_span(&m->token), m->made.hash);
    m->made.actor = (struct actor){.user = *user,
                                   .session = id_new(loop_wall(s->loop)),
                                   .role = role,
                                   .scopes = SCOPES_OF_SESSION};
    addr_write_ip(&m->ip, from);
    add_printable(&m->user_agent, span_sub(user_agent, 0, USER_AGENT_MAX));
    m->fn = fn;
    m->arg = arg;
    job_init(&m->job, run_make, on_made);
    store_write(s->store, &m->job, SPAN_NONE);
}

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

static struct session *find_by_id(struct sessions *s, const struct id *id)
{
    size_t at = 0;

    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at)) {
        if (id_eq(&it->actor.session, id))
            return it;
    }
    return NULL;
}

void session_end(struct sessions *s, const struct actor *actor, void (*done)(int rc, void *arg),
                 void *arg)
{
    struct session *cached = find_by_id(s, &actor->session);
    struct ending *e = mem_new(struct ending);

    s->ends++;
    if (cached)
        forget(s, cached);
    /* also for one that is not cached: a socket lives longer than that */
    bus_publish(s->bus, &(struct bus_event){
                            .kind = BUS_SESSION_ENDED,
                            .user = actor->user,
                            .session = actor->session,
                        });
    list_init(&e->link);
    list_add_tail(&s->ending, &e->link);
    e->sessions = s;
    e->session = actor->session;
    e->done = done;
    e->arg = arg;
    job_init(&e->job, run_end, on_ended);
    store_write(s->store, &e->job, SPAN_NONE);
}

static int run_sweep(struct db *db, struct job *job)
{
    return db_exec(db, SQL_SESSION_SWEEP, VALS(val_int(job->now.ms)));
}

static void on_swept(struct job *job, int rc)
{
    if (rc > 0)
        log_info("session.sweep", "gone=%d", rc);
    job_done(job);
    (void)mem_free(job);
}

static void sweep(void *arg)
{
    struct sessions *s = arg;
    struct job *job = mem_new(struct job);

    job_init(job, run_sweep, on_swept);
    store_write(s->store, job, SPAN_NONE);
    timer_after(&s->sweep, SWEEP_EVERY);
}

struct sessions *sessions_new(struct loop *l, struct store *store, struct bus *bus)
{
    struct sessions *s = mem_new(struct sessions);

    s->loop = l;
    s->store = store;
    s->bus = bus;
    s->by_hash = map_new();
    list_init(&s->ending);
    timer_init(&s->sweep, l, sweep, s);
    timer_after(&s->sweep, SWEEP_EVERY);
    return s;
}

struct sessions *sessions_free(struct sessions *s)
{
    if (!s)
        return NULL;
    timer_stop(&s->sweep);
    size_t at = 0;
    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at))
        forget(s, it);
    s->by_hash = map_free(s->by_hash);
    return mem_free(s);
}
