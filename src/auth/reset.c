#include "auth/reset.h"

#include "auth/account_inside.h"
#include "auth/names.h"
#include "auth/roles.h"
#include "auth/token.h"
#include "base/log.h"
#include "crypto/token.h"

#include <errno.h>

static int insert(struct db *db, const struct job *job, const struct token *token,
                  const struct id *by, const struct id *person, int64_t expires_at)
{
    const struct id id = id_new(job->now);
    struct span hash;
    int rc = entry_link(token_span(token), job->arena, &hash);

    if (rc == 0) {
        rc = db_exec(db, SQL_RESET_INSERT,
                     VALS(val_id(&id), val_text(hash), val_id(by), val_int(job->now.ms),
                          val_int(expires_at), val_id(person)));
    }
    return rc < 0 ? rc : 0;
}

static bool has_password(const struct person *p)
{
    return p->active && !p->bot && role_parse(p->role) > ROLE_GUEST;
}

/* By an administrator. */

struct making {
    struct errand errand;
    struct id person;
    struct span base;
    struct token token;
};

static void write_link(struct errand *e, const struct making *m, int64_t expires_at)
{
    struct json_out o = json_out(&e->json);
    struct buf url = {0};

    buf_add_span(&url, m->base);
    buf_add_str(&url, "/reset#");
    buf_add_span(&url, token_span(&m->token));
    json_obj_begin(&o, NULL);
    json_put_str(&o, "url", buf_span(&url));
    json_put_i64(&o, "expires_at", expires_at);
    json_obj_end(&o);
    buf_done(&url);
}

static int run_create(struct db *db, struct errand *e)
{
    const struct making *m = container_of(e, struct making, errand);
    const int64_t expires_at = e->job.now.ms + (int64_t)RESET_HOURS_BY_ADMIN * 3600 * 1000;
    const struct id by = errand_by(e);
    struct person p;
    int rc = roles_check_ways(db, &e->actor, &m->person, e->job.arena, &p);

    if (rc < 0)
        return rc;
    if (e->office->local_off)
        return -EOPNOTSUPP;
    if (!has_password(&p)) {
        return errand_refuse(e, "person",
                             "Guests, bots and deactivated people have no password to reset.");
    }
    /* The newest link is the one that counts. */
    rc = db_exec(db, SQL_RESET_END_ALL, VALS(val_id(&p.id), val_int(e->job.now.ms)));
    if (rc >= 0)
        rc = insert(db, &e->job, &m->token, &by, &p.id, expires_at);
    if (rc < 0)
        return rc;
    write_link(e, m, expires_at);
    return errand_audit(db, e,
                        &(struct audit_entry){.action = span_str("password.link"),
                                              .target = id_span(&p.id),
                                              .target_name = p.name});
}

void reset_create(const struct office *o, const struct actor *actor, const struct addr *from,
                  const struct id *person, struct span base, errand_fn *fn, void *arg)
{
    struct making *m = errand_new(sizeof(*m), o, actor, from, run_create, fn, arg);

    m->person = *person;
    m->base = errand_text(&m->errand, base);
    m->token = token_new();
    errand_write(&m->errand);
}

/* Used by its holder. */

struct use {
    struct job job;
    struct accounts *accounts;
    struct arena *arena; /* for the whole of it */
    struct addr from;
    struct span link; /* the hash of its token */
    struct span password;
    struct span encoded;
    struct person person;
    struct session_ends ends;
    const char *why;
    usec_t wait;
    bool accept;
    reset_fn *fn;
    void *arg;
};

static struct use *use_of(struct job *job)
{
    return container_of(job, struct use, job);
}

static struct use *use_new(struct accounts *a, const struct addr *from, reset_fn *fn, void *arg)
{
    struct use *u = mem_new(struct use);

    u->accounts = a;
    u->arena = arena_new();
    u->from = *from;
    u->fn = fn;
    u->arg = arg;
    return u;
}

static void finish(struct use *u, int rc)
{
    const struct reset_answer answer = {
        .rc = rc, .why = u->why, .wait = u->wait, .person = &u->person};

    u->fn(&answer, u->arg);
    job_done(&u->job);
    u->arena = arena_free(u->arena);
    (void)mem_free(u);
}

static int run_look(struct db *db, struct job *job)
{
    struct use *u = use_of(job);
    const int rc = db_one(db, SQL_RESET_BY_TOKEN, VALS(val_text(u->link), val_int(job->now.ms)));

    if (rc < 0)
        return rc;
    person_read(db, u->arena, &u->person);
    db_rows_end(db);
    return 0;
}

