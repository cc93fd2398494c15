#include "oidc/arrive.h"

#include "auth/identity.h"
#include "auth/names.h"
#include "base/utf8.h"

#include <errno.h>

enum { EMAIL_SHOWN_MAX = 320 };

static const char *const names[PROBLEM_MAX_] = {
    [PROBLEM_NONE] = "",
    [PROBLEM_DENIED] = "denied",
    [PROBLEM_FLOW_LOST] = "flow_lost",
    [PROBLEM_PROVIDER_DOWN] = "provider_down",
    [PROBLEM_PROVIDER_WRONG] = "provider_wrong",
    [PROBLEM_NOT_INVITED] = "not_invited",
    [PROBLEM_DOMAIN] = "domain",
    [PROBLEM_EMAIL_TAKEN] = "email_taken",
    [PROBLEM_EMAIL_UNVERIFIED] = "email_unverified",
    [PROBLEM_DEACTIVATED] = "deactivated",
    [PROBLEM_CONNECTED_ELSEWHERE] = "connected_elsewhere",
    [PROBLEM_TOO_OFTEN] = "too_often",
    [PROBLEM_TOO_MANY] = "too_many",
    [PROBLEM_SET_UP] = "set_up",
    [PROBLEM_UNAVAILABLE] = "unavailable",
};

const char *problem_name(enum problem p)
{
    return names[p];
}

struct arriving {
    struct errand errand;
    const struct accounts_conf *accounts;
    struct span iss;
    struct span sub;
    struct span shown; /* the address as the provider has it */
    bool connect;
    enum problem refusal; /* of somebody new who comes by no link */
    bool unverified;      /* the provider says that the address is not theirs */
    struct entry wish;    /* how somebody new comes in */
    struct entry entry;
    struct person me;
    bool is_new;
    enum problem problem;
    arrived_fn *fn;
    void *arg;
};

static int refuse(struct arriving *a, enum problem p)
{
    a->problem = p;
    return -EACCES;
}

static int add_identity(struct db *db, const struct arriving *a)
{
    const struct id id = id_new(a->errand.job.now);
    const int rc = db_exec(db, SQL_IDENTITY_INSERT,
                           VALS(val_id(&id), val_text(a->iss), val_text(a->sub), val_id(&a->me.id),
                                val_text(a->shown), val_int(a->errand.job.now.ms)));

    /* Two of one person at once: the second finds what the first has made. */
    return rc == -EEXIST ? -EAGAIN : rc < 0 ? rc : 0;
}

static int note_connected(struct db *db, const struct arriving *a)
{
    const struct audit_entry e = {.action = span_str("identity.connect"),
                                  .target = id_span(&a->me.id),
                                  .target_name = a->iss};

    return errand_audit(db, &a->errand, &e);
}

/* The provider takes its time: the session may have ended meanwhile. */
static int check_going(struct db *db, struct arriving *a)
{
    const struct actor *actor = &a->errand.actor;
    const int rc =
        db_one(db, SQL_SESSION_GOING,
               VALS(val_id(&actor->session), val_id(&actor->user), val_int(a->errand.job.now.ms)));

    db_rows_end(db);
    if (rc == -ENOENT)
        return refuse(a, PROBLEM_FLOW_LOST);
    return rc < 0 ? rc : 0;
}

/* No more than are told: what one does not see one cannot remove. */
static int check_room(struct db *db, struct arriving *a)
{
    int rc = db_one(db, SQL_IDENTITY_COUNT, VALS(val_id(&a->me.id)));

    if (rc < 0)
        return rc;
    rc = db_int(db, 0) < IDENTITIES_MAX ? 0 : refuse(a, PROBLEM_TOO_MANY);
    db_rows_end(db);
    return rc;
}

static int connect_it(struct db *db, struct arriving *a)
{
    int rc = person_by_id(db, &a->errand.actor.user, a->errand.job.arena, &a->me);

    if (rc == 0 && !a->me.active)
        rc = refuse(a, PROBLEM_DEACTIVATED);
    if (rc == 0)
        rc = check_going(db, a);
    if (rc == 0)
        rc = check_room(db, a);
    if (rc == 0)
        rc = add_identity(db, a);
    return rc < 0 ? rc : note_connected(db, a);
}

static int explain(struct arriving *a, int rc)
{
    switch (rc) {
    case -EALREADY: return refuse(a, PROBLEM_SET_UP);
    case -EEXIST: return refuse(a, PROBLEM_EMAIL_TAKEN);
    case -ENOENT:
        return refuse(a, a->wish.by == ENTRY_SETUP ? PROBLEM_SET_UP : PROBLEM_NOT_INVITED);
    default: return rc;
    }
}

static int come_in(struct db *db, struct arriving *a)
{
    int rc;

    if (a->wish.by == ENTRY_RULE && a->refusal)
        return refuse(a, a->refusal);
    if (a->unverified)
        return refuse(a, PROBLEM_EMAIL_UNVERIFIED);
    a->entry = a->wish;
    rc = entry_run(db, &a->errand.job, a->accounts, &a->entry);
    if (rc < 0)
        return explain(a, rc);
    a->me = a->entry.me;
    a->is_new = true;
    return add_identity(db, a);
}

