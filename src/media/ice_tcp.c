#include "media/ice_tcp.h"

#include "base/buf.h"
#include "base/metric.h"

#include <errno.h>

enum {
    LENGTH = 2, /* RFC 4571, 2: of what follows, big-endian */
    FRAME_MAX = LENGTH + DATAGRAM_MAX,
    READ_SIZE = 16 * 1024,
    ROOM = FRAME_MAX + READ_SIZE, /* what was left of a frame, and what is read behind it */
    READS_A_TURN = 8,
    CHECK_HEADER = LENGTH + 8, /* type, length, cookie */
};

static struct metric open_now =
    METRIC_GAUGE("convene_media_tcp", "Connections of pages whose media comes over TCP");
static struct metric dropped = METRIC_COUNTER(
    "convene_media_tcp_dropped_total", "Packets that a page over TCP was too slow to read in time");

struct ice_tcp {
    struct list link;  /* unproved, proved or ended */
    struct list dirty; /* of what has something to write */
    struct media_lane *lane;
    struct stream *stream;
    struct peer *peer; /* NULL: nobody has proved anything yet */
    struct media_path path;
    usec_t since;
    struct buf in; /* of a frame that is not whole */
    struct buf out;
    bool moved; /* to this lane, which it named: no more than once */
    bool ended; /* to be freed at the end of the turn: it may be in use further up */
};

enum match ice_tcp_match(const uint8_t *first, size_t n)
{
    static const uint8_t request[2] = {0, 1};

    if (first[0] > DATAGRAM_MAX >> 8)
        return MATCH_NO;
    if (n < CHECK_HEADER)
        return MATCH_MORE;
    return memcmp(first + LENGTH, request, sizeof(request)) == 0 &&
                   stun_is(first + LENGTH, n - LENGTH)
               ? MATCH_YES
               : MATCH_NO;
}

static struct ice_tcp *ice_tcp_free(struct ice_tcp *c)
{
    c->lane->tcp.count--;
    metric_add(&open_now, -1);
    list_del(&c->link);
    list_del(&c->dirty);
    c->stream = stream_free(c->stream);
    buf_done(&c->in);
    buf_done(&c->out);
    return mem_free(c);
}

/* Nothing goes in or out any more, and its peer has no such path; the rest at the end of the turn. */
static void end(struct ice_tcp *c)
{
    struct media_lane *l = c->lane;

    if (c->ended)
        return;
    c->ended = true;
    if (c->peer) {
        ice_lite_lost(&c->peer->ice, c);
        c->peer->connections--;
    }
    c->peer = NULL;
    stream_want(c->stream, 0);
    list_del(&c->dirty);
    list_del(&c->link);
    list_add_tail(&l->tcp.ended, &c->link);
    loop_defer(l->conf.loop, &l->tcp.reap);
}

static void free_all(struct list *of)
{
    LIST_EACH_SAFE (of, it)
        (void)ice_tcp_free(container_of(it, struct ice_tcp, link));
}

static void on_reap(void *arg)
{
    struct media_lane *l = arg;

    free_all(&l->tcp.ended);
}

void ice_tcp_send(struct ice_tcp *c, const uint8_t *p, size_t n)
{
    const uint8_t length[LENGTH] = {(uint8_t)(n >> 8), (uint8_t)n};

    if (c->ended)
        return;
    if (c->out.len + LENGTH + n > ICE_TCP_OUT) {
        metric_add(&dropped, 1);
        return;
    }
    buf_add(&c->out, length, LENGTH);
    buf_add(&c->out, p, n);
    if (list_empty(&c->dirty))
        list_add_tail(&c->lane->tcp.dirty, &c->dirty);
}

static void write_out(struct ice_tcp *c)
{
    size_t sent = 0;
    ssize_t n = 0;

    while (sent < c->out.len && n >= 0) {
        const struct iovec part = {c->out.p + sent, c->out.len - sent};
        n = stream_writev(c->stream, &part, 1);
        sent += n > 0 ? (size_t)n : 0;
    }
    if (n < 0 && n != -EAGAIN) {
        end(c);
        return;
    }
    buf_drop(&c->out, sent);
    stream_want(c->stream, STREAM_READ | (c->out.len > 0 ? STREAM_WRITE : 0));
}

