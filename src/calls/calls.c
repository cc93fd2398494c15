#include "calls/calls.h"

#include "auth/authorize.h"
#include "base/bucket.h"
#include "calls/inside.h"
#include "calls/record.h"

#include <assert.h>
#include <errno.h>

enum { STARTS_KEYS_MAX = 20000 };

/* Nobody is rung all the time: ten calls at once, then one in six seconds. */
static const struct bucket_conf start_rate = {.burst = 10, .refill = 6 * SEC};

/* Those who may act on others' legs: who began it, who moderates the chat, administrators who are there. */
static bool moderates(const struct entry *e, const struct actor *actor)
{
    const struct guest *g = e->guests ? map_get(e->guests, id_span(&actor->user)) : NULL;

    return g && (g->moderator || actor->role >= ROLE_ADMIN || id_eq(&e->call.caller, &actor->user));
}

static enum relation relation_to(struct entry *e, const struct call_who *me,
                                 const struct actor *actor, enum verb verb)
{
    if (verb == VERB_CALL_MODERATE)
        return moderates(e, actor) ? RELATION_MODERATOR : RELATION_MEMBER;
    return call_leg_on(&e->call, me) ? RELATION_LEG : RELATION_MEMBER;
}

/* The call, when the actor may: 0, or what authorize() says. */
int calls_find(const struct calls *c, const struct caller *who, enum verb verb,
               const struct id *call, struct entry **ret)
{
    struct entry *e = map_get(c->by_id, id_span(call));
    struct object object = {.kind = OBJECT_CALL, .relation = RELATION_NONE};
    const struct call_who me = call_who_of(who);

    if (e && entry_has(e, &me.user))
        object.relation = relation_to(e, &me, &who->actor, verb);
    const int rc = authorize(&who->actor, verb, &object);
    if (rc < 0)
        return rc;
    assert(e); /* a call that is not there has no relation to anybody */
    *ret = e;
    return 0;
}

int calls_join(struct calls *c, const struct caller *who, const struct id *call, bool mic,
               bool camera, struct id *ret_leg)
{
    const struct call_who me = call_who_of(who);
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_JOIN, call, &e);

    if (rc < 0)
        return rc;
    rc = call_join(&e->call, &me, mic, camera, calls_time(c), ret_leg);
    entry_settle(e);
    return rc;
}

int calls_decline(struct calls *c, const struct caller *who, const struct id *call)
{
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_JOIN, call, &e);

    if (rc < 0)
        return rc;
    rc = call_decline(&e->call, &who->actor.user, calls_time(c));
    entry_settle(e);
    return rc;
}

int calls_leave(struct calls *c, const struct caller *who, const struct id *call)
{
    const struct call_who me = call_who_of(who);
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_LEAVE, call, &e);

    if (rc < 0)
        return rc;
    rc = call_leave(&e->call, &me, calls_time(c));
    entry_settle(e);
    return rc;
}

int calls_media(struct calls *c, const struct caller *who, const struct id *call,
                const struct call_media *m)
{
    const struct call_who me = call_who_of(who);
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_LEAVE, call, &e);

    if (rc < 0)
        return rc;
    rc = call_media(&e->call, &me, m, loop_wall(c->conf.loop));
    entry_settle(e);
    return rc;
}

static void to_leg(const struct calls *c, const struct leg *to, const char *type,
                   struct span members)
{
    bus_publish(c->conf.bus, &(struct bus_event){.kind = BUS_EVENT,
                                                 .audience = BUS_TO_PAGE,
                                                 .user = to->who.user,
                                                 .page = to->who.page,
                                                 .type = type,
                                                 .members = members});
}

static void tell_muted(struct entry *e, const struct leg *leg, const struct id *by)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_put_id(&o, "call", &e->call.id);
    json_put_id(&o, "by", by);
    to_leg(e->calls, leg, "call.muted", buf_span(&json));
    buf_done(&json);
}

