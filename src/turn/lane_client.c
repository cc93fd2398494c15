/*
 * Clients over TCP and TLS: frames cut out of the stream (RFC 8656, 3.1 and 12.5), and what goes back
 * queued for one write a batch.  Data for a client that does not read are dropped, as a full socket would
 * drop datagrams; a client without an allocation is closed in the end.
 */
#include "os/tcp.h"
#include "turn/lane_inside.h"

#include <errno.h>

enum {
    READ_SIZE = 16 * 1024,
    FRAME_MAX = CHANNEL_HEADER + DATAGRAM_MAX + 2048, /* a Send indication with its attributes */
    ROOM = READ_SIZE + FRAME_MAX,                     /* for frames in the making */
    READS_A_TURN = 8,
};

struct turn_client {
    struct list link;  /* idle_clients, then ended_clients */
    struct list dirty; /* dirty_clients */
    struct turn_lane *lane;
    struct stream *stream;
    struct path path;
    usec_t idle_since;
    struct buf in;  /* of a frame that is not whole */
    struct buf out; /* from sent on */
    size_t sent;
    bool ended; /* to be freed at the end of the turn: it may be in use further up */
};

static struct span key_of(const struct turn_client *c)
{
    return span_of(&c->path.connection, sizeof(c->path.connection));
}

struct turn_client *turn_client_find(const struct turn_lane *l, const struct path *path)
{
    return map_get(l->clients, span_of(&path->connection, sizeof(path->connection)));
}

static void want_flush(struct turn_client *c)
{
    if (list_empty(&c->dirty))
        list_add_tail(&c->lane->dirty_clients, &c->dirty);
}

static struct turn_client *turn_client_free(struct turn_client *c)
{
    (void)map_del(c->lane->clients, key_of(c));
    list_del(&c->link);
    list_del(&c->dirty);
    c->stream = stream_free(c->stream);
    buf_done(&c->in);
    buf_done(&c->out);
    return mem_free(c);
}

/* Nothing goes in or out any more; the rest when nobody is in the middle of it. */
static void end(struct turn_client *c)
{
    struct turn_lane *l = c->lane;

    if (c->ended)
        return;
    c->ended = true;
    stream_want(c->stream, 0);
    list_del(&c->dirty);
    list_del(&c->link);
    list_add_tail(&l->ended_clients, &c->link);
    loop_defer(l->conf.loop, &l->reap);
}

/* Their allocations go with them. */
void turn_clients_reap(void *lane)
{
    struct turn_lane *l = lane;

    while (!list_empty(&l->ended_clients)) {
        struct turn_client *c = container_of(l->ended_clients.next, struct turn_client, link);
        core_gone(l->core, &c->path);
        (void)turn_client_free(c);
    }
}

bool turn_client_ended(const struct turn_client *c)
{
    return c->ended;
}

void turn_client_idle(struct turn_client *c, bool idle)
{
    if (c->ended)
        return;
    list_del(&c->link);
    if (!idle)
        return;
    c->idle_since = loop_now(c->lane->conf.loop);
    list_add_tail(&c->lane->idle_clients, &c->link);
}

static size_t waits(const struct turn_client *c)
{
    return c->out.len - c->sent;
}

void turn_client_send(struct turn_client *c, struct span bytes, size_t padding)
{
    if (c->ended || waits(c) + bytes.len + padding > LANE_CLIENT_OUT)
        return;
    buf_add_span(&c->out, bytes);
    buf_add(&c->out, "\0\0\0", padding);
    want_flush(c);
}

void turn_client_answer(struct turn_client *c, struct span message)
{
    if (c->ended)
        return;
    if (waits(c) + message.len > LANE_CLIENT_OUT + LANE_CLIENT_ANSWERS) {
        end(c); /* it asks and asks, and does not read */
        return;
    }
    buf_add_span(&c->out, message);
    want_flush(c);
}

static void write_out(struct turn_client *c)
{
    while (c->sent < c->out.len) {
        struct iovec part = {c->out.p + c->sent, c->out.len - c->sent};
        const ssize_t n = stream_writev(c->stream, &part, 1);
        if (n == -EAGAIN)
            break;
        if (n < 0) {
            end(c);
            return;
        }
        c->sent += (size_t)n;
    }
    if (c->sent == c->out.len) {
        buf_clear(&c->out);
        c->sent = 0;
    } else if (c->sent > LANE_CLIENT_OUT / 2) {
        buf_drop(&c->out, c->sent);
        c->sent = 0;
    }
    stream_want(c->stream, STREAM_READ | (c->out.len > 0 ? STREAM_WRITE : 0));
}

