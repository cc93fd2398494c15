#include "calls/call.h"

#include <errno.h>

static const struct bucket_conf signal_rate = {.burst = 200, .refill = 20 * MSEC};

static const char *const state_names[] = {
    [CALL_RINGING] = "ringing",
    [CALL_ACTIVE] = "active",
    [CALL_ENDED] = "ended",
};

static const char *const reason_names[] = {
    [CALL_NO_REASON] = NULL,
    [CALL_HANGUP] = "hangup",
    [CALL_CANCELLED] = "cancelled",
    [CALL_DECLINED] = "declined",
    [CALL_MISSED] = "missed",
    [CALL_LOST] = "lost",
    [CALL_INTERRUPTED] = "interrupted",
};

static const char *const leg_names[] = {
    [LEG_RINGING] = "ringing", [LEG_SILENT] = "silent", [LEG_JOINED] = "joined",
    [LEG_LOST] = "lost",       [LEG_LEFT] = "left",
};

static bool is_live(const struct leg *leg)
{
    return leg->state == LEG_JOINED || leg->state == LEG_LOST;
}

static bool is_asked(const struct leg *leg)
{
    return leg->state == LEG_RINGING || leg->state == LEG_SILENT;
}

static bool drop_oldest_left(struct call *c)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        /* the room is told first that it has left */
        if (c->legs[i].state != LEG_LEFT || c->legs[i].in_room)
            continue;
        c->leg_count--;
        memmove(&c->legs[i], &c->legs[i + 1], (c->leg_count - i) * sizeof(c->legs[0]));
        return true;
    }
    return false;
}

static void grow(struct call *c)
{
    const bool few = c->legs == c->few;

    c->leg_room *= 2;
    c->legs = mem_realloc(few ? NULL : c->legs, c->leg_room * sizeof(c->legs[0]));
    if (few)
        memcpy(c->legs, c->few, c->leg_count * sizeof(c->legs[0]));
}

static struct leg *add_leg(struct call *c, const struct call_who *who, struct wall wall)
{
    if (c->leg_count == c->leg_room && !drop_oldest_left(c))
        grow(c);

    struct leg *leg = &c->legs[c->leg_count++];
    *leg = (struct leg){.id = id_new(wall), .who = *who, .number = ++c->numbers};
    return leg;
}

static void end(struct call *c, enum call_reason reason, struct call_time t)
{
    c->state = CALL_ENDED;
    c->reason = reason;
    c->ended = t.wall;
    c->change++;
    for (size_t i = 0; i < c->leg_count; i++)
        c->legs[i].state = LEG_LEFT;
}

size_t call_live(const struct call *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->leg_count; i++)
        n += is_live(&c->legs[i]);
    return n;
}

/* How the media of a group go follows from how many there are; the last one's going ends it. */
static void settle(struct call *c, enum call_reason reason, struct call_time t)
{
    const size_t live = call_live(c);

    if (!c->group || c->state == CALL_ENDED)
        return;
    if (live == 0) {
        end(c, reason, t);
        return;
    }
    if (live >= CALL_ROOM_FROM) {
        c->change += !c->room;
        c->room = true;
        c->pair_at = NEVER;
    } else if (c->room && c->pair_at == NEVER) {
        c->pair_at = t.now + CALL_PAIR_TIME;
    }
    if (live > 1 && c->answered.ms == 0)
        c->answered = t.wall;
}

static void go(struct call *c, struct leg *leg, enum call_reason reason, struct call_time t)
{
    leg->state = LEG_LEFT;
    c->change++;
    settle(c, reason, t);
}

/* One of the two goes on purpose. */
static void end_by_leaving(struct call *c, struct call_time t)
{
    end(c, c->state == CALL_RINGING ? CALL_CANCELLED : CALL_HANGUP, t);
}

