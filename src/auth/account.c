/*
 * Coming in takes turns: the limit, a question to the store, a password hash in the pool, the rows,
 * and a session.  One `struct visit` goes through them and is answered once.
 */
#include "auth/account.h"

#include "auth/names.h"
#include "base/bucket.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "crypto/password.h"
#include "crypto/token.h"
#include "store/channel.h"

#include <errno.h>

enum {
    SETUP_DAYS = 7,
    KEYS_MAX = 20000, /* accounts and sites whose tries are remembered */
    CHANNELS_MAX = 1000,
};

/* Five tries a minute from one site at one account, thirty from one site at any. */
static const struct bucket_conf per_account = {.burst = 5, .refill = 12 * SEC};
static const struct bucket_conf per_site = {.burst = 30, .refill = 2 * SEC};

struct accounts {
    struct accounts_conf conf;
    struct passwords *passwords;
    struct buckets *tries;
    struct buckets *sites;
};

enum purpose { SIGN_IN, SET_UP, ACCEPT, ADMIN_ADD };

struct visit {
    struct job job;
    struct accounts *accounts;
    enum purpose purpose;
    struct arena *arena; /* what the visitor said, and its person: for the whole visit */
    struct addr from;
    struct span user_agent;
    struct span email;
    struct span password;
    struct span team;
    struct span account_key; /* of tries */
    struct span link;        /* the hash of its token, as the store has it */
    struct person me;
    struct id *channels; /* joined; the job's arena */
    size_t channel_count;
    const char *field;
    const char *why;
    arrival_fn *fn;
    admin_added_fn *admin_fn;
    void *arg;
};

static struct visit *visit_of(struct job *job)
{
    return container_of(job, struct visit, job);
}

static struct visit *visit_new(struct accounts *a, enum purpose purpose, void *arg)
{
    struct visit *v = mem_new(struct visit);

    v->accounts = a;
    v->purpose = purpose;
    v->arena = arena_new();
    v->arg = arg;
    return v;
}

static void finish(struct visit *v, const struct arrival *e)
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

static void fail(struct visit *v, int rc)
{
    finish(v, &(struct arrival){.rc = rc, .field = v->field, .why = v->why});
}

static void from_where(struct visit *v, const struct origin_of *from)
{
    v->from = from->addr;
    v->user_agent = arena_span(v->arena, from->user_agent);
}

/* Signing in, as all ways end. */

static void on_session(int rc, struct span token, const struct actor *actor, void *arg)
{
    struct visit *v = arg;

    if (rc < 0) {
        fail(v, rc);
        return;
    }
    const struct arrival e = {.token = token, .actor = *actor, .me = &v->me};
    finish(v, &e);
}

static void open_session(struct visit *v)
{
    const struct session_new n = {.user = v->me.id,
                                  .role = role_parse(v->me.role),
                                  .from = v->from,
                                  .user_agent = v->user_agent,
                                  .method = span_str("password")};

    session_create(v->accounts->conf.sessions, &n, on_session, v);
}

/* Limits: a refusal says how long to wait. */

static bool too_often(struct visit *v)
{
    struct accounts *a = v->accounts;
    const usec_t now = loop_now(a->conf.loop);
    struct buf key = {0};

    if (a->conf.unlimited)
        return false;
    buf_add_span(&key, addr_site(&v->from));
    usec_t wait = buckets_take(a->sites, buf_span(&key), now);
    if (wait == 0 && v->purpose == SIGN_IN) {
        buf_add_char(&key, ' ');
        buf_add_span(&key, v->email);
        v->account_key = arena_span(v->arena, buf_span(&key));
        wait = buckets_take(a->tries, v->account_key, now);
    }
    buf_done(&key);
    if (wait == 0)
        return false;
    finish(v, &(struct arrival){.rc = -EDQUOT, .wait = wait});
    return true;
}

/* Sign in. */

static int run_find(struct db *db, struct job *job)
{
    struct visit *v = visit_of(job);

    return person_by_email(db, v->email, v->arena, &v->me);
}

static void on_checked(int rc, void *arg)
{
    struct visit *v = arg;

    if (rc == 0 && !v->me.active)
        rc = -EACCES;
    if (rc < 0) {
        fail(v, rc);
        return;
    }
    buckets_give(v->accounts->tries, v->account_key);
    open_session(v);
}

