/*
 * world - calls on a store in a folder of its own: Ada and Bo with two pages each and a direct
 * chat, Eve; and a note of all that was told.  One a test.
 */
#pragma once

#include "calls/call.h"
#include "calls/calls.h"
#include "store/call.h"
#include "store/channel.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

enum { TOLD_MAX = 2000, ROWS_MAX = 16, BODY_MAX = 64 };

static struct told {
    struct bus_event event;
    json_t *members;
} told[TOLD_MAX];
static size_t told_count;
static char row_bodies[ROWS_MAX][BODY_MAX];
static size_t row_count;
static int in_calls;
static struct call_reply last;
static unsigned replies;

static struct loop *loop;
static struct store *store;
static struct bus *bus;
static struct calls *calls;
static struct caller ada, ada2, bo, bo2, eve;
static struct id room;
static struct id call; /* started last */
static const struct id none;

static json_t *parse(struct span text)
{
    json_error_t why;
    json_t *json = json_loadb(text.p, text.len, 0, &why);

    if (!json)
        test_fail(__FILE__, __LINE__, "%s: %.*s", why.text, SPAN_ARG(text));
    return json;
}

static void on_told(const struct bus_event *e, void *arg)
{
    struct buf object = {0};

    (void)arg;
    if (e->kind != BUS_EVENT)
        return;
    CHECK(told_count < TOLD_MAX);
    buf_add_char(&object, '{');
    buf_add_span(&object, e->members);
    buf_add_char(&object, '}');
    told[told_count].event = *e;
    told[told_count++].members = parse(buf_span(&object));
    buf_done(&object);
}

static inline void forget_told(void)
{
    while (told_count > 0)
        json_decref(told[--told_count].members);
}

/* The last event of the type to the user, or NULL. */
static inline const json_t *heard(const char *type, const struct id *user)
{
    for (size_t i = told_count; i-- > 0;) {
        if (strcmp(told[i].event.type, type) == 0 && id_eq(&told[i].event.user, user))
            return told[i].members;
    }
    return NULL;
}

static inline const char *call_text(const struct id *user, const char *key)
{
    const json_t *v = json_object_get(json_object_get(heard("call", user), "call"), key);

    return json_is_string(v) ? json_string_value(v) : "(none)";
}

static void on_in_call(const struct id *user, bool on, void *arg)
{
    (void)user;
    (void)arg;
    in_calls += on ? 1 : -1;
}

static void on_row(const struct message *row, void *arg)
{
    (void)arg;
    CHECK(row_count < ROWS_MAX);
    (void)snprintf(row_bodies[row_count++], BODY_MAX, "%.*s", SPAN_ARG(row->body));
}

/* A step on the store by hand; all that was handed over before it is answered first. */
struct step {
    struct job job;
    int (*run)(struct db *db, struct step *s);
    const char *name;
    const struct id *ids;
    struct id id;
    int64_t number;
    int rc;
};

static int step_run(struct db *db, struct job *job)
{
    struct step *s = container_of(job, struct step, job);

    return s->run ? s->run(db, s) : 0;
}

static void step_done(struct job *job, int rc)
{
    container_of(job, struct step, job)->rc = rc;
    loop_stop(loop);
}

static inline int step(struct step *s)
{
    job_init(&s->job, step_run, step_done);
    store_write(store, &s->job, SPAN_NONE);
    loop_run(loop);
    job_done(&s->job);
    return s->rc;
}

static inline void settle(void)
{
    CHECK_OK(step(&(struct step){0}));
}

static int add_person(struct db *db, struct step *s)
{
    char email[64];

    (void)snprintf(email, sizeof(email), "%s@example.org", s->name);
    s->id = id_new(s->job.now);
    const struct person p = {.id = s->id,
                             .name = span_str(s->name),
                             .email = span_str(email),
                             .role = span_str("member"),
                             .active = true};
    const int rc = person_insert(db, &p, s->job.now);

    return rc < 0 ? rc : 0;
}

static int add_room(struct db *db, struct step *s)
{
    s->id = id_new(s->job.now);
    const struct channel_new c = {
        .id = s->id, .kind = span_str(s->name), .direct_key = id_span(&s->id)};
    int rc = channel_insert(db, &c, s->job.now);

    for (int i = 0; rc >= 0 && i < 2; i++)
        rc = member_insert(db, &s->id, &s->ids[i], s->job.now);
    return rc < 0 ? rc : 0;
}

