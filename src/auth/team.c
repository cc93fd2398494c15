#include "auth/team.h"

#include "auth/authorize.h"

#include <errno.h>

enum { PERSON_COLUMNS = 10 };

struct about {
    struct errand errand;
    struct id team;
    struct id person;
    bool owner;
};

static struct about *about_of(struct errand *e)
{
    return container_of(e, struct about, errand);
}

/* Administrators manage the teams that they are in. */
static int authorize_in_team(struct db *db, const struct errand *e, enum verb verb,
                             const struct id *team)
{
    struct object object = {.kind = OBJECT_TEAM};
    const int rc = db_one(db, SQL_TEAM_ROLE, VALS(val_id(team), val_id(&e->actor.user)));

    if (rc < 0 && rc != -ENOENT)
        return rc;
    if (rc > 0) {
        const bool owner = span_is(db_span(db, 0), "owner") || e->actor.role >= ROLE_ADMIN;
        object.relation = owner ? RELATION_MODERATOR : RELATION_MEMBER;
    }
    db_rows_end(db);
    return authorize(&e->actor, verb, &object);
}

static int run_members(struct db *db, struct errand *e)
{
    struct json_out o = json_out(&e->json);
    int rc = authorize_in_team(db, e, VERB_TEAM_READ, &about_of(e)->team);

    if (rc == 0) {
        rc =
            db_query(db, SQL_TEAM_PEOPLE, VALS(val_id(&about_of(e)->team), val_int(TEAM_LIST_MAX)));
    }
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "members");
    while ((rc = db_next(db)) > 0) {
        struct person p;

        person_read(db, e->job.arena, &p);
        json_obj_begin(&o, NULL);
        person_write(&o, "person", &p);
        json_put_str(&o, "role", db_span(db, PERSON_COLUMNS));
        json_obj_end(&o);
    }
    json_arr_end(&o);
    json_obj_end(&o);
    return rc;
}

void team_members(const struct office *o, const struct actor *actor, const struct id *team,
                  errand_fn *fn, void *arg)
{
    struct about *a = errand_new(sizeof(*a), o, actor, NULL, run_members, fn, arg);

    a->team = *team;
    errand_read(&a->errand);
}

static int check_owner_left(struct db *db, const struct id *team)
{
    const int rc = db_one(db, SQL_TEAM_COUNT_OWNERS, VALS(val_id(team)));

    if (rc < 0)
        return rc;
    const int64_t owners = db_int(db, 0);
    db_rows_end(db);
    return owners > 0 ? 0 : -EUSERS;
}

static int note(struct db *db, const struct errand *e, const struct about *a,
                const struct person *p)
{
    struct buf detail = {0};
    struct json_out o = json_out(&detail);

    json_obj_begin(&o, NULL);
    json_put_id(&o, "team", &a->team);
    json_put_cstr(&o, "to", a->owner ? "owner" : "member");
    json_obj_end(&o);
    const struct audit_entry entry = {.action = span_str("team.role"),
                                      .target = id_span(&p->id),
                                      .target_name = p->name,
                                      .detail = buf_span(&detail)};
    const int rc = errand_audit(db, e, &entry);
    buf_done(&detail);
    return rc;
}

static int run_set_role(struct db *db, struct errand *e)
{
    const struct about *a = about_of(e);
    struct person p;
    int rc = authorize_in_team(db, e, VERB_TEAM_MANAGE, &a->team);

    if (rc == 0)
        rc = person_by_id(db, &a->person, e->job.arena, &p);
    if (rc == 0)
        rc = note(db, e, a, &p);
    if (rc == 0) {
        rc = db_exec(db, SQL_TEAM_SET_ROLE,
                     VALS(val_id(&a->team), val_id(&a->person),
                          val_text(span_str(a->owner ? "owner" : "member"))));
    }
    if (rc <= 0)
        return rc == 0 ? -ENOENT : rc;
    rc = check_owner_left(db, &a->team);
    return rc < 0 ? rc : errand_tell(db, e, &a->person);
}

void team_set_role(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct team_wish *wish, errand_fn *fn, void *arg)
{
    struct about *a = errand_new(sizeof(*a), o, actor, from, run_set_role, fn, arg);

    a->team = wish->team;
    a->person = wish->person;
    a->owner = wish->owner;
    errand_write(&a->errand);
}
