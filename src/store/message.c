#include "store/message.h"

#include "base/log.h"

#include <errno.h>

enum {
    ID,
    CHANNEL,
    SEQ,
    N,
    CHANGE,
    SENDER,
    CLIENT_ID,
    KIND,
    BODY,
    DATA,
    CREATED_AT,
    EDITED_AT,
    DELETED,
};

static int take_counters(struct db *db, struct message *m)
{
    const bool counts = span_is(m->kind, "text");
    const int rc = db_one(db, SQL_CHANNEL_BUMP, VALS(val_id(&m->channel), val_int(counts)));

    if (rc < 0)
        return rc;
    m->seq = db_int(db, 0);
    m->n = db_int(db, 1);
    m->change = db_int(db, 2);
    db_rows_end(db);
    return 0;
}

int message_insert(struct db *db, struct message *m, struct wall now)
{
    int rc = take_counters(db, m);

    if (rc < 0)
        return rc;
    m->id = id_new(now);
    m->created_at = now.ms;
    rc = db_exec(db, SQL_MESSAGE_INSERT,
                 VALS(val_id(&m->channel), val_int(m->seq), val_int(m->n), val_int(m->change),
                      val_id(&m->id), val_id(&m->sender), val_id(&m->client_id), val_text(m->kind),
                      val_text(m->body), val_text(m->data), val_int(m->created_at)));
    return rc < 0 ? rc : 0;
}

/* It goes into answers as it stands, so it must be what we wrote: one bad row of another program would make
 * the whole answer unreadable. */
static struct span checked(struct span data, const struct id *message)
{
    json_t *obj = NULL;
    const char *why = NULL;

    if (!data.p)
        return data;
    if (json_parse_object(data, &obj, &why) < 0) {
        log_warn("store.row", "message=%s why=\"its data is not JSON\"", message->s);
        return SPAN_NONE;
    }
    json_decref(obj);
    return data;
}

void message_read(struct db *db, int at, struct arena *a, struct message *ret)
{
    *ret = (struct message){
        .id = db_id(db, at + ID),
        .channel = db_id(db, at + CHANNEL),
        .seq = db_int(db, at + SEQ),
        .n = db_int(db, at + N),
        .change = db_int(db, at + CHANGE),
        .sender = db_id(db, at + SENDER),
        .client_id = db_id(db, at + CLIENT_ID),
        .kind = db_text(db, at + KIND, a),
        .body = db_text(db, at + BODY, a),
        .data = db_text(db, at + DATA, a),
        .created_at = db_int(db, at + CREATED_AT),
        .edited_at = db_int(db, at + EDITED_AT),
        .deleted = db_int(db, at + DELETED) != 0,
    };
    ret->data = checked(ret->data, &ret->id);
}

int message_by_client_id(struct db *db, const struct id *sender, const struct id *client_id,
                         struct arena *a, struct message *ret)
{
    const int rc = db_one(db, SQL_MESSAGE_BY_CLIENT_ID, VALS(val_id(sender), val_id(client_id)));

    if (rc < 0)
        return rc;
    message_read(db, 0, a, ret);
    db_rows_end(db);
    return 0;
}

static int read_rows(struct db *db, enum sql q, const struct id *channel, int64_t from,
                     int64_t limit, struct arena *a, struct messages *ret)
{
    const int64_t most = limit < MESSAGES_MAX ? limit : MESSAGES_MAX;
    struct message *rows = arena_array(a, struct message, (size_t)most + 1);
    size_t n = 0;
    int rc = db_query(db, q, VALS(val_id(channel), val_int(from), val_int(most)));

    if (rc < 0)
        return rc;
    while ((rc = db_next(db)) > 0)
        message_read(db, 0, a, &rows[n++]);
    db_rows_end(db);
    if (rc < 0)
        return rc;
    *ret = (struct messages){.rows = rows, .count = n};
    return 0;
}

int messages_before(struct db *db, const struct id *channel, int64_t seq, int64_t limit,
                    struct arena *a, struct messages *ret)
{
    const int rc = read_rows(db, SQL_MESSAGE_BEFORE, channel, seq, limit, a, ret);

    for (size_t i = 0; rc == 0 && i < ret->count / 2; i++) {
        const struct message swap = ret->rows[i];
        ret->rows[i] = ret->rows[ret->count - 1 - i];
        ret->rows[ret->count - 1 - i] = swap;
    }
    return rc;
}

int messages_from(struct db *db, const struct id *channel, int64_t seq, int64_t limit,
                  struct arena *a, struct messages *ret)
{
    return read_rows(db, SQL_MESSAGE_FROM, channel, seq, limit, a, ret);
}

int messages_changed(struct db *db, const struct id *channel, int64_t after, int64_t limit,
                     struct arena *a, struct messages *ret)
{
    return read_rows(db, SQL_MESSAGE_CHANGED, channel, after, limit, a, ret);
}

int message_n_at(struct db *db, const struct id *channel, int64_t seq, int64_t *ret_seq,
                 int64_t *ret_n)
{
    const int rc = db_one(db, SQL_MESSAGE_N_AT, VALS(val_id(channel), val_int(seq)));

    if (rc < 0 && rc != -ENOENT)
        return rc;
    *ret_seq = rc > 0 ? db_int(db, 0) : 0;
    *ret_n = rc > 0 ? db_int(db, 1) : 0;
    db_rows_end(db);
    return 0;
}

static void put_time(struct json_out *o, const char *key, int64_t ms)
{
    if (ms == 0) {
        json_put_null(o, key);
    } else {
        json_put_i64(o, key, ms);
    }
}

void message_write(struct json_out *o, const char *key, const struct message *m)
{
    json_obj_begin(o, key);
    json_put_id(o, "id", &m->id);
    json_put_id(o, "channel", &m->channel);
    json_put_i64(o, "seq", m->seq);
    json_put_i64(o, "n", m->n);
    json_put_i64(o, "change", m->change);
    json_put_id(o, "sender", &m->sender);
    json_put_id(o, "client_id", &m->client_id);
    json_put_str(o, "kind", m->kind);
    json_put_str(o, "body", m->body);
    json_put_raw(o, "data", m->data.p ? m->data : span_str("null"));
    json_put_i64(o, "created_at", m->created_at);
    put_time(o, "edited_at", m->edited_at);
    json_put_bool(o, "deleted", m->deleted);
    json_obj_end(o);
}

void messages_write(struct json_out *o, const char *key, const struct messages *m)
{
    json_arr_begin(o, key);
    for (size_t i = 0; i < m->count; i++)
        message_write(o, NULL, &m->rows[i]);
    json_arr_end(o);
}
