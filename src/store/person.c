#include "store/person.h"

#include "base/buf.h"

#include <errno.h>

enum { COLUMN_ID, NAME, EMAIL, ROLE, PASSWORD, PRESENCE, DEACTIVATED_AT, BOT, PICTURE, CHANGE };

void person_read(struct db *db, struct arena *a, struct person *ret)
{
    ret->id = db_id(db, COLUMN_ID);
    ret->name = db_text(db, NAME, a);
    ret->email = db_text(db, EMAIL, a);
    ret->role = db_text(db, ROLE, a);
    ret->password = db_text(db, PASSWORD, a);
    ret->presence = db_text(db, PRESENCE, a);
    ret->active = db_is_null(db, DEACTIVATED_AT);
    ret->bot = db_int(db, BOT) != 0;
    ret->picture = db_text(db, PICTURE, a);
    ret->change = db_int(db, CHANGE);
}

static int read_one(struct db *db, int rc, struct arena *a, struct person *ret)
{
    if (rc < 0)
        return rc;
    person_read(db, a, ret);
    db_rows_end(db);
    return 0;
}

int person_by_id(struct db *db, const struct id *id, struct arena *a, struct person *ret)
{
    return read_one(db, db_one(db, SQL_PERSON_BY_ID, VALS(val_id(id))), a, ret);
}

int person_by_email(struct db *db, struct span email, struct arena *a, struct person *ret)
{
    return read_one(db, db_one(db, SQL_PERSON_BY_EMAIL, VALS(val_text(email))), a, ret);
}

int person_count(struct db *db, int64_t *ret)
{
    const int rc = db_one(db, SQL_PERSON_COUNT, NULL, 0);

    if (rc < 0)
        return rc;
    *ret = db_int(db, 0);
    db_rows_end(db);
    return 0;
}

struct span person_search_text(struct arena *a, struct span name, struct span email)
{
    char *p = arena_alloc(a, name.len + 1 + email.len + 1);
    const size_t len = name.len + 1 + email.len;

    if (name.len > 0)
        memcpy(p, name.p, name.len);
    p[name.len] = ' ';
    if (email.len > 0)
        memcpy(p + name.len + 1, email.p, email.len);
    for (size_t i = 0; i < len; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + ('a' - 'A'));
    }
    return span_of(p, len);
}

int person_insert(struct db *db, const struct person *p, struct wall now)
{
    AUTO(arena) struct arena *a = arena_new();
    const struct span search = person_search_text(a, p->name, p->email);
    const int rc =
        db_exec(db, SQL_PERSON_INSERT,
                VALS(val_id(&p->id), val_text(p->email), val_text(p->name), val_text(search),
                     val_text(p->role), val_text(p->password), val_int(now.ms)));

    return rc < 0 ? rc : db_exec(db, SQL_PERSON_HEAD_INSERT, VALS(val_id(&p->id)));
}

int person_changed(struct db *db, const struct id *id)
{
    return db_exec_late(db, SQL_PERSON_CHANGED, id);
}

/* For an act whose answer tells the number. */
static int changed_now(struct db *db, const struct id *id)
{
    const int rc = db_exec(db, SQL_PERSON_CHANGED, VALS(val_id(id)));

    return rc == 0 ? -ENOENT : (rc < 0 ? rc : 0);
}

int person_rename(struct db *db, const struct id *id, struct span name)
{
    AUTO(arena) struct arena *a = arena_new();
    struct person p;
    int rc = person_by_id(db, id, a, &p);

    if (rc < 0)
        return rc;
    const struct span search = person_search_text(a, name, p.email);
    rc = db_exec(db, SQL_PERSON_RENAME, VALS(val_id(id), val_text(name), val_text(search)));
    return rc < 0 ? rc : changed_now(db, id);
}

int person_set_presence(struct db *db, const struct id *id, struct span presence)
{
    const int rc = db_exec(db, SQL_PERSON_SET_PRESENCE, VALS(val_id(id), val_text(presence)));

    return rc < 0 ? rc : changed_now(db, id);
}

