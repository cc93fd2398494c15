/*
 * world - a store in a folder of its own with a few people, a chat on it, and a note of all that
 * was told on the bus.  One a test.
 */
#pragma once

#include "chat/chat.h"
#include "store/channel.h"
#include "support/folder.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

enum { TOLD_MAX = 4000 };

struct told {
    struct bus_event event;
    json_t *members;
};

struct world {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct presence *presence;
    struct chat *chat;
    struct told told[TOLD_MAX];
    size_t told_count;
};

struct got {
    struct world *world;
    unsigned answers;
    int rc;
    bool again;
    const char *field;
    json_t *json;
};

#define UNUSED __attribute__((unused))

static json_t *parse(struct span text)
{
    json_error_t why;
    json_t *json = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &why);

    if (!json)
        test_fail(__FILE__, __LINE__, "%s: %.*s", why.text, SPAN_ARG(text));
    return json;
}

static void on_told(const struct bus_event *e, void *arg)
{
    struct world *w = arg;
    struct buf object = {0};

    CHECK(w->told_count < TOLD_MAX);
    struct told *t = &w->told[w->told_count++];
    t->event = *e;
    if (e->kind == BUS_EVENT) {
        buf_add_char(&object, '{');
        buf_add_span(&object, e->members);
        buf_add_char(&object, '}');
        t->members = parse(buf_span(&object));
        buf_done(&object);
    } else if (e->members.len > 0) {
        t->members = parse(e->members);
    }
}

static void forget_told(struct world *w)
{
    for (size_t i = 0; i < w->told_count; i++)
        json_decref(w->told[i].members);
    w->told_count = 0;
}

static void world_open(struct world *w, const char *folder)
{
    const struct store_conf conf = {.path = folder};
    struct buf why = {0};

    *w = (struct world){.loop = loop_new()};
    if (store_open(w->loop, &conf, &w->store, &why) < 0)
        test_fail(__FILE__, __LINE__, "%s", buf_cstr(&why));
    buf_done(&why);
    w->bus = bus_new(w->loop);
    bus_subscribe(w->bus, on_told, w);
    w->presence = presence_new(w->loop, w->bus, PRESENCE_GRACE);
    w->chat = chat_new(&(struct chat_conf){.loop = w->loop,
                                           .store = w->store,
                                           .bus = w->bus,
                                           .presence = w->presence,
                                           .version = "1"});
}

static void world_close(struct world *w)
{
    store_close(w->store);
    chat_free(w->chat);
    presence_free(w->presence);
    bus_free(w->bus);
    forget_told(w);
    loop_free(w->loop);
}

/* A step on the store by hand. */
struct step {
    struct job job;
    struct world *world;
    int (*run)(struct db *db, struct step *s);
    const char *name;
    struct id *ids;
    size_t count;
    int64_t number;
    int rc;
};

static int step_run(struct db *db, struct job *job)
{
    struct step *s = container_of(job, struct step, job);

    return s->run(db, s);
}

static void step_done(struct job *job, int rc)
{
    struct step *s = container_of(job, struct step, job);

    s->rc = rc;
    loop_stop(s->world->loop);
}

static UNUSED int step(struct world *w, struct step *s)
{
    s->world = w;
    job_init(&s->job, step_run, step_done);
    store_write(w->store, &s->job, SPAN_NONE);
    loop_run(w->loop);
    job_done(&s->job);
    return s->rc;
}

static int add_person(struct db *db, struct step *s)
{
    char email[64];

    (void)snprintf(email, sizeof(email), "%s@example.org", s->name);
    s->ids[0] = id_new(s->job.now);
    const struct person p = {.id = s->ids[0],
                             .name = span_str(s->name),
                             .email = span_str(email),
                             .role = span_str("member"),
                             .active = true};
    const int rc = person_insert(db, &p, s->job.now);

    return rc < 0 ? rc : 0;
}

static UNUSED struct actor person(struct world *w, const char *name)
{
    struct actor a = {.role = ROLE_MEMBER, .scopes = SCOPES_OF_SESSION};

    CHECK_OK(step(w, &(struct step){.run = add_person, .name = name, .ids = &a.user}));
    return a;
}

static void on_reply(const struct chat_reply *r, void *arg)
{
    struct got *g = arg;

    g->answers++;
    g->rc = r->rc;
    g->again = r->again;
    g->field = r->field;
    json_decref(g->json);
    g->json = r->rc == 0 && r->json->len > 0 ? parse(buf_span(r->json)) : NULL;
    loop_stop(g->world->loop);
}

/* g's rc after the act that was given g. */
static UNUSED int wait_for(struct got *g)
{
    const unsigned before = g->answers;

    while (g->answers == before)
        loop_run(g->world->loop);
    return g->rc;
}

static UNUSED struct id new_id(void)
{
    static int64_t ms = 1700000000000;

    return id_new((struct wall){ms++});
}

static UNUSED const char *text_of(const json_t *json, const char *key)
{
    const json_t *v = json_object_get(json, key);

    return json_is_string(v) ? json_string_value(v) : "(none)";
}

static UNUSED int64_t number_of(const json_t *json, const char *key)
{
    const json_t *v = json_object_get(json, key);

    if (!json_is_integer(v))
        test_fail(__FILE__, __LINE__, "no number %s", key);
    return json_integer_value(v);
}

static UNUSED struct id id_of(const json_t *json, const char *key)
{
    struct id id = {0};

    (void)id_parse(span_str(text_of(json, key)), &id);
    return id;
}

/* Sends and waits: rc. */
static UNUSED int say(struct got *g, const struct actor *a, const struct id *channel,
                      const char *body)
{
    const struct id client_id = new_id();

    chat_send(g->world->chat, a, channel, &client_id, span_str(body), on_reply, g);
    return wait_for(g);
}

static UNUSED struct id direct(struct got *g, const struct actor *a, const struct actor *b)
{
    chat_create_direct(g->world->chat, a, &b->user, on_reply, g);
    CHECK_OK(wait_for(g));
    return id_of(g->json, "id");
}

static UNUSED struct id group(struct got *g, const struct actor *a, const struct id *others,
                              size_t n)
{
    chat_create_group(g->world->chat, a, &(struct chat_group){.others = others, .count = n},
                      on_reply, g);
    CHECK_OK(wait_for(g));
    return id_of(g->json, "id");
}

/* The n-th event of this type since they were forgotten, or NULL. */
static UNUSED const struct told *told(const struct world *w, const char *type, size_t n)
{
    for (size_t i = 0; i < w->told_count; i++) {
        const struct told *t = &w->told[i];
        if (t->event.kind == BUS_EVENT && strcmp(t->event.type, type) == 0 && n-- == 0)
            return t;
    }
    return NULL;
}

static UNUSED size_t told_kind(const struct world *w, enum bus_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < w->told_count; i++)
        n += w->told[i].event.kind == kind;
    return n;
}

static UNUSED void world_end(struct world *w, struct got *g)
{
    json_decref(g->json);
    world_close(w);
    folder_remove();
}
