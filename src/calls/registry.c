/*
 * The calls that are known, by id, by channel and by person; and what follows from a change of
 * one: its people are told, the store keeps it, presence hears of it, the next deadline is set.
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

static struct side *side_of(const struct entry *e, const struct id *user)
{
    LIST_EACH (&e->sides, it) {
        struct side *side = container_of(it, struct side, with);
        if (id_eq(&side->busy->user, user))
            return side;
    }
    return NULL;
}

static struct side *side_add(struct entry *e, const struct id *user)
{
    struct calls *c = e->calls;
    struct busy *b = busy_find(c, user);
    struct side *side = mem_new(struct side);

    if (!b) {
        b = mem_new(struct busy);
        b->user = *user;
        list_init(&b->sides);
        (void)map_put(c->by_user, id_span(&b->user), b);
    }
    side->entry = e;
    side->busy = b;
    list_init(&side->link);
    list_init(&side->with);
    list_add_tail(&b->sides, &side->link);
    list_add_tail(&e->sides, &side->with);
    return side;
}

static bool is_in_call(struct busy *b)
{
    LIST_EACH (&b->sides, it) {
        struct call *call = &entry_of(it)->call;
        if (call->state == CALL_ACTIVE && (!call->group || call_leg_of(call, &b->user)))
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

static void side_remove(struct calls *c, struct side *side, bool tell)
{
    struct busy *b = side->busy;

    list_del(&side->link);
    list_del(&side->with);
    if (tell)
        tell_in_call(c, b);
    if (list_empty(&b->sides)) {
        (void)map_del(c->by_user, id_span(&b->user));
        (void)mem_free(b);
    }
    (void)mem_free(side);
}

/* Whoever has a leg, or is asked to, has a side. */
static void settle_sides(struct entry *e)
{
    const struct call *call = &e->call;

    LIST_EACH_SAFE (&e->sides, it) {
        struct side *side = container_of(it, struct side, with);
        bool has = false;
        for (size_t i = 0; i < call->leg_count; i++) {
            has = has || (call->legs[i].state != LEG_LEFT &&
                          id_eq(&call->legs[i].who.user, &side->busy->user));
        }
        if (!has)
            side_remove(e->calls, side, true);
    }
    for (size_t i = 0; i < call->leg_count; i++) {
        const struct leg *leg = &call->legs[i];
        if (leg->state != LEG_LEFT && !side_of(e, &leg->who.user))
            (void)side_add(e, &leg->who.user);
    }
    LIST_EACH (&e->sides, it)
        tell_in_call(e->calls, container_of(it, struct side, with)->busy);
}

bool entry_has(const struct entry *e, const struct id *user)
{
    return e->call.group ? map_get(e->guests, id_span(user)) != NULL : call_has(&e->call, user);
}

struct map *guests_free(struct map *guests)
{
    struct guest *g;
    size_t at = 0;

    if (!guests)
        return NULL;
    while ((g = map_next(guests, &at)))
        (void)mem_free(g);
    return map_free(guests);
}

struct entry *entry_free(struct entry *e)
{
    if (!e)
        return NULL;
    struct calls *c = e->calls;
    LIST_EACH_SAFE (&e->sides, it)
        side_remove(c, container_of(it, struct side, with), false);
    if (map_get(c->by_channel, id_span(&e->call.channel)) == e)
        (void)map_del(c->by_channel, id_span(&e->call.channel));
    (void)map_del(c->by_id, id_span(&e->call.id));
    list_del(&e->link);
    e->guests = guests_free(e->guests);
    timer_stop(&e->timer);
    timer_stop(&e->tell);
    call_done(&e->call);
    e->told_legs = mem_free(e->told_legs);
    return mem_free(e);
}

static void publish(const struct entry *e, const struct bus_event *to, struct span members)
{
    struct bus_event event = *to;

    event.kind = BUS_EVENT;
    event.type = "call";
    event.members = members;
    bus_publish(e->calls->conf.bus, &event);
}

static bool has_many(const struct call *call)
{
    return call->group && call->leg_count >= CALL_MANY && call->state != CALL_ENDED;
}

