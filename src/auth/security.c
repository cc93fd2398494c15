#include "auth/security.h"

#include "auth/authorize.h"
#include "auth/security_inside.h"

#include <errno.h>

/* So long a sign-in proves that it is still the same person. */
static const int64_t fresh_ms = (int64_t)SECURITY_FRESH_MINUTES * 60 * 1000;

static void on_acted(const struct errand_answer *answer, void *arg)
{
    const struct security_act *a = arg;
    const struct errand *e = &a->errand;
    struct security_answer told = {.rc = answer->rc ? answer->rc : a->proof.rc,
                                   .field = answer->field,
                                   .why = answer->why,
                                   .wait = a->proof.rc ? a->proof.wait : a->wait,
                                   .json = answer->json};

    if (told.rc == 0 && a->rotated) {
        session_rotated(e->office->sessions, &e->actor);
        told.token = token_span(&a->token);
    }
    if (told.rc == 0 || told.rc == -ENOKEY)
        buckets_give(a->accounts->tries, a->try_key);
    if (told.rc == -EKEYREJECTED) {
        accounts_note_refusal(a->accounts, &(struct person){.id = e->actor.user, .name = SPAN_NONE},
                              &a->from, "code");
    }
    a->fn(&told, a->arg);
}

struct security_act *security_act_new(const struct security_by *by, errand_run_fn *run,
                                      security_fn *fn, void *arg)
{
    struct security_act *a =
        errand_new(sizeof(*a), by->office, by->actor, by->from, run, on_acted, NULL);

    a->errand.arg = a;
    a->accounts = by->accounts;
    a->from = *by->from;
    a->token = token_new();
    a->fn = fn;
    a->arg = arg;
    return a;
}

int security_may(const struct errand *e)
{
    const int rc = authorize(&e->actor, VERB_SECURITY_EDIT, &OBJECT_OF_SELF);

    return rc == 0 && e->office->local_off ? -EOPNOTSUPP : rc;
}

int security_hold_back(struct security_act *a)
{
    a->wait = accounts_try(a->accounts, &a->from, id_span(&a->errand.actor.user), a->errand.input,
                           &a->try_key);
    return a->wait > 0 ? -EDQUOT : 0;
}

int security_ask_code(struct db *db, struct security_act *a)
{
    struct errand *e = &a->errand;
    const int rc =
        second_factor_ask(db, e->office->secret, &e->actor.user, a->code, &e->job, &a->proof);

    if (rc < 0 || a->proof.rc < 0)
        return rc;
    if (a->proof.recovery) {
        const int noted = errand_audit(db, e,
                                       &(struct audit_entry){.action = span_str("recovery.used"),
                                                             .target = id_span(&e->actor.user)});
        if (noted < 0)
            return noted;
    }
    return 1;
}

int security_change(struct db *db, struct security_act *a, const char *action)
{
    struct errand *e = &a->errand;
    int rc = session_rotate(db, &e->actor, token_span(&a->token), e->job.arena);

    a->rotated = true;
    if (rc == 0)
        rc = errand_end_sessions(db, e, &e->actor.user, &e->actor.session);
    if (rc < 0)
        return rc;
    return errand_audit(
        db, e,
        &(struct audit_entry){.action = span_str(action), .target = id_span(&e->actor.user)});
}

/* How things are. */

struct reading {
    struct errand errand;
    struct security got;
    security_got_fn *fn;
    void *arg;
};

static int run_get(struct db *db, struct errand *e)
{
    struct reading *r = container_of(e, struct reading, errand);
    struct person me = {0};
    struct identity *identities = NULL;
    int rc = authorize(&e->actor, VERB_SECURITY_READ, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = person_by_id(db, &e->actor.user, e->job.arena, &me);
    if (rc == 0) {
        rc = second_factor_get(db, &e->actor.user, &r->got.second_factor, &r->got.recovery_codes);
    }
    if (rc == 0) {
        rc = identity_list(db, &e->actor.user, e->job.arena, &identities, &r->got.identity_count);
    }
    if (rc < 0)
        return rc;
    r->got.password = me.password.p != NULL;
    r->got.identities = identities;
    return 0;
}

static void on_got(const struct errand_answer *answer, void *arg)
{
    struct reading *r = arg;

    r->got.rc = answer->rc;
    r->fn(&r->got, r->arg);
}

void security_get(const struct office *o, const struct actor *actor, security_got_fn *fn, void *arg)
{
    struct reading *r = errand_new(sizeof(*r), o, actor, NULL, run_get, on_got, NULL);

    r->errand.arg = r;
    r->fn = fn;
    r->arg = arg;
    errand_read(&r->errand);
}

/* The password. */

static int run_set(struct db *db, struct errand *e)
{
    struct security_act *a = security_act_of(e);
    struct json_out o = json_out(&e->json);
    int rc = security_may(e);

    if (rc == 0)
        rc = security_ask_code(db, a);
    if (rc <= 0)
        return rc;
    rc = db_exec(db, SQL_PERSON_SET_PASSWORD, VALS(val_id(&e->actor.user), val_text(a->encoded)));
    if (rc >= 0)
        rc = db_exec(db, SQL_RESET_END_ALL, VALS(val_id(&e->actor.user), val_int(e->job.now.ms)));
    if (rc >= 0)
        rc = security_change(db, a, "password.set");
    if (rc < 0)
        return rc;
    me_write(&o, NULL, &a->me);
    return 0;
}

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct security_act *a = arg;

    if (rc < 0) {
        errand_give_up(&a->errand, rc);
        return;
    }
    a->encoded = arena_span(a->errand.input, encoded);
    errand_write(&a->errand);
}

