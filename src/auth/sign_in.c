/*
 * Signing in by address and password, and a code where there is a second factor.
 */
#include "auth/account_inside.h"
#include "auth/names.h"

#include <errno.h>

/* Has this person been signed in at this address? */
static int look_familiar(struct db *db, struct visit *v)
{
    struct buf ip = {0};

    addr_write_ip(&ip, &v->from);
    const int rc =
        db_one(db, SQL_SESSION_COUNT_AT, VALS(val_id(&v->me.id), val_text(buf_span(&ip))));
    v->familiar = rc > 0 && db_int(db, 0) > 0;
    db_rows_end(db);
    buf_done(&ip);
    return rc < 0 ? rc : 0;
}

static int run_find(struct db *db, struct job *job)
{
    struct visit *v = visit_of(job);
    int64_t codes;
    int rc = person_by_email(db, v->email, v->arena, &v->me);

    if (rc == 0)
        rc = second_factor_get(db, &v->me.id, &v->second_factor, &codes);
    return rc < 0 ? rc : look_familiar(db, v);
}

static int run_proof(struct db *db, struct job *job)
{
    struct visit *v = visit_of(job);
    const struct secret *secret = v->accounts->conf.secret;
    const int rc = second_factor_ask(db, secret, &v->me.id, v->code, job, &v->proof);

    if (rc < 0 || v->proof.rc < 0 || !v->proof.recovery)
        return rc;
    struct buf ip = {0};
    addr_write_ip(&ip, &v->from);
    const struct audit_entry e = {.actor = v->me.id,
                                  .action = span_str("recovery.used"),
                                  .target = id_span(&v->me.id),
                                  .target_name = v->me.name,
                                  .ip = buf_span(&ip)};
    const int noted = audit_write(db, secret, &e, job->now);
    buf_done(&ip);
    return noted;
}

static void on_proof(struct job *job, int rc)
{
    struct visit *v = visit_of(job);
    struct accounts *a = v->accounts;

    if (rc == 0)
        rc = v->proof.rc;
    /* The password was right: only a wrong code is a try at guessing. */
    if (rc != -EKEYREJECTED && rc != -EDQUOT)
        buckets_give(a->tries, v->account_key);
    if (rc == -EKEYREJECTED)
        accounts_note_refusal(a, &v->me, &v->from, "code");
    if (rc == -EDQUOT) {
        visit_finish(v, &(struct arrival){.rc = rc, .wait = v->proof.wait});
    } else if (rc < 0) {
        visit_fail(v, rc);
    } else {
        visit_open_session(v);
    }
}

static void on_checked(int rc, void *arg)
{
    struct visit *v = arg;

    if (rc == -EACCES && !id_none(&v->me.id))
        accounts_note_refusal(v->accounts, &v->me, &v->from, "password");
    if (rc == 0 && !v->me.active)
        rc = -EACCES;
    if (rc < 0) {
        visit_fail(v, rc);
    } else if (v->second_factor) {
        job_done(&v->job);
        job_init(&v->job, run_proof, on_proof);
        store_write(v->accounts->conf.store, &v->job, span_str(AUDIT_LANE));
    } else {
        buckets_give(v->accounts->tries, v->account_key);
        visit_open_session(v);
    }
}

static void on_person(struct job *job, int rc)
{
    struct visit *v = visit_of(job);

    if (rc < 0 && rc != -ENOENT) {
        visit_fail(v, rc);
        return;
    }
    /* Without an account, or one without a password, the check takes as long and fails. */
    const struct span encoded = rc == 0 ? v->me.password : SPAN_NONE;
    rc = password_check(v->accounts->passwords, v->familiar ? PASSWORD_EXPECTED : PASSWORD_STRANGER,
                        v->password, encoded, on_checked, v);
    if (rc < 0)
        visit_fail(v, rc == -EMSGSIZE ? -EACCES : rc);
}

void account_sign_in(struct accounts *a, const struct sign_in *s, const struct origin_of *from,
                     arrival_fn *fn, void *arg)
{
    struct visit *v = visit_new(a, SIGN_IN, arg);

    v->fn = fn;
    visit_from(v, from);
    v->password = arena_span(v->arena, s->password);
    v->code = arena_span(v->arena, s->code);
    if (a->conf.local_off) {
        visit_fail(v, -EOPNOTSUPP);
        return;
    }
    if (names_email(s->email, v->arena, &v->email) < 0)
        v->email = arena_span(v->arena, span_str("?")); /* nobody's: the answer is the same */
    const usec_t wait = accounts_try(a, &v->from, v->email, v->arena, &v->account_key);
    if (wait > 0) {
        visit_finish(v, &(struct arrival){.rc = -EDQUOT, .wait = wait});
        return;
    }
    job_init(&v->job, run_find, on_person);
    store_read(a->conf.store, &v->job);
}