void ice_tcp_flush(struct media_lane *l)
{
    while (!list_empty(&l->tcp.dirty)) {
        struct ice_tcp *c = container_of(l->tcp.dirty.next, struct ice_tcp, dirty);
        list_del(&c->dirty);
        write_out(c);
    }
}

/* A connection is one peer's for ever. */
static bool take_check(struct ice_tcp *c, const struct stun *check)
{
    struct peer *p = lane_named(c->lane, check);

    /* before the check counts: it may make this connection the peer's path */
    if (p && (c->peer ? c->peer != p : p->connections == ICE_TCP_OF_PEER))
        return false;
    if (!p || !peer_check(p, check, &c->path, loop_now(c->lane->conf.loop)))
        return true;
    if (!c->peer) {
        p->connections++;
        c->peer = p;
        list_del(&c->link);
        list_add_tail(&c->lane->tcp.proved, &c->link);
    }
    return true;
}

enum taken { TAKEN, REFUSED, ELSEWHERE };

/* ret_lane: where it belongs, of ELSEWHERE. */
static enum taken take_datagram(struct ice_tcp *c, uint8_t *p, size_t n, size_t *ret_lane)
{
    struct media_lane *l = c->lane;
    struct udp_in in = {.p = p, .len = n, .from = c->path.remote, .local = c->path.local};
    const enum datagram_kind kind = datagrams_kind(p, n);
    struct stun check;

    if (kind != DATAGRAM_CHECK) {
        if (c->peer)
            lane_give(c->peer, kind, &in);
        return c->peer ? TAKEN : REFUSED;
    }
    if (stun_parse(span_of(p, n), &check) != 0)
        return REFUSED;
    *ret_lane = lane_of_check(&check);
    if (*ret_lane != l->conf.index)
        return !c->moved && *ret_lane < l->conf.count ? ELSEWHERE : REFUSED;
    return take_check(c, &check) ? TAKEN : REFUSED;
}

/* Whole frames off the front, *at being how far. */
static enum taken take_frames(struct ice_tcp *c, uint8_t *p, size_t n, size_t *at, size_t *ret_lane)
{
    enum taken t = TAKEN;

    *at = 0;
    while (t == TAKEN && n - *at >= LENGTH && !c->ended) {
        const size_t len = (size_t)(p[*at] << 8 | p[*at + 1]);
        if (len > DATAGRAM_MAX)
            return REFUSED;
        if (n - *at < LENGTH + len)
            break;
        if (len > 0)
            t = take_datagram(c, p + *at + LENGTH, len, ret_lane);
        if (t == TAKEN)
            *at += LENGTH + len;
    }
    return t;
}

static void watch_patience(struct media_lane *l)
{
    if (list_empty(&l->tcp.unproved)) {
        timer_stop(&l->tcp.patience);
        return;
    }
    const struct ice_tcp *first = container_of(l->tcp.unproved.next, struct ice_tcp, link);
    timer_set(&l->tcp.patience, first->since + ICE_TCP_PATIENCE);
}

static void on_patience(void *arg)
{
    struct media_lane *l = arg;
    const usec_t now = loop_now(l->conf.loop);

    LIST_EACH_SAFE (&l->tcp.unproved, it) {
        struct ice_tcp *c = container_of(it, struct ice_tcp, link);
        if (now < c->since + ICE_TCP_PATIENCE)
            break;
        end(c);
    }
    watch_patience(l);
}

static void on_moved(void *arg);

/* With what was read of it. */
static void move(struct ice_tcp *c, size_t lane)
{
    c->lane->tcp.count--;
    list_del(&c->link);
    list_del(&c->dirty);
    stream_want(c->stream, 0);
    stream_own(c->stream, NULL, NULL);
    c->lane = c->lane->conf.lanes[lane];
    c->moved = true;
    stream_move(c->stream, c->lane->conf.loop, on_moved, c);
}