static int read_all(struct db *db, int64_t limit, struct arena *a, struct people *ret)
{
    struct person *rows = arena_array(a, struct person, (size_t)limit);
    size_t n = 0;
    int rc = db_next(db);

    for (; rc > 0 && n < (size_t)limit; rc = db_next(db))
        person_read(db, a, &rows[n++]);
    db_rows_end(db);
    if (rc < 0)
        return rc;
    *ret = (struct people){.rows = rows, .count = n};
    return 0;
}

/* query as a LIKE pattern: anywhere, and nothing in it is a wildcard. */
static struct span pattern(struct arena *a, struct span query)
{
    char *p = arena_alloc(a, 2 * query.len + 3);
    size_t n = 0;

    p[n++] = '%';
    for (size_t i = 0; i < query.len; i++) {
        if (query.p[i] == '%' || query.p[i] == '_' || query.p[i] == '\\')
            p[n++] = '\\';
        p[n++] = query.p[i];
    }
    p[n++] = '%';
    return span_of(p, n);
}

struct span person_pattern(struct arena *a, struct span text)
{
    return pattern(a, span_trim(person_search_text(a, text, SPAN_NONE)));
}

int people_search(struct db *db, struct span query, int64_t limit, struct arena *a,
                  struct people *ret)
{
    const int rc = query.len > 0 ? db_query(db, SQL_PERSON_SEARCH,
                                            VALS(val_text(pattern(a, query)), val_int(limit)))
                                 : db_query(db, SQL_PERSON_FIRST, VALS(val_int(limit)));

    return rc < 0 ? rc : read_all(db, limit, a, ret);
}

int people_by_ids(struct db *db, const struct id *ids, size_t n, struct arena *a,
                  struct people *ret)
{
    struct person *rows = arena_array(a, struct person, n + 1);
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        const int rc = person_by_id(db, &ids[i], a, &rows[found]);
        if (rc == 0) {
            found++;
        } else if (rc != -ENOENT) {
            return rc;
        }
    }
    *ret = (struct people){.rows = rows, .count = found};
    return 0;
}

/* Who has no address has one that is none, so that the column stays unique: guest:ID, bot:ID. */
static struct span address_of(const struct person *p)
{
    return span_find(p->email, ':') < p->email.len ? span_str("") : p->email;
}

/* The version in it makes each picture an address of its own, which may be kept for ever. */
static void write_picture(struct json_out *o, const struct person *p)
{
    struct buf url = {0};

    if (!p->picture.p) {
        json_put_null(o, "picture");
        return;
    }
    buf_printf(&url, "/api/v1/people/%s/picture?v=%.*s", p->id.s, SPAN_ARG(p->picture));
    json_put_str(o, "picture", buf_span(&url));
    buf_done(&url);
}

static void write_person(struct json_out *o, const char *key, const struct person *p,
                         struct span email)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &p->id);
    json_put_str(o, "name", p->name);
    json_put_str(o, "email", email);
    json_put_str(o, "role", p->role);
    json_put_bool(o, "active", p->active);
    write_picture(o, p);
    json_put_bool(o, "bot", p->bot);
    json_obj_end(o);
}

void person_write(struct json_out *o, const char *key, const struct person *p)
{
    write_person(o, key, p, span_str(""));
}

void person_write_full(struct json_out *o, const char *key, const struct person *p)
{
    write_person(o, key, p, address_of(p));
}

void me_write(struct json_out *o, const char *key, const struct person *p)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &p->id);
    json_put_str(o, "name", p->name);
    json_put_str(o, "email", address_of(p));
    json_put_str(o, "role", p->role);
    write_picture(o, p);
    if (p->presence.p) {
        json_put_str(o, "presence", p->presence);
    } else {
        json_put_null(o, "presence");
    }
    json_put_i64(o, "change", p->change);
    json_obj_end(o);
}
