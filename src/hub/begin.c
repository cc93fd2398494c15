/*
 * How a client begins: hello; then either what it missed and `resumed`, or `gap` with the whole state
 * and what came while that was read.
 */
#include "base/json.h"
#include "http/frame.h"
#include "http/server.h"
#include "hub/inside.h"

enum {
    IDLE_SECONDS = 75, /* as hello tells: the sockets are pinged well before */
    RESYNCS_MAX = 3,   /* loads begun anew because memberships changed meanwhile */
};

bool concerns_page(const struct recent_entry *e, const struct client *c)
{
    if (!id_none(&e->except_user) && id_eq(&e->except_user, &c->actor.user))
        return false;
    /* What concerns the whole house is not for its guests. */
    if (e->audience == BUS_TO_ALL && c->actor.role == ROLE_GUEST)
        return false;
    return e->audience != BUS_TO_PAGE || id_eq(&e->page, &c->page);
}

bool concerns(const struct recent_entry *e, const struct client *c)
{
    if (!concerns_page(e, c))
        return false;
    switch (e->audience) {
    case BUS_TO_ALL: return true;
    case BUS_TO_CHANNEL: return listener_in(c->ear.listener, &e->channel);
    case BUS_TO_USER:
    case BUS_TO_PAGE: return id_eq(&e->user, &c->actor.user);
    }
    return false;
}

/* Everything after pos that is for this client; returns how many. */
static size_t replay(struct client *c, uint64_t pos)
{
    struct hub *h = c->hub;
    size_t n = 0;

    for (const struct recent_entry *e = recent_after(h->recent, pos); e;
         e = recent_after(h->recent, e->pos)) {
        if (!concerns(e, c))
            continue;
        websocket_send(c->ws, e->frame, false);
        n++;
    }
    return n;
}

static void send_resumed(struct client *c, size_t count)
{
    struct buf text = {0};
    struct json_out o = json_out(&text);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "resumed");
    json_put_i64(&o, "pos", (int64_t)c->hub->pos);
    json_put_i64(&o, "count", (int64_t)count);
    json_obj_end(&o);
    client_send(c, buf_span(&text));
    buf_done(&text);
}

static void send_gap(struct client *c, struct span state_members)
{
    struct buf text = {0};

    buf_add_str(&text, "{\"type\":\"gap\",\"state\":{\"epoch\":\"");
    buf_add_str(&text, c->hub->epoch.s);
    buf_add_str(&text, "\",\"pos\":");
    buf_add_u64(&text, c->from);
    buf_add_char(&text, ',');
    buf_add_span(&text, state_members);
    buf_add_str(&text, "}}");
    client_send(c, buf_span(&text));
    buf_done(&text);
}

/* Bytes of what the client missed since pos. */
static size_t weight_since(const struct client *c, uint64_t pos)
{
    const struct hub *h = c->hub;
    size_t bytes = 0;

    for (const struct recent_entry *e = recent_after(h->recent, pos); e;
         e = recent_after(h->recent, e->pos)) {
        if (concerns(e, c))
            bytes += frame_len(e->frame);
    }
    return bytes;
}

/* More than half a queue would be too much for a slow line again and again: it gets the whole state
 * instead, which is one frame, and asks for what it shows. */
static bool can_resume(const struct client *c)
{
    const struct hub *h = c->hub;

    return c->resume >= 0 && recent_reaches(h->recent, (uint64_t)c->resume, h->pos) &&
           weight_since(c, (uint64_t)c->resume) <= HTTP_QUEUE_MAX / 2;
}

/* The person's channels are known: from here on events are delivered as they come. */
static void begin(struct client *c, struct span state_members)
{
    c->loading = false;
    if (can_resume(c)) {
        send_resumed(c, replay(c, (uint64_t)c->resume));
        return;
    }
    send_gap(c, state_members);
    (void)replay(c, c->from);
}

static void on_loaded(int rc, struct span state_members, const struct id *channels, size_t n,
                      void *token);

static void load(struct client *c)
{
    struct hub *h = c->hub;

    c->from = h->pos;
    c->moves = listener_moves(c->ear.listener);
    h->conf.load(&c->actor, on_loaded, c, h->conf.arg);
}

/* The page comes back by itself. */
static void give_up(struct client *c, const char *why)
{
    c->loading = false;
    websocket_close(c->ws, WS_TRY_AGAIN_LATER, why);
}

static void on_loaded(int rc, struct span state_members, const struct id *channels, size_t n,
                      void *token)
{
    struct client *c = token;
    struct hub *h = c->hub;

    if (!c->ws) {
        (void)client_free(c);
        return;
    }
    if (rc < 0) {
        give_up(c, "the state could not be read");
        return;
    }

    /* What was read may be of before a membership event, or of before what the ring reaches. */
    struct listener *l = c->ear.listener;
    const bool stale = (!listener_loaded(l) && listener_moves(l) != c->moves) ||
                       !recent_reaches(h->recent, c->from, h->pos);
    if (stale && c->resyncs++ < RESYNCS_MAX) {
        load(c);
        return;
    }
    if (stale) {
        give_up(c, "the state changes too fast");
        return;
    }
    audience_load(h->audience, l, channels, n);
    begin(c, state_members);
}

void client_hello(struct client *c)
{
    struct buf text = {0};
    struct json_out o = json_out(&text);

    json_obj_begin(&o, NULL);
    json_put_cstr(&o, "type", "hello");
    json_put_cstr(&o, "epoch", c->hub->epoch.s);
    json_put_i64(&o, "pos", (int64_t)c->hub->pos);
    json_put_id(&o, "page", &c->page);
    json_put_i64(&o, "idle_s", IDLE_SECONDS);
    json_obj_end(&o);
    client_send(c, buf_span(&text));
    buf_done(&text);
}

void client_begin(struct client *c)
{
    if (listener_loaded(c->ear.listener) && can_resume(c)) {
        begin(c, SPAN_NONE);
    } else {
        load(c);
    }
}

void client_begin_anew(struct client *c)
{
    if (!c->ws || c->loading)
        return; /* its answer, which is on its way, is stale by the number of moves */
    c->loading = true;
    c->resume = -1;
    load(c);
}
