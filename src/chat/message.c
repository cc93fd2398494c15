/*
 * Sending, reading and marking.
 *
 * A send first looks for what the sender has sent under the same client_id: a repeat, for ever, is
 * the first answer again.  Numbers are taken only after that, and a race on the unique index rolls
 * back the job's savepoint with them, so that they have no holes.
 */
#include "auth/in_channel.h"
#include "chat/act.h"

#include <errno.h>

enum { ROW_BYTES = 400 /* of a row's JSON without its text */ };

struct sending {
    struct act act;
    struct id client_id;
    struct buf body;
};

struct reading {
    struct act act;
    enum chat_where where;
    int64_t seq; /* a change, for chat_changes() */
    int64_t limit;
};

static struct sending *sending_of(struct act *a)
{
    return container_of(a, struct sending, act);
}

static struct reading *reading_of(struct act *a)
{
    return container_of(a, struct reading, act);
}

static void reply_message(struct act *a, const struct message *m)
{
    struct json_out o = json_out(&a->json);

    message_write(&o, NULL, m);
}

/* 1: it was sent before, and answered; 0: it is new. */
static int find_first(struct db *db, struct sending *s)
{
    struct act *a = &s->act;
    struct message first;
    const int rc = message_by_client_id(db, &a->actor.user, &s->client_id, a->job.arena, &first);

    if (rc < 0)
        return rc == -ENOENT ? 0 : rc;
    if (!id_eq(&first.channel, &a->channel) || !span_eq(first.body, buf_span(&s->body)))
        return -EEXIST;
    reply_message(a, &first);
    a->reply.again = true;
    return 1;
}

static bool blank(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!strchr(" \t\r\n", s.p[i]))
            return false;
    }
    return true;
}

static int run_send(struct db *db, struct act *a)
{
    struct sending *s = sending_of(a);
    int rc = authorize_in_channel(db, &a->actor, VERB_MESSAGE_SEND, &a->channel);

    if (rc == 0)
        rc = find_first(db, s);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (blank(buf_span(&s->body)))
        return act_refuse(a, "body", "A message needs some text.");

    struct message m = {.channel = a->channel,
                        .sender = a->actor.user,
                        .client_id = s->client_id,
                        .kind = span_str("text"),
                        .body = buf_span(&s->body)};
    rc = message_insert(db, &m, a->job.now);
    if (rc == 0)
        rc = member_mark(db, &a->channel, &a->actor.user, m.seq, m.n);
    /* Lost a race with its own repeat: the store runs -EAGAIN once more, and finds it. */
    if (rc < 0)
        return rc == -EEXIST ? -EAGAIN : rc;
    reply_message(a, &m);
    act_note_row(a, &m);
    act_note_read(a, &a->channel, m.seq, 0);
    return 0;
}

static void end_send(struct act *a)
{
    buf_done(&sending_of(a)->body);
}

void chat_send(struct chat *c, const struct actor *actor, const struct id *channel,
               const struct id *client_id, struct span body, chat_fn *fn, void *arg)
{
    struct sending *s = act_new(sizeof(*s), c, actor, run_send, fn, arg);

    s->act.channel = *channel;
    s->act.end = end_send;
    s->client_id = *client_id;
    buf_add_span(&s->body, body);
    act_write(&s->act, id_span(channel));
}

/* Bytes of a row as JSON, roughly: a control character is written as six. */
static size_t weight(const struct message *m)
{
    size_t n = ROW_BYTES + m->body.len + m->data.len;

    for (size_t i = 0; i < m->body.len; i++) {
        if ((unsigned char)m->body.p[i] < ' ')
            n += 5;
    }
    return n;
}

/* How many rows from the first (or the last) on make an answer that is not too large; one at least. */
static size_t fitting(const struct messages *rows, bool from_last)
{
    size_t bytes = 0;
    size_t n = 0;

    while (n < rows->count) {
        bytes += weight(&rows->rows[from_last ? rows->count - 1 - n : n]);
        if (bytes > CHAT_PAGE_BYTES && n > 0)
            break;
        n++;
    }
    return n;
}

/* A page, and whether there is more at either end: one row beyond it is asked for. */
struct page {
    struct messages rows;
    bool more_before;
    bool more_after;
};

static int page_before(struct db *db, struct act *a, int64_t seq, int64_t limit, struct page *ret)
{
    const int rc = messages_before(db, &a->channel, seq, limit + 1, a->job.arena, &ret->rows);

    if (rc < 0)
        return rc;
    const size_t n = fitting(&ret->rows, true);
    const size_t keep = (int64_t)n > limit ? (size_t)limit : n;
    ret->more_before = ret->rows.count > keep;
    if (ret->more_before) {
        ret->rows.rows += ret->rows.count - keep;
        ret->rows.count = keep;
    }
    return 0;
}

static int page_from(struct db *db, struct act *a, int64_t seq, int64_t limit, struct page *ret)
{
    const int rc = messages_from(db, &a->channel, seq, limit + 1, a->job.arena, &ret->rows);

    if (rc < 0)
        return rc;
    const size_t n = fitting(&ret->rows, false);
    const size_t keep = (int64_t)n > limit ? (size_t)limit : n;
    ret->more_after = ret->rows.count > keep;
    ret->rows.count = keep;
    return 0;
}

static int exists_before(struct db *db, struct act *a, int64_t seq, bool *ret)
{
    struct page one = {0};
    const int rc = page_before(db, a, seq, 1, &one);

    *ret = one.rows.count > 0;
    return rc;
}

static int exists_from(struct db *db, struct act *a, int64_t seq, bool *ret)
{
    struct page one = {0};
    const int rc = page_from(db, a, seq, 1, &one);

    *ret = one.rows.count > 0;
    return rc;
}

