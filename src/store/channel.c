#include "store/channel.h"

#include "base/map.h"

#include <errno.h>

enum {
    ID,
    KIND,
    TEAM,
    NAME,
    CREATED_AT,
    LAST_SEQ,
    LAST_N,
    LAST_CHANGE,
    READ_SEQ,
    READ_N,
    MEMBER_COUNT,
    MEMBER_ROLE,
    LAST_MESSAGE, /* and twelve more */
};

enum { MEMBER_CHANNEL = 10 /* behind the columns of a person */, PEOPLE_FIRST = 64 };

/* Who owns the team of a channel moderates it. */
static bool is_moderator(struct span role)
{
    return span_is(role, "moderator") || span_is(role, "owner");
}

static void read_channel(struct db *db, struct arena *a, struct channel *ret)
{
    *ret = (struct channel){
        .id = db_id(db, ID),
        .kind = db_text(db, KIND, a),
        .team = db_id(db, TEAM),
        .name = db_text(db, NAME, a),
        .created_at = db_int(db, CREATED_AT),
        .last_seq = db_int(db, LAST_SEQ),
        .last_n = db_int(db, LAST_N),
        .last_change = db_int(db, LAST_CHANGE),
        .read_seq = db_int(db, READ_SEQ),
        .read_n = db_int(db, READ_N),
        .member_count = db_int(db, MEMBER_COUNT),
        .moderator = is_moderator(db_span(db, MEMBER_ROLE)),
    };
    if (!db_is_null(db, LAST_MESSAGE))
        message_read(db, LAST_MESSAGE, a, &ret->last);
}

int channel_relation(struct db *db, const struct id *channel, const struct id *person,
                     struct arena *a, struct standing *ret)
{
    const int rc = db_one(db, SQL_CHANNEL_RELATION, VALS(val_id(channel), val_id(person)));

    if (rc < 0)
        return rc;
    *ret = (struct standing){.kind = db_text(db, 0, a),
                             .member = !db_is_null(db, 2),
                             .moderator = is_moderator(db_span(db, 1))};
    db_rows_end(db);
    return 0;
}

/* People in an array that grows: how many there are is known only at the end. */
static struct person *add_person(struct arena *a, struct people *list, size_t *room)
{
    if (list->count == *room) {
        *room = *room ? 2 * *room : PEOPLE_FIRST;
        struct person *rows = arena_array(a, struct person, *room);
        if (list->count > 0)
            memcpy(rows, list->rows, list->count * sizeof(rows[0]));
        list->rows = rows;
    }
    return &list->rows[list->count++];
}

static struct map *by_id(const struct channels *channels)
{
    struct map *m = map_new();

    for (size_t i = 0; i < channels->count; i++)
        (void)map_put(m, id_span(&channels->rows[i].id), &channels->rows[i]);
    return m;
}

/* The members of all the person's direct and group chats come by channel; some of those may be
 * beyond what is listed. */
static int read_members(struct db *db, const struct id *person, struct arena *a,
                        const struct channels *channels)
{
    AUTO(map) struct map *listed = by_id(channels);
    struct channel *of = NULL;
    struct id last = {0};
    size_t room = 0;
    int rc = db_query(db, SQL_MEMBER_PEOPLE_OF_MINE, VALS(val_id(person)));

    if (rc < 0)
        return rc;
    while ((rc = db_next(db)) > 0) {
        const struct id channel = db_id(db, MEMBER_CHANNEL);

        if (!id_eq(&channel, &last)) {
            of = map_get(listed, id_span(&channel));
            last = channel;
            room = 0;
        }
        if (of)
            person_read(db, a, add_person(a, &of->members, &room));
    }
    db_rows_end(db);
    return rc < 0 ? rc : 0;
}

static struct channel *add_channel(struct arena *a, struct channels *list, size_t *room)
{
    if (list->count == *room) {
        *room = *room ? 2 * *room : PEOPLE_FIRST;
        struct channel *rows = arena_array(a, struct channel, *room);
        if (list->count > 0)
            memcpy(rows, list->rows, list->count * sizeof(rows[0]));
        list->rows = rows;
    }
    return &list->rows[list->count++];
}

int channels_of(struct db *db, const struct id *person, int64_t max, struct arena *a,
                struct channels *ret)
{
    struct channels list = {0};
    size_t room = 0;
    int rc = db_query(db, SQL_CHANNEL_MINE, VALS(val_id(person), val_int(max)));

    if (rc < 0)
        return rc;
    while ((rc = db_next(db)) > 0)
        read_channel(db, a, add_channel(a, &list, &room));
    db_rows_end(db);
    if (rc == 0)
        rc = read_members(db, person, a, &list);
    if (rc == 0)
        *ret = list;
    return rc;
}

int channel_of(struct db *db, const struct id *channel, const struct id *person, struct arena *a,
               struct channel *ret)
{
    const struct id none = {0};
    const int rc = db_one(db, SQL_CHANNEL_MINE_ONE, VALS(val_id(person), val_id(channel)));

    if (rc < 0)
        return rc;
    read_channel(db, a, ret);
    db_rows_end(db);
    return span_is(ret->kind, "standard")
               ? 0
               : member_people(db, channel, &none, ret->member_count, a, &ret->members);
}