static inline struct id make_room(const char *kind, const struct id *a, const struct id *b)
{
    const struct id ids[] = {*a, *b};
    struct step s = {.run = add_room, .name = kind, .ids = ids};

    CHECK_OK(step(&s));
    return s.id;
}

static inline struct caller page_of(const struct id *user)
{
    const struct wall now = loop_wall(loop);

    return (struct caller){.actor = {.user = *user,
                                     .session = id_new(now),
                                     .role = ROLE_MEMBER,
                                     .scopes = SCOPES_OF_SESSION},
                           .page = id_new(now)};
}

static inline struct caller person(const char *name)
{
    struct step s = {.run = add_person, .name = name};

    CHECK_OK(step(&s));
    return page_of(&s.id);
}

static inline void open_calls(const char *folder)
{
    const struct store_conf conf = {.path = folder};
    struct buf why = {0};

    loop = loop_new();
    if (store_open(loop, &conf, &store, &why) < 0)
        test_fail(__FILE__, __LINE__, "%s", buf_cstr(&why));
    buf_done(&why);
    bus = bus_new(loop);
    bus_subscribe(bus, on_told, NULL);
    calls = calls_new(&(struct calls_conf){
        .loop = loop, .store = store, .bus = bus, .in_call = on_in_call, .row = on_row});
}

static inline void add_people(void)
{
    ada = person("Ada");
    bo = person("Bo");
    eve = person("Eve");
    ada2 = page_of(&ada.actor.user);
    bo2 = page_of(&bo.actor.user);
    room = make_room("direct", &ada.actor.user, &bo.actor.user);
}

static inline void begin(void)
{
    open_calls(folder_make());
    add_people();
}

static inline void end(void)
{
    store_close(store);
    calls_free(calls);
    bus_free(bus);
    loop_free(loop);
    forget_told();
}

static inline void finish(void)
{
    end();
    folder_remove();
}

static void on_call(const struct call_reply *r, void *arg)
{
    (void)arg;
    last = *r;
    replies++;
    loop_stop(loop);
}

static inline void ask(const struct caller *who, const struct id *channel)
{
    calls_start(calls, who, &(struct call_start){.channel = *channel, .video = true, .mic = true},
                on_call, NULL);
}

static inline int start(const struct caller *who, const struct id *channel)
{
    const unsigned before = replies;

    ask(who, channel);
    while (replies == before)
        loop_run(loop);
    if (last.rc == 0)
        call = last.call;
    return last.rc;
}

static inline int join(const struct caller *who)
{
    struct id leg;

    return calls_join(calls, who, &call, true, false, &leg);
}

static inline void begin_active(void)
{
    begin();
    CHECK_OK(start(&ada, &room));
    CHECK_OK(join(&bo));
}

static json_t *records;
static bool more_records;

static void on_history(int rc, struct buf *json, void *arg)
{
    (void)arg;
    CHECK_OK(rc);
    json_t *all = parse(buf_span(json));
    json_decref(records);
    records = json_incref(json_object_get(all, "calls"));
    more_records = json_is_true(json_object_get(all, "more"));
    json_decref(all);
    loop_stop(loop);
}

/* Into records; the caller ends it with forget_records(). */
static inline void read_history(const struct caller *who, const struct id *before, bool missed,
                                int64_t limit)
{
    settle();
    calls_history(calls, &who->actor, before, missed, limit, on_history, NULL);
    loop_run(loop);
}

static inline void forget_records(void)
{
    json_decref(records);
    records = NULL;
}

static inline const char *record_text(size_t i, const char *key)
{
    return json_string_value(json_object_get(json_array_get(records, i), key));
}

/* How the last call went for each, as their histories have it. */
static inline void check_outcomes(const char *of_ada, const char *of_bo)
{
    read_history(&ada, &none, false, 0);
    CHECK_STR(record_text(0, "outcome"), of_ada);
    CHECK_STR(record_text(0, "direction"), "out");
    read_history(&bo, &none, false, 0);
    CHECK_STR(record_text(0, "outcome"), of_bo);
    CHECK_STR(record_text(0, "direction"), "in");
    const json_t *peer = json_object_get(json_array_get(records, 0), "peer");
    CHECK_STR(json_string_value(json_object_get(peer, "name")), "Ada");
    forget_records();
}
