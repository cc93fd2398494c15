/*
 * What administrators see: people with how they come in, and sessions with whose they are.
 */
#include "auth/authorize.h"
#include "auth/roles.h"
#include "auth/roles_inside.h"

#include <errno.h>

enum { PERSON_COLUMNS = 10 };

enum {
    CREATED_AT = PERSON_COLUMNS,
    GUEST_UNTIL,
    GUEST_CHANNEL,
    LAST_SEEN_AT,
    SESSIONS,
    SECOND_FACTOR,
    PROVIDERS,
};

struct listing {
    struct errand errand;
    struct roles_query query;
};

static void put_time(struct json_out *o, const char *key, struct db *db, int column)
{
    if (db_is_null(db, column)) {
        json_put_null(o, key);
    } else {
        json_put_i64(o, key, db_int(db, column));
    }
}

/* The providers are their issuers, with blanks between: a host each. */
static void put_providers(struct json_out *o, struct db *db)
{
    struct span all = db_is_null(db, PROVIDERS) ? SPAN_NONE : db_span(db, PROVIDERS);
    struct span one;

    json_arr_begin(o, "providers");
    while (all.p && span_split(&all, ' ', &one))
        json_put_str(o, NULL, one);
    json_arr_end(o);
}

static void write_row(struct json_out *o, const char *key, struct db *db, struct arena *a)
{
    struct person p;
    const struct id channel = db_id(db, GUEST_CHANNEL);

    person_read(db, a, &p);
    json_obj_begin(o, key);
    person_write_full(o, "person", &p);
    json_put_i64(o, "created_at", db_int(db, CREATED_AT));
    put_time(o, "last_seen_at", db, LAST_SEEN_AT);
    json_put_i64(o, "sessions", db_int(db, SESSIONS));
    json_put_bool(o, "second_factor", db_int(db, SECOND_FACTOR) > 0);
    json_put_bool(o, "password", p.password.p != NULL);
    put_providers(o, db);
    put_time(o, "guest_until", db, GUEST_UNTIL);
    json_put_id(o, "guest_channel", &channel);
    json_obj_end(o);
}

int roles_write_one(struct db *db, struct errand *e, const struct id *person)
{
    struct json_out o = json_out(&e->json);
    const int rc = db_one(db, SQL_STAFF_ONE, VALS(val_id(person), val_int(e->job.now.ms)));

    if (rc < 0)
        return rc;
    write_row(&o, NULL, db, e->job.arena);
    db_rows_end(db);
    return 0;
}

static const char *const filters[] = {
    [ROLES_ALL] = "all",       [ROLES_ACTIVE] = "active", [ROLES_DEACTIVATED] = "deactivated",
    [ROLES_GUESTS] = "guests", [ROLES_ADMINS] = "admins", [ROLES_BOTS] = "bots",
};

static int run_list(struct db *db, struct errand *e)
{
    const struct roles_query *q = &container_of(e, struct listing, errand)->query;
    struct json_out o = json_out(&e->json);
    int64_t n = 0;
    int rc = authorize(&e->actor, VERB_PERSON_MANAGE, &OBJECT_OF_NONE);

    if (rc == 0) {
        rc = db_query(db, SQL_STAFF_LIST,
                      VALS(val_text(person_pattern(e->job.arena, q->text)), val_int(e->job.now.ms),
                           val_text(span_str(filters[q->filter])), val_int(q->limit + 1),
                           val_int(q->offset)));
    }
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "people");
    while ((rc = db_next(db)) > 0 && n++ < q->limit)
        write_row(&o, NULL, db, e->job.arena);
    db_rows_end(db);
    json_arr_end(&o);
    json_put_bool(&o, "more", rc > 0);
    json_obj_end(&o);
    return rc < 0 ? rc : 0;
}

static int64_t page_of(int64_t limit)
{
    return limit > 0 && limit < ROLES_PAGE_MAX ? limit : ROLES_PAGE_MAX;
}

void roles_list(const struct office *o, const struct actor *actor, const struct roles_query *q,
                errand_fn *fn, void *arg)
{
    struct listing *l = errand_new(sizeof(*l), o, actor, NULL, run_list, fn, arg);

    l->query = *q;
    l->query.text = errand_text(&l->errand, q->text);
    l->query.limit = page_of(q->limit);
    errand_read(&l->errand);
}

struct session_listing {
    struct errand errand;
    struct id person;
    int64_t offset;
    int64_t limit;
};

static int run_sessions(struct db *db, struct errand *e)
{
    const struct session_listing *l = container_of(e, struct session_listing, errand);
    const struct span person = id_none(&l->person) ? span_str("") : id_span(&l->person);
    struct json_out o = json_out(&e->json);
    int64_t n = 0;
    int rc = authorize(&e->actor, VERB_SESSION_MANAGE, &OBJECT_OF_NONE);

    if (rc == 0) {
        rc = db_query(db, SQL_SESSION_ALL,
                      VALS(val_text(person), val_int(e->job.now.ms), val_int(l->limit + 1),
                           val_int(l->offset)));
    }
    if (rc < 0)
        return rc;
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "sessions");
    while ((rc = db_next(db)) > 0 && n++ < l->limit) {
        struct session_info info;
        struct person p;

        person_read(db, e->job.arena, &p);
        session_info_read(db, PERSON_COLUMNS, e->job.arena, &info);
        json_obj_begin(&o, NULL);
        session_info_write(&o, "session", &info, id_eq(&info.id, &e->actor.session));
        person_write_full(&o, "person", &p);
        json_obj_end(&o);
    }
    db_rows_end(db);
    json_arr_end(&o);
    json_put_bool(&o, "more", rc > 0);
    json_obj_end(&o);
    return rc < 0 ? rc : 0;
}

void roles_sessions(const struct office *o, const struct actor *actor, const struct id *person,
                    int64_t offset, int64_t limit, errand_fn *fn, void *arg)
{
    struct session_listing *l = errand_new(sizeof(*l), o, actor, NULL, run_sessions, fn, arg);

    l->person = *person;
    l->offset = offset;
    l->limit = page_of(limit);
    errand_read(&l->errand);
}