static void remember_told(struct entry *e)
{
    const struct call *call = &e->call;
    const size_t size = call->leg_count * sizeof(call->legs[0]);

    e->told_legs = mem_realloc(e->told_legs, size);
    memcpy(e->told_legs, call->legs, size);
    e->told_count = call->leg_count;
}

/* All of it, or of many what has changed: else what is told would grow with the cube of how many they are.  Who missed
 * something has all of it again before long. */
static void write_change(struct entry *e, struct json_out *o)
{
    const struct call *call = &e->call;
    const usec_t now = loop_now(e->calls->conf.loop);
    const struct call_told told = {e->told, e->told_legs, e->told_count};

    if (has_many(call) && e->told_legs && now < e->whole_at) {
        call_write_since(o, "call", call, &told);
    } else {
        call_write(o, "call", call);
        e->whole_at = now + CALL_WHOLE_EVERY;
    }
    if (has_many(call)) {
        remember_told(e);
    } else {
        e->told_legs = mem_free(e->told_legs);
    }
}

static void tell_call(struct entry *e)
{
    const struct call *call = &e->call;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    write_change(e, &o);
    e->told = call->change;
    if (call->group) {
        publish(e, &(struct bus_event){.audience = BUS_TO_CHANNEL, .channel = call->channel},
                buf_span(&json));
    } else {
        publish(e, &(struct bus_event){.audience = BUS_TO_USER, .user = call->caller},
                buf_span(&json));
        publish(e, &(struct bus_event){.audience = BUS_TO_USER, .user = call->callee},
                buf_span(&json));
    }
    buf_done(&json);
}

static void on_tell(void *arg)
{
    struct entry *e = arg;

    if (e->call.change != e->told)
        tell_call(e);
}

/* What is told to many costs the square of them: so it is told less often. */
static void tell_change(struct entry *e)
{
    if (!has_many(&e->call) || e->told == 0) {
        tell_call(e);
    } else if (e->tell.place == 0) {
        timer_after(&e->tell, CALL_TELL_EVERY);
    }
}

static void close_entry(struct entry *e)
{
    struct calls *c = e->calls;

    (void)map_del(c->by_channel, id_span(&e->call.channel));
    metric_set(&live_calls, (int64_t)map_count(c->by_channel));
    log_info("calls.end", "call=%s reason=%s", e->call.id.s, call_reason_name(e->call.reason));
    media_close(e);
    LIST_EACH_SAFE (&e->sides, it)
        side_remove(c, container_of(it, struct side, with), true);
    list_del(&e->link);
    timer_stop(&e->tell);
    timer_after(&e->timer, LINGER);
}

static void note_joined(struct entry *e)
{
    for (size_t i = 0; e->guests && i < e->call.leg_count; i++) {
        const struct leg *leg = &e->call.legs[i];
        struct guest *g = map_get(e->guests, id_span(&leg->who.user));
        if (g && leg->state == LEG_JOINED)
            g->joined = true;
    }
}

void entry_settle(struct entry *e)
{
    struct call *call = &e->call;

    note_joined(e);
    if (call->change != e->told)
        tell_change(e);
    if (call->state != e->saved) {
        e->saved = call->state;
        record_save(e);
        if (call->state == CALL_ENDED) {
            close_entry(e);
            return;
        }
    }
    if (call->state == CALL_ENDED)
        return;
    settle_sides(e);
    media_settle(e);
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

struct entry *entry_new(struct calls *c, const struct call_plan *plan, struct map *guests)
{
    struct entry *e = mem_new(struct entry);

    e->calls = c;
    e->guests = guests;
    list_init(&e->sides);
    list_init(&e->link);
    call_begin(&e->call, plan, calls_time(c));
    timer_init(&e->timer, c->conf.loop, on_timer, e);
    timer_init(&e->tell, c->conf.loop, on_tell, e);
    (void)map_put(c->by_id, id_span(&e->call.id), e);
    (void)map_put(c->by_channel, id_span(&e->call.channel), e);
    if (e->call.group)
        list_add_tail(&c->groups, &e->link);
    metric_set(&live_calls, (int64_t)map_count(c->by_channel));
    log_info("calls.start", "call=%s", e->call.id.s);
    record_save(e);
    e->saved = e->call.state;
    entry_settle(e);
    return e;
}
