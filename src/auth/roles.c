#include "auth/roles.h"

#include "auth/authorize.h"
#include "auth/roles_inside.h"
#include "auth/token.h"

#include <errno.h>

bool roles_may_change(enum role by, enum role from, enum role to)
{
    if (by == ROLE_OWNER)
        return to != ROLE_GUEST && from != ROLE_GUEST ? true : from == to;
    return by == ROLE_ADMIN && from < by && to < by && (from == ROLE_GUEST) == (to == ROLE_GUEST);
}

int roles_check_target(struct db *db, const struct actor *actor, const struct id *person,
                       struct arena *a, struct person *ret)
{
    int rc = authorize(actor, VERB_PERSON_MANAGE, &OBJECT_OF_NONE);

    *ret = (struct person){0};
    if (rc == 0)
        rc = person_by_id(db, person, a, ret);
    if (rc < 0)
        return rc;
    const enum role role = role_parse(ret->role);
    return id_eq(person, &actor->user) || roles_may_change(actor->role, role, role) ? 0 : -EPERM;
}

int roles_check_ways(struct db *db, const struct actor *actor, const struct id *person,
                     struct arena *a, struct person *ret)
{
    if ((actor->scopes & SCOPE_ACCOUNT) == 0 || id_eq(person, &actor->user))
        return -EPERM;
    return roles_check_target(db, actor, person, a, ret);
}

/* Editing. */

struct editing {
    struct errand errand;
    struct roles_edit edit;
};

static int count_owners(struct db *db, int64_t *ret)
{
    const int rc = db_one(db, SQL_PERSON_COUNT_OWNERS, NULL, 0);

    if (rc < 0)
        return rc;
    *ret = db_int(db, 0);
    db_rows_end(db);
    return 0;
}

/* Asked after the change, which the rollback takes back. */
static int check_owner_left(struct db *db, const struct person *was)
{
    int64_t owners = 0;

    if (role_parse(was->role) != ROLE_OWNER)
        return 0;
    const int rc = count_owners(db, &owners);
    if (rc < 0)
        return rc;
    return owners > 0 ? 0 : -EUSERS;
}

static int note_role(struct db *db, const struct errand *e, const struct person *p, enum role to)
{
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    json_obj_begin(&o, NULL);
    json_put_str(&o, "from", p->role);
    json_put_cstr(&o, "to", role_name(to));
    json_obj_end(&o);
    const struct audit_entry entry = {.action = span_str("person.role"),
                                      .target = id_span(&p->id),
                                      .target_name = p->name,
                                      .detail = buf_span(&detail)};
    const int rc = errand_audit(db, e, &entry);
    buf_done(&detail);
    return rc;
}

/* What they made to let others in, or themselves, ends with the right to make it. */
static int end_links(struct db *db, const struct errand *e, const struct id *person)
{
    const int rc =
        db_exec(db, SQL_INVITE_END_MADE_BY, VALS(val_id(person), val_int(e->job.now.ms)));

    return rc < 0 ? rc : 0;
}

static int set_role(struct db *db, struct errand *e, const struct person *p, enum role to)
{
    if (!roles_may_change(e->actor.role, role_parse(p->role), to) &&
        !(id_eq(&p->id, &e->actor.user) && to < e->actor.role && to > ROLE_GUEST))
        return -EPERM;
    /* The log's head first: two acts on two nodes then see each other's outcome. */
    int rc = note_role(db, e, p, to);
    if (rc == 0) {
        rc = db_exec(db, SQL_PERSON_SET_ROLE,
                     VALS(val_id(&p->id), val_text(span_str(role_name(to)))));
    }
    if (rc >= 0 && to < role_parse(p->role))
        rc = end_links(db, e, &p->id);
    return rc < 0 ? rc : check_owner_left(db, p);
}

static int set_active(struct db *db, struct errand *e, const struct person *p, bool active)
{
    const struct audit_entry entry = {.action =
                                          span_str(active ? "person.restore" : "person.deactivate"),
                                      .target = id_span(&p->id),
                                      .target_name = p->name};
    int rc = errand_audit(db, e, &entry);

    if (rc == 0) {
        rc = db_exec(db, SQL_PERSON_SET_ACTIVE,
                     VALS(val_id(&p->id), active ? val_null() : val_int(e->job.now.ms)));
    }
    if (rc >= 0 && !active)
        rc = api_token_revoke_all(db, &p->id, e->job.now);
    if (rc >= 0 && !active)
        rc = end_links(db, e, &p->id);
    if (rc >= 0 && !active) {
        rc = db_exec(db, SQL_GUEST_LINK_END_MADE_BY, VALS(val_id(&p->id), val_int(e->job.now.ms)));
    }
    if (rc < 0)
        return rc;
    return active ? 0 : check_owner_left(db, p);
}

