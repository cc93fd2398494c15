/*
 * What pages say over their sockets: checked by the contract as calls are, then handed to chat,
 * calls or presence.  One with a ref is answered by `done` or `error` with the same number.
 */
#include "api/inside.h"
#include "calls/calls.h"
#include "chat/chat.h"

#include <assert.h>
#include <errno.h>

/* One message of a client, while it is looked at. */
struct said {
    struct api *api;
    struct client *client;
    const json_t *obj; /* checked */
    int64_t ref;       /* -1: none */
};

static void send_error(struct client *c, int64_t ref, const struct refusal *why)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "error");
    if (ref >= 0) {
        json_put_i64(&o, "ref", ref);
    } else {
        json_put_null(&o, "ref");
    }
    refusal_write(why, &o, "error");
    json_obj_end(&o);
    client_send(c, buf_span(&json));
    buf_done(&json);
}

static void send_errno(struct client *c, int64_t ref, int rc)
{
    struct refusal why;

    refusal_from_errno(&why, rc);
    send_error(c, ref, &why);
}

/* call and leg may be NULL. */
static void send_done(const struct api *a, struct client *c, int64_t ref, const struct id *call,
                      const struct id *leg)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (ref < 0)
        return;
    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "done");
    json_put_i64(&o, "ref", ref);
    if (call)
        calls_write(a->conf.calls, call, "call", &o);
    if (leg)
        json_put_id(&o, "leg", leg);
    json_obj_end(&o);
    client_send(c, buf_span(&json));
    buf_done(&json);
}

static void finish(const struct said *s, int rc)
{
    if (rc < 0) {
        send_errno(s->client, s->ref, rc);
    } else {
        send_done(s->api, s->client, s->ref, NULL, NULL);
    }
}

static struct id id_of(const struct said *s, const char *key)
{
    struct id id = {{0}};
    const int rc = id_parse(json_get_span(s->obj, key), &id);

    assert(rc == 0);
    (void)rc;
    return id;
}

static struct caller caller_of(const struct said *s)
{
    return (struct caller){*client_actor(s->client), *client_page(s->client)};
}

typedef void said_fn(const struct said *s);

static void on_ping(const struct said *s)
{
    finish(s, 0);
}

static void on_watch(const struct said *s)
{
    const json_t *list = json_object_get(s->obj, "users");
    const size_t n = json_array_size(list);
    struct id *ids = mem_array(struct id, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);

        (void)id_parse(span_of(json_string_value(one), json_string_length(one)), &ids[i]);
    }
    finish(s, client_watch(s->client, ids, n));
    (void)mem_free(ids);
}

static void on_activity(const struct said *s)
{
    presence_page(s->api->conf.presence, &client_actor(s->client)->user, client_page(s->client),
                  json_get_bool(s->obj, "active", true));
    finish(s, 0);
}

static void on_typing(const struct said *s)
{
    const struct id channel = id_of(s, "channel");

    chat_typing(s->api->conf.chat, client_actor(s->client), &channel, NULL, NULL);
}

/* A start, or a connection, is answered turns later, when its socket may be gone. */
struct start {
    struct list link;
    struct api *api;
    struct client *client; /* NULL: gone */
    int64_t ref;
};

static void started(const struct call_reply *r, void *arg)
{
    struct start *start = arg;

    if (start->client && r->rc < 0) {
        send_errno(start->client, start->ref, r->rc);
    } else if (start->client) {
        send_done(start->api, start->client, start->ref, &r->call, &r->leg);
    }
    list_del(&start->link);
    (void)mem_free(start);
}

static void on_call_start(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct call_start what = {
        .channel = id_of(s, "channel"),
        .video = json_get_bool(s->obj, "video", false),
        .mic = json_get_bool(s->obj, "mic", false),
        .camera = json_get_bool(s->obj, "camera", false),
    };
    struct start *start = mem_new(struct start);

    start->api = s->api;
    start->client = s->client;
    start->ref = s->ref;
    list_add_tail(&s->api->starts, &start->link);
    calls_start(s->api->conf.calls, &who, &what, started, start);
}

static void on_call_join(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    struct id leg;
    const int rc = calls_join(s->api->conf.calls, &who, &call, json_get_bool(s->obj, "mic", false),
                              json_get_bool(s->obj, "camera", false), &leg);

    if (rc < 0) {
        finish(s, rc);
    } else {
        send_done(s->api, s->client, s->ref, &call, &leg);
    }
}

static void on_call_decline(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");

    finish(s, calls_decline(s->api->conf.calls, &who, &call));
}

static void on_call_leave(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");

    finish(s, calls_leave(s->api->conf.calls, &who, &call));
}

