/*
 * The calls that are known, by id, by channel and by person; and what follows from a change of
 * one: both are told, the store keeps it, presence hears of it, the next deadline is set.
 */
#include "base/log.h"
#include "base/metric.h"
#include "calls/inside.h"
#include "calls/record.h"

/* An ended call is known for so long, so that who comes late is told that it is over. */
#define LINGER (60 * SEC)

static struct metric live_calls = METRIC_GAUGE("convene_calls", "Calls that ring or run");

struct call_time calls_time(const struct calls *c)
{
    return (struct call_time){.now = loop_now(c->conf.loop), .wall = loop_wall(c->conf.loop)};
}

struct call_who call_who_of(const struct caller *who)
{
    return (struct call_who){
        .user = who->actor.user, .page = who->page, .session = who->actor.session};
}

struct entry *entry_of(struct list *side)
{
    return container_of(side, struct side, link)->entry;
}

struct busy *busy_find(const struct calls *c, const struct id *user)
{
    return map_get(c->by_user, id_span(user));
}

size_t busy_count(const struct calls *c, const struct id *user)
{
    const struct busy *b = busy_find(c, user);
    size_t n = 0;

    if (b) {
        LIST_EACH (&b->sides, it)
            n++;
    }
    return n;
}

static void side_add(struct entry *e, struct side *side, const struct id *user)
{
    struct calls *c = e->calls;
    struct busy *b = busy_find(c, user);

    if (!b) {
        b = mem_new(struct busy);
        b->user = *user;
        list_init(&b->sides);
        (void)map_put(c->by_user, id_span(&b->user), b);
    }
    side->entry = e;
    side->busy = b;
    list_init(&side->link);
    list_add_tail(&b->sides, &side->link);
}

static void side_remove(struct calls *c, struct side *side)
{
    struct busy *b = side->busy;

    if (!b)
        return;
    list_del(&side->link);
    side->busy = NULL;
    if (list_empty(&b->sides)) {
        (void)map_del(c->by_user, id_span(&b->user));
        (void)mem_free(b);
    }
}

static bool is_in_call(struct busy *b)
{
    LIST_EACH (&b->sides, it) {
        if (entry_of(it)->call.state == CALL_ACTIVE)
            return true;
    }
    return false;
}

static void tell_in_call(const struct calls *c, struct busy *b)
{
    const bool now = is_in_call(b);

    if (now == b->in_call)
        return;
    b->in_call = now;
    c->conf.in_call(&b->user, now, c->conf.in_call_arg);
}

struct entry *entry_free(struct entry *e)
{
    if (!e)
        return NULL;
    struct calls *c = e->calls;
    for (size_t i = 0; i < CALL_PAIR; i++)
        side_remove(c, &e->sides[i]);
    if (map_get(c->by_channel, id_span(&e->call.channel)) == e)
        (void)map_del(c->by_channel, id_span(&e->call.channel));
    (void)map_del(c->by_id, id_span(&e->call.id));
    timer_stop(&e->timer);
    return mem_free(e);
}

static void tell_call(const struct entry *e)
{
    const struct id *users[] = {&e->call.caller, &e->call.callee};
    struct buf json = {0};
    struct json_out o = json_out(&json);

    call_write(&o, "call", &e->call);
    for (size_t i = 0; i < CALL_PAIR; i++) {
        bus_publish(e->calls->conf.bus, &(struct bus_event){.kind = BUS_EVENT,
                                                            .audience = BUS_TO_USER,
                                                            .user = *users[i],
                                                            .type = "call",
                                                            .members = buf_span(&json)});
    }
    buf_done(&json);
}

static void close_entry(struct entry *e)
{
    struct calls *c = e->calls;

    (void)map_del(c->by_channel, id_span(&e->call.channel));
    metric_set(&live_calls, (int64_t)map_count(c->by_channel));
    log_info("calls.end", "call=%s reason=%s", e->call.id.s, call_reason_name(e->call.reason));
    for (size_t i = 0; i < CALL_PAIR; i++) {
        struct busy *b = e->sides[i].busy;
        tell_in_call(c, b);
        side_remove(c, &e->sides[i]);
    }
    timer_after(&e->timer, LINGER);
}

void entry_settle(struct entry *e)
{
    struct call *call = &e->call;

    if (call->change != e->told) {
        e->told = call->change;
        tell_call(e);
    }
    if (call->state != e->saved) {
        e->saved = call->state;
        record_save(&e->calls->conf, call);
        if (call->state == CALL_ENDED) {
            close_entry(e);
            return;
        }
        for (size_t i = 0; i < CALL_PAIR; i++)
            tell_in_call(e->calls, e->sides[i].busy);
    }
    if (call->state != CALL_ENDED)
        timer_set(&e->timer, call_deadline(call));
}

static void on_timer(void *arg)
{
    struct entry *e = arg;

    if (e->call.state == CALL_ENDED) {
        (void)entry_free(e);
        return;
    }
    call_tick(&e->call, calls_time(e->calls));
    entry_settle(e);
}

struct entry *entry_new(struct calls *c, const struct call_plan *plan)
{
    struct entry *e = mem_new(struct entry);

    e->calls = c;
    call_begin(&e->call, plan, calls_time(c));
    timer_init(&e->timer, c->conf.loop, on_timer, e);
    (void)map_put(c->by_id, id_span(&e->call.id), e);
    (void)map_put(c->by_channel, id_span(&e->call.channel), e);
    side_add(e, &e->sides[0], &e->call.caller);
    side_add(e, &e->sides[1], &e->call.callee);
    metric_set(&live_calls, (int64_t)map_count(c->by_channel));
    log_info("calls.start", "call=%s", e->call.id.s);
    record_save(&c->conf, &e->call);
    e->saved = e->call.state;
    entry_settle(e);
    return e;
}
