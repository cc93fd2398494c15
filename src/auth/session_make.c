/*
 * Making a session: a token, of which only the hash is kept, and where it was made from.
 *
 * Between the proof and the session lie a password hash, or a provider's answer: whoever was thrown out, or lost a
 * role or a password, meanwhile must not come in by it.  So all of that is looked at once more where the session is made.
 */
#include "auth/second_factor.h"
#include "auth/session_inside.h"

#include <errno.h>

enum { USER_AGENT_MAX = 256 };

struct making {
    struct job job;
    struct sessions *sessions;
    struct token token;
    struct session made;
    struct buf ip;
    struct buf user_agent;
    struct buf method;
    struct buf password; /* none: came in by something else */
    bool second_factor;
    uint64_t ends; /* when it was handed over */
    session_made_fn *fn;
    void *arg;
};

/* -EACCES: they would not come in now. */
static int still_may(struct db *db, struct making *m)
{
    bool factor = false;
    int64_t codes;
    int rc = db_one(db, SQL_SESSION_PERSON_HOLD, VALS(val_id(&m->made.actor.user)));

    if (rc < 0)
        return rc == -ENOENT ? -EACCES : rc;
    m->made.actor.role = role_parse(db_span(db, 0));
    const bool same = m->password.len == 0 || span_eq(db_span(db, 1), buf_span(&m->password));
    db_rows_end(db);
    if (!same)
        return -EACCES;
    if (m->password.len > 0 && !m->second_factor)
        rc = second_factor_get(db, &m->made.actor.user, &factor, &codes);
    return rc < 0 ? rc : factor ? -EACCES : 0;
}

static int run_make(struct db *db, struct job *job)
{
    struct making *m = container_of(job, struct making, job);
    int rc = still_may(db, m);

    if (rc < 0)
        return rc;
    m->made.seen_at = job->now.ms;
    m->made.expires_at = session_expiry(m->made.until, job->now);
    rc = db_exec(db, SQL_SESSION_INSERT,
                 VALS(val_id(&m->made.actor.session),
                      val_text(session_hash_hex(m->made.hash, job->arena)),
                      val_id(&m->made.actor.user), val_text(buf_span(&m->ip)),
                      val_text(span_str(buf_cstr(&m->user_agent))), val_int(job->now.ms),
                      val_int(m->made.expires_at), val_text(buf_span(&m->method))));
    return rc < 0 ? rc : 0;
}

static void on_made(struct job *job, int rc)
{
    struct making *m = container_of(job, struct making, job);

    /* it may be this one that ended meanwhile: the next who asks for it asks the store */
    if (rc == 0 && m->ends == m->sessions->ends)
        session_keep(m->sessions, &m->made);
    m->fn(rc, token_span(&m->token), &m->made.actor, m->arg);
    buf_done(&m->ip);
    buf_done(&m->user_agent);
    buf_done(&m->method);
    buf_done(&m->password);
    job_done(job);
    (void)mem_free(m);
}

/* A field of a request may hold any byte; what is kept is text, for people to read. */
static void add_printable(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        buf_add(out, s.p[i] >= ' ' && s.p[i] <= '~' ? &s.p[i] : "?", 1);
}

void session_create(struct sessions *s, const struct session_new *n, session_made_fn *fn, void *arg)
{
    struct making *m = mem_new(struct making);

    m->sessions = s;
    m->token = token_new();
    (void)token_hash(token_span(&m->token), m->made.hash);
    m->made.actor = (struct actor){
        .user = n->user, .session = id_new(loop_wall(s->loop)), .scopes = SCOPES_OF_SESSION};
    m->made.until = n->until;
    addr_write_ip(&m->ip, &n->from);
    add_printable(&m->user_agent, span_sub(n->user_agent, 0, USER_AGENT_MAX));
    buf_add_span(&m->method, n->method);
    buf_add_span(&m->password, n->password);
    m->second_factor = n->second_factor;
    m->ends = s->ends;
    m->fn = fn;
    m->arg = arg;
    job_init(&m->job, run_make, on_made);
    store_write(s->store, &m->job, SPAN_NONE);
}
