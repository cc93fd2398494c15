/*
 * What another process has ended, and what has come to its end with a socket open.
 *
 * A look reads more than what has ended since the last one, so it finds ends anew: each is told once,
 * or the sockets of a person's API tokens, which close with any of it, would close at every look.
 */
#include "auth/session_inside.h"

enum { TOLD_MAX = 20000 /* ends beyond are told again, which harms nobody */ };

/* The clocks of two nodes differ, and a row may be committed a little after its time. */
static const int64_t look_back_ms = 60000;
/* Longer than any look can find an end again, by a clock that is a look back ahead of ours. */
static const int64_t told_kept_ms = 240000;

struct told {
    struct id session; /* the key */
    int64_t at;        /* ms since 1970 */
};

void session_note_end(struct sessions *s, const struct id *session)
{
    struct told *told = map_get(s->ends_told, id_span(session));

    if (told || map_count(s->ends_told) >= TOLD_MAX)
        return;
    told = mem_new(struct told);
    told->session = *session;
    told->at = loop_wall(s->loop).ms;
    (void)map_put(s->ends_told, id_span(&told->session), told);
}

static void forget_before(struct sessions *s, int64_t at)
{
    size_t i = 0;

    for (struct told *it = map_next(s->ends_told, &i); it; it = map_next(s->ends_told, &i)) {
        if (it->at < at) {
            (void)map_del(s->ends_told, id_span(&it->session));
            (void)mem_free(it);
        }
    }
}

/* A session that has ended, or a person whose role has changed. */
struct news {
    struct news *next;
    struct id session; /* none: the role */
    struct id person;
    enum role role;
};

struct looking {
    struct job job;
    struct sessions *sessions;
    int64_t rights_n; /* the last entry of the log that tells of a role */
    struct news *news;
};

static struct news *add_news(struct looking *l)
{
    struct news *n = arena_alloc(l->job.arena, sizeof(*n));

    *n = (struct news){.next = l->news};
    l->news = n;
    return n;
}

static int read_ends(struct db *db, struct looking *l, int64_t since)
{
    int rc = db_query(db, SQL_SESSION_ENDED_SINCE, VALS(val_int(since), val_int(l->job.now.ms)));

    while (rc >= 0 && (rc = db_next(db)) > 0) {
        struct news *n = add_news(l);
        n->session = db_id(db, 0);
        n->person = db_id(db, 1);
    }
    db_rows_end(db);
    return rc;
}

/* Sessions end with a role; API tokens go on, and are held with the role that was read with them. */
static int read_rights(struct db *db, struct looking *l, int64_t since)
{
    int rc = db_query(db, SQL_SESSION_RIGHTS_SINCE,
                      VALS(val_int(l->sessions->rights_n), val_int(since)));

    while (rc >= 0 && (rc = db_next(db)) > 0) {
        struct news *n = add_news(l);
        l->rights_n = db_int(db, 0);
        n->person = db_id(db, 1);
        n->role = role_parse(db_span(db, 2));
    }
    db_rows_end(db);
    return rc;
}

static int run_look(struct db *db, struct job *job)
{
    struct looking *l = container_of(job, struct looking, job);
    const int64_t since = l->sessions->looked_at - look_back_ms;

    l->news = NULL;
    l->rights_n = l->sessions->rights_n;
    const int rc = read_ends(db, l, since);
    return rc < 0 ? rc : read_rights(db, l, since);
}

static void take_news(struct sessions *s, const struct news *n)
{
    if (id_none(&n->session)) {
        session_tokens_forget(s, &n->person, n->role);
    } else if (!map_get(s->ends_told, id_span(&n->session))) {
        sessions_ended(s, &n->person, &(struct session_ends){(struct id *)&n->session, 1});
    }
}

static void on_looked(struct job *job, int rc)
{
    struct looking *l = container_of(job, struct looking, job);
    struct sessions *s = l->sessions;

    if (rc == 0) {
        for (const struct news *n = l->news; n; n = n->next)
            take_news(s, n);
        s->looked_at = job->now.ms;
        s->rights_n = l->rights_n;
    }
    forget_before(s, loop_wall(s->loop).ms - told_kept_ms);
    job_done(job);
    (void)mem_free(l);
}

static void look(void *arg)
{
    struct sessions *s = arg;
    struct looking *l = mem_new(struct looking);

    l->sessions = s;
    job_init(&l->job, run_look, on_looked);
    store_read(s->store, &l->job);
    timer_after(&s->look, SESSION_LOOK);
}

void sessions_look(struct sessions *s)
{
    s->looked_at = loop_wall(s->loop).ms;
    s->ends_told = map_new();
    timer_init(&s->look, s->loop, look, s);
    timer_after(&s->look, SESSION_LOOK);
}

void sessions_look_no_more(struct sessions *s)
{
    timer_stop(&s->look);
    forget_before(s, INT64_MAX);
    s->ends_told = map_free(s->ends_told);
}