static int read_id(struct db *db, int rc, struct id *ret)
{
    if (rc < 0)
        return rc;
    *ret = db_id(db, 0);
    db_rows_end(db);
    return 0;
}

int channel_by_direct_key(struct db *db, struct span key, struct id *ret)
{
    return read_id(db, db_one(db, SQL_CHANNEL_BY_DIRECT_KEY, VALS(val_text(key))), ret);
}

int channel_by_idem_key(struct db *db, const struct id *creator, struct span key, struct id *ret)
{
    return read_id(db, db_one(db, SQL_CHANNEL_BY_IDEM_KEY, VALS(val_id(creator), val_text(key))),
                   ret);
}

int channel_insert(struct db *db, const struct channel_new *c, struct wall now)
{
    int rc = db_exec(db, SQL_CHANNEL_INSERT,
                     VALS(val_id(&c->id), val_text(c->kind), val_null(), val_text(c->name),
                          val_text(c->direct_key), val_id(&c->creator), val_text(c->idem_key),
                          val_int(now.ms)));

    if (rc >= 0)
        rc = db_exec(db, SQL_CHANNEL_HEAD_INSERT, VALS(val_id(&c->id)));
    return rc < 0 ? rc : 0;
}

int channel_rename(struct db *db, const struct id *channel, struct span name)
{
    const int rc = db_exec(db, SQL_CHANNEL_RENAME, VALS(val_id(channel), val_text(name)));

    return rc == 0 ? -ENOENT : (rc < 0 ? rc : 0);
}

static int count_members(struct db *db, const struct id *channel, int by)
{
    const int rc = db_exec(db, SQL_CHANNEL_COUNT, VALS(val_id(channel), val_int(by)));

    return rc < 0 ? rc : 0;
}

int member_insert(struct db *db, const struct id *channel, const struct id *person, struct wall now)
{
    const int added =
        db_exec(db, SQL_MEMBER_INSERT, VALS(val_id(channel), val_id(person), val_int(now.ms)));
    const int rc = added > 0 ? count_members(db, channel, 1) : 0;

    return rc < 0 ? rc : added;
}

int member_delete(struct db *db, const struct id *channel, const struct id *person)
{
    const int rc = db_exec(db, SQL_MEMBER_DELETE, VALS(val_id(channel), val_id(person)));

    if (rc == 0)
        return -ENOENT;
    return rc < 0 ? rc : count_members(db, channel, -1);
}

int member_set_role(struct db *db, const struct id *channel, const struct id *person,
                    struct span role)
{
    const int rc =
        db_exec(db, SQL_MEMBER_SET_ROLE, VALS(val_id(channel), val_id(person), val_text(role)));

    return rc == 0 ? -ENOENT : (rc < 0 ? rc : 0);
}

int member_people(struct db *db, const struct id *channel, const struct id *after, int64_t limit,
                  struct arena *a, struct people *ret)
{
    const struct span from = id_none(after) ? span_str("") : id_span(after);
    struct people list = {0};
    size_t room = 0;
    int rc = db_query(db, SQL_MEMBER_PEOPLE, VALS(val_id(channel), val_text(from), val_int(limit)));

    if (rc < 0)
        return rc;
    while ((rc = db_next(db)) > 0)
        person_read(db, a, add_person(a, &list, &room));
    db_rows_end(db);
    if (rc == 0)
        *ret = list;
    return rc;
}

int member_marker(struct db *db, const struct id *channel, const struct id *person,
                  struct marker *ret)
{
    const int rc = db_one(db, SQL_MEMBER_READ, VALS(val_id(channel), val_id(person)));

    if (rc < 0)
        return rc;
    *ret = (struct marker){.read_seq = db_int(db, 0),
                           .read_n = db_int(db, 1),
                           .last_seq = db_int(db, 2),
                           .last_n = db_int(db, 3)};
    db_rows_end(db);
    return 0;
}

int member_mark(struct db *db, const struct id *channel, const struct id *person, int64_t seq,
                int64_t n)
{
    return db_exec(db, SQL_MEMBER_MARK,
                   VALS(val_id(channel), val_id(person), val_int(seq), val_int(n)));
}

void channel_write(struct json_out *o, const char *key, const struct channel *c)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &c->id);
    json_put_str(o, "kind", c->kind);
    json_put_id(o, "team", &c->team);
    if (c->name.p) {
        json_put_str(o, "name", c->name);
    } else {
        json_put_null(o, "name");
    }
    json_arr_begin(o, "members");
    for (size_t i = 0; i < c->members.count; i++)
        person_write(o, NULL, &c->members.rows[i]);
    json_arr_end(o);
    json_put_i64(o, "member_count", c->member_count);
    json_put_i64(o, "last_seq", c->last_seq);
    json_put_i64(o, "last_n", c->last_n);
    json_put_i64(o, "last_change", c->last_change);
    json_put_i64(o, "read_seq", c->read_seq);
    json_put_i64(o, "unread", unread_of(c->last_n, c->read_n));
    if (c->last.seq > 0) {
        message_write(o, "last_message", &c->last);
    } else {
        json_put_null(o, "last_message");
    }
    json_put_cstr(o, "role", c->moderator ? "moderator" : "member");
    json_put_i64(o, "created_at", c->created_at);
    json_obj_end(o);
}
