#include "auth/identity.h"

#include "auth/authorize.h"

#include <errno.h>

int identity_list(struct db *db, const struct id *person, struct arena *a, struct identity **ret,
                  size_t *ret_count)
{
    struct identity *rows = arena_array(a, struct identity, IDENTITIES_MAX);
    size_t n = 0;
    int rc = db_query(db, SQL_IDENTITY_LIST, VALS(val_id(person)));

    while (rc >= 0 && n < IDENTITIES_MAX && (rc = db_next(db)) > 0) {
        rows[n++] = (struct identity){
            .id = db_id(db, 0),
            .iss = db_text(db, 1, a),
            .email = db_text(db, 2, a),
            .created_at = db_int(db, 3),
            .last_used_at = db_int(db, 4),
        };
    }
    db_rows_end(db);
    if (rc < 0)
        return rc;
    *ret = rows;
    *ret_count = n;
    return 0;
}

struct removal {
    struct errand errand;
    struct id identity;
    bool local;
};

/* What is left: a password that counts, or another one of these. */
static int check_other_way(struct db *db, const struct removal *r)
{
    const struct errand *e = &r->errand;
    struct person me;
    int rc = person_by_id(db, &e->actor.user, e->job.arena, &me);

    if (rc < 0 || (r->local && me.password.p))
        return rc;
    rc = db_one(db, SQL_IDENTITY_COUNT, VALS(val_id(&e->actor.user)));
    if (rc < 0)
        return rc;
    rc = db_int(db, 0) > 1 ? 0 : -ENOLINK;
    db_rows_end(db);
    return rc;
}

static int run_remove(struct db *db, struct errand *e)
{
    const struct removal *r = container_of(e, struct removal, errand);
    int rc = authorize(&e->actor, VERB_SECURITY_EDIT, &OBJECT_OF_SELF);

    if (rc == 0)
        rc = db_one(db, SQL_IDENTITY_ONE, VALS(val_id(&r->identity), val_id(&e->actor.user)));
    if (rc < 0)
        return rc;
    const struct span iss = db_text(db, 0, e->job.arena);
    db_rows_end(db);
    rc = check_other_way(db, r);
    if (rc == 0)
        rc = db_exec(db, SQL_IDENTITY_DELETE, VALS(val_id(&r->identity), val_id(&e->actor.user)));
    if (rc < 0)
        return rc;
    return errand_audit(db, e,
                        &(struct audit_entry){.action = span_str("identity.remove"),
                                              .target = id_span(&e->actor.user),
                                              .target_name = iss});
}

void identity_remove(const struct office *o, const struct actor *actor, const struct addr *from,
                     const struct id *identity, bool local, errand_fn *fn, void *arg)
{
    struct removal *r = errand_new(sizeof(*r), o, actor, from, run_remove, fn, arg);

    r->identity = *identity;
    r->local = local;
    errand_write(&r->errand);
}