/* The first n bytes of the room; what comes of them has left the room when this returns.  false: it is not this lane's
 * any more, or it has ended. */
static bool take_room(struct ice_tcp *c, size_t n)
{
    struct media_lane *l = c->lane;
    uint8_t *room = l->tcp.room;
    size_t lane = 0;
    size_t at;
    const enum taken t = take_frames(c, room, n, &at, &lane);

    buf_clear(&c->in);
    if (at < n)
        buf_add(&c->in, room + at, n - at);
    lane_flush(l);
    if (t == REFUSED)
        end(c);
    if (t == ELSEWHERE)
        move(c, lane);
    return t == TAKEN && !c->ended;
}

static void on_stream(int events, void *arg)
{
    struct ice_tcp *c = arg;
    uint8_t *room = c->lane->tcp.room;
    bool more = (events & STREAM_READ) != 0;

    if (events & STREAM_WRITE)
        write_out(c);
    for (int i = 0; more && i < READS_A_TURN && !c->ended; i++) {
        const size_t kept = c->in.len;
        const ssize_t n = stream_read(c->stream, room + kept, READ_SIZE);
        if (n == -EAGAIN)
            return;
        if (n <= 0) {
            end(c);
            return;
        }
        if (kept > 0)
            memcpy(room, c->in.p, kept);
        more = take_room(c, kept + (size_t)n) && (size_t)n == READ_SIZE;
    }
}

/* On the lane that it names now. */
static void settle(struct ice_tcp *c)
{
    struct media_lane *l = c->lane;

    if (!l->tcp.room)
        l->tcp.room = mem_alloc(ROOM);
    l->tcp.count++;
    c->since = loop_now(l->conf.loop);
    list_add_tail(&l->tcp.unproved, &c->link);
    watch_patience(l);
    stream_own(c->stream, on_stream, c);
    stream_want(c->stream, STREAM_READ);
}

static void on_moved(void *arg)
{
    struct ice_tcp *c = arg;
    const size_t n = c->in.len;

    settle(c);
    if (c->lane->tcp.count > ICE_TCP_MAX)
        end(c);
    if (n == 0 || c->ended)
        return;
    memcpy(c->lane->tcp.room, c->in.p, n);
    (void)take_room(c, n);
}

static struct ice_tcp *ice_tcp_new(struct media_lane *l, struct stream *st)
{
    struct ice_tcp *c = mem_new(struct ice_tcp);

    c->lane = l;
    c->stream = st;
    c->path = (struct media_path){.remote = *stream_peer(st), .tcp = c};
    stream_local(st, &c->path.local);
    list_init(&c->link);
    list_init(&c->dirty);
    metric_add(&open_now, 1);
    return c;
}

void media_lane_accept(struct media_lane *l, struct stream *st)
{
    struct ice_tcp *c = ice_tcp_new(l, st);

    stream_move(st, l->conf.loop, on_moved, c);
}

void ice_tcp_forget(struct media_lane *l, const struct peer *p)
{
    LIST_EACH_SAFE (&l->tcp.proved, it) {
        struct ice_tcp *c = container_of(it, struct ice_tcp, link);
        if (c->peer == p)
            end(c);
    }
}

void ice_tcp_init(struct media_lane *l)
{
    struct ice_tcps *t = &l->tcp;

    list_init(&t->unproved);
    list_init(&t->proved);
    list_init(&t->ended);
    list_init(&t->dirty);
    timer_init(&t->patience, l->conf.loop, on_patience, l);
    defer_init(&t->reap, on_reap, l);
}

void ice_tcp_done(struct media_lane *l)
{
    struct ice_tcps *t = &l->tcp;

    timer_stop(&t->patience);
    defer_cancel(&t->reap);
    free_all(&t->unproved);
    free_all(&t->proved);
    free_all(&t->ended);
    t->room = mem_free(t->room);
}
