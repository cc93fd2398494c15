#include "auth/secret_check.h"

#include "base/log.h"
#include "crypto/equal.h"

#include <errno.h>

struct checking {
    struct job job;
    struct buf mark;
    bool changed;
    secret_checked_fn *fn;
    void *arg;
};

static int run(struct db *db, struct job *job)
{
    struct checking *c = container_of(job, struct checking, job);
    const struct val key = val_text(span_str("secret.check"));
    int rc = db_one(db, SQL_SETTING_GET, &key, 1);

    c->changed = rc > 0 && !equal_secret(db_span(db, 0), buf_span(&c->mark));
    db_rows_end(db);
    if (rc == -ENOENT || c->changed)
        rc = db_exec(db, SQL_SETTING_PUT, VALS(key, val_text(buf_span(&c->mark))));
    return rc < 0 ? rc : 0;
}

static void on_done(struct job *job, int rc)
{
    struct checking *c = container_of(job, struct checking, job);

    if (rc == 0 && c->changed) {
        log_warn(
            "secret.changed",
            "why=\"SESSION_SECRET is another one than at the last start: authenticators that "
            "were set up before and the audit log before now cannot be read by it\" "
            "fix=\"start again with the old one, or end those second factors under Administration > "
            "People\"");
    }
    if (c->fn)
        c->fn(rc, c->changed, c->arg);
    buf_done(&c->mark);
    job_done(job);
    (void)mem_free(c);
}

void secret_check(struct store *store, const struct secret *secret, secret_checked_fn *fn,
                  void *arg)
{
    struct checking *c = mem_new(struct checking);

    secret_mac(secret, SECRET_CHECK, span_str("secret.check"), &c->mark);
    c->fn = fn;
    c->arg = arg;
    job_init(&c->job, run, on_done);
    store_write(store, &c->job, SPAN_NONE);
}
