#include "chat/act.h"

#include <errno.h>

struct note {
    struct note *next;
    struct bus_event event;
};

static struct act *act_of(struct job *job)
{
    return container_of(job, struct act, job);
}

static int run(struct db *db, struct job *job)
{
    struct act *a = act_of(job);

    buf_clear(&a->json);
    a->reply = (struct chat_reply){0};
    a->notes = NULL;
    a->last = NULL;
    return a->run(db, a);
}

static void on_done(struct job *job, int rc)
{
    struct act *a = act_of(job);

    for (const struct note *n = rc < 0 ? NULL : a->notes; n; n = n->next)
        bus_publish(a->chat->conf.bus, &n->event);
    a->reply.rc = rc < 0 ? rc : 0;
    a->reply.json = &a->json;
    if (a->fn)
        a->fn(&a->reply, a->arg);
    if (a->end)
        a->end(a);
    buf_done(&a->json);
    job_done(job);
    (void)mem_free(a);
}

void *act_new(size_t size, struct chat *c, const struct actor *actor, act_run_fn *act_run,
              chat_fn *fn, void *arg)
{
    struct act *a = mem_alloc(size);

    a->chat = c;
    a->actor = *actor;
    a->run = act_run;
    a->fn = fn;
    a->arg = arg;
    job_init(&a->job, run, on_done);
    return a;
}

void act_read(struct act *a)
{
    store_read(a->chat->conf.store, &a->job);
}

void act_write(struct act *a, struct span key)
{
    store_write(a->chat->conf.store, &a->job, key);
}

int act_refuse(struct act *a, const char *field, const char *why)
{
    a->reply.field = field;
    a->reply.why = why;
    return -EINVAL;
}

void act_note(struct act *a, const struct bus_event *e)
{
    struct note *n = arena_array(a->job.arena, struct note, 1);

    n->event = *e;
    n->event.members = arena_span(a->job.arena, e->members);
    *(a->last ? &a->last->next : &a->notes) = n;
    a->last = n;
}

void act_note_row(struct act *a, const struct message *row)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    message_write(&o, "message", row);
    act_note(a, &(struct bus_event){.kind = BUS_EVENT,
                                    .audience = BUS_TO_CHANNEL,
                                    .channel = row->channel,
                                    .type = "message",
                                    .members = buf_span(&json),
                                    .change = row->change});
    buf_done(&json);
}

void act_note_channel(struct act *a, const struct id *channel, const struct id *user,
                      const char *what)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);
    struct bus_event e = {.kind = BUS_EVENT, .channel = *channel, .type = "channel"};

    e.audience = user ? BUS_TO_USER : BUS_TO_CHANNEL;
    if (user)
        e.user = *user;
    json_put_id(&o, "channel", channel);
    json_put_cstr(&o, "what", what);
    e.members = buf_span(&json);
    act_note(a, &e);
    buf_done(&json);
}

void act_note_member(struct act *a, enum bus_kind kind, const struct id *channel,
                     const struct id *user)
{
    act_note(a, &(struct bus_event){.kind = kind, .channel = *channel, .user = *user});
}

void act_note_read(struct act *a, const struct id *channel, int64_t read_seq, int64_t unread)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_put_id(&o, "channel", channel);
    json_put_i64(&o, "read_seq", read_seq);
    json_put_i64(&o, "unread", unread);
    act_note(a, &(struct bus_event){.kind = BUS_EVENT,
                                    .audience = BUS_TO_USER,
                                    .channel = *channel,
                                    .user = a->actor.user,
                                    .type = "read",
                                    .members = buf_span(&json)});
    buf_done(&json);
}