static void on_call_media(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");

    const struct call_media m = {.mic = json_get_bool(s->obj, "mic", false),
                                 .camera = json_get_bool(s->obj, "camera", false),
                                 .screen = json_get_bool(s->obj, "screen", false),
                                 .hand = json_get_bool(s->obj, "hand", false)};

    finish(s, calls_media(s->api->conf.calls, &who, &call, &m));
}

static void on_call_signal(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    const struct id to = id_of(s, "to");
    const json_t *signal = json_object_get(s->obj, "signal");
    struct refusal why;

    if (json_object_size(signal) != 1) {
        (void)refuse(&why, CODE_BAD_VALUE, "signal",
                     "signal must have either description or candidate.");
        send_error(s->client, s->ref, &why);
        return;
    }
    finish(s, calls_signal(s->api->conf.calls, &who, &call, &to, signal));
}

static void on_call_react(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");

    finish(s, calls_react(s->api->conf.calls, &who, &call, json_get_span(s->obj, "reaction")));
}

static void on_call_mute(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    struct id leg;
    const bool one = id_parse(json_get_span(s->obj, "leg"), &leg) == 0;

    finish(s, calls_mute(s->api->conf.calls, &who, &call, one ? &leg : NULL));
}

static void on_call_remove(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    const struct id leg = id_of(s, "leg");

    finish(s, calls_remove(s->api->conf.calls, &who, &call, &leg));
}

static void on_call_end(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");

    finish(s, calls_end(s->api->conf.calls, &who, &call));
}

static void on_call_view(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    const json_t *slots = json_object_get(s->obj, "slots");
    const size_t n = json_array_size(slots);
    struct call_want *wants = mem_array(struct call_want, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(slots, i);
        const int rc = id_parse(json_get_span(one, "leg"), &wants[i].leg);
        assert(rc == 0);
        (void)rc;
        wants[i].slot = (unsigned)json_get_i64(one, "slot", 0);
        wants[i].height = (unsigned)json_get_i64(one, "height", 0);
        wants[i].screen = span_is(json_get_span(one, "source"), "screen");
    }
    finish(s, calls_view(s->api->conf.calls, &who, &call, wants, n));
    (void)mem_free(wants);
}

/* A connection is answered turns later, as a start is. */
static void send_answer(struct client *c, int64_t ref, struct span sdp)
{
    struct buf json = {0};
    struct json_out o = json_out(&json);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "done");
    json_put_i64(&o, "ref", ref);
    json_put_str(&o, "sdp", sdp);
    json_obj_end(&o);
    client_send(c, buf_span(&json));
    buf_done(&json);
}

static void refuse_offer(struct client *c, int64_t ref, struct span reason)
{
    struct refusal why;

    (void)refuse(&why, CODE_BAD_VALUE, "sdp", "The offer cannot be answered: %.*s.",
                 SPAN_ARG(reason));
    send_error(c, ref, &why);
}

static void connected(int rc, struct span text, void *arg)
{
    struct start *start = arg;

    if (start->client && rc == 0) {
        send_answer(start->client, start->ref, text);
    } else if (start->client && rc == -EBADMSG) {
        refuse_offer(start->client, start->ref, text);
    } else if (start->client) {
        send_errno(start->client, start->ref, rc);
    }
    list_del(&start->link);
    (void)mem_free(start);
}

static void on_call_connect(const struct said *s)
{
    const struct caller who = caller_of(s);
    const struct id call = id_of(s, "call");
    struct start *start = mem_new(struct start);

    start->api = s->api;
    start->client = s->client;
    start->ref = s->ref;
    list_add_tail(&s->api->starts, &start->link);
    const int rc = calls_connect(s->api->conf.calls, &who, &call, json_get_span(s->obj, "sdp"),
                                 connected, start);
    if (rc == 0)
        return;
    list_del(&start->link);
    (void)mem_free(start);
    finish(s, rc);
}

static said_fn *const handlers[MESSAGE_MAX_] = {
    [MESSAGE_PING] = on_ping,
    [MESSAGE_WATCH] = on_watch,
    [MESSAGE_ACTIVITY] = on_activity,
    [MESSAGE_TYPING] = on_typing,
    [MESSAGE_CALL_START] = on_call_start,
    [MESSAGE_CALL_JOIN] = on_call_join,
    [MESSAGE_CALL_DECLINE] = on_call_decline,
    [MESSAGE_CALL_LEAVE] = on_call_leave,
    [MESSAGE_CALL_MEDIA] = on_call_media,
    [MESSAGE_CALL_SIGNAL] = on_call_signal,
    [MESSAGE_CALL_CONNECT] = on_call_connect,
    [MESSAGE_CALL_VIEW] = on_call_view,
    [MESSAGE_CALL_REACT] = on_call_react,
    [MESSAGE_CALL_MUTE] = on_call_mute,
    [MESSAGE_CALL_REMOVE] = on_call_remove,
    [MESSAGE_CALL_END] = on_call_end,
};