static void on_person(struct job *job, int rc)
{
    struct visit *v = visit_of(job);

    if (rc < 0 && rc != -ENOENT) {
        fail(v, rc);
        return;
    }
    /* Without an account, or one without a password, the check takes as long and fails. */
    const struct span encoded = rc == 0 ? v->me.password : SPAN_NONE;
    rc = password_check(v->accounts->passwords, v->password, encoded, on_checked, v);
    if (rc < 0)
        fail(v, rc == -EMSGSIZE ? -EACCES : rc);
}

void account_sign_in(struct accounts *a, struct span email, struct span password,
                     const struct origin_of *from, arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, SIGN_IN, arg);

    v->fn = fn;
    from_where(v, from);
    v->password = arena_span(v->arena, password);
    if (names_email(email, v->arena, &v->email) < 0)
        v->email = arena_span(v->arena, span_str("?")); /* nobody's: the answer is the same */
    if (too_often(v))
        return;
    job_init(&v->job, run_find, on_person);
    store_read(a->conf.store, &v->job);
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

static int use_link(struct db *db, const struct visit *v)
{
    const int rc = db_exec(db, SQL_INVITE_USE,
                           VALS(val_text(v->link), val_text(link_kind(v)), val_int(v->job.now.ms)));

    return rc == 0 ? -ENOENT : rc;
}

static int make_team(struct db *db, struct visit *v)
{
    const struct id team = id_new(v->job.now);
    const struct id general = id_new(v->job.now);
    int rc = db_exec(db, SQL_TEAM_INSERT,
                     VALS(val_id(&team), val_text(v->team), val_int(v->job.now.ms)));

    if (rc >= 0)
        rc = db_exec(db, SQL_SETTING_PUT, VALS(val_text(span_str("site.name")), val_text(v->team)));
    if (rc >= 0) {
        rc = db_exec(db, SQL_CHANNEL_INSERT,
                     VALS(val_id(&general), val_text(span_str("standard")), val_id(&team),
                          val_text(span_str("General")), val_null(), val_id(&v->me.id), val_null(),
                          val_int(v->job.now.ms)));
    }
    if (rc >= 0)
        rc = db_exec(db, SQL_CHANNEL_HEAD_INSERT, VALS(val_id(&general)));
    return rc;
}

static int join_teams(struct db *db, struct visit *v)
{
    struct id teams[8];
    size_t n = 0;
    int rc = db_query(db, SQL_TEAM_ALL, NULL, 0);

    while (rc >= 0 && n < ARRAY_SIZE(teams) && (rc = db_next(db)) > 0)
        teams[n++] = db_id(db, 0);
    db_rows_end(db);

    const char *role = v->purpose == SET_UP ? "owner" : "member";
    for (size_t i = 0; rc >= 0 && i < n; i++) {
        rc = db_exec(db, SQL_TEAM_MEMBER_INSERT,
                     VALS(val_id(&teams[i]), val_id(&v->me.id), val_text(span_str(role)),
                          val_int(v->job.now.ms)));
    }
    return rc;
}

static int join_channels(struct db *db, struct visit *v)
{
    int rc = db_query(db, SQL_CHANNEL_STANDARD, NULL, 0);

    v->channels = arena_array(v->job.arena, struct id, CHANNELS_MAX);
    v->channel_count = 0;
    while (rc >= 0 && v->channel_count < CHANNELS_MAX && (rc = db_next(db)) > 0)
        v->channels[v->channel_count++] = db_id(db, 0);
    db_rows_end(db);
    for (size_t i = 0; rc >= 0 && i < v->channel_count; i++) {
        rc = member_insert(db, &v->channels[i], &v->me.id, v->job.now);
        if (rc >= 0)
            rc = v->accounts->conf.joined(db, &v->channels[i], &v->me, v->job.now);
    }
    return rc;
}

static int run_enter(struct db *db, struct job *job)
{
    struct visit *v = visit_of(job);
    int64_t people;
    int rc = person_count(db, &people);

    if (rc == 0 && v->purpose == SET_UP) {
        rc = people > 0 ? -EALREADY : use_link(db, v);
    } else if (rc == 0 && v->purpose == ACCEPT) {
        rc = use_link(db, v);
    }
    if (rc < 0)
        return rc;

    v->me.id = id_new(job->now);
    rc = person_insert(db, &v->me, job->now);
    /* The first by the command line sets the house up as the link would. */
    if (rc >= 0 && people == 0)
        rc = make_team(db, v);
    if (rc >= 0)
        rc = join_teams(db, v);
    if (rc >= 0)
        rc = join_channels(db, v);
    return rc < 0 ? rc : 0;
}