static int run_edit(struct db *db, struct errand *e)
{
    const struct roles_edit *edit = &container_of(e, struct editing, errand)->edit;
    struct person p;
    int rc = roles_check_target(db, &e->actor, &edit->person, e->job.arena, &p);

    if (rc < 0)
        return rc;
    const bool role = edit->role != ROLE_NOBODY && edit->role != role_parse(p.role);
    const bool active = edit->active != AS_IT_IS && (edit->active == ACTIVATE) != p.active;

    if (active && edit->active == ACTIVATE && role_parse(p.role) == ROLE_GUEST)
        return errand_refuse(e, "active", "A guest comes back by a new link to the channel.");
    if (rc == 0 && role)
        rc = set_role(db, e, &p, edit->role);
    if (rc == 0 && active)
        rc = set_active(db, e, &p, edit->active == ACTIVATE);
    if (rc == 0 && (role || active))
        rc = errand_end_sessions(db, e, &p.id, &(struct id){{0}});
    if (rc == 0 && (role || active))
        rc = errand_tell(db, e, &p.id);
    return rc < 0 ? rc : roles_write_one(db, e, &p.id);
}

void roles_edit(const struct office *o, const struct actor *actor, const struct addr *from,
                const struct roles_edit *edit, errand_fn *fn, void *arg)
{
    struct editing *e = errand_new(sizeof(*e), o, actor, from, run_edit, fn, arg);

    e->edit = *edit;
    errand_write(&e->errand);
}

struct about {
    struct errand errand;
    struct id id; /* a person, or a session */
};

static const struct id *id_of(struct errand *e)
{
    return &container_of(e, struct about, errand)->id;
}

static struct errand *about_new(const struct office *o, const struct actor *actor,
                                const struct addr *from, const struct id *id, errand_run_fn *run,
                                errand_fn *fn, void *arg)
{
    struct about *a = errand_new(sizeof(*a), o, actor, from, run, fn, arg);

    a->id = *id;
    return &a->errand;
}

static int run_sign_out(struct db *db, struct errand *e)
{
    struct person p;
    int rc = roles_check_target(db, &e->actor, id_of(e), e->job.arena, &p);

    if (rc == 0)
        rc = errand_end_sessions(db, e, &p.id, &(struct id){{0}});
    if (rc < 0)
        return rc;
    const struct audit_entry entry = {.action = span_str("session.end"),
                                      .target = id_span(&p.id),
                                      .target_name = p.name,
                                      .detail = span_str("{\"all\":true}")};
    return errand_audit(db, e, &entry);
}

void roles_sign_out(const struct office *o, const struct actor *actor, const struct addr *from,
                    const struct id *person, errand_fn *fn, void *arg)
{
    errand_write(about_new(o, actor, from, person, run_sign_out, fn, arg));
}

static int run_end_session(struct db *db, struct errand *e)
{
    struct person p;
    int rc = authorize(&e->actor, VERB_SESSION_MANAGE, &OBJECT_OF_NONE);

    if (rc == 0)
        rc = db_one(db, SQL_SESSION_PERSON, VALS(val_id(id_of(e))));
    if (rc < 0)
        return rc;
    const struct id person = db_id(db, 0);
    db_rows_end(db);
    rc = roles_check_target(db, &e->actor, &person, e->job.arena, &p);
    if (rc == 0) {
        rc = db_exec(db, SQL_SESSION_REVOKE_ONE,
                     VALS(val_id(id_of(e)), val_id(&person), val_int(e->job.now.ms)));
    }
    if (rc <= 0)
        return rc < 0 ? rc : -ENOENT;
    errand_end_session(e, &person, id_of(e));
    const struct audit_entry entry = {
        .action = span_str("session.end"), .target = id_span(&p.id), .target_name = p.name};
    return errand_audit(db, e, &entry);
}

void roles_end_session(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *session, errand_fn *fn, void *arg)
{
    errand_write(about_new(o, actor, from, session, run_end_session, fn, arg));
}
