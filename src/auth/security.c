#include "auth/security.h"

#include "auth/account_inside.h"
#include "auth/authorize.h"
#include "auth/roles.h"
#include "crypto/token.h"
#include "crypto/totp.h"

#include <errno.h>

/*
 * Where a password proves it, it is looked at before the errand runs: a hash takes too long for a
 * transaction.
 */
struct act {
    struct errand errand;
    struct accounts *accounts;
    struct job look;
    struct addr from;
    struct person me; /* as look found it */
    struct span given;
    struct span wanted;
    struct span code;
    struct span issuer;
    struct span encoded; /* of wanted */
    struct token token;
    bool rotated;
    struct proof proof;
    usec_t wait;
    struct span try_key;
    security_fn *fn;
    void *arg;
};

static struct act *act_of(struct errand *e)
{
    return container_of(e, struct act, errand);
}

static void on_acted(const struct errand_answer *answer, void *arg)
{
    const struct act *a = arg;
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
    if (told.rc == -EKEYREJECTED)
        accounts_note_refusal(a->accounts, &(struct person){.id = e->actor.user, .name = SPAN_NONE},
                              &a->from, "code");
    a->fn(&told, a->arg);
}

static struct act *act_new(const struct security_by *by, errand_run_fn *run, security_fn *fn,
                           void *arg)
{
    struct act *a = errand_new(sizeof(*a), by->office, by->actor, by->from, run, on_acted, NULL);

    a->errand.arg = a;
    a->accounts = by->accounts;
    a->from = *by->from;
    a->token = token_new();
    a->fn = fn;
    a->arg = arg;
    return a;
}

static int may(const struct errand *e)
{
    const int rc = authorize(&e->actor, VERB_SECURITY_EDIT, &OBJECT_OF_SELF);

    return rc == 0 && e->office->local_off ? -EOPNOTSUPP : rc;
}

static int hold_back(struct act *a)
{
    a->wait = accounts_try(a->accounts, &a->from, id_span(&a->errand.actor.user), a->errand.input,
                           &a->try_key);
    return a->wait > 0 ? -EDQUOT : 0;
}

/* 1: go on; 0: the answer is in proof. */
static int ask_code(struct db *db, struct act *a)
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

/* As every change ends. */
static int change(struct db *db, struct act *a, const char *action)
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
    struct person me;
    struct identity *identities;
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
    struct act *a = act_of(e);
    struct json_out o = json_out(&e->json);
    int rc = may(e);

    if (rc == 0)
        rc = ask_code(db, a);
    if (rc <= 0)
        return rc;
    rc = db_exec(db, SQL_PERSON_SET_PASSWORD, VALS(val_id(&e->actor.user), val_text(a->encoded)));
    if (rc >= 0)
        rc = db_exec(db, SQL_RESET_END_ALL, VALS(val_id(&e->actor.user), val_int(e->job.now.ms)));
    if (rc >= 0)
        rc = change(db, a, "password.set");
    if (rc < 0)
        return rc;
    me_write(&o, NULL, &a->me);
    return 0;
}

static void on_hashed(int rc, struct span encoded, void *arg)
{
    struct act *a = arg;

    if (rc < 0) {
        errand_give_up(&a->errand, rc);
        return;
    }
    a->encoded = arena_span(a->errand.input, encoded);
    errand_write(&a->errand);
}

static void go_on(struct act *a)
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
    struct act *a = arg;

    if (rc == -EACCES)
        accounts_note_refusal(a->accounts, &a->me, &a->from, "password");
    if (rc < 0) {
        errand_give_up(&a->errand, rc);
    } else {
        go_on(a);
    }
}

static int run_look(struct db *db, struct job *job)
{
    struct act *a = container_of(job, struct act, look);
    const int rc = may(&a->errand);

    return rc < 0 ? rc : person_by_id(db, &a->errand.actor.user, a->errand.input, &a->me);
}

static int prove(struct act *a)
{
    struct errand *e = &a->errand;

    if (!a->me.password.p && !a->wanted.p)
        return errand_refuse(e, "password",
                             "Set a password first: a code is asked for behind one only.");
    if (a->me.password.p && a->given.len == 0)
        return errand_refuse(e, a->wanted.p ? "current" : "password",
                             "Type your present password.");
    return hold_back(a);
}

static void on_looked(struct job *job, int rc)
{
    struct act *a = container_of(job, struct act, look);

    job_done(job);
    if (rc == 0)
        rc = prove(a);
    if (rc == 0 && a->me.password.p) {
        rc = password_check(a->accounts->passwords, a->given, a->me.password, on_checked, a);
        if (rc == -EMSGSIZE)
            rc = -EACCES;
    } else if (rc == 0) {
        go_on(a);
    }
    if (rc < 0)
        errand_give_up(&a->errand, rc);
}

static void look(struct act *a)
{
    job_init(&a->look, run_look, on_looked);
    store_read(a->errand.office->store, &a->look);
}