static void mute_others(struct entry *e, const struct caller *who)
{
    for (size_t i = 0; i < e->call.leg_count; i++) {
        struct leg *leg = &e->call.legs[i];
        if (leg->state != LEG_JOINED || !leg->mic || id_eq(&leg->who.user, &who->actor.user))
            continue;
        (void)call_mute(&e->call, leg);
        tell_muted(e, leg, &who->actor.user);
    }
}

int calls_mute(struct calls *c, const struct caller *who, const struct id *call,
               const struct id *leg)
{
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_MODERATE, call, &e);

    if (rc < 0)
        return rc;
    if (leg) {
        struct leg *one = call_leg_by_id(&e->call, leg);
        if (!one)
            return -EPROTO;
        rc = call_mute(&e->call, one);
        tell_muted(e, one, &who->actor.user);
    } else {
        mute_others(e, who);
    }
    entry_settle(e);
    return rc;
}

int calls_remove(struct calls *c, const struct caller *who, const struct id *call,
                 const struct id *leg)
{
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_MODERATE, call, &e);

    if (rc < 0)
        return rc;
    struct leg *one = call_leg_by_id(&e->call, leg);
    rc = one ? call_remove(&e->call, one, calls_time(c)) : -EPROTO;
    entry_settle(e);
    return rc;
}

int calls_end(struct calls *c, const struct caller *who, const struct id *call)
{
    struct entry *e = NULL;
    int rc = calls_find(c, who, VERB_CALL_MODERATE, call, &e);

    if (rc < 0)
        return rc;
    rc = call_end(&e->call, calls_time(c));
    entry_settle(e);
    return rc;
}

int calls_react(struct calls *c, const struct caller *who, const struct id *call,
                struct span reaction)
{
    const struct call_who me = call_who_of(who);
    struct entry *e = NULL;
    struct buf json = {0};
    struct json_out o = json_out(&json);
    int rc = calls_find(c, who, VERB_CALL_LEAVE, call, &e);

    if (rc < 0)
        return rc;
    struct leg *mine = call_leg_on(&e->call, &me);
    rc = call_hurry(mine, loop_now(c->conf.loop));
    if (rc < 0)
        return rc;
    json_put_id(&o, "call", call);
    json_put_id(&o, "leg", &mine->id);
    json_put_str(&o, "reaction", reaction);
    for (size_t i = 0; i < e->call.leg_count; i++) {
        if (e->call.legs[i].state == LEG_JOINED)
            to_leg(c, &e->call.legs[i], "call.reaction", buf_span(&json));
    }
    buf_done(&json);
    return 0;
}

static void pass_on(const struct entry *e, const struct leg *from, const struct leg *to,
                    struct span signal)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    assert(e);
    json_put_id(&o, "call", &e->call.id);
    json_put_id(&o, "from", &from->id);
    json_put_id(&o, "to", &to->id);
    json_put_raw(&o, "signal", signal);
    to_leg(e->calls, to, "call.signal", buf_span(&json));
    buf_done(&json);
}

int calls_signal(struct calls *c, const struct caller *who, const struct id *call,
                 const struct id *to, const json_t *signal)
{
    const struct call_who me = call_who_of(who);
    struct entry *e = NULL;
    struct leg *from = NULL;
    struct leg *other = NULL;
    struct buf text = {0};
    struct json_out o = json_out(&text);
    int rc = calls_find(c, who, VERB_CALL_LEAVE, call, &e);

    if (rc < 0)
        return rc;
    rc = call_signal(&e->call, &me, to, loop_now(c->conf.loop), &from, &other);
    if (rc < 0)
        return rc;
    json_put_value(&o, NULL, signal);
    if (text.len > CALL_SIGNAL_MAX) {
        rc = -EMSGSIZE;
    } else {
        pass_on(e, from, other, buf_span(&text));
    }
    buf_done(&text);
    return rc;
}

/* Pages and sessions that come and go. */

