/*
 * The second factor of oneself, and an administrator's end of somebody else's.
 */
#include "auth/roles.h"
#include "auth/security_inside.h"
#include "crypto/totp.h"

#include <errno.h>

static int run_begin(struct db *db, struct errand *e)
{
    struct security_act *a = security_act_of(e);
    struct json_out o = json_out(&e->json);
    struct buf key = {0};
    struct buf text = {0};
    int rc = security_may(e);

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
    struct security_act *a = security_act_new(by, run_begin, fn, arg);

    a->given = errand_text(&a->errand, password);
    a->issuer = errand_text(&a->errand, issuer);
    security_look(a);
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
    struct security_act *a = security_act_of(e);
    int rc = security_may(e);

    if (rc == 0) {
        rc = second_factor_confirm(db, e->office->secret, &e->actor.user, a->code, &e->job,
                                   &a->proof);
    }
    if (rc < 0 || a->proof.rc < 0)
        return rc;
    rc = security_change(db, a, "totp.on");
    return rc < 0 ? rc : write_codes(db, e);
}

/* What asks for the factor itself has nothing to ask where there is none. */
static int ask_own_code(struct db *db, struct security_act *a)
{
    int rc = security_may(&a->errand);

    if (rc == 0)
        rc = security_ask_code(db, a);
    return rc > 0 && !a->proof.asked ? -EPROTO : rc;
}

static int run_end(struct db *db, struct errand *e)
{
    struct security_act *a = security_act_of(e);
    int rc = ask_own_code(db, a);

    if (rc <= 0)
        return rc;
    rc = second_factor_end(db, &e->actor.user);
    return rc < 0 ? rc : security_change(db, a, "totp.off");
}

static int run_renew(struct db *db, struct errand *e)
{
    const int rc = ask_own_code(db, security_act_of(e));

    return rc <= 0 ? rc : write_codes(db, e);
}

static void with_code(const struct security_by *by, struct span code, errand_run_fn *run,
                      security_fn *fn, void *arg)
{
    struct security_act *a = security_act_new(by, run, fn, arg);

    a->code = errand_text(&a->errand, code);
    const int rc = security_hold_back(a);
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
    int rc = roles_check_ways(db, &e->actor, person, e->job.arena, &p);

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