/* For a channel or a call the domain says, which knows the relation. */
static int may(const struct actor *actor, const struct message_def *def)
{
    const struct object self = OBJECT_OF_SELF;
    const struct object none = OBJECT_OF_NONE;

    switch (def->object) {
    case OBJECT_NONE: return authorize(actor, def->verb, &none);
    case OBJECT_SELF: return authorize(actor, def->verb, &self);
    default: return 0;
    }
}

static const struct message_def *find(struct span type)
{
    for (size_t i = 0; i < MESSAGE_MAX_; i++) {
        if (span_is(type, api_messages[i].name))
            return &api_messages[i];
    }
    return NULL;
}

/* A ref is told back even of a message that is wrong otherwise, so that its sender hears of it. */
static int64_t ref_of(const json_t *obj)
{
    const int64_t ref = json_get_i64(obj, "ref", -1);

    return ref >= 0 && ref <= INT32_MAX ? ref : -1;
}

static void take_message(struct said *s)
{
    const struct message_def *def = find(json_get_span(s->obj, "type"));
    struct refusal why;
    int rc;

    if (!def) {
        (void)refuse(&why, CODE_BAD_VALUE, "type",
                     "type must be one of the messages of /api/events.json.");
        send_error(s->client, s->ref, &why);
        return;
    }
    if (check_object(&def->shape, s->obj, "type", &why)) {
        send_error(s->client, s->ref, &why);
        return;
    }
    rc = may(client_actor(s->client), def);
    if (rc) {
        send_errno(s->client, s->ref, rc);
    } else {
        handlers[def - api_messages](s);
    }
}

static void received(struct client *c, struct span text, void *arg)
{
    struct said s = {.api = arg, .client = c};
    const char *reason = "";
    struct refusal why;
    json_t *obj;

    if (json_parse_object(text, &obj, &reason)) {
        (void)refuse(&why, CODE_MALFORMED, NULL, "A message must be one JSON object: %s.", reason);
        send_error(c, -1, &why);
        return;
    }
    s.obj = obj;
    s.ref = ref_of(obj);
    take_message(&s);
    json_decref(obj);
}

static void opened(struct client *c, void *arg)
{
    const struct api *a = arg;
    const struct id *user = &client_actor(c)->user;

    presence_page(a->conf.presence, user, client_page(c), true);
    calls_page_open(a->conf.calls, user, client_page(c));
}

static void closed(struct client *c, bool page_gone, void *arg)
{
    const struct api *a = arg;
    const struct id *user = &client_actor(c)->user;

    LIST_EACH (&a->starts, it) {
        struct start *start = container_of(it, struct start, link);

        if (start->client == c)
            start->client = NULL;
    }
    if (!page_gone)
        return;
    presence_page_gone(a->conf.presence, user, client_page(c));
    calls_page_gone(a->conf.calls, user, client_page(c));
}

struct loading {
    struct api *api;
    struct id user;
    hub_loaded_fn *loaded;
    void *token;
};

static void state_read(const struct chat_state *state, void *arg)
{
    struct loading *l = arg;
    struct json_out o;

    if (state->rc >= 0) {
        o = json_out(state->members);
        o.comma = true;
        calls_write_mine(l->api->conf.calls, &l->user, "calls", &o);
        l->loaded(0, buf_span(state->members), state->channels, state->channel_count, l->token);
    } else {
        l->loaded(state->rc, SPAN_NONE, NULL, 0, l->token);
    }
    (void)mem_free(l);
}

static void load(const struct actor *actor, hub_loaded_fn *loaded, void *token, void *arg)
{
    struct loading *l = mem_new(struct loading);

    *l = (struct loading){arg, actor->user, loaded, token};
    chat_state(l->api->conf.chat, actor, state_read, l);
}

static void presence(const struct id *user, struct buf *out, void *arg)
{
    const struct api *a = arg;

    presence_write(a->conf.presence, user, out);
}

void api_hub_conf(struct api *a, struct hub_conf *conf)
{
    *conf = (struct hub_conf){
        .loop = a->conf.loop,
        .bus = a->conf.bus,
        .load = load,
        .presence = presence,
        .opened = opened,
        .received = received,
        .closed = closed,
        .arg = a,
    };
}