void call_begin(struct call *c, const struct call_plan *plan, struct call_time t)
{
    const struct call_who callee = {.user = plan->callee};

    *c = (struct call){
        .id = id_new(t.wall),
        .channel = plan->channel,
        .caller = plan->caller.user,
        .callee = plan->callee,
        .video = plan->video,
        .started = t.wall,
        .change = 1,
        .rings_until = t.now + CALL_RING_TIME,
        .group = id_none(&plan->callee),
        .pair_at = NEVER,
        .leg_room = CALL_LEGS_MAX,
    };
    c->legs = c->few;
    struct leg *mine = add_leg(c, &plan->caller, t.wall);
    mine->state = LEG_JOINED;
    mine->mic = plan->mic;
    mine->camera = plan->camera;
    if (!c->group) {
        add_leg(c, &callee, t.wall)->state = plan->silent ? LEG_SILENT : LEG_RINGING;
        return;
    }
    c->state = CALL_ACTIVE;
    for (size_t i = 0; i < plan->asked_count; i++) {
        const struct call_who one = {.user = plan->asked[i]};
        add_leg(c, &one, t.wall)->state = LEG_RINGING;
    }
}

void call_done(struct call *c)
{
    if (c->legs != c->few)
        c->legs = mem_free(c->legs);
}

bool call_has(const struct call *c, const struct id *user)
{
    return id_eq(&c->caller, user) || id_eq(&c->callee, user);
}

struct leg *call_leg_of(struct call *c, const struct id *user)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        if (is_live(&c->legs[i]) && id_eq(&c->legs[i].who.user, user))
            return &c->legs[i];
    }
    return NULL;
}

struct leg *call_leg_on(struct call *c, const struct call_who *who)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        struct leg *leg = &c->legs[i];
        if ((is_live(leg) || c->state == CALL_ENDED) && id_eq(&leg->who.user, &who->user) &&
            id_eq(&leg->who.page, &who->page))
            return leg;
    }
    return NULL;
}

struct leg *call_leg_by_id(struct call *c, const struct id *leg)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        if (is_live(&c->legs[i]) && id_eq(&c->legs[i].id, leg))
            return &c->legs[i];
    }
    return NULL;
}

static struct leg *asked_leg_of(struct call *c, const struct id *user)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        if (is_asked(&c->legs[i]) && id_eq(&c->legs[i].who.user, user))
            return &c->legs[i];
    }
    return NULL;
}

static struct leg *answer(struct call *c, struct leg *asked, const struct call_who *who,
                          struct call_time t)
{
    asked->who = *who;
    c->state = CALL_ACTIVE;
    if (!c->group)
        c->answered = t.wall;
    return asked;
}

static struct leg *replace(struct call *c, struct leg *old, const struct call_who *who,
                           struct call_time t)
{
    old->state = LEG_LEFT;
    return add_leg(c, who, t.wall);
}

/* The leg that somebody joins with; NULL: not in this state. */
static struct leg *leg_for(struct call *c, const struct call_who *who, struct call_time t)
{
    struct leg *live = call_leg_of(c, &who->user);
    struct leg *asked = asked_leg_of(c, &who->user);

    if (live)
        return replace(c, live, who, t);
    if (asked)
        return answer(c, asked, who, t);
    return c->group ? add_leg(c, who, t.wall) : NULL;
}

int call_join(struct call *c, const struct call_who *who, bool mic, bool camera, struct call_time t,
              struct id *ret_leg)
{
    if (c->state == CALL_ENDED)
        return -EPROTO;
    if (c->group && call_live(c) >= CALL_GROUP_MAX)
        return -ENOSPC;
    struct leg *leg = leg_for(c, who, t);
    if (!leg)
        return -EPROTO;
    leg->state = LEG_JOINED;
    leg->mic = mic;
    leg->camera = camera;
    c->change++;
    *ret_leg = leg->id;
    settle(c, CALL_HANGUP, t);
    return 0;
}

int call_decline(struct call *c, const struct id *user, struct call_time t)
{
    struct leg *asked = asked_leg_of(c, user);

    if (!asked)
        return -EPROTO;
    if (c->group) {
        go(c, asked, CALL_HANGUP, t);
    } else {
        end(c, CALL_DECLINED, t);
    }
    return 0;
}

int call_leave(struct call *c, const struct call_who *who, struct call_time t)
{
    struct leg *leg = call_leg_on(c, who);

    if (c->state == CALL_ENDED || !leg)
        return -EPROTO;
    if (c->group) {
        go(c, leg, CALL_HANGUP, t);
    } else {
        end_by_leaving(c, t);
    }
    return 0;
}