void turn_clients_flush(struct turn_lane *l)
{
    while (!list_empty(&l->dirty_clients)) {
        struct turn_client *c = container_of(l->dirty_clients.next, struct turn_client, dirty);
        list_del(&c->dirty);
        write_out(c);
    }
}

/* The frame is copied to where there is room around it, and may wait there to leave: what waits is sent before the
 * room is used anew, by whichever read of whichever client. */
static void take_frame(struct turn_client *c, const char *p, size_t len)
{
    struct turn_lane *l = c->lane;
    const struct core_time t = turn_lane_time(l);
    const size_t need = CORE_HEADROOM + len + CORE_TAILROOM;

    if (l->frames_used + need > ROOM)
        turn_lane_flush(l);
    uint8_t *at = l->frames + l->frames_used + CORE_HEADROOM;
    memcpy(at, p, len);
    l->frames_used += need;
    core_input(l->core, &c->path, at, len, &t);
}

/* Takes whole frames off the front; how many bytes, or -EBADMSG. */
static ssize_t take_frames(struct turn_client *c, struct span bytes)
{
    size_t at = 0;

    while (bytes.len - at >= 4 && !c->ended) {
        const size_t len = stun_frame((const uint8_t *)bytes.p + at);
        if (len == 0 || len > FRAME_MAX)
            return -EBADMSG;
        if (len > bytes.len - at)
            break;
        take_frame(c, bytes.p + at, len);
        at += len;
    }
    return (ssize_t)at;
}

static int take_bytes(struct turn_client *c, struct span bytes)
{
    if (c->in.len > 0) {
        buf_add_span(&c->in, bytes);
        bytes = buf_span(&c->in);
    }
    const ssize_t n = take_frames(c, bytes);
    if (n < 0)
        return (int)n;
    if (c->in.len > 0) {
        buf_drop(&c->in, (size_t)n);
        if (c->in.len == 0)
            buf_done(&c->in);
    } else {
        buf_add_span(&c->in, span_sub(bytes, (size_t)n, bytes.len));
    }
    return 0;
}

static void on_stream(int events, void *arg)
{
    struct turn_client *c = arg;
    struct turn_lane *l = c->lane;

    for (int i = 0; (events & STREAM_READ) && i < READS_A_TURN && !c->ended; i++) {
        char bytes[READ_SIZE];
        const ssize_t n = stream_read(c->stream, bytes, sizeof(bytes));
        if (n == -EAGAIN)
            break;
        if (n <= 0 || take_bytes(c, span_of(bytes, (size_t)n)) != 0) {
            end(c);
        } else if ((size_t)n < sizeof(bytes)) {
            break;
        }
    }
    if ((events & STREAM_WRITE) && !c->ended)
        want_flush(c);
    turn_lane_flush(l);
}

void turn_client_add(struct turn_lane *l, struct stream *st)
{
    struct turn_client *c = mem_new(struct turn_client);

    if (!l->frames)
        l->frames = mem_alloc(ROOM);
    c->lane = l;
    c->stream = st;
    c->path.client = *stream_peer(st);
    c->path.connection = ++l->connections;
    c->path.kind = stream_secure(st) ? PATH_TLS : PATH_TCP;
    stream_local(st, &c->path.local);
    list_init(&c->link);
    list_init(&c->dirty);
    (void)map_put(l->clients, key_of(c), c);
    turn_client_idle(c, true);
    stream_own(st, on_stream, c);
    stream_want(st, STREAM_READ);
}

struct arriving {
    struct turn_lane *lane;
    struct stream *stream;
};

static void on_arrival(void *arg)
{
    struct arriving *a = arg;

    turn_client_add(a->lane, a->stream);
    (void)mem_free(a);
}

void turn_lane_accept(struct turn_lane *l, struct stream *st)
{
    struct arriving *a = mem_new(struct arriving);

    *a = (struct arriving){l, st};
    stream_move(st, l->conf.loop, on_arrival, a);
}

void turn_clients_sweep(struct turn_lane *l)
{
    const usec_t now = loop_now(l->conf.loop);

    while (!list_empty(&l->idle_clients)) {
        struct turn_client *c = container_of(l->idle_clients.next, struct turn_client, link);
        if (c->idle_since + LANE_PATIENCE > now)
            break;
        end(c);
    }
}

void turn_clients_free(struct turn_lane *l)
{
    size_t at = 0;

    for (struct turn_client *c = map_next(l->clients, &at); c; c = map_next(l->clients, &at)) {
        core_gone(l->core, &c->path);
        (void)turn_client_free(c);
    }
}
