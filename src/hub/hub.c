#include "hub/hub.h"

#include "base/json.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/rand.h"
#include "http/frame.h"
#include "http/request.h"
#include "hub/inside.h"

#include <assert.h>
#include <errno.h>

enum {
    EXCESS_MAX = 2000,    /* messages over the rate before the socket is closed */
    WS_SIGNED_OUT = 4401, /* our own: the session of this socket has ended */
};

/* What one page may send: a call begins with a burst of candidates. */
static const struct bucket_conf message_rate = {.burst = 100, .refill = 20 * MSEC};

static struct metric sockets = METRIC_GAUGE("convene_sockets", "WebSockets that are open");
static struct metric delivered =
    METRIC_COUNTER("convene_events_delivered_total", "Event frames queued to sockets");

const char *hub_epoch(const struct hub *h)
{
    return h->epoch.s;
}

uint64_t hub_pos(const struct hub *h)
{
    return h->pos;
}

size_t hub_client_count(const struct hub *h)
{
    return h->clients;
}

const struct actor *client_actor(const struct client *c)
{
    return &c->actor;
}

const struct id *client_page(const struct client *c)
{
    return &c->page;
}

void client_send(struct client *c, struct span json)
{
    if (!c->ws)
        return;

    struct frame *frame = frame_new_text(json);
    websocket_send(c->ws, frame, false);
    (void)frame_unref(frame);
}

struct delivery {
    const struct recent_entry *entry;
    struct frame *frame;
    bool droppable;
};

static void deliver(struct ear *ear, void *arg)
{
    const struct client *c = container_of(ear, struct client, ear);
    const struct delivery *d = arg;

    if (c->loading || !c->ws || !concerns_page(d->entry, c))
        return;
    websocket_send(c->ws, d->frame, d->droppable);
    metric_add(&delivered, 1);
}

static void deliver_to_audience(struct hub *h, struct delivery *d)
{
    switch (d->entry->audience) {
    case BUS_TO_ALL: audience_each(h->audience, deliver, d); break;
    case BUS_TO_CHANNEL:
        audience_each_of_channel(h->audience, &d->entry->channel, deliver, d);
        break;
    case BUS_TO_USER:
    case BUS_TO_PAGE: audience_each_of_user(h->audience, &d->entry->user, deliver, d); break;
    }
}

static struct frame *event_frame(const char *type, uint64_t pos, struct span members)
{
    struct buf text = {0};

    buf_add_str(&text, "{\"type\":\"");
    buf_add_str(&text, type);
    buf_add_str(&text, "\",\"pos\":");
    buf_add_u64(&text, pos);
    if (members.len > 0)
        buf_add_char(&text, ',');
    buf_add_span(&text, members);
    buf_add_char(&text, '}');
    struct frame *frame = frame_new_text(buf_span(&text));
    buf_done(&text);
    return frame;
}

static void on_event(struct hub *h, const struct bus_event *e)
{
    h->pos++;
    struct frame *frame = event_frame(e->type, h->pos, e->members);
    const struct recent_entry entry = {
        .pos = h->pos,
        .audience = e->audience,
        .channel = e->channel,
        .user = e->user,
        .page = e->page,
        .except_user = e->except_user,
        .frame = frame,
    };
    struct delivery d = {.entry = &entry, .frame = frame, .droppable = e->transient};

    if (!e->transient)
        recent_add(h->recent, h->pos, e, frame);
    deliver_to_audience(h, &d);
    (void)frame_unref(frame);
}

static void say_bye(struct client *c, const char *reason, usec_t after)
{
    struct buf text = {0};
    struct json_out o = json_out(&text);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "bye");
    json_put_cstr(&o, "reason", reason);
    json_put_i64(&o, "after_ms", (int64_t)(after / MSEC));
    json_obj_end(&o);
    client_send(c, buf_span(&text));
    buf_done(&text);
}

static void end_if_of_session(struct ear *ear, void *arg)
{
    struct client *c = container_of(ear, struct client, ear);
    const struct id *session = arg;

    if (!c->ws || !id_eq(&c->actor.session, session))
        return;
    say_bye(c, "signed_out", 0);
    websocket_close(c->ws, WS_SIGNED_OUT, "signed out");
}

static void on_session_ended(struct hub *h, const struct bus_event *e)
{
    struct id session = e->session;

    audience_each_of_user(h->audience, &e->user, end_if_of_session, &session);
}

static void on_bus(const struct bus_event *e, void *arg)
{
    struct hub *h = arg;

    switch (e->kind) {
    case BUS_EVENT: on_event(h, e); break;
    case BUS_MEMBER_ADDED: audience_enter(h->audience, &e->user, &e->channel); break;
    case BUS_MEMBER_REMOVED: audience_exit(h->audience, &e->user, &e->channel); break;
    case BUS_SESSION_ENDED: on_session_ended(h, e); break;
    case BUS_PRESENCE: watch_tell(h->watch, &e->user, e->members); break;
    }
}

struct client *client_free(struct client *c)
{
    if (c) {
        struct hub *h = c->hub;
        watch_set(h->watch, &c->eye, NULL, 0);
        audience_leave(h->audience, &c->ear);
        h->clients--;
        metric_set(&sockets, (int64_t)h->clients);
    }
    return mem_free(c);
}

static void find_same_page(struct ear *ear, void *arg)
{
    const struct client *other = container_of(ear, struct client, ear);
    const struct client **mine = arg;

    if (*mine && other != *mine && other->ws && id_eq(&other->page, &(*mine)->page))
        *mine = NULL;
}