int call_media(struct call *c, const struct call_who *who, const struct call_media *m,
               struct wall now)
{
    struct leg *leg = call_leg_on(c, who);

    if (c->state == CALL_ENDED || !leg)
        return -EPROTO;
    if (leg->mic == m->mic && leg->camera == m->camera && leg->screen == m->screen &&
        (leg->hand.ms != 0) == m->hand)
        return 0;
    leg->mic = m->mic;
    leg->camera = m->camera;
    leg->screen = m->screen;
    if (!m->hand) {
        leg->hand.ms = 0;
    } else if (leg->hand.ms == 0) {
        leg->hand = now;
    }
    c->change++;
    return 0;
}

int call_mute(struct call *c, struct leg *leg)
{
    if (c->state == CALL_ENDED)
        return -EPROTO;
    c->change += leg->mic;
    leg->mic = false;
    return 0;
}

int call_remove(struct call *c, struct leg *leg, struct call_time t)
{
    if (c->state == CALL_ENDED)
        return -EPROTO;
    go(c, leg, CALL_HANGUP, t);
    return 0;
}

int call_end(struct call *c, struct call_time t)
{
    if (c->state == CALL_ENDED)
        return -EPROTO;
    end(c, CALL_HANGUP, t);
    return 0;
}

void call_drop_user(struct call *c, const struct id *user, struct call_time t)
{
    for (size_t i = 0; i < c->leg_count && c->state != CALL_ENDED; i++) {
        struct leg *leg = &c->legs[i];
        if (leg->state != LEG_LEFT && id_eq(&leg->who.user, user))
            go(c, leg, CALL_HANGUP, t);
    }
}

int call_hurry(struct leg *leg, usec_t now)
{
    return bucket_take(&leg->signals, &signal_rate, now) > 0 ? -EDQUOT : 0;
}

int call_signal(struct call *c, const struct call_who *who, const struct id *to, usec_t now,
                struct leg **ret_from, struct leg **ret_to)
{
    struct leg *from = call_leg_on(c, who);
    struct leg *other = NULL;

    for (size_t i = 0; i < c->leg_count; i++) {
        if (is_live(&c->legs[i]) && id_eq(&c->legs[i].id, to))
            other = &c->legs[i];
    }
    if (c->state == CALL_ENDED || !from || !other || other == from)
        return -EPROTO;
    if (call_hurry(from, now))
        return -EDQUOT;
    *ret_from = from;
    *ret_to = other;
    return 0;
}

void call_page_gone(struct call *c, const struct id *user, const struct id *page, usec_t now)
{
    struct leg *leg = call_leg_of(c, user);

    if (!leg || leg->state != LEG_JOINED || !id_eq(&leg->who.page, page))
        return;
    leg->state = LEG_LOST;
    leg->lost_at = now;
    c->change++;
}

void call_page_open(struct call *c, const struct id *user, const struct id *page)
{
    struct leg *leg = call_leg_of(c, user);

    if (!leg || leg->state != LEG_LOST || !id_eq(&leg->who.page, page))
        return;
    leg->state = LEG_JOINED;
    c->change++;
}

void call_session_ended(struct call *c, const struct id *session, struct call_time t)
{
    for (size_t i = 0; i < c->leg_count; i++) {
        if (!is_live(&c->legs[i]) || !id_eq(&c->legs[i].who.session, session))
            continue;
        if (c->group) {
            go(c, &c->legs[i], CALL_HANGUP, t);
        } else {
            end_by_leaving(c, t);
        }
        return;
    }
}

static usec_t lost_until(const struct call *c, const struct leg *leg)
{
    return leg->lost_at + (c->state == CALL_RINGING ? CALL_ALONE_TIME : CALL_LOST_TIME);
}

static void tick_pair(struct call *c, struct call_time t)
{
    if (c->state == CALL_RINGING && c->rings_until <= t.now) {
        end(c, CALL_MISSED, t);
        return;
    }
    for (size_t i = 0; i < c->leg_count; i++) {
        if (c->legs[i].state == LEG_LOST && lost_until(c, &c->legs[i]) <= t.now) {
            end(c, c->state == CALL_RINGING ? CALL_CANCELLED : CALL_LOST, t);
            return;
        }
    }
}