/* Asked again in the transaction: it may be used, or the account deactivated, while it was hashed. */
static int run_accept(struct db *db, struct job *job)
{
    struct use *u = use_of(job);
    const struct id none = {{0}};
    struct buf ip = {0};
    int rc = run_look(db, job);

    if (rc == 0)
        rc = db_one(db, SQL_RESET_USE, VALS(val_text(u->link), val_int(job->now.ms)));
    db_rows_end(db);
    if (rc >= 0) {
        rc =
            db_exec(db, SQL_PERSON_SET_PASSWORD, VALS(val_id(&u->person.id), val_text(u->encoded)));
    }
    if (rc >= 0)
        rc = db_exec(db, SQL_RESET_END_ALL, VALS(val_id(&u->person.id), val_int(job->now.ms)));
    if (rc >= 0)
        rc = session_revoke(db, &u->person.id, &none, job->now, job->arena, &u->ends);
    if (rc >= 0)
        rc = api_token_revoke_all(db, &u->person.id, job->now);
    if (rc < 0)
        return rc;
    addr_write_ip(&ip, &u->from);
    rc = audit_write(db, u->accounts->conf.secret,
                     &(struct audit_entry){.actor = u->person.id,
                                           .action = span_str("password.reset"),
                                           .target = id_span(&u->person.id),
                                           .target_name = u->person.name,
                                           .ip = buf_span(&ip)},
                     job->now);
    buf_done(&ip);
    return rc;
}

static void on_accepted(struct job *job, int rc)
{
    struct use *u = use_of(job);

    if (rc == 0)
        sessions_ended(u->accounts->conf.sessions, &u->person.id, &u->ends);
    finish(u, rc);
}

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct use *u = arg;

    if (rc < 0) {
        finish(u, rc);
        return;
    }
    u->encoded = arena_span(u->arena, encoded);
    job_init(&u->job, run_accept, on_accepted);
    store_write(u->accounts->conf.store, &u->job, span_str(AUDIT_LANE));
}

/* A made-up link must not cost a hash. */
static void on_looked(struct job *job, int rc)
{
    struct use *u = use_of(job);

    if (rc < 0 || !u->accept) {
        finish(u, rc);
        return;
    }
    job_done(job);
    job_init(job, run_accept, on_accepted); /* so that there is one to end */
    rc = password_hash(u->accounts->passwords, u->password, on_hashed, u);
    if (rc < 0)
        finish(u, rc);
}

static int begin(struct use *u, struct span token)
{
    if (u->accounts->conf.local_off)
        return -EOPNOTSUPP;
    u->wait = accounts_try(u->accounts, &u->from, SPAN_NONE, NULL, NULL);
    return u->wait > 0 ? -EDQUOT : entry_link(token, u->arena, &u->link);
}

static void look(struct use *u, int rc)
{
    job_init(&u->job, run_look, on_looked);
    if (rc < 0) {
        finish(u, rc);
    } else {
        store_read(u->accounts->conf.store, &u->job);
    }
}

void reset_lookup(struct accounts *a, struct span token, const struct addr *from, reset_fn *fn,
                  void *arg)
{
    struct use *u = use_new(a, from, fn, arg);

    look(u, begin(u, token));
}

void reset_accept(struct accounts *a, struct span token, struct span password,
                  const struct addr *from, reset_fn *fn, void *arg)
{
    struct use *u = use_new(a, from, fn, arg);

    u->accept = true;
    u->password = arena_span(u->arena, password);
    const int bad = accounts_check_password(password, &u->why);
    look(u, bad < 0 ? bad : begin(u, token));
}

/* By mail. */

struct mailing {
    struct job job;
    struct arena *arena;
    struct span email;
    struct person person;
    struct token token;
    reset_made_fn *made;
    void *arg;
};

static int run_mail(struct db *db, struct job *job)
{
    struct mailing *m = container_of(job, struct mailing, job);
    const int64_t expires_at = job->now.ms + (int64_t)RESET_MINUTES_BY_MAIL * 60 * 1000;
    const struct id none = {{0}};
    const int rc = person_by_email(db, m->email, m->arena, &m->person);

    if (rc < 0)
        return rc;
    if (!has_password(&m->person) || !m->person.password.p)
        return -ENOENT;
    return insert(db, job, &m->token, &none, &m->person.id, expires_at);
}

static void mailing_free(struct mailing *m)
{
    job_done(&m->job);
    m->arena = arena_free(m->arena);
    (void)mem_free(m);
}

static void on_mail(struct job *job, int rc)
{
    struct mailing *m = container_of(job, struct mailing, job);

    if (rc == 0) {
        log_info("reset.mail", "user=%s", m->person.id.s);
        m->made(&m->person, token_span(&m->token), m->arg);
    } else if (rc != -ENOENT) {
        log_warn("reset.mail.fail", "rc=%d", rc);
    }
    mailing_free(m);
}

int reset_by_mail(struct accounts *a, struct span email, const struct addr *from, usec_t *ret_wait,
                  reset_made_fn *made, void *arg)
{
    struct mailing *m;

    if (a->conf.local_off)
        return -EOPNOTSUPP;
    const usec_t wait = accounts_try(a, from, SPAN_NONE, NULL, NULL);
    if (wait > 0) {
        *ret_wait = wait;
        return -EDQUOT;
    }
    m = mem_new(struct mailing);
    job_init(&m->job, run_mail, on_mail);
    m->arena = arena_new();
    m->token = token_new();
    m->made = made;
    m->arg = arg;
    if (names_email(email, m->arena, &m->email) < 0 ||
        (!a->conf.unlimited && buckets_take(a->mails, m->email, loop_now(a->conf.loop)) > 0)) {
        mailing_free(m);
    } else {
        store_write(a->conf.store, &m->job, SPAN_NONE);
    }
    return 0;
}
