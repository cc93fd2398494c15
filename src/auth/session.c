/*
 * Finding a session: in memory, or else in the store.
 */
#include "auth/session_inside.h"
#include "auth/token.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>

static const int64_t life_ms = (int64_t)SESSION_DAYS * 24 * 3600 * 1000;
static const int64_t renew_ms = (int64_t)SESSION_RENEW_SEC * 1000;

static struct span hash_span(const uint8_t hash[SHA256_SIZE])
{
    return span_of(hash, SHA256_SIZE);
}

struct span session_hash_hex(const uint8_t hash[SHA256_SIZE], struct arena *a)
{
    struct buf hex = {0};

    text_hex(&hex, hash_span(hash));
    const struct span s = arena_span(a, buf_span(&hex));
    buf_done(&hex);
    return s;
}

int64_t session_expiry(int64_t until, struct wall now)
{
    return until > 0 && until < now.ms + life_ms ? until : now.ms + life_ms;
}

void session_forget(struct sessions *s, struct session *session)
{
    (void)map_del(s->by_hash, hash_span(session->hash));
    (void)mem_free(session);
}

void session_keep(struct sessions *s, const struct session *session)
{
    if (map_count(s->by_hash) >= SESSION_CACHE_MAX) {
        size_t at = 0;
        struct session *some = map_next(s->by_hash, &at);
        session_forget(s, some);
    }
    struct session *copy = mem_new(struct session);
    *copy = *session;
    (void)mem_free(map_put(s->by_hash, hash_span(copy->hash), copy));
}

/* The row is written at most once in SESSION_RENEW_SEC; nobody waits for it. */

struct touch {
    struct job job;
    struct id session;
    bool api_token;
    int64_t expires_at;
};

static int run_touch(struct db *db, struct job *job)
{
    const struct touch *t = container_of(job, struct touch, job);

    if (t->api_token)
        return db_exec(db, SQL_TOKEN_TOUCH, VALS(val_id(&t->session), val_int(job->now.ms)));
    return db_exec(db, SQL_SESSION_TOUCH,
                   VALS(val_id(&t->session), val_int(job->now.ms), val_int(t->expires_at)));
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
    if (!session->api_token)
        session->expires_at = session_expiry(session->until, now);

    struct touch *t = mem_new(struct touch);
    t->session = session->actor.session;
    t->api_token = session->api_token;
    t->expires_at = session->expires_at;
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
        session_forget(s, session);
        return NULL;
    }
    slide(s, session, now);
    return session;
}

/* The two kinds of token cannot be taken for each other: the prefix goes into the hash. */
static int hash_of(struct span token, uint8_t hash[SHA256_SIZE], bool *ret_api_token)
{
    *ret_api_token = span_starts(token, API_TOKEN_PREFIX);
    return *ret_api_token ? api_token_hash(token, hash) : token_hash(token, hash);
}

bool session_cached(struct sessions *s, struct span token, struct actor *ret)
{
    uint8_t hash[SHA256_SIZE];
    bool api_token;

    if (hash_of(token, hash, &api_token) < 0)
        return false;
    const struct session *session = find_cached(s, hash);
    if (!session)
        return false;
    *ret = session->actor;
    return true;
}

struct finding {
    struct job job;
    struct sessions *sessions;
    struct session found;
    uint64_t ends; /* when it was handed over */
    session_fn *fn;
    void *arg;
};

static int find_row(struct db *db, struct finding *f)
{
    const struct span hash = session_hash_hex(f->found.hash, f->job.arena);
    const int rc = db_one(db, f->found.api_token ? SQL_TOKEN_BY_HASH : SQL_SESSION_BY_TOKEN,
                          VALS(val_text(hash), val_int(f->job.now.ms)));

    return rc == -ENOENT ? -EACCES : rc;
}

/* Both questions have these columns. */
enum { COLUMN_ID, PERSON, ROLE, EXPIRES_AT, SEEN_AT, UNTIL_OR_SCOPES };

static int run_find(struct db *db, struct job *job)
{
    struct finding *f = container_of(job, struct finding, job);
    struct session *found = &f->found;
    const int rc = find_row(db, f);

    if (rc < 0)
        return rc;
    found->actor.session = db_id(db, COLUMN_ID);
    found->actor.user = db_id(db, PERSON);
    found->actor.role = role_parse(db_span(db, ROLE));
    found->expires_at = db_is_null(db, EXPIRES_AT) ? INT64_MAX : db_int(db, EXPIRES_AT);
    found->seen_at = db_int(db, SEEN_AT);
    if (found->api_token) {
        found->actor.scopes = scopes_parse(db_span(db, UNTIL_OR_SCOPES));
    } else {
        found->actor.scopes = SCOPES_OF_SESSION;
        found->until = db_int(db, UNTIL_OR_SCOPES);
    }
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
    if (rc == 0 && session_is_ending(f->sessions, &f->found.actor.session))
        rc = -EACCES;
    if (rc == 0)
        session_keep(f->sessions, &f->found);
    f->fn(rc, rc == 0 ? &f->found.actor : NULL, f->arg);
    job_done(job);
    (void)mem_free(f);
}

bool session_find(struct sessions *s, struct span token, session_fn *fn, void *arg)
{
    uint8_t hash[SHA256_SIZE];
    bool api_token;

    ASSERT_ON(s->loop);
    if (hash_of(token, hash, &api_token) < 0) {
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
    f->found.api_token = api_token;
    f->ends = s->ends;
    f->fn = fn;
    f->arg = arg;
    memcpy(f->found.hash, hash, sizeof(hash));
    job_init(&f->job, run_find, on_found);
    store_read(s->store, &f->job);
    return false;
}

struct sessions *sessions_new(struct loop *l, struct store *store, struct bus *bus)
{
    struct sessions *s = mem_new(struct sessions);

    s->loop = l;
    s->store = store;
    s->bus = bus;
    s->by_hash = map_new();
    list_init(&s->ending);
    sessions_tend(s);
    sessions_look(s);
    return s;
}

struct sessions *sessions_free(struct sessions *s)
{
    if (!s)
        return NULL;
    sessions_tend_no_more(s);
    sessions_look_no_more(s);
    size_t at = 0;
    for (struct session *it = map_next(s->by_hash, &at); it; it = map_next(s->by_hash, &at))
        session_forget(s, it);
    s->by_hash = map_free(s->by_hash);
    return mem_free(s);
}