static bool page_is_gone(struct client *c)
{
    const struct client *alone = c;

    audience_each_of_user(c->hub->audience, &c->actor.user, find_same_page, &alone);
    return alone != NULL;
}

static void on_close(struct websocket *ws, int code, void *arg)
{
    struct client *c = arg;
    struct hub *h = c->hub;

    (void)ws;
    log_debug("hub.close", "user=%s code=%d", c->actor.user.s, code);
    c->ws = NULL;
    h->conf.closed(c, page_is_gone(c), h->conf.arg);
    if (!c->loading)
        (void)client_free(c);
}

static void refuse_excess(struct client *c)
{
    static const char error[] =
        "{\"type\":\"error\",\"ref\":null,\"error\":{\"code\":\"rate_limited\","
        "\"message\":\"Too many messages; some were left out. Send more slowly.\"}}";

    if (c->excess == 0)
        client_send(c, span_str(error));
    if (++c->excess == EXCESS_MAX)
        websocket_close(c->ws, WS_POLICY, "too many messages");
}

static void on_message(struct websocket *ws, struct span text, void *arg)
{
    struct client *c = arg;
    struct hub *h = c->hub;

    (void)ws;
    if (bucket_take(&c->rate, &message_rate, loop_now(h->conf.loop)) > 0) {
        refuse_excess(c);
        return;
    }
    c->excess = 0;
    h->conf.received(c, text, h->conf.arg);
}

static bool too_many_pages(struct hub *h, const struct id *user)
{
    const struct listener *l = audience_find(h->audience, user);

    return l && listener_ears(l) >= HUB_CLIENTS_PER_USER;
}

static struct client *client_new(struct hub *h, struct websocket *ws, const struct hub_open *open)
{
    struct client *c = mem_new(struct client);

    c->hub = h;
    c->ws = ws;
    c->actor = open->actor;
    c->page = id_none(&open->page) ? id_new(loop_wall(h->conf.loop)) : open->page;
    c->resume = span_is(open->epoch, h->epoch.s) ? open->pos : -1;
    c->loading = true;
    eye_init(&c->eye);
    audience_join(h->audience, &open->actor.user, &c->ear);
    h->clients++;
    metric_set(&sockets, (int64_t)h->clients);
    return c;
}

void hub_open(struct hub *h, struct request *req, const struct hub_open *open)
{
    const struct websocket_conf conf = {
        .on_message = on_message,
        .on_close = on_close,
        .max_message = HUB_MESSAGE_MAX,
    };

    ASSERT_ON(h->conf.loop);
    if (too_many_pages(h, &open->actor.user)) {
        http_respond_error(req, 429, "rate_limited",
                           "Too many pages of yours are open; close some and try again", NULL);
        return;
    }
    struct websocket *ws = http_upgrade(req, &conf);
    if (!ws)
        return;

    struct client *c = client_new(h, ws, open);
    websocket_set_arg(ws, c);
    client_hello(c);
    h->conf.opened(c, h->conf.arg);
    client_begin(c);
}

int client_watch(struct client *c, const struct id *users, size_t n)
{
    struct hub *h = c->hub;

    if (n > HUB_WATCH_MAX)
        return -EDQUOT;
    watch_set(h->watch, &c->eye, users, n);

    struct buf now = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_add_char(&now, ',');
        h->conf.presence(&users[i], &now, h->conf.arg);
    }
    if (n > 0 && c->ws) {
        struct frame *frame = watch_frame(buf_span(&now));
        websocket_send(c->ws, frame, true);
        (void)frame_unref(frame);
    }
    buf_done(&now);
    return 0;
}

static void send_news(struct eye *eye, struct frame *frame, void *arg)
{
    const struct client *c = container_of(eye, struct client, eye);

    (void)arg;
    if (c->ws)
        websocket_send(c->ws, frame, true);
}

static void bye_with_chance(struct ear *ear, void *arg)
{
    struct client *c = container_of(ear, struct client, ear);
    const usec_t spread = *(const usec_t *)arg;

    say_bye(c, "restart", spread > 0 ? rand_below(spread) : 0);
}

static void begin_anew(struct ear *ear, void *arg)
{
    (void)arg;
    client_begin_anew(container_of(ear, struct client, ear));
}

void hub_resync(struct hub *h)
{
    ASSERT_ON(h->conf.loop);
    h->epoch = id_new(loop_wall(h->conf.loop)); /* so that no page resumes across this */
    audience_forget(h->audience);
    audience_each(h->audience, begin_anew, NULL);
}

void hub_say_bye(struct hub *h, usec_t spread)
{
    audience_each(h->audience, bye_with_chance, &spread);
}

struct hub *hub_new(const struct hub_conf *conf)
{
    struct hub *h = mem_new(struct hub);

    h->conf = *conf;
    h->epoch = id_new(loop_wall(conf->loop));
    h->audience = audience_new();
    h->recent = recent_new();
    h->watch = watch_new(conf->loop, send_news, h);
    bus_subscribe(conf->bus, on_bus, h);
    return h;
}

struct hub *hub_free(struct hub *h)
{
    if (!h)
        return NULL;
    assert(h->clients == 0);
    h->watch = watch_free(h->watch);
    h->recent = recent_free(h->recent);
    h->audience = audience_free(h->audience);
    return mem_free(h);
}