static void on_entered(struct job *job, int rc)
{
    struct visit *v = visit_of(job);
    const struct accounts_conf *conf = &v->accounts->conf;

    if (rc < 0) {
        fail(v, rc);
        return;
    }
    for (size_t i = 0; i < v->channel_count; i++) {
        bus_publish(conf->bus, &(struct bus_event){.kind = BUS_MEMBER_ADDED,
                                                   .user = v->me.id,
                                                   .channel = v->channels[i]});
        conf->published(&v->channels[i], conf->arg);
    }
    log_info("account.new", "user=%s role=%.*s", v->me.id.s, SPAN_ARG(v->me.role));
    if (v->purpose == ADMIN_ADD) {
        finish(v, &(struct arrival){.rc = 0});
    } else {
        open_session(v);
    }
}

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct visit *v = arg;

    if (rc < 0) {
        fail(v, rc);
        return;
    }
    v->me.password = arena_span(v->arena, encoded);
    job_init(&v->job, run_enter, on_entered);
    store_write(v->accounts->conf.store, &v->job, SPAN_NONE);
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
    if (!utf8_valid(n->password) || utf8_count(n->password) < PASSWORD_MIN_CHARS)
        return refuse(v, "password", "A password has 12 characters or more");
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
    int rc = password_hash(v->accounts->passwords, v->password, on_hashed, v);

    if (rc == -EMSGSIZE)
        rc = refuse(v, "password", "This password is too long");
    if (rc < 0)
        fail(v, rc);
}

static void on_looked(struct job *job, int rc)
{
    struct visit *v = visit_of(job);

    if (rc < 0) {
        fail(v, rc);
        return;
    }
    job_done(job);
    hash(v);
}

static int check_link(struct visit *v, struct span token)
{
    uint8_t hash_of[SHA256_SIZE];
    struct buf hex = {0};

    if (token_hash(token, hash_of) < 0)
        return -ENOENT;
    text_hex(&hex, span_of(hash_of, sizeof(hash_of)));
    v->link = arena_span(v->arena, buf_span(&hex));
    buf_done(&hex);
    return 0;
}

/*
 * A stranger who makes links up must not cost a hash: the queue for those is everybody's.  So the
 * link is looked at first, and used in the transaction that comes after the hash.
 */
static void enter(struct visit *v, const struct newcomer *n, const char *role)
{
    int rc = check_newcomer(v, n);

    v->me.role = arena_span(v->arena, span_str(role));
    if (rc == 0 && v->purpose != ADMIN_ADD)
        rc = check_link(v, n->link_token);
    if (rc < 0) {
        fail(v, rc);
    } else if (v->purpose == ADMIN_ADD) {
        hash(v);
    } else if (!too_often(v)) {
        job_init(&v->job, run_look, on_looked);
        store_read(v->accounts->conf.store, &v->job);
    }
}

void account_set_up(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, SET_UP, arg);

    v->fn = fn;
    from_where(v, from);
    enter(v, n, role_name(ROLE_OWNER));
}

void account_accept(struct accounts *a, const struct newcomer *n, const struct origin_of *from,
                    arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, ACCEPT, arg);

    v->fn = fn;
    from_where(v, from);
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
                      val_null(), val_int(job->now.ms), val_int(expires_at), val_int(1)));
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

struct accounts *accounts_new(const struct accounts_conf *conf)
{
    struct accounts *a = mem_new(struct accounts);

    a->conf = *conf;
    a->passwords = passwords_new(conf->loop);
    a->tries = buckets_new(&per_account, KEYS_MAX);
    a->sites = buckets_new(&per_site, KEYS_MAX);
    return a;
}

struct accounts *accounts_free(struct accounts *a)
{
    if (!a)
        return NULL;
    a->passwords = passwords_free(a->passwords);
    a->tries = buckets_free(a->tries);
    a->sites = buckets_free(a->sites);
    return mem_free(a);
}