void security_set_password(const struct security_by *by, const struct password_wish *wish,
                           security_fn *fn, void *arg)
{
    struct act *a = act_new(by, run_set, fn, arg);
    const char *why;

    a->given = errand_text(&a->errand, wish->current);
    a->wanted = errand_text(&a->errand, wish->wanted);
    a->code = errand_text(&a->errand, wish->code);
    if (accounts_check_password(a->wanted, &why) < 0) {
        errand_give_up(&a->errand, errand_refuse(&a->errand, "password", why));
        return;
    }
    look(a);
}

/* The second factor. */

static int run_begin(struct db *db, struct errand *e)
{
    struct act *a = act_of(e);
    struct json_out o = json_out(&e->json);
    struct buf key = {0};
    struct buf text = {0};
    int rc = may(e);

    if (rc == 0)
        rc = second_factor_begin(db, e->office->secret, &e->actor.user, &key);
    if (rc == 0) {
        json_obj_begin(&o, NULL);
        totp_base32(&text, buf_span(&key));
        json_put_str(&o, "secret", buf_span(&text));
        buf_clear(&text);
        totp_uri(&text, buf_span(&key), a->issuer, a->me.email);
        json_put_str(&o, "uri", buf_span(&text));
        json_obj_end(&o);
    }
    buf_done(&key);
    buf_done(&text);
    return rc;
}

void security_begin_totp(const struct security_by *by, struct span password, struct span issuer,
                         security_fn *fn, void *arg)
{
    struct act *a = act_new(by, run_begin, fn, arg);

    a->given = errand_text(&a->errand, password);
    a->issuer = errand_text(&a->errand, issuer);
    look(a);
}

static int write_codes(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);

    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "recovery_codes");
    const int rc = second_factor_renew(db, e->office->secret, &e->actor.user, &o);
    json_arr_end(&o);
    json_obj_end(&o);
    return rc;
}

static int run_confirm(struct db *db, struct errand *e)
{
    struct act *a = act_of(e);
    int rc = may(e);

    if (rc == 0) {
        rc = second_factor_confirm(db, e->office->secret, &e->actor.user, a->code, &e->job,
                                   &a->proof);
    }
    if (rc < 0 || a->proof.rc < 0)
        return rc;
    rc = change(db, a, "totp.on");
    return rc < 0 ? rc : write_codes(db, e);
}

/* What asks for the factor itself has nothing to ask where there is none. */
static int ask_own_code(struct db *db, struct act *a)
{
    int rc = may(&a->errand);

    if (rc == 0)
        rc = ask_code(db, a);
    return rc > 0 && !a->proof.asked ? -EPROTO : rc;
}

static int run_end(struct db *db, struct errand *e)
{
    struct act *a = act_of(e);
    int rc = ask_own_code(db, a);

    if (rc <= 0)
        return rc;
    rc = second_factor_end(db, &e->actor.user);
    return rc < 0 ? rc : change(db, a, "totp.off");
}

static int run_renew(struct db *db, struct errand *e)
{
    const int rc = ask_own_code(db, act_of(e));

    return rc <= 0 ? rc : write_codes(db, e);
}

static void with_code(const struct security_by *by, struct span code, errand_run_fn *run,
                      security_fn *fn, void *arg)
{
    struct act *a = act_new(by, run, fn, arg);

    a->code = errand_text(&a->errand, code);
    const int rc = hold_back(a);
    if (rc < 0) {
        errand_give_up(&a->errand, rc);
    } else {
        errand_write(&a->errand);
    }
}

void security_confirm_totp(const struct security_by *by, struct span code, security_fn *fn,
                           void *arg)
{
    with_code(by, code, run_confirm, fn, arg);
}

void security_end_totp(const struct security_by *by, struct span code, security_fn *fn, void *arg)
{
    with_code(by, code, run_end, fn, arg);
}

void security_renew_codes(const struct security_by *by, struct span code, security_fn *fn,
                          void *arg)
{
    with_code(by, code, run_renew, fn, arg);
}

/* Of somebody else. */

struct ending {
    struct errand errand;
    struct id person;
};

static int run_end_of(struct db *db, struct errand *e)
{
    const struct id *person = &container_of(e, struct ending, errand)->person;
    struct person p;
    int rc = roles_check_target(db, &e->actor, person, e->job.arena, &p);

    if (rc == 0)
        rc = second_factor_end(db, person);
    if (rc == 0)
        rc = errand_end_sessions(db, e, person, &(struct id){{0}});
    if (rc < 0)
        return rc;
    return errand_audit(db, e,
                        &(struct audit_entry){.action = span_str("totp.off"),
                                              .target = id_span(person),
                                              .target_name = p.name});
}

void security_end_totp_of(const struct office *o, const struct actor *actor,
                          const struct addr *from, const struct id *person, errand_fn *fn,
                          void *arg)
{
    struct ending *e = errand_new(sizeof(*e), o, actor, from, run_end_of, fn, arg);

    e->person = *person;
    errand_write(&e->errand);
}
