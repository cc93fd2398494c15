/*
 * The object itself; typing; and the rows that others write.
 */
#include "auth/in_channel.h"
#include "base/bucket.h"
#include "base/log.h"
#include "chat/act.h"
#include "chat/system_row.h"

#include <errno.h>

enum {
    TYPING_KEYS_MAX = 20000,
    JOINED_ROWS = 32,         /* newest rows that are looked through for newcomers */
    JOINED_WITHIN_MS = 60000, /* of the telling: rows of before have been told */
};

static const struct bucket_conf typing_rate = {.burst = 1, .refill = CHAT_TYPING_PAUSE};

struct chat *chat_new(const struct chat_conf *conf)
{
    struct chat *c = mem_new(struct chat);

    c->conf = *conf;
    c->typing = buckets_new(&typing_rate, TYPING_KEYS_MAX);
    return c;
}

struct chat *chat_free(struct chat *c)
{
    if (!c)
        return NULL;
    c->typing = buckets_free(c->typing);
    return mem_free(c);
}

static int run_typing(struct db *db, struct act *a)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);
    const int rc = authorize_in_channel(db, &a->actor, VERB_CHANNEL_TYPE, &a->channel);

    if (rc < 0)
        return rc;
    json_put_id(&o, "channel", &a->channel);
    json_put_id(&o, "user", &a->actor.user);
    act_note(a, &(struct bus_event){.kind = BUS_EVENT,
                                    .audience = BUS_TO_CHANNEL,
                                    .transient = true,
                                    .channel = a->channel,
                                    .except_user = a->actor.user,
                                    .type = "typing",
                                    .members = buf_span(&json)});
    buf_done(&json);
    return 0;
}

/* Left out, but answered like any other. */
static int run_nothing(struct db *db, struct act *a)
{
    (void)db;
    (void)a;
    return 0;
}

void chat_typing(struct chat *c, const struct actor *actor, const struct id *channel, chat_fn *fn,
                 void *arg)
{
    char key[2 * ID_LEN];

    memcpy(key, actor->user.s, ID_LEN);
    memcpy(key + ID_LEN, channel->s, ID_LEN);
    const bool held =
        buckets_take(c->typing, span_of(key, sizeof(key)), loop_now(c->conf.loop)) > 0;
    if (held && !fn)
        return;
    struct act *a = act_new(sizeof(*a), c, actor, held ? run_nothing : run_typing, fn, arg);
    a->channel = *channel;
    act_read(a);
}

int chat_write_joined(struct db *db, const struct id *channel, const struct person *who,
                      struct wall now)
{
    AUTO(arena) struct arena *a = arena_new();
    const struct system_row joined = {ROW_JOINED, who, NULL, SPAN_NONE};
    struct message row;

    return system_row_insert(db, channel, &joined, now, a, &row);
}

/* The rows of newcomers, which whoever wrote them did not keep; telling one twice does no harm. */
static int run_joined(struct db *db, struct act *a)
{
    struct messages rows;
    const int rc = messages_before(db, &a->channel, INT64_MAX, JOINED_ROWS, a->job.arena, &rows);

    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        const struct message *m = &rows.rows[i];
        if (span_is(m->kind, "system") && m->created_at > a->job.now.ms - JOINED_WITHIN_MS)
            act_note_row(a, m);
    }
    return rc;
}

static void on_joined(const struct chat_reply *r, void *arg)
{
    (void)arg;
    if (r->rc < 0)
        log_warn("chat.joined", "rc=%d", r->rc);
}

void chat_tell_joined(const struct id *channel, void *chat)
{
    const struct actor server = {0};
    struct act *a = act_new(sizeof(*a), chat, &server, run_joined, on_joined, NULL);

    a->channel = *channel;
    act_read(a);
}

void chat_tell_row(const struct message *row, void *chat)
{
    const struct chat *c = chat;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    message_write(&o, "message", row);
    bus_publish(c->conf.bus, &(struct bus_event){.kind = BUS_EVENT,
                                                 .audience = BUS_TO_CHANNEL,
                                                 .channel = row->channel,
                                                 .type = "message",
                                                 .members = buf_span(&json),
                                                 .change = row->change});
    buf_done(&json);
}
