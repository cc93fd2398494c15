#include "store/call.h"

enum { ID = 10, CHANNEL, VIDEO, STARTED_AT, ANSWERED_AT, ENDED_AT, INCOMING, OUTCOME };

static struct val text_or_null(const char *s)
{
    return val_text(span_str(s));
}

static struct val time_or_null(int64_t ms)
{
    return ms == 0 ? val_null() : val_int(ms);
}

static int put_person(struct db *db, const struct call_row *c, bool incoming)
{
    const struct id *mine = incoming ? &c->callee : &c->caller;
    const struct id *peer = incoming ? &c->caller : &c->callee;
    const char *outcome = incoming ? c->callee_outcome : c->caller_outcome;

    return db_exec(
        db, SQL_CALL_PERSON_PUT,
        VALS(val_id(mine), val_id(&c->id), val_id(peer), val_int(incoming), text_or_null(outcome)));
}

int call_party_put(struct db *db, const struct id *call, const struct id *user, bool incoming,
                   const char *outcome)
{
    const int rc = db_exec(
        db, SQL_CALL_PERSON_PUT,
        VALS(val_id(user), val_id(call), val_null(), val_int(incoming), text_or_null(outcome)));

    return rc < 0 ? rc : 0;
}

int call_put(struct db *db, const struct call_row *c)
{
    int rc =
        db_exec(db, SQL_CALL_PUT,
                VALS(val_id(&c->id), val_id(&c->channel), val_id(&c->caller), val_int(c->video),
                     text_or_null(c->state), text_or_null(c->reason), val_int(c->started_at),
                     time_or_null(c->answered_at), time_or_null(c->ended_at)));

    if (rc >= 0)
        rc = put_person(db, c, false);
    if (rc >= 0 && !id_none(&c->callee))
        rc = put_person(db, c, true);
    return rc < 0 ? rc : 0;
}

int calls_left_open(struct db *db, size_t max, struct call_row *ret_rows, size_t *ret_count)
{
    size_t n = 0;
    int rc = db_query(db, SQL_CALL_OPEN, VALS(val_int((int64_t)max)));

    if (rc < 0)
        return rc;
    while (n < max && (rc = db_next(db)) > 0) {
        ret_rows[n++] = (struct call_row){
            .id = db_id(db, 0),
            .channel = db_id(db, 1),
            .caller = db_id(db, 2),
            .callee = db_id(db, 3),
            .video = db_int(db, 4) != 0,
            .started_at = db_int(db, 5),
            .answered_at = db_int(db, 6),
        };
    }
    db_rows_end(db);
    *ret_count = n;
    return rc < 0 ? rc : 0;
}

int call_guests(struct db *db, const struct id *channel, struct arena *a, struct call_guests *ret)
{
    enum { FIRST = 32 };
    size_t room = FIRST;
    int rc = db_query(db, SQL_CALL_GUESTS, VALS(val_id(channel)));

    if (rc < 0)
        return rc;
    *ret = (struct call_guests){.rows = arena_array(a, struct call_guest, room)};
    while ((rc = db_next(db)) > 0) {
        if (ret->count == room) {
            struct call_guest *rows = arena_array(a, struct call_guest, room * 2);
            memcpy(rows, ret->rows, room * sizeof(rows[0]));
            ret->rows = rows;
            room *= 2;
        }
        const struct span role = db_text(db, 1, a);
        ret->rows[ret->count++] = (struct call_guest){
            .user = db_id(db, 0),
            .moderator = span_is(role, "moderator") || span_is(role, "owner"),
            .busy = span_is(db_text(db, 2, a), "dnd"),
            .active = db_is_null(db, 3),
        };
    }
    db_rows_end(db);
    return rc < 0 ? rc : 0;
}

static void read_record(struct db *db, struct arena *a, struct call_record *ret)
{
    const int64_t answered_at = db_int(db, ANSWERED_AT);
    const int64_t ended_at = db_int(db, ENDED_AT);

    person_read(db, a, &ret->peer);
    ret->id = db_id(db, ID);
    ret->channel = db_id(db, CHANNEL);
    ret->video = db_int(db, VIDEO) != 0;
    ret->started_at = db_int(db, STARTED_AT);
    ret->duration_ms = answered_at > 0 && ended_at > answered_at ? ended_at - answered_at : 0;
    ret->incoming = db_int(db, INCOMING) != 0;
    ret->outcome = db_text(db, OUTCOME, a);
}

int call_history(struct db *db, const struct id *person, const struct id *before, bool missed,
                 int64_t limit, struct arena *a, struct call_records *ret)
{
    /* Behind every id: they are hexadecimal. */
    const struct span from = id_none(before) ? span_str("g") : id_span(before);
    struct call_record *rows = arena_array(a, struct call_record, (size_t)limit);
    size_t n = 0;
    int rc = db_query(db, missed ? SQL_CALL_HISTORY_MISSED : SQL_CALL_HISTORY,
                      VALS(val_id(person), val_text(from), val_int(limit)));

    if (rc < 0)
        return rc;
    while (n < (size_t)limit && (rc = db_next(db)) > 0)
        read_record(db, a, &rows[n++]);
    db_rows_end(db);
    if (rc < 0)
        return rc;
    *ret = (struct call_records){.rows = rows, .count = n};
    return 0;
}

int call_missed_count(struct db *db, const struct id *person, int64_t *ret)
{
    const int rc = db_one(db, SQL_CALL_MISSED_COUNT, VALS(val_id(person)));

    if (rc < 0)
        return rc;
    *ret = db_int(db, 0);
    db_rows_end(db);
    return 0;
}

int call_seen(struct db *db, const struct id *person, struct wall now)
{
    const int rc = db_exec(db, SQL_CALL_SEEN, VALS(val_id(person), val_int(now.ms)));

    return rc < 0 ? rc : 0;
}

void call_record_write(struct json_out *o, const char *key, const struct call_record *r)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &r->id);
    json_put_id(o, "channel", &r->channel);
    if (id_none(&r->peer.id)) {
        json_put_null(o, "peer");
    } else {
        person_write(o, "peer", &r->peer);
    }
    json_put_cstr(o, "direction", r->incoming ? "in" : "out");
    json_put_bool(o, "video", r->video);
    json_put_str(o, "outcome", r->outcome);
    json_put_i64(o, "started_at", r->started_at);
    json_put_i64(o, "duration_ms", r->duration_ms);
    json_obj_end(o);
}