static int come_back(struct db *db, struct arriving *a, const struct id *identity,
                     const struct id *person)
{
    int rc;

    if (a->connect && !id_eq(person, &a->errand.actor.user))
        return refuse(a, PROBLEM_CONNECTED_ELSEWHERE);
    rc = person_by_id(db, person, a->errand.job.arena, &a->me);
    if (rc == 0 && !a->me.active)
        rc = refuse(a, PROBLEM_DEACTIVATED);
    if (rc == 0) {
        rc = db_exec(db, SQL_IDENTITY_USED,
                     VALS(val_id(identity), val_text(a->shown), val_int(a->errand.job.now.ms)));
    }
    return rc < 0 ? rc : 0;
}

static int run(struct db *db, struct errand *e)
{
    struct arriving *a = container_of(e, struct arriving, errand);
    int rc = db_one(db, SQL_IDENTITY_BY_SUBJECT, VALS(val_text(a->iss), val_text(a->sub)));

    a->problem = PROBLEM_NONE;
    a->is_new = false;
    if (rc > 0) {
        const struct id identity = db_id(db, 0);
        const struct id person = db_id(db, 1);
        db_rows_end(db);
        return come_back(db, a, &identity, &person);
    }
    if (rc != -ENOENT)
        return rc;
    return a->connect ? connect_it(db, a) : come_in(db, a);
}

static void done(const struct errand_answer *answer, void *arg)
{
    struct arriving *a = arg;

    if (answer->rc && !a->problem)
        a->problem = PROBLEM_UNAVAILABLE;
    if (!a->problem && a->is_new)
        entry_tell(a->accounts, &a->entry);
    const struct arrived e = {
        .problem = a->problem, .me = a->problem ? NULL : &a->me, .is_new = a->is_new};
    a->fn(&e, a->arg);
}

/* Whom we would make: the name, or what stands for it. */
static struct span name_of(const struct who *who)
{
    struct span name;

    if (names_name(who->name, &name) == 0)
        return name;
    if (names_name(span_sub(who->email, 0, span_find(who->email, '@')), &name) == 0)
        return name;
    return span_str("New member");
}

/* An address of ours is unique; who has none that can be one has a text that is none. */
static struct span email_of(struct arriving *a, const struct who *who)
{
    struct span email;
    struct buf text = {0};

    if (who->email.p && names_email(who->email, a->errand.input, &email) == 0)
        return email;
    const struct id none = id_new(loop_wall(a->errand.office->loop));
    buf_printf(&text, "oidc:%s", none.s);
    email = errand_text(&a->errand, buf_span(&text));
    buf_done(&text);
    return email;
}

static enum problem rule_of(const struct domains *d, const struct who *who)
{
    switch (domains_check(d, who)) {
    case 0: return PROBLEM_NONE;
    case -EPERM: return PROBLEM_DOMAIN;
    case -EKEYREJECTED: return PROBLEM_EMAIL_UNVERIFIED;
    default: return PROBLEM_NOT_INVITED;
    }
}

static void wish_for(struct arriving *a, const struct arrive_ask *ask)
{
    const struct flow *f = ask->flow;
    struct entry *w = &a->wish;

    w->by = f->setup.p ? ENTRY_SETUP : f->invite.p ? ENTRY_INVITE : ENTRY_RULE;
    if (w->by != ENTRY_RULE &&
        entry_link(f->setup.p ? f->setup : f->invite, a->errand.input, &w->link) < 0)
        w->link = span_str("");
    w->ip = a->errand.ip;
    w->team = errand_text(&a->errand, f->team);
    w->me.email = email_of(a, ask->who);
    w->me.name = errand_text(&a->errand, name_of(ask->who));
    w->me.role = span_str(role_name(w->by == ENTRY_SETUP ? ROLE_OWNER : ROLE_MEMBER));
    a->refusal = rule_of(&ask->provider->domains, ask->who);
    a->unverified = ask->who->email.p && ask->who->email_verified == VERIFIED_NO;
}

void arrive(const struct office *o, const struct accounts_conf *accounts,
            const struct arrive_ask *ask, arrived_fn *fn, void *arg)
{
    struct arriving *a = errand_new(sizeof(*a), o, ask->actor, ask->from, run, done, NULL);

    a->errand.arg = a;
    a->accounts = accounts;
    a->iss = span_str(ask->provider->issuer);
    a->sub = errand_text(&a->errand, ask->who->sub);
    a->shown = span_sub(ask->who->email, 0, EMAIL_SHOWN_MAX);
    a->shown =
        a->shown.p && utf8_valid(a->shown) ? errand_text(&a->errand, a->shown) : span_str("");
    a->connect = !id_none(&ask->flow->connect);
    wish_for(a, ask);
    a->fn = fn;
    a->arg = arg;
    errand_write(&a->errand);
}