static void go_on(struct security_act *a)
{
    int rc;

    if (!a->wanted.p) {
        errand_write(&a->errand);
        return;
    }
    rc = password_hash(a->accounts->passwords, a->wanted, on_hashed, a);
    if (rc < 0)
        errand_give_up(&a->errand, rc);
}

static void on_checked(int rc, void *arg)
{
    struct security_act *a = arg;

    if (rc == -EACCES)
        accounts_note_refusal(a->accounts, &a->me, &a->from, "password");
    if (rc < 0) {
        errand_give_up(&a->errand, rc);
    } else {
        go_on(a);
    }
}

static int look_fresh(struct db *db, struct security_act *a, struct wall now)
{
    const struct actor *actor = &a->errand.actor;
    const int rc = db_one(db, SQL_SESSION_MADE_AT,
                          VALS(val_id(&actor->session), val_id(&actor->user), val_int(now.ms)));

    if (rc < 0)
        return rc == -ENOENT ? 0 : rc;
    a->fresh = db_int(db, 0) > now.ms - fresh_ms;
    db_rows_end(db);
    return 0;
}

static int may(const struct security_act *a)
{
    if (a->connect)
        return authorize(&a->errand.actor, VERB_SECURITY_EDIT, &OBJECT_OF_SELF);
    return security_may(&a->errand);
}

static int run_look(struct db *db, struct job *job)
{
    struct security_act *a = container_of(job, struct security_act, look);
    int rc = may(a);

    if (rc == 0)
        rc = person_by_id(db, &a->errand.actor.user, a->errand.input, &a->me);
    if (rc == 0)
        rc = look_fresh(db, a, job->now);
    /* a password that nobody may come in by proves nothing that can be asked for */
    if (rc == 0 && a->connect && a->errand.office->local_off)
        a->me.password = SPAN_NONE;
    return rc;
}

static int prove(struct security_act *a)
{
    struct errand *e = &a->errand;

    if (!a->me.password.p && !a->wanted.p && !a->connect) {
        return errand_refuse(e, "password",
                             "Set a password first: a code is asked for behind one only.");
    }
    if (a->me.password.p && a->given.len == 0) {
        return errand_refuse(e, a->wanted.p ? "current" : "password",
                             "Type your present password.");
    }
    if (!a->me.password.p && !a->fresh) {
        return errand_refuse(e, "session",
                             "To do this, sign out and in again first: there is no password to "
                             "prove that it is you.");
    }
    return security_hold_back(a);
}

static void on_looked(struct job *job, int rc)
{
    struct security_act *a = container_of(job, struct security_act, look);

    job_done(job);
    if (rc == 0)
        rc = prove(a);
    if (rc == 0 && a->me.password.p) {
        rc = password_check(a->accounts->passwords, PASSWORD_EXPECTED, a->given, a->me.password,
                            on_checked, a);
        if (rc == -EMSGSIZE)
            rc = -EACCES;
    } else if (rc == 0) {
        go_on(a);
    }
    if (rc < 0)
        errand_give_up(&a->errand, rc);
}

void security_look(struct security_act *a)
{
    job_init(&a->look, run_look, on_looked);
    store_read(a->errand.office->store, &a->look);
}

void security_set_password(const struct security_by *by, const struct password_wish *wish,
                           security_fn *fn, void *arg)
{
    struct security_act *a = security_act_new(by, run_set, fn, arg);
    const char *why;

    a->given = errand_text(&a->errand, wish->current);
    a->wanted = errand_text(&a->errand, wish->wanted);
    a->code = errand_text(&a->errand, wish->code);
    if (accounts_check_password(a->wanted, &why) < 0) {
        errand_give_up(&a->errand, errand_refuse(&a->errand, "password", why));
        return;
    }
    security_look(a);
}

/* An account elsewhere. */

static int run_prove(struct db *db, struct errand *e)
{
    struct security_act *a = security_act_of(e);
    const int rc = may(a);

    if (rc < 0 || !a->me.password.p)
        return rc;
    const int asked = security_ask_code(db, a);
    return asked < 0 ? asked : 0;
}

void security_prove(const struct security_by *by, struct span password, struct span code,
                    security_fn *fn, void *arg)
{
    struct security_act *a = security_act_new(by, run_prove, fn, arg);

    a->connect = true;
    a->given = errand_text(&a->errand, password);
    a->code = errand_text(&a->errand, code);
    security_look(a);
}
