/*
 * New accounts: by the link of the first start, by an invitation, by the command line.
 */
#include "auth/account_inside.h"
#include "auth/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "crypto/token.h"

#include <errno.h>

enum {
    SETUP_DAYS = 7,
    KEYS_MAX = 20000, /* accounts and sites whose tries are remembered */
};

/* Five tries a minute from one site at one account, thirty from one site at any. */
static const struct bucket_conf per_account = {.burst = 5, .refill = 12 * SEC};
static const struct bucket_conf per_site = {.burst = 30, .refill = 2 * SEC};

/* Links by mail: three to an address, then one in twenty minutes. */
static const struct bucket_conf per_mail = {.burst = 3, .refill = 1200 * SEC};
static const struct bucket_conf per_refusal = {.burst = 1, .refill = 60 * SEC};

struct visit *visit_new(struct accounts *a, enum purpose purpose, void *arg)
{
    struct visit *v = mem_new(struct visit);

    v->accounts = a;
    v->purpose = purpose;
    v->arena = arena_new();
    v->arg = arg;
    return v;
}

void visit_finish(struct visit *v, const struct arrival *e)
{
    if (v->fn) {
        v->fn(e, v->arg);
    } else {
        v->admin_fn(e->rc, e->why, v->arg);
    }
    job_done(&v->job);
    v->arena = arena_free(v->arena);
    (void)mem_free(v);
}

void visit_fail(struct visit *v, int rc)
{
    visit_finish(v, &(struct arrival){.rc = rc, .field = v->field, .why = v->why});
}

void visit_from(struct visit *v, const struct origin_of *from)
{
    v->from = from->addr;
    v->user_agent = arena_span(v->arena, from->user_agent);
}

static void note_arrival(const struct visit *v, const struct actor *actor)
{
    struct buf ip = {0};

    addr_write_ip(&ip, &v->from);
    const struct audit_entry e = {.actor = actor->user,
                                  .actor_name = v->me.name,
                                  .action = span_str("session.create"),
                                  .target = id_span(&actor->session),
                                  .ip = buf_span(&ip)};
    audit_note(v->accounts->conf.store, v->accounts->conf.secret, &e);
    buf_done(&ip);
}

static void on_session(int rc, struct span token, const struct actor *actor, void *arg)
{
    struct visit *v = arg;

    if (rc < 0) {
        visit_fail(v, rc);
        return;
    }
    note_arrival(v, actor);
    const struct arrival e = {.token = token, .actor = *actor, .me = &v->me};
    visit_finish(v, &e);
}

void visit_open_session(struct visit *v)
{
    const struct session_new n = {.user = v->me.id,
                                  .password = v->me.password,
                                  .second_factor = v->second_factor,
                                  .from = v->from,
                                  .user_agent = v->user_agent,
                                  .method = span_str("password")};

    session_create(v->accounts->conf.sessions, &n, on_session, v);
}

usec_t accounts_try(struct accounts *a, const struct addr *from, struct span whom,
                    struct arena *arena, struct span *ret_key)
{
    const usec_t now = loop_now(a->conf.loop);
    struct buf key = {0};

    if (a->conf.unlimited)
        return 0;
    buf_add_span(&key, addr_site(from));
    usec_t wait = buckets_take(a->sites, buf_span(&key), now);
    if (wait == 0 && whom.p) {
        buf_add_char(&key, ' ');
        buf_add_span(&key, whom);
        wait = buckets_take(a->tries, buf_span(&key), now);
        if (ret_key)
            *ret_key = arena_span(arena, buf_span(&key));
    }
    buf_done(&key);
    return wait;
}

void accounts_note_refusal(struct accounts *a, const struct person *who, const struct addr *from,
                           const char *why)
{
    struct buf ip = {0};
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    if (buckets_take(a->refusals, id_span(&who->id), loop_now(a->conf.loop)) > 0)
        return;
    addr_write_ip(&ip, from);
    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "wrong", why);
    json_obj_end(&o);
    const struct audit_entry e = {.action = span_str("session.refused"),
                                  .target = id_span(&who->id),
                                  .target_name = who->name,
                                  .ip = buf_span(&ip),
                                  .detail = buf_span(&detail)};
    audit_note(a->conf.store, a->conf.secret, &e);
    buf_done(&ip);
    buf_done(&detail);
}