void calls_page_gone(struct calls *c, const struct id *user, const struct id *page)
{
    struct busy *b = busy_find(c, user);

    start_forget_page(c, user, page);
    if (!b)
        return;
    /* A leg that is lost ends no call yet, so the list stays as it is. */
    LIST_EACH (&b->sides, it) {
        struct entry *e = entry_of(it);
        call_page_gone(&e->call, user, page, loop_now(c->conf.loop));
        entry_settle(e);
    }
}

void calls_page_open(struct calls *c, const struct id *user, const struct id *page)
{
    struct busy *b = busy_find(c, user);

    if (!b)
        return;
    LIST_EACH (&b->sides, it) {
        struct entry *e = entry_of(it);
        call_page_open(&e->call, user, page);
        entry_settle(e);
    }
}

static void on_session_ended(struct calls *c, const struct id *user, const struct id *session)
{
    start_forget_session(c, session);
    /* With the last of their calls the person's entry goes, so it is asked for anew. */
    for (size_t left = busy_count(c, user); left > 0; left--) {
        struct busy *b = busy_find(c, user);
        struct list *first = b->sides.next;
        struct entry *e = entry_of(first);

        list_del(first);
        list_add_tail(&b->sides, first);
        call_session_ended(&e->call, session, calls_time(c));
        entry_settle(e);
    }
}

/* Somebody comes into the chat that has a call now, or leaves it. */
static void on_member(struct calls *c, const struct id *channel, const struct id *user, bool added)
{
    struct entry *e = map_get(c->by_channel, id_span(channel));

    if (!e || !e->guests || entry_has(e, user) == added)
        return;
    if (added) {
        struct guest *g = mem_new(struct guest);
        g->user = *user;
        (void)map_put(e->guests, id_span(&g->user), g);
        e->call.change++;
        e->whole_at = 0; /* who is new knows nothing of it */
    } else {
        (void)mem_free(map_del(e->guests, id_span(user)));
        call_drop_user(&e->call, user, calls_time(c));
    }
    entry_settle(e);
}

static void on_bus(const struct bus_event *e, void *arg)
{
    if (e->kind == BUS_SESSION_ENDED) {
        on_session_ended(arg, &e->user, &e->session);
    } else if (e->kind == BUS_MEMBER_ADDED || e->kind == BUS_MEMBER_REMOVED) {
        on_member(arg, &e->channel, &e->user, e->kind == BUS_MEMBER_ADDED);
    }
}

void calls_write(const struct calls *c, const struct id *call, const char *key, struct json_out *o)
{
    const struct entry *e = map_get(c->by_id, id_span(call));

    if (e)
        call_write(o, key, &e->call);
}

void calls_write_mine(const struct calls *c, const struct id *user, const char *key,
                      struct json_out *o)
{
    struct busy *b = busy_find(c, user);

    json_arr_begin(o, key);
    if (b) {
        LIST_EACH (&b->sides, it) {
            if (!entry_of(it)->call.group)
                call_write(o, NULL, &entry_of(it)->call);
        }
    }
    LIST_EACH (&c->groups, it) {
        const struct entry *e = container_of(it, struct entry, link);
        if (entry_has(e, user))
            call_write(o, NULL, &e->call);
    }
    json_arr_end(o);
}

struct calls *calls_new(const struct calls_conf *conf)
{
    struct calls *c = mem_new(struct calls);

    c->conf = *conf;
    c->by_id = map_new();
    c->by_channel = map_new();
    c->by_user = map_new();
    c->starts = buckets_new(&start_rate, STARTS_KEYS_MAX);
    list_init(&c->starting);
    list_init(&c->groups);
    bus_subscribe(conf->bus, on_bus, c);
    record_recover(conf);
    return c;
}

struct calls *calls_free(struct calls *c)
{
    size_t at = 0;

    if (!c)
        return NULL;
    assert(list_empty(&c->starting)); /* the store has answered before */
    for (struct entry *e = map_next(c->by_id, &at); e; e = map_next(c->by_id, &at))
        (void)entry_free(e);
    c->by_id = map_free(c->by_id);
    c->by_channel = map_free(c->by_channel);
    c->by_user = map_free(c->by_user);
    c->starts = buckets_free(c->starts);
    return mem_free(c);
}