static void tick_group(struct call *c, struct call_time t)
{
    for (size_t i = 0; i < c->leg_count && c->state != CALL_ENDED; i++) {
        struct leg *leg = &c->legs[i];
        if ((is_asked(leg) && c->rings_until <= t.now) ||
            (leg->state == LEG_LOST && lost_until(c, leg) <= t.now))
            go(c, leg, CALL_LOST, t);
    }
    if (c->pair_at <= t.now) {
        c->room = false;
        c->pair_at = NEVER;
        c->change++;
    }
}

void call_tick(struct call *c, struct call_time t)
{
    if (c->group) {
        tick_group(c, t);
    } else {
        tick_pair(c, t);
    }
}

usec_t call_deadline(const struct call *c)
{
    usec_t first = c->state == CALL_RINGING ? c->rings_until : c->pair_at;

    for (size_t i = 0; i < c->leg_count; i++) {
        const struct leg *leg = &c->legs[i];
        if (leg->state == LEG_LOST && lost_until(c, leg) < first)
            first = lost_until(c, leg);
        if (c->group && is_asked(leg) && c->rings_until < first)
            first = c->rings_until;
    }
    return first;
}

const char *call_state_name(enum call_state s)
{
    return state_names[s];
}

const char *call_reason_name(enum call_reason r)
{
    return reason_names[r];
}

static void put_time(struct json_out *o, const char *key, struct wall at)
{
    if (at.ms == 0) {
        json_put_null(o, key);
    } else {
        json_put_i64(o, key, at.ms);
    }
}

static void write_leg(struct json_out *o, const struct leg *leg)
{
    json_obj_begin(o, NULL);
    json_put_id(o, "id", &leg->id);
    json_put_id(o, "user", &leg->who.user);
    json_put_cstr(o, "state", leg_names[leg->state]);
    json_put_id(o, "page", &leg->who.page);
    json_put_bool(o, "mic", leg->mic);
    json_put_bool(o, "camera", leg->camera);
    json_put_bool(o, "screen", leg->screen);
    put_time(o, "hand", leg->hand);
    json_put_i64(o, "number", leg->number);
    json_obj_end(o);
}

static void write_head(struct json_out *o, const struct call *c)
{
    json_put_id(o, "id", &c->id);
    json_put_id(o, "channel", &c->channel);
    json_put_id(o, "caller", &c->caller);
    json_put_bool(o, "video", c->video);
    json_put_bool(o, "group", c->group);
    json_put_cstr(o, "kind", c->room ? "room" : "pair");
    json_put_cstr(o, "state", state_names[c->state]);
    if (c->reason == CALL_NO_REASON) {
        json_put_null(o, "reason");
    } else {
        json_put_cstr(o, "reason", reason_names[c->reason]);
    }
    put_time(o, "started_at", c->started);
    put_time(o, "answered_at", c->answered);
    put_time(o, "ended_at", c->ended);
    json_put_i64(o, "change", c->change);
}

void call_write(struct json_out *o, const char *key, const struct call *c)
{
    json_obj_begin(o, key);
    write_head(o, c);
    json_arr_begin(o, "legs");
    for (size_t i = 0; i < c->leg_count; i++)
        write_leg(o, &c->legs[i]);
    json_arr_end(o);
    json_obj_end(o);
}

static bool looks_same(const struct leg *a, const struct leg *b)
{
    return a->state == b->state && a->mic == b->mic && a->camera == b->camera &&
           a->screen == b->screen && a->hand.ms == b->hand.ms &&
           id_eq(&a->who.user, &b->who.user) && id_eq(&a->who.page, &b->who.page);
}

void call_write_since(struct json_out *o, const char *key, const struct call *c,
                      const struct call_told *told)
{
    size_t at = 0;

    json_obj_begin(o, key);
    write_head(o, c);
    json_put_i64(o, "since", told->change);
    json_arr_begin(o, "legs");
    for (size_t i = 0; i < c->leg_count; i++) {
        const struct leg *leg = &c->legs[i];
        /* both are in the order of their numbers; of those told some are no more */
        while (at < told->count && told->legs[at].number < leg->number)
            at++;
        if (at == told->count || told->legs[at].number != leg->number ||
            !looks_same(&told->legs[at], leg))
            write_leg(o, leg);
    }
    json_arr_end(o);
    json_obj_end(o);
}