static int page_around(struct db *db, struct act *a, int64_t seq, int64_t limit, struct page *ret)
{
    struct page older = {0};
    int rc = page_before(db, a, seq, limit / 2, &older);

    if (rc == 0)
        rc = page_from(db, a, seq, limit - limit / 2, ret);
    if (rc < 0)
        return rc;

    const size_t n = older.rows.count + ret->rows.count;
    struct message *rows = arena_array(a->job.arena, struct message, n + 1);
    if (older.rows.count > 0)
        memcpy(rows, older.rows.rows, older.rows.count * sizeof(rows[0]));
    if (ret->rows.count > 0)
        memcpy(rows + older.rows.count, ret->rows.rows, ret->rows.count * sizeof(rows[0]));
    ret->rows = (struct messages){.rows = rows, .count = n};
    ret->more_before = older.more_before;
    return 0;
}

static int read_page(struct db *db, struct reading *r, struct page *ret)
{
    struct act *a = &r->act;
    int rc;

    switch (r->where) {
    case CHAT_BEFORE:
        rc = page_before(db, a, r->seq, r->limit, ret);
        return rc < 0 ? rc : exists_from(db, a, r->seq, &ret->more_after);
    case CHAT_AFTER:
        rc = page_from(db, a, r->seq + 1, r->limit, ret);
        return rc < 0 ? rc : exists_before(db, a, r->seq + 1, &ret->more_before);
    case CHAT_AROUND: return page_around(db, a, r->seq, r->limit, ret);
    case CHAT_NEWEST: break;
    }
    return page_before(db, a, INT64_MAX, r->limit, ret);
}

static int run_history(struct db *db, struct act *a)
{
    struct page page = {0};
    int rc = authorize_in_channel(db, &a->actor, VERB_MESSAGE_READ, &a->channel);

    if (rc == 0)
        rc = read_page(db, reading_of(a), &page);
    if (rc < 0)
        return rc;

    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    messages_write(&o, "messages", &page.rows);
    json_put_bool(&o, "more_before", page.more_before);
    json_put_bool(&o, "more_after", page.more_after);
    json_obj_end(&o);
    return 0;
}

static int64_t page_limit(int64_t limit)
{
    if (limit <= 0)
        return CHAT_PAGE;
    return limit < CHAT_PAGE_MAX ? limit : CHAT_PAGE_MAX;
}

void chat_history(struct chat *c, const struct actor *actor, const struct id *channel,
                  const struct chat_page *page, chat_fn *fn, void *arg)
{
    struct reading *r = act_new(sizeof(*r), c, actor, run_history, fn, arg);

    r->act.channel = *channel;
    r->where = page->where;
    r->seq = page->seq;
    r->limit = page_limit(page->limit);
    act_read(&r->act);
}

static int run_changes(struct db *db, struct act *a)
{
    const struct reading *r = reading_of(a);
    struct messages rows = {0};
    struct channel head = {0};
    int rc = authorize_in_channel(db, &a->actor, VERB_MESSAGE_READ, &a->channel);

    if (rc == 0)
        rc = channel_of(db, &a->channel, &a->actor.user, a->job.arena, &head);
    if (rc == 0)
        rc = messages_changed(db, &a->channel, r->seq, r->limit + 1, a->job.arena, &rows);
    if (rc < 0)
        return rc;

    const size_t n = fitting(&rows, false);
    const size_t keep = (int64_t)n > r->limit ? (size_t)r->limit : n;
    const bool more = rows.rows && rows.count > keep;
    if (more) {
        rows.count = keep;
        head.last_change = rows.rows[rows.count - 1].change;
    }
    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    messages_write(&o, "messages", &rows);
    json_put_i64(&o, "last_change", head.last_change);
    json_put_bool(&o, "more", more);
    json_obj_end(&o);
    return 0;
}

void chat_changes(struct chat *c, const struct actor *actor, const struct id *channel,
                  int64_t after, int64_t limit, chat_fn *fn, void *arg)
{
    struct reading *r = act_new(sizeof(*r), c, actor, run_changes, fn, arg);

    r->act.channel = *channel;
    r->seq = after;
    r->limit = page_limit(limit);
    act_read(&r->act);
}

static int run_mark(struct db *db, struct act *a)
{
    struct marker m = {0};
    int64_t seq = 0;
    int64_t n = 0;
    int rc = authorize_in_channel(db, &a->actor, VERB_CHANNEL_MARK, &a->channel);

    if (rc == 0)
        rc = message_n_at(db, &a->channel, reading_of(a)->seq, &seq, &n);
    if (rc == 0)
        rc = member_mark(db, &a->channel, &a->actor.user, seq, n);
    const bool moved = rc > 0;
    if (moved)
        rc = person_changed(db, &a->actor.user);
    if (rc == 0)
        rc = member_marker(db, &a->channel, &a->actor.user, &m);
    if (rc < 0)
        return rc;

    const int64_t unread = unread_of(m.last_n, m.read_n);
    struct json_out o = json_out(&a->json);
    json_obj_begin(&o, NULL);
    json_put_i64(&o, "read_seq", m.read_seq);
    json_put_i64(&o, "unread", unread);
    json_obj_end(&o);
    if (moved)
        act_note_read(a, &a->channel, m.read_seq, unread);
    return 0;
}

void chat_mark(struct chat *c, const struct actor *actor, const struct id *channel, int64_t seq,
               chat_fn *fn, void *arg)
{
    struct reading *r = act_new(sizeof(*r), c, actor, run_mark, fn, arg);

    r->act.channel = *channel;
    r->seq = seq;
    act_write(&r->act, id_span(channel));
}