int accounts_check_password(struct span password, const char **ret_why)
{
    if (utf8_valid(password) && utf8_count(password) >= PASSWORD_MIN_CHARS &&
        password.len <= PASSWORD_MAX)
        return 0;
    *ret_why = password.len > PASSWORD_MAX ? "This password is too long"
                                           : "A password has 12 characters or more";
    return -EBADMSG;
}

/* New accounts. */

static struct span link_kind(const struct visit *v)
{
    return span_str(v->purpose == SET_UP ? "setup" : "member");
}

/* Would the link let somebody in? */
static int run_look(struct db *db, struct job *job)
{
    const struct visit *v = visit_of(job);
    int64_t people;
    int rc = person_count(db, &people);

    if (rc == 0 && v->purpose == SET_UP && people > 0)
        rc = -EALREADY;
    if (rc == 0) {
        rc = db_one(db, SQL_INVITE_BY_TOKEN,
                    VALS(val_text(v->link), val_text(link_kind(v)), val_int(job->now.ms)));
    }
    db_rows_end(db);
    return rc;
}

static struct span ip_of(const struct visit *v)
{
    struct buf ip = {0};

    addr_write_ip(&ip, &v->from);
    const struct span s = arena_span(v->job.arena, buf_span(&ip));
    buf_done(&ip);
    return s;
}

static int run_enter(struct db *db, struct job *job)
{
    struct visit *v = visit_of(job);
    static const enum entry_by by[] = {
        [SET_UP] = ENTRY_SETUP, [ACCEPT] = ENTRY_INVITE, [ADMIN_ADD] = ENTRY_SHELL};

    v->entry = (struct entry){.by = by[v->purpose],
                              .link = v->link,
                              .team = v->team,
                              .ip = v->purpose == ADMIN_ADD ? SPAN_NONE : ip_of(v),
                              .me = v->me};
    return entry_run(db, job, &v->accounts->conf, &v->entry);
}

static void on_entered(struct job *job, int rc)
{
    struct visit *v = visit_of(job);

    if (rc < 0) {
        visit_fail(v, rc);
        return;
    }
    v->me = v->entry.me;
    entry_tell(&v->accounts->conf, &v->entry);
    if (v->purpose == ADMIN_ADD) {
        visit_finish(v, &(struct arrival){.rc = 0});
    } else {
        visit_open_session(v);
    }
}

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct visit *v = arg;

    if (rc < 0) {
        visit_fail(v, rc);
        return;
    }
    v->me.password = arena_span(v->arena, encoded);
    job_init(&v->job, run_enter, on_entered);
    store_write(v->accounts->conf.store, &v->job, span_str(AUDIT_LANE));
}

static int refuse(struct visit *v, const char *field, const char *why)
{
    v->field = field;
    v->why = why;
    return -EBADMSG;
}

static int check_newcomer(struct visit *v, const struct newcomer *n)
{
    if (names_email(n->email, v->arena, &v->email) < 0)
        return refuse(v, "email", "This is not an address like name@example.org");
    if (names_name(n->name, &v->me.name) < 0)
        return refuse(v, "name", names_name_rule);
    const char *why;
    if (accounts_check_password(n->password, &why) < 0)
        return refuse(v, "password", why);
    if (v->purpose == SET_UP && names_name(n->team, &v->team) < 0)
        return refuse(v, "team", "The organisation needs a name of 1 to 80 characters");

    v->password = arena_span(v->arena, n->password);
    v->me.email = v->email;
    v->me.name = arena_span(v->arena, v->me.name);
    v->team = arena_span(v->arena, v->team);
    v->me.active = true;
    return 0;
}

static void hash(struct visit *v)
{
    const int rc = password_hash(v->accounts->passwords, v->password, on_hashed, v);

    if (rc < 0)
        visit_fail(v, rc);
}

static void on_looked(struct job *job, int rc)
{
    struct visit *v = visit_of(job);

    if (rc < 0) {
        visit_fail(v, rc);
        return;
    }
    job_done(job);
    hash(v);
}

/*
 * A stranger who makes links up must not cost a hash: the queue for those is everybody's.  So the
 * link is looked at first, and used in the transaction that comes after the hash.
 */
