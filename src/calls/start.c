/*
 * Starting a call: the store says whether the channel is a chat of two and who the other one is,
 * and meanwhile the other may have called, or the page gone.
 */
#include "auth/in_channel.h"
#include "base/bucket.h"
#include "calls/inside.h"
#include "store/call.h"
#include "store/channel.h"

#include <errno.h>

struct starting {
    struct job job;
    struct list link; /* calls.starting */
    struct calls *calls;
    struct caller who;
    struct call_start start;
    struct id callee;
    bool silent;
    struct map *guests; /* of a group */
    size_t asked_count;
    struct id asked[CALL_ASKED_MAX];
    bool gone; /* the page, or the session */
    call_fn *fn;
    void *arg;
};

static struct starting *starting_of(struct list *link)
{
    return container_of(link, struct starting, link);
}

static void reply(call_fn *fn, void *arg, int rc, const struct id *call, const struct id *leg)
{
    struct call_reply r = {.rc = rc};

    if (rc == 0) {
        r.call = *call;
        r.leg = *leg;
    }
    fn(&r, arg);
}

/* A call is there in this channel: who is asked answers it; who is in it stays. */
static void start_in(struct entry *e, const struct caller *who, const struct call_start *start,
                     call_fn *fn, void *arg)
{
    const struct call_who me = call_who_of(who);
    const struct leg *mine = call_leg_of(&e->call, &me.user);
    struct id leg = {0};
    int rc = 0;

    if (!entry_has(e, &me.user)) {
        rc = -ENOENT;
    } else if (mine && !id_eq(&mine->who.page, &me.page)) {
        rc = -EEXIST;
    } else if (mine) {
        leg = mine->id;
    } else {
        rc = call_join(&e->call, &me, start->mic, start->camera, calls_time(e->calls), &leg);
    }
    entry_settle(e);
    reply(fn, arg, rc, &e->call.id, &leg);
}

static void start_new(struct starting *s)
{
    const struct call_plan plan = {
        .channel = s->start.channel,
        .caller = call_who_of(&s->who),
        .callee = s->callee,
        .asked = s->asked,
        .asked_count = s->asked_count,
        .video = s->start.video,
        .mic = s->start.mic,
        .camera = s->start.camera,
        .silent = s->silent,
    };
    struct entry *e = entry_new(s->calls, &plan, take(s->guests));

    reply(s->fn, s->arg, 0, &e->call.id, &e->call.legs[0].id);
}

/* Who may join, and who is rung: those of a small group chat; a channel's see that there is a meeting. */
static int find_guests(struct db *db, struct starting *s, struct span kind)
{
    struct call_guests found = {0};
    const int rc = call_guests(db, &s->start.channel, s->job.arena, &found);
    const bool ring = span_is(kind, "group") && found.count <= CALL_ASKED_MAX + 1;

    if (rc < 0)
        return rc;
    s->asked_count = 0;
    s->guests = guests_free(s->guests); /* of an earlier run of the job */
    s->guests = map_new();
    for (size_t i = 0; i < found.count; i++) {
        const struct call_guest *row = &found.rows[i];
        struct guest *g = mem_new(struct guest);

        g->user = row->user;
        g->moderator = row->moderator;
        (void)map_put(s->guests, id_span(&g->user), g);
        g->asked = ring && row->active && !row->busy && !id_eq(&row->user, &s->who.actor.user);
        if (g->asked)
            s->asked[s->asked_count++] = row->user;
    }
    return 0;
}

static int run_start(struct db *db, struct job *job)
{
    struct starting *s = container_of(job, struct starting, job);
    const struct id *me = &s->who.actor.user;
    struct channel channel = {0};
    int rc = authorize_in_channel(db, &s->who.actor, VERB_CALL_START, &s->start.channel);

    if (rc == 0)
        rc = channel_of(db, &s->start.channel, me, job->arena, &channel);
    if (rc < 0)
        return rc;
    if (!span_is(channel.kind, "direct"))
        return find_guests(db, s, channel.kind);
    for (size_t i = 0; i < channel.members.count; i++) {
        const struct person *p = &channel.members.rows[i];
        if (id_eq(&p->id, me))
            continue;
        s->callee = p->id;
        s->silent = span_is(p->presence, "dnd");
        return p->active ? 0 : -EPERM;
    }
    return -EPERM;
}

static void on_start(struct job *job, int rc)
{
    struct starting *s = container_of(job, struct starting, job);
    struct entry *e = map_get(s->calls->by_channel, id_span(&s->start.channel));

    list_del(&s->link);
    if (rc == 0 && s->gone)
        rc = -ECANCELED;
    if (rc == 0 && !e && busy_count(s->calls, &s->who.actor.user) >= CALLS_PER_USER)
        rc = -EDQUOT;
    if (rc < 0) {
        reply(s->fn, s->arg, rc, NULL, NULL);
    } else if (e) {
        start_in(e, &s->who, &s->start, s->fn, s->arg);
    } else {
        start_new(s);
    }
    job_done(job);
    s->guests = guests_free(s->guests);
    (void)mem_free(s);
}

void calls_start(struct calls *c, const struct caller *who, const struct call_start *start,
                 call_fn *fn, void *arg)
{
    struct entry *e = map_get(c->by_channel, id_span(&start->channel));

    ASSERT_ON(c->conf.loop);
    if (e) {
        start_in(e, who, start, fn, arg);
        return;
    }
    if (buckets_take(c->starts, id_span(&who->actor.user), loop_now(c->conf.loop)) > 0) {
        reply(fn, arg, -EDQUOT, NULL, NULL);
        return;
    }
    struct starting *s = mem_new(struct starting);
    s->calls = c;
    s->who = *who;
    s->start = *start;
    s->fn = fn;
    s->arg = arg;
    list_init(&s->link);
    list_add_tail(&c->starting, &s->link);
    job_init(&s->job, run_start, on_start);
    store_read(c->conf.store, &s->job);
}

void start_forget_page(struct calls *c, const struct id *user, const struct id *page)
{
    LIST_EACH (&c->starting, it) {
        struct starting *s = starting_of(it);
        if (id_eq(&s->who.actor.user, user) && id_eq(&s->who.page, page))
            s->gone = true;
    }
}

void start_forget_session(struct calls *c, const struct id *session)
{
    LIST_EACH (&c->starting, it) {
        struct starting *s = starting_of(it);
        s->gone = s->gone || id_eq(&s->who.actor.session, session);
    }
}