static void enter(struct visit *v, const struct newcomer *n, const char *role)
{
    struct accounts *a = v->accounts;
    /* Nobody gets a password that is no way in; the links bring people to a provider then. */
    int rc = a->conf.local_off && v->purpose != ADMIN_ADD ? -EOPNOTSUPP : check_newcomer(v, n);

    v->me.role = arena_span(v->arena, span_str(role));
    if (rc == 0 && v->purpose != ADMIN_ADD)
        rc = entry_link(n->link_token, v->arena, &v->link);
    if (rc < 0) {
        visit_fail(v, rc);
        return;
    }
    if (v->purpose == ADMIN_ADD) {
        hash(v);
        return;
    }
    const usec_t wait = accounts_try(a, &v->from, SPAN_NONE, NULL, NULL);
    if (wait > 0) {
        visit_finish(v, &(struct arrival){.rc = -EDQUOT, .wait = wait});
        return;
    }
    job_init(&v->job, run_look, on_looked);
    store_read(a->conf.store, &v->job);
}

void account_set_up(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, SET_UP, arg);

    v->fn = fn;
    visit_from(v, from);
    enter(v, n, role_name(ROLE_OWNER));
}

void account_accept(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, ACCEPT, arg);

    v->fn = fn;
    visit_from(v, from);
    enter(v, n, role_name(ROLE_MEMBER));
}

void account_admin_add(struct accounts *a, const struct admin_add *add, admin_added_fn *fn,
                       void *arg)
{
    struct visit *v = visit_new(a, ADMIN_ADD, arg);
    const struct newcomer n = {.email = add->email, .name = add->name, .password = add->password};

    v->admin_fn = fn;
    v->team = span_str("Convene");
    enter(v, &n, role_name(add->admin ? ROLE_ADMIN : ROLE_MEMBER));
}

/* The one-time link of the first start. */

struct setup {
    struct job job;
    struct token token;
    bool needed;
    setup_token_fn *fn;
    void *arg;
};

static int run_setup_token(struct db *db, struct job *job)
{
    struct setup *s = container_of(job, struct setup, job);
    const int64_t expires_at = job->now.ms + (int64_t)SETUP_DAYS * 24 * 3600 * 1000;
    uint8_t hash[SHA256_SIZE];
    struct buf hex = {0};
    int64_t people;
    int rc = person_count(db, &people);

    s->needed = rc == 0 && people == 0;
    if (rc == 0)
        rc = db_exec(db, SQL_INVITE_END_SETUPS, NULL, 0);
    if (rc < 0 || !s->needed)
        return rc;

    const struct id id = id_new(job->now);
    (void)token_hash(token_span(&s->token), hash);
    text_hex(&hex, span_of(hash, sizeof(hash)));
    rc = db_exec(db, SQL_INVITE_INSERT,
                 VALS(val_id(&id), val_text(buf_span(&hex)), val_text(span_str("setup")),
                      val_null(), val_int(job->now.ms), val_int(expires_at), val_int(1),
                      val_text(span_str("owner"))));
    buf_done(&hex);
    return rc;
}

static void on_setup_token(struct job *job, int rc)
{
    struct setup *s = container_of(job, struct setup, job);

    s->fn(rc < 0 ? rc : 0, s->needed ? token_span(&s->token) : SPAN_NONE, s->arg);
    job_done(job);
    (void)mem_free(s);
}

void account_setup_token(struct accounts *a, setup_token_fn *fn, void *arg)
{
    struct setup *s = mem_new(struct setup);

    s->token = token_new();
    s->fn = fn;
    s->arg = arg;
    job_init(&s->job, run_setup_token, on_setup_token);
    store_write(a->conf.store, &s->job, SPAN_NONE);
}

const struct accounts_conf *accounts_conf(const struct accounts *a)
{
    return &a->conf;
}

struct accounts *accounts_new(const struct accounts_conf *conf)
{
    struct accounts *a = mem_new(struct accounts);

    a->conf = *conf;
    a->passwords = passwords_new(conf->loop);
    a->tries = buckets_new(&per_account, KEYS_MAX);
    a->sites = buckets_new(&per_site, KEYS_MAX);
    a->refusals = buckets_new(&per_refusal, KEYS_MAX);
    a->mails = buckets_new(&per_mail, KEYS_MAX);
    return a;
}

struct accounts *accounts_free(struct accounts *a)
{
    if (!a)
        return NULL;
    a->passwords = passwords_free(a->passwords);
    a->tries = buckets_free(a->tries);
    a->sites = buckets_free(a->sites);
    a->refusals = buckets_free(a->refusals);
    a->mails = buckets_free(a->mails);
    return mem_free(a);
}
